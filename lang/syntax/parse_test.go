package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

// complaints is what Parse says about a text: place, message and hint.
func complaints(text string) []string {
	_, ds := Parse(source.NewFile("x", []byte(text)))
	return said(ds)
}

func said(ds source.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		line, column := d.File.Position(d.Span.Start)
		s := fmt.Sprintf("%d:%d %s", line, column, d.Message)
		if d.Hint != "" {
			s += " | " + d.Hint
		}
		out = append(out, s)
	}
	return out
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a unit that isn't one", "let a = 5x", []string{"1:10 unknown unit `x` | " + unitsHint}},
		{"a unit from elsewhere", "wait 5min", []string{"1:7 unknown unit `min` | did you mean 5m?"}},
		{"a remainder", "let b = 5 % 3", []string{"1:11 found `%`, want `mod` | the remainder is `a mod b`; a percent sign stands directly after a number: 50%"}},
		{"a remainder without blanks", "let b = 5%3", []string{"1:10 found `%`, want `mod` | the remainder is `a mod b`; a percent sign stands directly after a number: 50%"}},
		{"a text without an end", "let c = \"abc", []string{`1:9 this text has no closing " | a text of several lines stands between """`}},
		{"a raw text without an end", "let c = 'abc\nlet d = 1", []string{`1:9 this text has no closing ' | a text of several lines stands between '''`}},
		{"a text of lines without an end", "let c = \"\"\"\nabc\n", []string{`1:9 this text has no closing """`}},
		{"a template's braces", `let d = "{{.ID}}"`, []string{"1:10 `{{` in a text | write `\\{` for a brace that is text, or a raw text: '…'"}},
		{"empty braces", `let d = "a {} b"`, []string{"1:12 `{}` in a text holds no value | write `\\{\\}`, or a raw text: '…'"}},
		{"a lone brace", `let d = "a } b"`, []string{"1:12 a lone `}` in a text | write `\\}`, or a raw text: '…'"}},
		{"an unknown escape", `let e = "a\d"`, []string{"1:11 unknown escape `\\d` | there are \\n \\t \\\" \\\\ \\{ \\} \\u{1F600}; a raw text takes everything as it is: '…'"}},
		{"a character's number without braces", `let e = "\u1234"`, []string{"1:10 `\\u` wants the number of a character in braces | write it as \\u{1F600}"}},
		{"a value without an end", "let s = \"{name is up\"\nlet t = 1", []string{"1:9 a `{` in this text isn't closed on its line | close it with `}`, or write `\\{` for a brace that is text"}},
		{"a newline in a value", "let s = \"{name\n}\"", []string{"1:9 a `{` in this text isn't closed on its line | close it with `}`, or write `\\{` for a brace that is text"}},
		{"a text indented too little", "let s = \"\"\"\n    a\n  b\n    \"\"\"", []string{"1:9 a line of this text is indented less than its closing quotes | the closing quotes' indentation is taken off each line"}},
		{"an int that is too large", "let a = -9223372036854775808", []string{"1:10 9223372036854775808 is too large | the largest int is 9223372036854775807; with a point it is a number"}},
		{"a number that is too large", "let a = 1e400", []string{"1:9 1e400 is too large | the largest number is about 1.8e308"}},
		{"a duration that is too long", "let a = 400000w", []string{"1:9 400000w is too large | the longest duration is about 292 years"}},
		{"a size that is too large", "let a = 9999999999TiB", []string{"1:9 9999999999TiB is too large | the largest size is just below 8388608TiB"}},
		{"an underscore at a number's end", "let a = 1_", []string{"1:9 found `1_`: `_` stands between two digits of a number | write 1_000_000"}},
		{"units that go up", "wait 30m1h", []string{"1:6 the units of a duration go down, each once: w d h m s ms us ns | write 1h30m"}},
		{"a fraction in the middle", "wait 1.5h30m", []string{"1:6 only the last part of a duration may have a fraction | write 1h30m for 1.5h"}},
		{"a duration's last part without a unit", "wait 1h30", []string{"1:6 the last part of this duration has no unit"}},

		{"a semicolon", "f(); g()", []string{"1:4 found `;`, want a new line | each statement stands on a line of its own"}},
		{"signs for words", "let a = b && c", []string{"1:11 found `&&`, want `and`"}},
		{"a negation sign", "expect !ok", []string{"1:8 found `!`, want `not` | write `not x`, or `a != b`"}},
		{"curly quotes", "let a = “b”", []string{"1:9 found `“`, want a straight quote | write \"text\""}},
		{"a letter that is none of ours", "let é = 3", []string{"1:5 found `é`, want a word of ASCII letters, digits and `_` | other letters stand in texts and comments"}},
		{"a dollar before a name", "let a = $b", []string{"1:9 found `$` without a blank after it | a command is written `$ make test`, a value `{name}`"}},
		{"a command in an expression", "let a = b + $ ls", []string{"1:13 a command can't stand here | `$ command` is a statement; a command whose value is asked for is `$(command)`"}},
		{"an empty command", "$ \nf()", []string{"1:1 there is no command after `$` | write `$ make test`"}},
		{"a tab", "\tf()\n\tg()", []string{"1:1 found a tab, want blanks | scripts are indented by four blanks: `expand -t 4 old.drl > new.drl`"}},

		{"a misspelled head", "chek \"a\" { f() }", []string{"1:1 found `chek`, want a statement | did you mean `check`?"}},
		{"a word of another language", "var x = 1", []string{"1:1 found `var`, want a statement | a value gets a name with `let`"}},
		{"an assignment", "x = 5", []string{"1:3 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`"}},
		{"a comparison with one sign", "expect a = 1", []string{"1:10 found `=`, want `==` | values are compared with `==`"}},
		{"a condition that is no statement", "a == b", []string{"1:1 this value is not used | a condition stands after `expect`, `require` or `if`"}},
		{"a word without its title", "confirm", []string{"1:1 this value is not used | write `confirm \"question\"`"}},
		{"a brace on a line of its own", "phase \"a\"\n{\n    check \"b\"\n    {\n        expect c\n    }\n}", []string{"2:1 found `{` on a line of its own | write it at the end of the line above", "4:5 found `{` on a line of its own | write it at the end of the line above"}},
		{"a unit in words", "wait 5 minutes", []string{"1:8 found `minutes`, want the end of the line | a unit stands directly after its number: 30s, 5m, 24h, 50%"}},
		{"three signs", "expect a === 1", []string{"1:12 found `=`, want a value | values are compared with `==`; a name keeps its value"}},
		{"unless", "unless true { }", []string{"1:1 found `unless`, want a statement | write `if not`"}},
		{"a name that is no statement", "deploy", []string{"1:1 this value is not used | a call has parentheses: `deploy()`; a command begins with `$ `"}},
		{"comparisons in a row", "expect 1 < n < 10", []string{"1:14 comparisons don't chain | join two of them with `and`: a < b and b < c"}},
		{"not in the middle", "expect a not in b", []string{"1:10 found `not`, want the end of the line | each statement stands on a line of its own"}},
		{"a choice in the middle", "let a = 1 + if b then c else d", []string{"1:13 found `if`, want a value | a choice in the middle of an expression stands in parentheses: (if c then a else b)"}},
		{"a ternary", "let t = x ? y : z", []string{"1:11 found `?`, want the end of the line | a choice is written `if c then a else b`"}},
		{"a hard word as a name", "let for = 1", []string{"1:5 found `for`, want a name after `let` | `for` is a word of the language and never a name"}},
		{"a missing value", "let n = not\nwait until x within 5s", []string{"1:12 found the end of the line, want a value"}},
		{"a let without a sign", "let limit 500ms", []string{"1:11 found `500ms`, want `=`"}},
		{"a let with a type", "let limit: duration = 500ms", []string{"1:10 found `:`, want `=` | the type of a `let` is that of its value"}},
		{"a check that has no value", "let x = check \"a\" { f() }", []string{"1:9 `check` has no value that `let` could name | values come from expressions, `step`, `confirm`, `ask` and `$` commands"}},
		{"an ask without a name", "ask \"who\"", []string{"1:1 the answer to `ask` has no name | write `let answer = ask \"who\"`"}},

		{"a clause twice", "step \"x\" timeout 5m timeout 6m { f() }", []string{"1:21 `timeout` is written twice | each clause of a head stands there once"}},
		{"a policy twice", "check \"x\" or warn or stop { f() }", []string{"1:19 `or` is written twice | each clause of a head stands there once"}},
		{"a clause of another head", "check \"x\" retry 3 { f() }", []string{"1:11 found `retry`, want `within`, `timeout`, `or …` or `{`"}},
		{"a clause in the place of a value", "step \"x\" retry every 5s { f() }", []string{"1:16 found `every`, want a value"}},
		{"every without within", "check \"x\" every 5s { f() }", []string{"1:11 found `every`, want `within`, `timeout`, `or …` or `{` | write `within 2m every 5s`"}},
		{"a condition in a head", "step \"x\" timeout a or b { f() }", []string{"1:23 found `b`, want `stop`, `rollback`, `warn` or `ask` after `or` | a condition in a head needs parentheses"}},
		{"a wait without a deadline", "wait until ready()", []string{"1:19 found the end of the file, want `within` | every wait has a deadline: `wait until condition within 5m`"}},
		{"a rule of a monitor with unless", "monitor \"m\" of web for 5m every 5s {\n    rollback unless x > 5\n    wran if x\n}", []string{
			"2:14 found `unless`, want `if`",
			"3:5 found `wran`, want `rollback`, `fail`, `warn`, `pass` or `while` | a rule of a monitor is `rollback if condition for 2m`",
		}},
		{"a rule outside of a monitor", "rollback if x > 5", []string{"1:1 found `rollback`, want a statement | rules such as `rollback if …` stand in a monitor"}},
		{"a while outside of a monitor", "while { f() }", []string{"1:1 found `while` outside of a monitor | a loop goes over a list: `for x in list { }`; waiting is `wait until … within 5m`"}},
		{"an undo that isn't one", "undo or stop { f() }", []string{"1:9 found `stop`, want `ask` | an undo is `undo { }`, `undo or ask { }` or `undo none \"why\"`"}},
		{"a baseline without metrics", "baseline before for 2m", []string{"1:17 found `for`, want `of`"}},

		{"a parameter without a type", "fn f(x) -> int { return x }", []string{"1:7 found `)`, want `:` and a type | the types of parameters are written: `name: string`"}},
		{"a fn without a result", "fn f(x: int) { return x }", []string{"1:14 found `{`, want `->` and a type"}},
		{"a rule without parentheses", "rule f { g() }", []string{"1:8 found `{`, want `(`"}},
		{"parameters without an end", "fn f(x: int -> int { return x }", []string{"1:13 found `->`, want `,` or `)`"}},
		{"an input without a type", "input version", []string{"1:14 found the end of the file, want `:` and a type | write `input version: string`"}},
		{"an unknown event", "on fialure { f() }", []string{"1:4 found `fialure`, want `start`, `warn`, `waiting`, `failure`, `rollback`, `success` or `finish` | did you mean `failure`?"}},
		{"an import without a name", "use \"./db.drl\"", []string{"1:5 `db.drl` can't be a name | say how it is called here: use \"./db.drl\" as db"}},
		{"an import that isn't constant", "use \"./{x}\"", []string{"1:5 found a text with values in it, want a path that stands there as it is | what is imported is known before the run"}},
		{"a record with a sign of its own", "let r = { a = 1 }", []string{"1:13 found `=`, want `:` | a field is written `name: value`"}},
		{"fields without a separator", "let r = { a: 1 b: 2 }", []string{"1:16 found `b`, want `,`, a new line or `}`"}},
		{"names and texts as keys", "let r = { a: 1, \"b\": 2 }", []string{"1:17 names and texts as keys don't mix | a record is { name: value }, a map { \"key\": value }"}},
		{"a record in a head", "for x in { a: 1 } { f() }", []string{"1:10 found `{`, want a value | a record here needs parentheses: ({ … })"}},

		{"a bracket without an end", "let a = f(1, 2\nlet b = 3\nx = 4", []string{"1:10 this `(` isn't closed", "3:3 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`"}},
		{"a block without an end", "check \"x\" {\n    f()\n", []string{"3:1 found the end of the file, want `}`"}},
		{"a block that a declaration shows to be open", "phase \"a\" {\n    check \"b\" {\n        f()\n    }\n\non failure { g() }\nh = 1", []string{"6:1 found `on`, want `}`", "7:3 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`"}},
		{"a text that takes a brace with it", "check \"a\" { expect b == \"c }\nf()", []string{`1:25 this text has no closing " | a text of several lines stands between """`}},
		{"a brace too many", "f()\n}\ng()", []string{"2:1 found `}`, which closes nothing"}},
		{"an else without an if", "else { f() }", []string{"1:1 found `else`, want a statement | `else` follows the `}` of an `if`"}},
		{"a declaration in a declaration", "fn f() -> int {\n    fn g() -> int { return 1 }\n    return 1\n}", []string{"2:5 `fn` can't stand inside another declaration | declarations stand at the file's own level"}},
		{"each mistake of a block", "chek \"a\" {\n    x = 1\n    expect a = 1\n    f()\n}\ny = 2", []string{
			"1:1 found `chek`, want a statement | did you mean `check`?",
			"2:7 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`",
			"3:14 found `=`, want `==` | values are compared with `==`",
			"6:3 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := complaints(tt.text); !cmp.Equal(tt.want, got) {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.text, cmp.Diff(tt.want, got))
			}
		})
	}
}

