package syntax

import (
	"strings"
	"testing"
)

// braceEnd is a lexer's part in a scan: where the } of the { is.
func braceEnd(text []byte) func(int) int {
	return func(open int) int {
		depth := 0
		for i := open; i < len(text) && text[i] != '\n'; i++ {
			switch text[i] {
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
}

func TestCommandsEnd(t *testing.T) {
	tests := []struct {
		name, text string
		closing    byte
		want       string // the command
		holes      string // joined with blanks
		problem    string // the first one
	}{
		{"at the line's end", "make test\nnext", 0, "make test", "", ""},
		{"at a line's end with a carriage return", "make test\r\nnext", 0, "make test", "", ""},
		{"at the end of the file", "make test", 0, "make test", "", ""},
		{"before the block's brace", "make test }", 0, "make test ", "", ""},
		{"at a brace in a word", "make test}", 0, "make test", "", ""},
		{"at the first brace, not the last", "a } else { b }", 0, "a ", "", ""},
		{"before a comment", "make test # all", 0, "make test ", "", ""},
		{"not at a # inside a word", "curl x#y", 0, "curl x#y", "", ""},
		{"not at a # behind a value", "curl {x}#y", 0, "curl {x}#y", "{x}", ""},
		{"not at $#", "echo a$#", 0, "echo a$#", "", ""},
		{"behind a backslash and line's end", "a \\\n  b\nc", 0, "a \\\n  b", "", ""},
		{"behind a continued line with a carriage return", "a \\\r\n  b\r\nc", 0, "a \\\r\n  b", "", ""},
		{"a value", "tag {version} now", 0, "tag {version} now", "{version}", ""},
		{"values beside each other", "x {a}{b}/{c.d}", 0, "x {a}{b}/{c.d}", "{a} {b} {c.d}", ""},
		{"a value with a record in it", "x {f({ a: 1 })} }", 0, "x {f({ a: 1 })} ", "{f({ a: 1 })}", ""},
		{"a value in double quotes", `x "a {b} c"`, 0, `x "a {b} c"`, "{b}", ""},
		{"braces in single quotes", "awk '{print $1}' }", 0, "awk '{print $1}' ", "", ""},
		{"braces in ANSI quotes", `echo $'{\'}' }`, 0, `echo $'{\'}' `, "", ""},
		{"a brace that closes in double quotes", `echo "}" }`, 0, `echo "}" `, "", ""},
		{"escaped braces", `find . -exec ls \{\} \; }`, 0, `find . -exec ls \{\} \; `, "", ""},
		{"escaped braces in double quotes", `echo "\{x\}" }`, 0, `echo "\{x\}" `, "", ""},
		{"a variable in braces", "echo ${HOME}/x }", 0, "echo ${HOME}/x ", "", ""},
		{"a default in braces", `echo ${A:-"b c"} }`, 0, `echo ${A:-"b c"} `, "", ""},
		{"a default with a command", `echo ${A:-$(b {c})} }`, 0, `echo ${A:-$(b {c})} `, "{c}", ""},
		{"a command in a command", "echo $(git show {x}) }", 0, "echo $(git show {x}) ", "{x}", ""},
		{"a subshell", "(cd x; make) }", 0, "(cd x; make) ", "", ""},
		{"a quote in a nested command in quotes", `echo "$(echo "a b" ')')" }`, 0, `echo "$(echo "a b" ')')" `, "", ""},
		{"a value command at its bracket", "docker ps).stdout", ')', "docker ps", "", ""},
		{"a value command with brackets", "echo $(a (b)) ) x", ')', "echo $(a (b)) ", "", ""},
		{"a value command with a quoted bracket", `echo ")" ')' \) ) x`, ')', `echo ")" ')' \) `, "", ""},
		{"text for the input", "cat <<< {x}", 0, "cat <<< {x}", "{x}", ""},

		{"an open double quote", "echo \"a\nnext", 0, "echo \"a", "", "missing closing quote: this \" isn't closed before the end of the line"},
		{"an open single quote", "echo 'a\nnext", 0, "echo 'a", "", "missing closing quote: this ' isn't closed before the end of the line"},
		{"an open bracket", "echo $(a\nnext", 0, "echo $(a", "", "this ( isn't closed before the end of the line"},
		{"an open bracket in a block", "(a }", 0, "(a ", "", "this ( isn't closed before this }"},
		{"an open value command", "a\n)", ')', "a", "", "this $( isn't closed before the end of the line"},
		{"a comment in a value command", "a # b)", ')', "a ", "", "this $( isn't closed before this comment"},
		{"an open variable", "echo ${A\n", 0, "echo ${A", "", "this ${ isn't closed before the end of the line"},
		{"a bracket too many", "a ) b", 0, "a ) b", "", "this ) closes nothing"},
		{"an open value", "echo {x\n", 0, "echo {x", "", "this { has no }"},
		{"an empty value", "find -exec ls {} ;", 0, "find -exec ls {} ;", "", "{} holds no value"},
		{"a template", "docker ps --format {{.ID}} -q", 0, "docker ps --format {{.ID}} -q", "", "{{.ID}} is no value of the script"},
		{"words in braces", "mkdir {a,b}", 0, "mkdir {a,b}", "", "{a,b} isn't expanded: in a command { } holds one value"},
		{"a number in braces", "git show stash@{0}", 0, "git show stash@{0}", "", "{0} is always 0"},
		{"git's upstream", "git log @{u}..", 0, "git log @{u}..", "", "@{u} is git's name of a branch, and in a command { } is a value"},
		{"awk in double quotes", `awk "{print $1}"`, 0, `awk "{print $1}"`, "", "{print $1} is no value of the script"},
		{"JSON in double quotes", `curl -d "{\"a\": 1}" x`, 0, `curl -d "{\"a\": 1}" x`, "", `{\"a\": 1} is no value of the script`},
		{"a group", "{ a; b; } }", 0, "{ a; b; } ", "", "a command has no { } groups"},
		{"a group behind a word of the shell", "if a; then { b; } fi", 0, "if a; then { b; } fi", "", "a command has no { } groups"},
		{"a value in a default", "echo ${A:-{x}} b", 0, "echo ${A:-{x}} b", "", "no value can stand in ${ … }"},
		{"a here-document", "cat <<EOF", 0, "cat <<EOF", "", "a command has no << here-documents"},
		{"backquotes", "echo `date` b", 0, "echo `date` b", "", "a command takes no `…`"},
		{"too deep", strings.Repeat("(", 300) + strings.Repeat(")", 300), 0, strings.Repeat("(", 300) + strings.Repeat(")", 300), "", "this command is nested more than 200 deep"},
		{"too long", "echo " + strings.Repeat("a", 70<<10), 0, "echo " + strings.Repeat("a", 70<<10), "", "this command is longer than 64 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := scanShell([]byte(tt.text), 0, tt.closing, braceEnd([]byte(tt.text)))
			if s := tt.text[:got.End]; s != tt.want {
				t.Errorf("scanShell(%q) ends after %q, want %q", tt.text, s, tt.want)
			}
			var holes []string
			for _, h := range got.Holes {
				holes = append(holes, tt.text[h.Start:h.End])
			}
			if s := strings.Join(holes, " "); s != tt.holes {
				t.Errorf("scanShell(%q) holes %q, want %q", tt.text, s, tt.holes)
			}
			problem := ""
			if len(got.Problems) > 0 {
				problem = got.Problems[0].Message
			}
			if problem != tt.problem {
				t.Errorf("scanShell(%q) says %q, want %q", tt.text, problem, tt.problem)
			}
		})
	}
}
