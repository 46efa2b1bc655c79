package tester_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/cmd/drl/tester"
)

// failures runs the tests and returns what was wrong with each, by title.
func failures(t *testing.T, x texts, files map[string]string) map[string][]string {
	t.Helper()
	f := x.file(t)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(f.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := options()
	o.Workers = 4
	got := map[string][]string{}
	for _, test := range tester.Run(t.Context(), []*tester.File{f}, o).Tests {
		got[test.Title] = append([]string{}, test.Missing...)
		for _, failed := range test.Failures {
			got[test.Title] = append(got[test.Title], failed.Message)
		}
	}
	return got
}

func TestMocks(t *testing.T) {
	got := failures(t, texts{
		"release.drl": `
check "a" { expect http.get("https://a", headers: { accept: "text" }, query: { q: "x", p: "y" }).status == 200 }
wait 10m
check "b" { expect http.get("https://a").status == 200 }
check "c" { expect $(uname -a).stdout == "Linux" }
`,
		"x_test.drl": `
mock $ "uname *" => { stdout: "Linux" }
mock http.get("*") => { status: 500 }

test "one in the test wins over one of the file, and the last over the first" {
    mock http.get("*") => { status: 404 }
    mock http.get("*") => { status: 200 }
    expect run("release.drl").outcome == "passed"
}
test "the greatest after that has passed wins, wherever it is written" {
    mock http.get("*") after 5m => { status: 503 }
    mock http.get("*") after 9m => { status: 200 }
    mock http.get("*") after 11m => { status: 504 }
    mock http.get("*") => { status: 200 }
    expect run("release.drl").outcome == "passed"
}
test "of a record, what is written has to be there" {
    mock http.get("*", query: { q: "x" }) => { status: 200 }
    mock http.get("*") after 1m => {}
    expect run("release.drl").outcome == "passed"
}
test "another value doesn't fit" {
    mock http.get("*", query: { q: "z" }) => { status: 200 }
    mock http.get("*") after 1m => {}
    expect run("release.drl").reason contains "status == 200"
}
test "each run counts from its own start" {
    mock http.get("*") => sequence({ status: 200 }, { status: 200 }, { status: 500 })
    expect run("release.drl").outcome == "passed"
    expect run("release.drl").outcome == "passed"
}
test "a mock that can't be evaluated is the test's error" {
    let none = [1].filter(n => n > 1)
    mock http.get("*") => { status: none.max }
    expect run("release.drl").outcome == "failed"
}
test "what a mock gives has to fit" {
    mock http.get("*") => { status: series("x.csv", "status") as int }
    expect run("release.drl").outcome == "passed"
}
`,
	}, map[string]string{"x.csv": "time,status\n2026-01-01T00:00:00Z,200\n2026-01-01T00:09:00Z,200\n"})
	want := map[string][]string{
		"one in the test wins over one of the file, and the last over the first": {},
		"the greatest after that has passed wins, wherever it is written":        {},
		"of a record, what is written has to be there":                           {},
		"another value doesn't fit":                                              {},
		"each run counts from its own start":                                     {},
		"what a mock gives has to fit":                                           {},
	}
	broken := got["a mock that can't be evaluated is the test's error"]
	delete(got, "a mock that can't be evaluated is the test's error")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got)\n%s", diff)
	}
	if len(broken) == 0 || !strings.Contains(broken[0], "empty") {
		t.Errorf("a mock of an empty list's max: %q, want that it is empty", broken)
	}
}

// What a mock gives may call a built-in, and a fn that has a mock itself.
func TestMocksThatCall(t *testing.T) {
	got := failures(t, texts{
		"release.drl": "check \"x\" { expect http.probe(\"https://a\").errors == events(2, of: 10) }\n",
		"x_test.drl": `
fn bad(n: int) -> int { return n }

test "x" {
    mock bad(1) => 2
    mock http.probe("*") => { errors: events(bad(call), of: 10) }
    expect run("release.drl").outcome == "passed"
}
`,
	}, nil)
	if diff := cmp.Diff(map[string][]string{"x": {}}, got); diff != "" {
		t.Errorf("failures (-want +got)\n%s", diff)
	}
}