const deep = "this is nested more than 200 deep | give the inner parts names with `let`, or make them a `fn` or a `rule`"

func TestBadFiles(t *testing.T) {
	tests := []unreadable{
		{"empty", "", nil},
		{"blank", "\n\n  \n", nil},
		{"1 MiB and a byte", strings.Repeat("#", maxSource+1), []string{"1:1 this file has 1048577 bytes, a script has at most 1 MiB (1048576) | split it, and bring the parts together with `use`"}},
		{"1 MiB", strings.Repeat("#", maxSource), nil},
		{"a byte order mark", "\ufefff()\n", []string{"1:1 this file begins with a byte order mark | save it as UTF-8 without one"}},
		{"CRLF", "check \"a\" {\r\n    $ a \\\r\n      b\r\n    x = 1\r\n}\r\n", []string{
			"1:12 lines end in CR LF, want LF alone | save the file with Unix line ends",
			"4:7 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`",
		}},
		{"invalid UTF-8", "# caf\xe9\nlet a = \"\xff\"\n", []string{"1:6 byte 0xe9 is not UTF-8 text | save the file as UTF-8"}},
		{"NUL", "f()\x00\n", []string{"1:4 this file holds a NUL byte, which no text has | is it a script?"}},
		{"an escape sequence", "# \x1b[31m\n", []string{"1:3 found the control character U+001B | in a text it is written \\u{1B}"}},
		{"text that runs backwards", "let a = \"\u202e\"\n", []string{"1:10 found U+202E, which makes a text look other than it is | in a text it is written \\u{202E}"}},
		{"10,000 parentheses", "let x = " + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000), []string{"1:209 " + deep}},
		{"10,000 blocks", strings.Repeat("if a {\n", 10_000) + strings.Repeat("}\n", 10_000), []string{"101:1 " + deep}},
		{"an unclosed text at the end", "let a = 1\nlet b = \"abc", []string{`2:9 this text has no closing " | a text of several lines stands between """`}},
	}
	complain(t, tests)
}

