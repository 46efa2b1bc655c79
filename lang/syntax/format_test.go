package syntax

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

// mustParse parses a text that has no errors.
func mustParse(t testing.TB, text string) *File {
	t.Helper()
	f, ds := Parse(source.NewFile("test.drl", []byte(text)))
	for _, d := range ds {
		if d.Severity == source.Error {
			t.Fatalf("Parse: %v\n%s", d, text)
		}
	}
	return f
}

// sameTree is Tree without the order of imports, which Format sorts.
func sameTree(f *File) string {
	var uses, rest []Stmt
	for _, s := range f.Stmts {
		if _, ok := s.(*Use); ok {
			uses = append(uses, s)
		} else {
			rest = append(rest, s)
		}
	}
	path := func(s Stmt) string {
		text, _ := s.(*Use).Path.Constant()
		return text
	}
	slices.SortStableFunc(uses, func(a, b Stmt) int { return strings.Compare(path(a), path(b)) })
	return Tree(&File{Source: f.Source, Stmts: append(uses, rest...)})
}

func comments(f *File) string {
	var all []string
	for _, c := range f.Comments {
		all = append(all, c.Text)
	}
	return strings.Join(all, "\n")
}

// checkFormat tests the laws of Format on a text without errors.
func checkFormat(t testing.TB, text string) string {
	t.Helper()
	f := mustParse(t, text)
	once := string(Format(f))
	g, ds := Parse(source.NewFile("formatted.drl", []byte(once)))
	if ds.HasErrors() {
		t.Fatalf("Format made a text that can't be read: %v\nfrom:\n%s\nto:\n%s", ds, text, once)
	}
	if diff := cmp.Diff(sameTree(f), sameTree(g)); diff != "" {
		t.Fatalf("Format changed the tree (-before +after):\n%s\nfrom:\n%s\nto:\n%s", diff, text, once)
	}
	if len(f.Comments) != len(g.Comments) {
		t.Fatalf("Format changed the comments (-before +after):\n%s", cmp.Diff(comments(f), comments(g)))
	}
	if twice := string(Format(g)); twice != once {
		t.Fatalf("Format isn't stable (-once +twice):\n%s\nfrom:\n%s", cmp.Diff(once, twice), text)
	}
	return once
}

