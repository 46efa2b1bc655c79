package syntax

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// scanned is the tokens of a text, each as its kind and, where that doesn't
// say it, its text.
func scanned(text string) string {
	lex, _ := tokens.LexString("test.drl", text)
	names := map[kind]string{}
	for name, k := range tokens.Symbols() {
		names[k] = name
	}
	var out []string
	for {
		t, _ := lex.Next()
		switch {
		case t.EOF():
			return strings.Join(out, " ")
		case t.Type == kindNewline:
			out = append(out, "NL")
		case names[t.Type] == t.Value:
			out = append(out, t.Value)
		default:
			out = append(out, fmt.Sprintf("%s<%s>", names[t.Type], t.Value))
		}
	}
}

func TestTokens(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments alone", "# a\n\n## b", ""},
		{"names and words", "let retry_2 = Step", "let Name<retry_2> = Name<Step>"},
		{"a hard word is a name after a dot", "x.in ?.or", "Name<x> . Name<in> ?. Name<or>"},
		{"a hard word is a name before a colon", "{ is: 1 }", "{ Name<is> : Int<1> }"},
		{"a range of ints", "1..200", "Int<1> .. Int<200>"},
		{"a member of a number", "1.max 1.5", "Int<1> . max Number<1.5>"},
		{"numbers", "1_000 1e6 2.5e-3", "Int<1_000> Number<1e6> Number<2.5e-3>"},
		{"quantities", "1h30m 50% 5pp 2MiB 1.5GB 250us", "Quantity<1h30m> Quantity<50%> Quantity<5pp> Quantity<2MiB> Quantity<1.5GB> Quantity<250us>"},
		{"a fraction in the last part", "1h1.5m", "Quantity<1h1.5m>"},
		{"an unknown unit", "5x", "Bad<5x>"},
		{"units that go up", "5m1h", "Bad<5m1h>"},
		{"a unit twice", "1h1h", "Bad<1h1h>"},
		{"a percent sign as an operator", "5 % 3", "Int<5> Bad<%> Int<3>"},
		{"symbols", "a?.b ?? c => d -> e <= >= == != T?", "Name<a> ?. Name<b> ?? Name<c> => Name<d> -> Name<e> <= >= == != Name<T> ?"},

		{"newlines are one", "a\n\n# c\nb", "Name<a> NL Name<b>"},
		{"no newline in brackets", "f(\n1,\n[2\n])\ng", "Name<f> ( Int<1> , [ Int<2> ] ) NL Name<g>"},
		{"braces restore newlines", "f({\na: 1\nb: 2\n})", "Name<f> ( { NL Name<a> : Int<1> NL Name<b> : Int<2> NL } )"},
		{"no newline after an operator", "a =\n1 +\n2 and\nb", "Name<a> = Int<1> + Int<2> and Name<b>"},
		{"no newline before a dot", "a\n.b\n?.c\n?? d\nand e\nor f\nelse g", "Name<a> . Name<b> ?. Name<c> ?? Name<d> and Name<e> or Name<f> else Name<g>"},
		{"a newline before a range and a bracket", "a\n(b)\n[c]\n-d", "Name<a> NL ( Name<b> ) NL [ Name<c> ] NL - Name<d>"},
		{"a field that is called or", "{\na: 1\nor: 2\n}", "{ NL Name<a> : Int<1> NL Name<or> : Int<2> NL }"},
		{"a bracket that was never closed", "f(1\nlet x = 2\nlet y = 3", "Name<f> ( Int<1> NL let Name<x> = Int<2> NL let Name<y> = Int<3>"},

		{"a text", `"a \"b\" \{c\}"`, `String<"a \"b\" \{c\}">`},
		{"a raw text", `'\d{2}'`, `String<'\d{2}'>`},
		{"values in a text", `"a {b} c {d.e} f"`, `StringHead<"a {> Name<b> StringMiddle<} c {> Name<d> . Name<e> StringTail<} f">`},
		{"a text in a text", `"a {f("b {c}")} d"`, `StringHead<"a {> Name<f> ( StringHead<"b {> Name<c> StringTail<}"> ) StringTail<} d">`},
		{"a record in a text", `"{ {a: 1}.a }"`, `StringHead<"{> { Name<a> : Int<1> } . Name<a> StringTail<}">`},
		{"a text of lines", "\"\"\"\na \"b\" {c}\n\"\"\"", "StringHead<\"\"\"\na \"b\" {> Name<c> StringTail<}\n\"\"\">"},
		{"a text without an end", "\"abc\nd", `Bad<"abc> NL Name<d>`},
		{"a value without an end", "\"a {b\nc", `StringHead<"a {> Name<b> Bad<> NL Name<c>`},

		{"a command", "$ make test", "Command<$ make test>"},
		{"a command in a block", `check "x" { $ make test }`, `check String<"x"> { Command<$ make test> }`},
		{"a command with values", "$ a {b} c {d}e", "CommandHead<$ a {> Name<b> CommandMiddle<} c {> Name<d> CommandTail<}e>"},
		{"a command's comment", "$ make # all\nx", "Command<$ make> NL Name<x>"},
		{"a command that goes on", "$ a \\\n  b\nc", "Command<$ a \\\n  b> NL Name<c>"},
		{"a command as a value of let", "let r = $ a", "let Name<r> = Command<$ a>"},
		{"a command's value", "x = $(a {b}).c + $?(d)", "Name<x> = CommandValueHead<$(a {> Name<b> CommandTail<})> . Name<c> + CommandValue<$?(d)>"},
		{"a command in a command", "$ a {$(b {c})}", "CommandHead<$ a {> CommandValueHead<$(b {> Name<c> CommandTail<})> CommandTail<}>"},
		{"a mocked command", `mock $ "a *"`, `mock $ String<"a *">`},
		{"a stray dollar", "a + $b", "Name<a> + Bad<$b>"},
		{"a command in an expression", "a + $ b", "Name<a> + Bad<$ b>"},
		{"a semicolon", "a; b", "Name<a> Bad<;> Name<b>"},
		{"a letter that is none of ours", "é1 b", "Bad<é1> Name<b>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := scanned(tt.text); got != tt.want {
				t.Errorf("tokens of %q (-want +got):\n%s", tt.text, cmp.Diff(tt.want, got))
			}
		})
	}
}

func TestEveryByteIsInATokenAtItsPlace(t *testing.T) {
	text := "let a = \"x {f(1)} y\"\n$ echo {a} # done\nexpect a?.b == 5m\n"
	lex, _ := tokens.LexBytes("test.drl", []byte(text))
	for {
		tok, _ := lex.Next()
		if tok.EOF() {
			break
		}
		if got := text[tok.Pos.Offset : tok.Pos.Offset+len(tok.Value)]; got != tok.Value {
			t.Errorf("token %q says it is at %d, where %q stands", tok.Value, tok.Pos.Offset, got)
		}
		if want := 1 + strings.Count(text[:tok.Pos.Offset], "\n"); tok.Pos.Line != want {
			t.Errorf("token %q is in line %d, not %d", tok.Value, want, tok.Pos.Line)
		}
	}
}

func TestLexFailsWhereTheReaderDoes(t *testing.T) {
	if _, err := tokens.Lex("test.drl", iotest.ErrReader(io.ErrUnexpectedEOF)); err != io.ErrUnexpectedEOF {
		t.Errorf("Lex: %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if _, err := tokens.Lex("test.drl", strings.NewReader("let a = 1")); err != nil {
		t.Errorf("Lex: %v", err)
	}
}
