package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// programOf checks a script without mistakes.
func programOf(t *testing.T, script string) *Program {
	t.Helper()
	p, ds := folderOf(script).check()
	for _, d := range ds {
		t.Errorf("%v (%s)", d, d.Hint)
	}
	return p
}

// find returns the first element of a kind in a program.
func find[E syntax.Element](t *testing.T, p *Program) E {
	t.Helper()
	var found E
	seen := false
	syntax.Walk(p.Tree, func(e syntax.Element) bool {
		if x, ok := e.(E); ok && !seen {
			found, seen = x, true
		}
		return !seen
	})
	if !seen {
		t.Fatalf("no %T in the script", found)
	}
	return found
}

func names(objects []*Object) []string {
	list := []string{}
	for _, o := range objects {
		list = append(list, o.Name)
	}
	return list
}

func TestAnUndoNamesWhatItNeeds(t *testing.T) {
	p := programOf(t, `input region: string = "eu"
let outer = "web"
for service in ["auth"] {
    step "deploy {service}" {
        let previous = file.read("previous")
        let unused = 1
        $ ./deploy {service}
        undo {
            let again = previous
            $ ./deploy {service} {again} {outer} {region} {[1].map(x => x)}
        }
    }
}
`)
	undo := find[*syntax.Undo](t, p)
	if diff := cmp.Diff([]string{"previous", "service", "outer"}, names(p.Info.UndoNames[undo])); diff != "" {
		t.Errorf("names of the undo (-want +got):\n%s", diff)
	}
}

func TestSlotsCountWithinTheirUnit(t *testing.T) {
	p := programOf(t, `input region: string = "eu"
let limit = 1s
fn near(a: int, b: int) -> bool {
    let gap = a - b
    return [gap].all(g => g < 3)
}
rule healthy(url: string) { check "healthy" { expect http.get(url).latency < limit } }
healthy("https://example.com/{region}")
check "near" { expect near(1, 2) }
`)
	slots := map[string]int{}
	for n, o := range p.Info.Defs {
		switch o.Kind {
		case ObjLet, ObjParam, ObjInput:
			slots[n.Text] = o.Slot
		}
	}
	want := map[string]int{"region": 0, "limit": 1, "a": 0, "b": 1, "gap": 2, "g": 3, "url": 0}
	if diff := cmp.Diff(want, slots); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
	if n := p.Info.Units[find[*syntax.Fn](t, p)].Slots; n != 4 {
		t.Errorf("the fn has %d slots, want 4", n)
	}
	if n := p.Info.Units[nil].Slots; n != 2 {
		t.Errorf("the file has %d slots, want 2", n)
	}
}

