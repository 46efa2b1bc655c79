package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// ShellCodes are the codes of commands: DRL0500 to DRL0599.
var ShellCodes = []*source.Code{
	shellUnclosed, shellBraces, shellSyntax, shellRefused, shellValuePlace, shellTooLong, shellDynamic,
	shellListPlace, shellSecretWord, shellSecretVariable, shellSecretShell, shellInterpreted, shellNoEffect,
	shellInteractive, shellValueRefused, railwayNoWait, railwayNoWayBack, railwayEnvironment,
	composeV1, composeTag,
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

var shellDynamic = &source.Code{
	ID:   "DRL0506",
	Name: "program's name isn't constant",
	Doc: "The programs that a script calls are known before it runs: they are looked for on PATH, shown in the plan, and granted to modules by name. " +
		"So a program's name is neither a value nor a variable.",
	Wrong: "let tool = \"make\"\ncheck \"tests\" {\n    $ {tool} test\n}\n",
	Right: "let target = \"test\"\ncheck \"tests\" {\n    $ make {target}\n}\n",
}

var shellListPlace = &source.Code{
	ID:    "DRL0507",
	Name:  "list inside a word",
	Doc:   "A list in a command becomes as many words, so it must be a word of its own, outside quotes: one with text around it could mean several things.",
	Wrong: "let files = [\"a\", \"b\"]\ncheck \"files\" {\n    $ cat dir/{files}\n}\n",
	Right: "let files = [\"dir/a\", \"dir/b\"]\ncheck \"files\" {\n    $ cat {files}\n}\n",
}

var shellSecretWord = &source.Code{
	ID:   "DRL0508",
	Name: "secret in a command's word",
	Doc: "Everybody on a machine can read the words of the programs that run on it. A secret goes to a program in its environment, on its standard input, " +
		"or as a file that only this command can read.",
	Wrong: "input password: secret\ncheck \"database\" {\n    $ tool --password={password}\n}\n",
	Right: "input password: secret\ncheck \"database\" {\n    $ TOOL_PASSWORD={password} tool\n}\n",
}

var shellSecretVariable = &source.Code{
	ID:   "DRL0509",
	Name: "variable that looks like a secret",
	Doc: "The name of this variable says that it holds a secret, and as a word of a program it can be read by everybody on the machine. " +
		"Most programs can read it from the environment themselves. It is a warning: the name may mislead.",
	Wrong: "check \"service\" {\n    $ curl --header \"Authorization: $API_TOKEN\" https://example.com\n}\n",
	Right: "check \"service\" {\n    $ curl --config - https://example.com <<< \"header = $API_TOKEN\"\n}\n",
}

var shellSecretShell = &source.Code{
	ID:   "DRL0510",
	Name: "secret for a shell",
	Doc: "A shell gets this secret in its environment. What the text that the shell runs does with it can't be seen from here: it may well put it in a program's words. " +
		"It is a warning.",
	Wrong: "input password: secret\ncheck \"database\" {\n    $ PASSWORD={password} sh -c 'tool --password=\"$PASSWORD\"'\n}\n",
	Right: "input password: secret\ncheck \"database\" {\n    $ PASSWORD={password} tool\n}\n",
}

var shellInterpreted = &source.Code{
	ID:   "DRL0511",
	Name: "value in another interpreter's text",
	Doc: "The text of sh -c, python -c, psql -c, ssh host, awk and their like is parsed again by that program, so a value in it could become code. " +
		"It takes no values; they are passed as arguments, in the environment or on the input. Known interpreters are caught, not all that exist.",
	Wrong: "let name = \"a b\"\ncheck \"file\" {\n    $ sh -c \"test -e {name}\"\n}\n",
	Right: "let name = \"a b\"\ncheck \"file\" {\n    $ test -e {name}\n}\n",
}

var shellNoEffect = &source.Code{
	ID:    "DRL0512",
	Name:  "line that changes nothing",
	Doc:   "Each command has a shell of its own, which ends with the line. A line that only changes folder, exports or assigns has no effect on the next one.",
	Wrong: "check \"tests\" {\n    $ cd services\n    $ make test\n}\n",
	Right: "check \"tests\" {\n    in \"services\" {\n        $ make test\n    }\n}\n",
}

var shellInteractive = &source.Code{
	ID:    "DRL0513",
	Name:  "program that waits for a person",
	Doc:   "Commands have no terminal and an empty input, so a program that asks fails or ends at once, without having done anything. The message shows how to call it without a person.",
	Wrong: "check \"database\" {\n    $ docker exec -it db pg_isready\n}\n",
	Right: "check \"database\" {\n    $ docker exec db pg_isready\n}\n",
}

// shellValueRefused is found when the line runs; its Wrong script passes the
// check.
var shellValueRefused = &source.Code{
	ID:   "DRL0514",
	Name: "value that no word can hold",
	Doc: "A value is refused before its command starts when the program would take it for an option (it begins with - and stands at a word's start, not behind --), " +
		"when it holds a NUL character, which no word can, or when the word is longer than the 131,071 bytes that the system allows. {flag(x)} allows the first. It is found when the script runs.",
	Wrong: "let name = \"-rf\"\ncheck \"file\" {\n    $ ls {name}\n}\n",
	Right: "let name = \"-rf\"\ncheck \"file\" {\n    $ ls -- {name}\n}\n",
}

var railwayNoWait = &source.Code{
	ID:   "DRL0515",
	Name: "railway up that doesn't wait",
	Doc: "A command has no terminal, and without one railway up ends with 0 as soon as the upload is done: the step passes while the build fails. " +
		"With --ci it waits, and fails with the deployment; with --detach it says that nobody waits. It is a warning.",
	Wrong: "step \"deploy\" {\n    undo none \"the next release replaces it\"\n    $ railway up\n}\n",
	Right: "step \"deploy\" {\n    undo none \"the next release replaces it\"\n    $ railway up --ci\n}\n",
}

var railwayNoWayBack = &source.Code{
	ID:   "DRL0516",
	Name: "way back that railway doesn't have",
	Doc: "Runbooks go back with railway up --from=COMMIT or railway rollback: Railway's program has neither, so the line fails when it is needed. " +
		"A deployment is rolled back by its id: by railway.rollback, which waits until it is live, or by railway api. It is a warning.",
	Wrong: "step \"deploy\" {\n    $ railway up --ci\n    undo { $ railway up --from=4f2a91c }\n}\n",
	Right: "input previous: string\nstep \"deploy\" {\n    $ railway up --ci\n    undo { $ railway api 'mutation($id: String!) { deploymentRollback(id: $id) }' --raw-var id={previous} }\n}\n",
}

var railwayEnvironment = &source.Code{
	ID:   "DRL0517",
	Name: "railway env is no list of variables",
	Doc: "railway env is short for railway environment, and about environments such as staging and production: list, link, new, delete, edit, config. " +
		"Variables are those of railway variable. It is a warning.",
	Wrong: "check \"variables\" {\n    $ railway env\n}\n",
	Right: "check \"variables\" {\n    $ railway variable list --kv\n}\n",
}

var composeV1 = &source.Code{
	ID:   "DRL0518",
	Name: "docker-compose is Compose v1",
	Doc: "The program docker-compose is Compose v1, which ended in 2023. It can't wait for health, and on engines from 25 on it fails in the middle of a deployment, " +
		"with KeyError: 'ContainerConfig'. Its successor is a plugin of docker, and takes the same words after docker compose. It is a warning: a machine may have the plugin under the old name.",
	Wrong: "step \"deploy\" {\n    undo none \"an example\"\n    $ docker-compose up -d\n}\n",
	Right: "step \"deploy\" {\n    undo none \"an example\"\n    $ docker compose up -d --wait\n}\n",
}

var composeTag = &source.Code{
	ID:   "DRL0519",
	Name: "service with a tag",
	Doc: "Runbooks go back with docker-compose pull service:v1.2.2. Compose takes names of services there, and a service has no tag, so the line fails in every version when it is needed. " +
		"Which version runs is said by image: in the compose file. It is a warning.",
	Wrong: "step \"go back\" {\n    undo none \"an example\"\n    $ docker compose pull web:v1.2.2\n}\n",
	Right: "step \"go back\" {\n    undo none \"an example\"\n    $ TAG=v1.2.2 docker compose up --detach --wait web\n}\n",
}

// deepShell is nested more deeply than a command may be.
var deepShell = strings.Repeat("( ", maxShellDepth+1) + "true" + strings.Repeat(" )", maxShellDepth+1)