// unreadable is a text and the complaints about it.
type unreadable struct {
	name, text string
	want       []string
}

func complain(t *testing.T, tests []unreadable) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := complaints(tt.text); !cmp.Equal(tt.want, got) {
				t.Errorf("Parse (-want +got):\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}

func TestTwoHundredErrors(t *testing.T) {
	got := complaints(strings.Repeat("let = 1\n", 200))
	if len(got) != 101 {
		t.Fatalf("%d diagnostics, want 101", len(got))
	}
	for i, s := range got[:100] {
		if want := fmt.Sprintf("%d:5 found `=`, want a name after `let`", i+1); s != want {
			t.Errorf("error %d is %q, want %q", i+1, s, want)
		}
	}
	if want := "101:5 here and below are 100 more errors | mend the first ones: others may follow from them"; got[100] != want {
		t.Errorf("the last is %q, want %q", got[100], want)
	}
}

func TestUnclosedNamesTheOtherPlace(t *testing.T) {
	_, ds := Parse(source.NewFile("x", []byte("phase \"a\" {\n    f()\n")))
	if len(ds) != 1 || len(ds[0].Related) != 1 || ds[0].Related[0].Span != (source.Span{Start: 10, End: 11}) || ds[0].Related[0].Message != "this `{` isn't closed" {
		t.Errorf("Parse says %v, want the place of the brace", ds)
	}
}

// tree is the tree of one statement, in one line.
func tree(t *testing.T, text string) string {
	t.Helper()
	return strings.Join(strings.Fields(Tree(mustParse(t, text))), " ")
}

func TestTrees(t *testing.T) {
	tests := []struct{ name, text, same string }{
		{"and binds stronger than or", "expect a or b and c", "expect a or (b and c)"},
		{"not binds stronger than and", "expect not a and b", "expect (not a) and b"},
		{"a comparison binds stronger than not", "expect not a == b", "expect not (a == b)"},
		{"a range in a comparison", "expect a in 1..2 + 3", "expect a in (1..(2 + 3))"},
		{"a default binds stronger than a comparison", "expect a ?? b == c", "expect (a ?? b) == c"},
		{"products bind stronger than sums", "expect a - b * c - d", "expect (a - (b * c)) - d"},
		{"as binds stronger than minus", "expect -a as int", "expect -(a as int)"},
		{"try covers a chain", "let a = try b.c(1).d + 1", "let a = (try (b.c(1).d)) + 1"},
		{"a record at the start of what is expected", "expect { a: 1 }.a == 1", "expect ({ a: 1 }.a) == 1"},
		{"a type's question mark ends at ??", "let a = b as int ?? 1", "let a = (b as int) ?? 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.ReplaceAll(tree(t, tt.same), "Paren X: ", "")
			if got := tree(t, tt.text); got != want {
				t.Errorf("Parse(%q) is\n%s\nwant that of %q\n%s", tt.text, got, tt.same, want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	tests := []struct {
		text string
		want Expr
	}{
		{"1_000", &Int{Value: 1000}},
		{"1.5", &Number{Value: 1.5}},
		{"1h30m", &Quantity{Unit: UnitDuration, Int: 5400e9, Text: "1h30m"}},
		{"1.5ns", &Quantity{Unit: UnitDuration, Int: 2, Text: "1.5ns"}},
		{"0.5ns", &Quantity{Unit: UnitDuration, Int: 0, Text: "0.5ns"}},
		{"0.3GiB", &Quantity{Unit: UnitSize, Int: 322122547, Text: "0.3GiB"}},
		{"99.9%", &Quantity{Unit: UnitPercent, Float: 0.999, Text: "99.9%"}},
		{"5pp", &Quantity{Unit: UnitPoints, Float: 0.05, Text: "5pp"}},
		{`"a\n\t\"\\\{\}\u{1F600}"`, &String{Parts: []StringPart{{Text: "a\n\t\"\\{}😀"}}}},
		{`""`, &String{}},
		{`'\n{x}'`, &String{Raw: true, Parts: []StringPart{{Text: `\n{x}`}}}},
		{"\"\"\"\n    a\n      \"b\"\n\n    \"\"\"", &String{Multi: true, Parts: []StringPart{{Text: "a\n  \"b\"\n"}}}},
		{"'''\na\n'''", &String{Multi: true, Raw: true, Parts: []StringPart{{Text: "a"}}}},
		{`"""a"""`, &String{Multi: true, Parts: []StringPart{{Text: "a"}}}},
	}
	for _, tt := range tests {
		x, ds := ParseExpr(source.NewFile("x", []byte(tt.text)))
		if len(ds) > 0 {
			t.Errorf("ParseExpr(%q): %v", tt.text, ds)
			continue
		}
		ignorePlaces := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".At" }, cmp.Ignore())
		if diff := cmp.Diff(tt.want, x, ignorePlaces); diff != "" {
			t.Errorf("ParseExpr(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestParseExprWantsNothingElse(t *testing.T) {
	x, ds := ParseExpr(source.NewFile("x", []byte("1 + 2 3")))
	if got, want := said(ds), []string{"1:7 found `3`, want the end"}; !cmp.Equal(want, got) {
		t.Errorf("ParseExpr says %q, want %q", got, want)
	}
	if _, bad := x.(*BadExpr); !bad {
		t.Errorf("ParseExpr gives %T, want a BadExpr", x)
	}
}

func TestDocsBelongToWhatIsBelow(t *testing.T) {
	f := mustParse(t, "## Nothing.\n\n## The version,\n## with its v.\ninput version: string\n# no doc\nlet a = 1\n## Backs up.\nlet b = step \"back up\" {\n    undo none \"x\"\n}\n")
	if got, want := f.Stmts[0].(*Input).Doc, "The version,\nwith its v."; got != want {
		t.Errorf("the input's doc is %q, want %q", got, want)
	}
	if got := f.Stmts[1].(*Let).Doc; got != "" {
		t.Errorf("the first let's doc is %q, want none", got)
	}
	if let := f.Stmts[2].(*Let); let.Doc != "Backs up." || let.Step.Doc != "Backs up." {
		t.Errorf("the step's docs are %q and %q, want those of the let", let.Doc, let.Step.Doc)
	}
	if len(f.Comments) != 5 {
		t.Errorf("%d comments, want 5", len(f.Comments))
	}
}

// scripts are the texts of testdata, of the examples and of the library.
func scripts(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"testdata/*.drl", "../../examples/*.drl", "../../examples/*/*.drl", "../../examples/*/*/*.drl", "../../stdlib/*.drl"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = string(text)
		}
	}
	if len(all) == 0 {
		t.Fatal("there are no scripts")
	}
	return all
}

func TestSpans(t *testing.T) {
	for name, text := range scripts(t) {
		f := mustParse(t, text)
		var around []Element
		var check func(e Element) bool
		check = func(e Element) bool {
			s := e.Span()
			if s.Start > s.End || int(s.End) > len(text) {
				t.Errorf("%s: a %T is at %v of %d bytes", name, e, s, len(text))
			}
			if got := f.Source.Slice(s); got != strings.TrimSpace(got) && e != Element(f) {
				t.Errorf("%s: a %T has blanks around it: %q", name, e, got)
			}
			if p := around[len(around)-1].Span(); s.Start < p.Start || s.End > p.End {
				t.Errorf("%s: a %T at %v isn't inside its %T at %v", name, e, s, around[len(around)-1], p)
			}
			around = append(around, e)
			Walk(e, func(inner Element) bool { return inner == e || check(inner) })
			around = around[:len(around)-1]
			return false
		}
		around = []Element{f}
		for _, s := range f.Stmts {
			check(s)
		}
	}
}

// TestSlips breaks a script in one place at a time: most slips give one
// message, and none takes the rest of the file with it.
func TestSlips(t *testing.T) {
	text, err := os.ReadFile("testdata/release.drl")
	if err != nil {
		t.Fatal(err)
	}
	total, several := 0, 0
	s := newScanner(text)
	for {
		tok, _ := s.Next()
		if tok.EOF() {
			break
		}
		before, after := string(text[:tok.Pos.Offset]), string(text[tok.Pos.Offset:])
		for _, broken := range []string{before + after[len(tok.Value):], before + "(" + after, before + "\"" + after, before + "{" + after} {
			total++
			got := complaints(broken)
			if len(got) > 2 {
				several++
			}
			if len(got) > 6 {
				t.Errorf("a slip at %d gives %d messages:\n%s", tok.Pos.Offset, len(got), strings.Join(got, "\n"))
			}
		}
	}
	if several*20 > total {
		t.Errorf("%d of %d slips give more than two messages", several, total)
	}
}