func TestFormat(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments alone", "\n\n# a\n\n\n# b\n\n", "# a\n\n# b\n"},
		{"blanks and blank lines", "let   a=1\n\n\n\nlet b  = a+2*-c\n", "let a = 1\n\nlet b = a + 2 * -c\n"},
		{"calls, members, indexes and ranges", "let a = f ( x , y : 1 ) . b [ 0 ] ?. c\nlet d = 1 .. 2\n", "let a = f(x, y: 1).b[0]?.c\nlet d = 1..2\n"},
		{"parentheses that aren't calls", "wait (a)\nexpect (a or b) and c in [1,2]\n", "wait (a)\nexpect (a or b) and c in [1, 2]\n"},
		{"types", "input a : list [ string ]? = [ ]\nfn f( a : {b:int,} ) -> map[ x . Y ] { return a }\n", "input a: list[string]? = []\nfn f(a: { b: int }) -> map[x.Y] { return a }\n"},
		{"a lambda", "let a = b.map( (x,y)=>x+y ).map(x=>{a:x})\n", "let a = b.map((x, y) => x + y).map(x => { a: x })\n"},
		{"indentation", "check \"a\" {\nif b {\n$ c\n} else {\n$ d\n}\n}\n", "check \"a\" {\n    if b {\n        $ c\n    } else {\n        $ d\n    }\n}\n"},
		{"an else on a line of its own", "if a {\n f()\n}\n\nelse if b { g() }\nelse {\n h()\n}\n", "if a {\n    f()\n} else if b {\n    g()\n} else {\n    h()\n}\n"},
		{"an else behind a comment", "if a { f() } # why\nelse { g() }\n", "if a { f() }  # why\nelse { g() }\n"},
		{"a block on one line", "check \"a\" {expect b}\nphase \"c\" {\n\n}\n", "check \"a\" { expect b }\nphase \"c\" { }\n"},
		{"a block that is half on one line", "check \"a\" { expect b\n}\n", "check \"a\" {\n    expect b\n}\n"},
		{"a block that is too long", "check \"" + strings.Repeat("a", 60) + "\" { expect " + strings.Repeat("b", 60) + " }\n", "check \"" + strings.Repeat("a", 60) + "\" {\n    expect " + strings.Repeat("b", 60) + "\n}\n"},
		{"a record on one line", "let a = {b:1,c:2,}\nlet d = { }\n", "let a = { b: 1, c: 2 }\nlet d = {}\n"},
		{"a record of lines", "let a = { b: 1,\n  long_name: 2, c: [ 3,\n 4 ],\n\n  d: 5 }\n", "let a = {\n    b:         1\n    long_name: 2\n    c: [3,\n        4]\n\n    d: 5\n}\n"},
		{"a record around lines", "f({ a: [\n1,\n2,\n] })\n", "f({ a: [\n    1,\n    2,\n] })\n"},
		{"a map of lines", "let a = {\n\"b\": 1\n\"cd\": 2\n}\n", "let a = {\n    \"b\":  1\n    \"cd\": 2\n}\n"},
		{"metrics", "metrics web {\nlatency = a\nerrors=b lower is better\nserved   = c floor 10 higher is better\n}\n", "metrics web {\n    latency = a\n    errors  = b lower is better\n    served  = c higher is better floor 10\n}\n"},
		{"inputs", "input a: int\ninput long: string = \"x\"\n\ninput b: int\n", "input a:    int\ninput long: string = \"x\"\n\ninput b: int\n"},
		{"imports", "# head\nuse \"std/b\" # b\nuse \"std/a\" # a\n\nuse \"./c.drl\" as c\n", "# head\nuse \"std/a\"  # a\nuse \"std/b\"  # b\n\nuse \"./c.drl\" as c\n"},
		{"the clauses of a check", "check \"a\" or warn timeout 1m within 5m every 5s { f() }\n", "check \"a\" within 5m every 5s timeout 1m or warn { f() }\n"},
		{"the clauses of a step", "step \"a\" irreversible \"b\" repeatable or ask leaves \"c\" grace 1s retry 2 every 3s timeout 4m { f() }\n", "step \"a\" timeout 4m retry 2 every 3s grace 1s leaves \"c\" repeatable irreversible \"b\" or ask { f() }\n"},
		{"the clauses of a confirm and an ask", "confirm \"a\" or stop timeout 1h approvals 2 by \"b\"\nlet c = ask \"d\" timeout 1h secret\n", "confirm \"a\" by \"b\" approvals 2 timeout 1h or stop\nlet c = ask \"d\" secret timeout 1h\n"},
		{"the clauses of a monitor", "monitor \"a\" of web on no baseline pass or ask warmup 1m every 5s for 1h against live b {\nwarn if c\n}\n", "monitor \"a\" of web against live b for 1h every 5s warmup 1m on no baseline pass or ask {\n    warn if c\n}\n"},
		{"a policy on a line of its own", "check \"a\"\nor warn within 5m { f() }\n", "check \"a\" within 5m\n    or warn { f() }\n"},
		{"lines that go on", "let a = b +\nc\nlet d = e\n.f()\n.g(\n1,\n)\n", "let a = b +\n    c\nlet d = e\n    .f()\n    .g(\n        1,\n    )\n"},
		{"comments in brackets", "f( # a\n  1, # b\n  # c\n  2\n  # d\n)\n", "f(  # a\n    1,  # b\n    # c\n    2\n    # d\n)\n"},
		{"comments behind lines", "let a = 1 # one\nlet bcd = 2    #two\n\nf() # three\n", "let a = 1    # one\nlet bcd = 2  #two\n\nf()  # three\n"},
		{"comments in a record", "let a = { # x\nb: 1, # y\n# z\nc: 2 }\n", "let a = {  # x\n    b: 1  # y\n    # z\n    c: 2\n}\n"},
		{"commands as they are", "check \"a\" {$ make   'x  y'  |  b {c.d( 1 )}}\nlet e = $  f \\\n   g\nlet h = secret  $( i  {j} ) . stdout\n", "check \"a\" { $ make   'x  y'  |  b {c.d( 1 )} }\nlet e = $  f \\\n   g\nlet h = secret $( i  {j} ).stdout\n"},
		{"texts as they are", "let a = \"\"\"\n  b {c+d}\n  \"\"\"\nlet e = '\\d'\n", "let a = \"\"\"\n  b {c+d}\n  \"\"\"\nlet e = '\\d'\n"},
		{"mocks", "test \"a\" {\nmock $ \"b *\" after 5m=>{code:0}\nmock http . get ( \"*\" )=>fail(\"c\")\n}\n", "test \"a\" {\n    mock $ \"b *\" after 5m => { code: 0 }\n    mock http.get(\"*\") => fail(\"c\")\n}\n"},
		{"a type before a range", "let a = b as int? .. c\n", "let a = b as int? ..c\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := checkFormat(t, tt.text); got != tt.want {
				t.Errorf("Format(%q) (-want +got):\n%s", tt.text, cmp.Diff(tt.want, got))
			}
		})
	}
}

// TestScriptsAreFormatted holds the scripts that readers learn from to the one
// style: testdata, the examples and the library.
func TestScriptsAreFormatted(t *testing.T) {
	for name, text := range scripts(t) {
		if got := checkFormat(t, text); got != text {
			t.Errorf("%s isn't formatted (-want +got):\n%s", name, cmp.Diff(strings.Split(got, "\n"), strings.Split(text, "\n")))
		}
	}
}