func TestEnvironmentThatHasToBeSet(t *testing.T) {
	p := programOf(t, `-- main.drl --
use "./more.drl" as more
input url: secret = env("DATABASE_URL")
let token = env("TOKEN")
let mode = env("MODE", "quiet")
check "answers" { expect http.get(more.address, bearer: token).ok and mode != "" }
on finish {
    notify.send(env("SLACK_URL"), "done")
    http.get(url, bearer: env("TOKEN"))
}
-- more.drl --
let address = env("ADDRESS")
`)
	type variable struct{ Name, Input string }
	var got []variable
	for _, v := range p.Env {
		input := ""
		if v.Input != nil {
			input = v.Input.Name
		}
		got = append(got, variable{v.Name, input})
	}
	want := []variable{{"DATABASE_URL", "url"}, {"TOKEN", ""}, {"SLACK_URL", ""}, {"ADDRESS", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestLimitsThatWaitForInputs(t *testing.T) {
	p := programOf(t, `input window: duration = 30m
check "healthy" within window every 1m { expect http.get("https://example.com").ok }
`)
	var said []string
	for _, d := range p.Deferred {
		for _, window := range []time.Duration{0, 30 * time.Second, time.Hour} {
			values := make([]value.Value, len(d.Exprs))
			for i, e := range d.Exprs {
				values[i] = value.Duration(window)
				if _, literal := e.(*syntax.Quantity); literal {
					values[i] = value.Duration(time.Minute)
				}
			}
			if problem := d.Check(values); problem != nil {
				said = append(said, problem.Message)
			}
		}
	}
	want := []string{
		"within is 0s, and has to be longer than nothing",
		"every 1m is not shorter than its within 30s",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("what is wrong with the inputs (-want +got):\n%s", diff)
	}
}

func TestAnImportIsCheckedOnce(t *testing.T) {
	_, ds := folderOf(`-- main.drl --
use "./a.drl" as a
use "./b.drl" as b
check "both" { expect a.x == b.x }
-- a.drl --
use "./shared.drl" as shared
let x = shared.x
-- b.drl --
use "./shared.drl" as shared
let x = shared.x
-- shared.drl --
let x = 1
let y = "a" + 1
`).check()
	if len(ds) != 1 || ds[0].File.Name != "shared.drl" {
		t.Errorf("the mistake in the shared file is reported as %v", ds)
	}
}

func TestARingOfImportsIsNamedInFull(t *testing.T) {
	_, ds := folderOf(codeCycle.Wrong).check()
	want := "files import each other in a ring: a.drl → b.drl → a.drl"
	if len(ds) != 1 || ds[0].Message != want {
		t.Errorf("got %v, want %s", ds, want)
	}
}

func TestWhatCouldNotBeReadIsReportedOnce(t *testing.T) {
	_, ds := folderOf(`let limit = = 500ms
check "time" { expect http.get("https://example.com").latency < limit }
`).check()
	if len(ds) != 1 {
		t.Errorf("one mistake gives %d diagnostics: %v", len(ds), ds)
	}
}

func TestAllMistakesOfAFileAtOnce(t *testing.T) {
	script := ""
	for range 200 {
		script += "check \"one of many\" { expect misspelled > 1 }\n"
	}
	_, ds := folderOf(script).check()
	if len(ds) != 200 {
		t.Errorf("200 mistakes give %d diagnostics", len(ds))
	}
}

func TestAnEmptyFile(t *testing.T) {
	p, ds := folderOf("").check()
	if len(ds) != 0 || p.Name != "main" {
		t.Errorf("an empty file is %q with %v", p.Name, ds)
	}
}

func TestWithoutAUniverse(t *testing.T) {
	f := source.NewFile("x.drl", []byte("check \"one\" { expect 1 < 2 }\n"))
	tree, _ := syntax.Parse(f)
	if _, ds := File(tree, Options{}); len(ds) != 0 {
		t.Errorf("got %v", ds)
	}
}

func TestTests(t *testing.T) {
	_, ds := folderOf(`-- main.drl --
test "rolls back" {
    mock http.probe("*") => { latency: [100ms, 110ms] }
    mock http.get("*") after 10m => { status: 200, json: { status: "ok" } }
    mock http.gett("*") => { status: 200 }
    mock http.get("*") => { statuss: 200 }
    mock http.get("*", bearr: "x") => fail("no route")
    mock $ "railway *" => { code: 0 }
    mock nothing("*") => 1
    mock railway.current("*") => { id: "1" }
    let r = run("release.drl", version: "v1", target: "staging", yes: ["*"])
    let s = run("release.drl", version: 1)
    let u = run("release.drl", verison: "v1")
    expect r.outcome == "rolled_back" and r.reason contains "latency" and r.duration < 20m
    expect r.commands.last == s.commands.last and u.outcome == ""
    check "in a test" { expect 1 < 2 }
}
test "of nothing" {
    let r = run("releas.drl", version: "v1")
    expect r.outcome == "passed"
}
-- release.drl --
input version: string
check "version" { expect version != "" }
`).check()
	want := []string{
		"main.drl:4: http has no function gett",
		"main.drl:5: Response has no field statuss",
		"main.drl:6: http.get has no argument bearr",
		"main.drl:8: there is no call named nothing to mock",
		"main.drl:11: found int, want text for version",
		"main.drl:12: run has no argument verison",
		"main.drl:15: a check cannot stand in a test",
		"main.drl:18: there is no script releas.drl beside this one",
	}
	var got []string
	for _, d := range ds {
		place := d.File.Place(d.Span)
		got = append(got, place.String()+": "+d.Message)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is wrong with the tests (-want +got):\n%s", diff)
	}
}

func TestHostileFiles(t *testing.T) {
	tests := []struct {
		name, script string
		want         int // diagnostics; -1: any number
	}{
		{"ten thousand parentheses", "let x = " + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000) + "\n", 1},
		{"a file of a megabyte", strings.Repeat("let x = 1 # the same name again, and again\n", 1<<20/43), -1},
		{"invalid text", "let x = \"\xff\xfe\"\ncheck \"x\" { expect x != \"\" }\n", -1},
		{"an open string at the end", "check \"x\" { expect 1 < 2 }\nlet x = \"open", 1},
		{"a chain of lets", chainOfLets(3000), 0},
		{"lets that double", doublingLets(60), -1},
		{"a chain of fns", chainOfFns(1000), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, ds := folderOf(tt.script).check()
			if tt.want >= 0 && len(ds) != tt.want {
				t.Errorf("%d diagnostics, want %d: %v", len(ds), tt.want, ds)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func chainOfLets(n int) string {
	var b strings.Builder
	b.WriteString("let x0 = 1s\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "let x%d = x%d\n", i, i-1)
	}
	fmt.Fprintf(&b, "wait x%d\n", n-1)
	return b.String()
}

func doublingLets(n int) string {
	var b strings.Builder
	b.WriteString("let x0 = 1\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "let x%d = x%d + x%d\n", i, i-1, i-1)
	}
	fmt.Fprintf(&b, "confirm \"many\" approvals x%d\n", n-1)
	return b.String()
}

func TestAFnThatLooksIsNamedWithItsLook(t *testing.T) {
	_, ds := folderOf(`fn inner() -> bool { return http.get("https://example.com").ok }
fn outer() -> bool { return inner() }
metrics web { latency = http.probe("https://example.com").latency }
monitor "m" of web for 10m every 10s {
    warn if latency > 1s and outer()
}
`).check()
	if len(ds) != 1 || len(ds[0].Related) != 1 {
		t.Fatalf("got %v", ds)
	}
	got := ds[0].Message + "; " + ds[0].Related[0].Message + ": " + ds[0].File.Slice(ds[0].Related[0].Span)
	want := `outer reads, and a monitor's rule looks at nothing outside the script; this is what outer looks at: http.get("https://example.com")`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func chainOfFns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fn f%d() -> bool { return f%d() }\n", i, i+1)
	}
	fmt.Fprintf(&b, "fn f%d() -> bool { return http.get(\"https://example.com\").ok }\ncheck \"all\" { expect f0() }\n", n)
	return b.String()
}
