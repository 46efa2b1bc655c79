package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// ShellCodes are the codes of commands: DRL0500 to DRL0599.
var ShellCodes = []*source.Code{
	shellUnclosed, shellBraces, shellSyntax, shellRefused, shellValuePlace, shellTooLong,
}

var shellUnclosed = &source.Code{
	ID:   "DRL0500",
	Name: "command isn't closed",
	Doc: "A command ends with its line. A quote or bracket that is still open there would swallow the rest of the script, so it is an error where it was opened. " +
		`A \ at the line's end goes on in the next line.`,
	Wrong: "check \"tests\" {\n    $ echo \"all is well\n}\n",
	Right: "check \"tests\" {\n    $ echo \"all is well\"\n}\n",
}

var shellBraces = &source.Code{
	ID:   "DRL0501",
	Name: "braces in a command",
	Doc: "In a command { } holds a value of the script. What shells, git, docker and awk write with braces needs a backslash before each, or single quotes around it, " +
		"so that nobody has to guess which one was meant.",
	Wrong: "check \"stash\" {\n    $ git show stash@{0}\n}\n",
	Right: "check \"stash\" {\n    $ git show stash@\\{0\\}\n}\n",
}

var shellSyntax = &source.Code{
	ID:    "DRL0502",
	Name:  "command can't be read",
	Doc:   "Commands are read when the script is checked, as the shell would read them. This one is not a command in the shell's grammar.",
	Wrong: "check \"logs\" {\n    $ cat app.log |\n}\n",
	Right: "check \"logs\" {\n    $ cat app.log | wc -l\n}\n",
}

var shellRefused = &source.Code{
	ID:   "DRL0503",
	Name: "not in a command",
	Doc: "Commands are lines that run programs. What outlives the line (background jobs, traps), hides what runs (eval, functions, aliases), or is done better by the script itself " +
		"(arithmetic, here-documents) is refused.",
	Wrong: "step \"start\" {\n    undo none \"ends by itself\"\n    $ ./server & ./probe\n}\n",
	Right: "step \"start\" {\n    undo none \"ends by itself\"\n    $ ./server --detach && ./probe\n}\n",
}

var shellValuePlace = &source.Code{
	ID:   "DRL0504",
	Name: "value where the shell interprets it",
	Doc: "A value in a command is one word's text, whatever it holds. In patterns, arithmetic, ${ … } and the operands of some built-ins the shell would read the value " +
		"as code or as a pattern, so none may stand there.",
	Wrong: "let wanted = \"ok\"\ncheck \"state\" {\n    $ [[ $STATE == {wanted} ]]\n}\n",
	Right: "let wanted = \"ok\"\ncheck \"state\" {\n    $ [ $STATE = {wanted} ]\n}\n",
}

var shellTooLong = &source.Code{
	ID:    "DRL0505",
	Name:  "command too long",
	Doc:   "A command has at most 64 KiB of text and 200 levels of nesting.",
	Wrong: "check \"deep\" {\n    $ " + deepShell + "\n}\n",
	Right: "check \"deep\" {\n    $ ( ( true ) )\n}\n",
}

// deepShell is nested more deeply than a command may be.
var deepShell = strings.Repeat("( ", maxShellDepth+1) + "true" + strings.Repeat(" )", maxShellDepth+1)