func TestPeople(t *testing.T) {
	got := failures(t, texts{
		"release.drl": `
confirm "sure?"
let name = ask "your name?"
step "a" {
    $ a
    undo or ask { $ unmake {name} }
}
check "b" or ask { expect http.get(env("HOST")).ok }
on rollback { notify.send(secret(env("SLACK_URL")), "back, says {name ?? "nobody"}") }
`,
		"x_test.drl": `
mock $ "*" => { duration: 1m }
mock env("HOST") => "https://a"
mock env("SLACK_URL") => "https://hooks.slack.com/x"
mock notify.send("*") => {}
mock http.get("*") => { status: 500 }

test "undos that ask are answered by yes" {
    let r = run("release.drl", yes: ["*"], answer: { "your name?": "ada", "b": "roll back" })
    expect r.outcome == "rolled_back"
    expect r.commands == ["a", "unmake ada"]
    expect r.notifications == ["back, says ada"]
    expect r.duration == 2m
}
test "and by no, whatever yes says" {
    let r = run("release.drl", yes: ["*"], no: ["a"], answer: { "your name?": "ada", "b": "roll back" })
    expect r.outcome == "rollback_failed"
    expect r.commands == ["a"]
}
test "nobody answers a policy" {
    let r = run("release.drl", yes: ["*"], answer: { "your name?": "ada" })
    expect r.outcome == "waiting"
}
test "a variable without a mock" {
    mock env("HOST") after 1h => ""
    let r = run("release.drl", yes: ["*"])
    expect r.outcome == "waiting"
}
`,
	}, nil)
	for title, all := range got {
		if len(all) > 0 {
			t.Errorf("%s: %q", title, all)
		}
	}
	missing := failures(t, texts{
		"release.drl": "check \"a\" { expect env(\"REGION\") == \"\" }\n",
		"x_test.drl":  "test \"x\" { expect run(\"release.drl\").outcome == \"passed\" }\n",
	}, nil)["x"]
	if diff := cmp.Diff([]string{`mock env("REGION") => ""`}, missing); diff != "" {
		t.Errorf("missing (-want +got)\n%s", diff)
	}
}

func TestSeries(t *testing.T) {
	release := "check \"x\" { expect file.size(\"a\") == 1B }\n"
	for _, tt := range []struct{ name, text, want string }{
		{"a.csv", "time,size\n0s,1B\n", ""},
		{"seconds.csv", "t,size\n0,1B\n30.5,2B\n", ""},
		{"missing.csv", "", "missing.csv: "},
		{"bare.csv", "time,size\n", "found no rows"},
		{"ragged.csv", "time,size\n0s\n", "not CSV"},
		{"late.csv", "time,size\n1m,1B\n30s,2B\n", "row 3: 30s is not after the row before it"},
		{"when.csv", "time,size\nsoon,1B\n", `row 2: the time is "soon", want a duration`},
		{"column.csv", "time,sise\n0s,1B\n", "column.csv has no column size, it has sise; did you mean sise?"},
	} {
		files := map[string]string{tt.name: tt.text}
		if tt.text == "" {
			files = nil
		}
		got := failures(t, texts{"release.drl": release, "x_test.drl": `
test "x" {
    mock file.size("a") => series("` + tt.name + `", "size") as size
    expect run("release.drl").outcome == "passed"
}
`}, files)["x"]
		if all := strings.Join(got, "\n"); tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, all, tt.want)
		}
	}
}

func TestSeriesStayInTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("time,size\n0s,1B\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := texts{"release.drl": "check \"x\" { expect file.size(\"a\") == 1B }\n"}
	for _, name := range []string{outside, "../secret.csv", "link.csv"} {
		x["x_test.drl"] = `
test "x" {
    mock file.size("a") => series("` + name + `", "size") as size
    expect run("release.drl").outcome == "passed"
}
`
		f := x.file(t)
		if err := os.Symlink(outside, filepath.Join(f.Dir, "link.csv")); err != nil {
			t.Fatal(err)
		}
		r := tester.Run(t.Context(), []*tester.File{f}, options())
		if r.Failed() == 0 || !strings.Contains(r.Tests[0].Failures[0].Message, "in the test's folder alone") {
			t.Errorf("series(%q) = %v, want that it is refused", name, r.Tests[0].Failures)
		}
	}
}

// A run that no clock ends is ended.
func TestEndless(t *testing.T) {
	got := failures(t, texts{
		"release.drl": "check \"x\" or ask { expect http.get(\"https://a\").ok }\n",
		"x_test.drl": `
mock http.get("*") => { status: 500 }

test "asked for ever" {
    expect run("release.drl", answer: { "x": "retry" }).outcome == "failed"
}
`,
	}, nil)["asked for ever"]
	if len(got) == 0 || !strings.Contains(got[0], `the run would never end: "x" was asked 1000 times`) {
		t.Errorf("failures = %q, want that it would never end", got)
	}
}

func TestCover(t *testing.T) {
	x := texts{
		"release.drl": `
fn grade(n: int) -> string {
    if n > 5 {
        return "high"
    }
    return if n > 2 then "middle" else "low"
}

let level = grade(3)

check "x" or warn { expect http.get("https://a").ok else "no" }
if level == "high" {
    confirm "sure?"
    confirm "really?"
}
let ok = step "y" {
    $ make
    undo { $ unmake }
    return 1
}
check "z" or rollback { expect ok == 1 }
`,
		"x_test.drl": `
mock $ "make" => {}
mock http.get("*") => {}
test "x" { expect run("release.drl").outcome == "passed" }
`,
	}
	o := options()
	o.Cover = true
	r := tester.Run(t.Context(), []*tester.File{x.file(t)}, o)
	if r.Failed() > 0 {
		t.Fatal(r.Tests[0].Failures, r.Tests[0].Missing)
	}
	var got []string
	for _, m := range r.Cover[0].Missed {
		got = append(got, strings.Join([]string{m.Kind, x.line(m.Line), m.What}, " | "))
	}
	want := []string{
		`branch | if n > 5 { | if n > 5`,
		`line | return "high" | return "high"`,
		`branch | return if n > 2 then "middle" else "low" | "low"`,
		`branch | check "x" or warn { expect http.get("https://a").ok else "no" } | or warn`,
		`branch | check "x" or warn { expect http.get("https://a").ok else "no" } | "no"`,
		`branch | if level == "high" { | if level == "high"`,
		`line | confirm "sure?" | confirm "sure?"`,
		`undo | undo { $ unmake } | undo { $ unmake }`,
		`line | undo { $ unmake } | undo { $ unmake }`,
		`branch | check "z" or rollback { expect ok == 1 } | or rollback`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("missed (-want +got)\n%s", diff)
	}
	if c := r.Cover[0]; c.Undos.Of != 1 || c.Undos.Reached != 0 || c.Branches.Of != 9 || c.Branches.Reached != 3 {
		t.Errorf("cover = %+v, want 0 of 1 undos and 3 of 9 branches", c)
	}
}

func (x texts) line(n int) string {
	return strings.TrimSpace(strings.Split(x["release.drl"], "\n")[n-1])
}

// Tests are told in the order of the text, however many run side by side.
func TestOrder(t *testing.T) {
	x := texts{"release.drl": "wait 1m\n", "x_test.drl": ""}
	var want []string
	for _, c := range "abcdefghijklmnop" {
		want = append(want, string(c))
		x["x_test.drl"] += "test \"" + string(c) + "\" { expect run(\"release.drl\").duration == 1m }\n"
	}
	o := options()
	o.Workers = 8
	var got []string
	for _, test := range tester.Run(t.Context(), []*tester.File{x.file(t)}, o).Tests {
		got = append(got, test.Title)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got)\n%s", diff)
	}
}
