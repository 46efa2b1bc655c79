package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/plan"
)

// checked parses and checks a script without errors.
func checked(t testing.TB, text string) *check.Program {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("release.drl", []byte(text)))
	if ds.HasErrors() {
		t.Fatalf("syntax.Parse() = %v", ds)
	}
	p, ds := check.File(tree, check.Options{Universe: standard.Universe()})
	if ds.HasErrors() {
		for _, d := range ds {
			t.Log(d)
		}
		t.Fatal("the script has errors")
	}
	return p
}

// problems builds a plan and returns what is wrong, a line each.
func problems(t testing.TB, text string, in plan.Inputs) []string {
	t.Helper()
	in.Functions = standard.Lookup
	_, err := plan.Build(checked(t, text), in)
	if err == nil {
		return nil
	}
	ds, ok := err.(source.Diagnostics)
	if !ok {
		t.Fatalf("plan.Build() = %T, want diagnostics", err)
	}
	var lines []string
	for _, d := range ds {
		line, _ := d.File.Position(d.Span.Start)
		text := fmt.Sprintf("%d: %s", line, d.Message)
		if d.Hint != "" {
			text += " | " + d.Hint
		}
		lines = append(lines, text)
	}
	return lines
}

func TestProblems(t *testing.T) {
	noEnv := func(string) (string, bool) { return "", false }
	for _, tt := range []struct {
		name   string
		script string
		in     plan.Inputs
		want   []string
	}{{
		name: "six wrong inputs at once",
		script: `input version: string matches '^v\d+$'
input window: duration = 30m
input share: percent <= 50%
input region: string in ["eu", "us"] = "eu"
input count: int >= 2
input names: list[string] matches '^[a-z]+$'
`,
		in: plan.Inputs{Flags: map[string]string{
			"version": "1", "window": "soon", "share": "80%", "region": "asia", "count": "two", "names": "a,B"}},
		want: []string{
			`1: --version is "1", want one matching '^v\d+$'`,
			`2: --window is "soon", want a duration such as 30m or 1h30m | want duration`,
			`3: --share is 80%, want <= 50%`,
			`4: --region is "asia", want one of "eu", "us"`,
			`5: --count is "two", want a whole number | want int, >= 2`,
			`6: --names is ["a","B"], want one matching '^[a-z]+$'`,
		},
	}, {
		name:   "missing inputs say how to give them",
		script: "input version: string matches '^v'\ninput key: secret\n",
		want: []string{
			`1: input version is missing | give --version or set DRL_INPUT_VERSION: want string, one matching '^v'`,
			`2: input key is missing | give --key or set DRL_INPUT_KEY: want secret`,
		},
	}, {
		name:   "the environment's inputs are named as they are set",
		script: "input window: duration\n",
		in: plan.Inputs{Env: func(name string) (string, bool) {
			return "10 minutes", name == "DRL_INPUT_WINDOW"
		}},
		want: []string{`1: DRL_INPUT_WINDOW is "10 minutes", want a duration such as 30m or 1h30m | want duration`},
	}, {
		name:   "an input that isn't there",
		script: "input window: duration = 1m\n",
		in:     plan.Inputs{Flags: map[string]string{"windw": "1m"}},
		want:   []string{`1: the script has no input windw | did you mean --window?`},
	}, {
		name:   "no target",
		script: "targets {\n    staging: { url: \"s\" }\n    production: { url: \"p\" }\n}\n",
		want:   []string{`1: no target was chosen | give --target NAME: the targets are staging, production`},
	}, {
		name:   "an unknown target",
		script: "targets {\n    staging: { url: \"s\" }\n    production: { url: \"p\" }\n}\n",
		in:     plan.Inputs{Target: "prodction"},
		want:   []string{`1: no target is called prodction | did you mean production? the targets are staging, production`},
	}, {
		name:   "a target for a script without",
		script: "check \"c\" { expect true }\n",
		in:     plan.Inputs{Target: "production"},
		want:   []string{`1: --target is "production", and the script has no targets | leave --target out`},
	}, {
		name: "variables that aren't set, but not for inputs that were given",
		script: `input key: secret = env("API_KEY")
input other: secret = env("OTHER_KEY")
check "c" { expect env("REGION") == env("ZONE", "a") }
`,
		in: plan.Inputs{Env: noEnv, Flags: map[string]string{"key": "k-123456"}},
		want: []string{
			`2: the environment has no OTHER_KEY | set it, or write a default: env("OTHER_KEY", "…")`,
			`3: the environment has no REGION | set it, or write a default: env("REGION", "…")`,
		},
	}, {
		name: "programs that aren't there, each once",
		script: `step "s" {
    $ railway up | tee out.txt
    $ railway status
    undo none "x"
}
`,
		in: plan.Inputs{LookPath: func(p string) bool { return p == "tee" }},
		want: []string{
			`2: no program railway is on PATH | install it, or add its folder to PATH`,
		},
	}, {
		name: "limits that depend on inputs",
		script: `input pause: duration = 10s
check "c" within 5m every pause { expect true }
`,
		in:   plan.Inputs{Flags: map[string]string{"pause": "10m"}},
		want: []string{`2: every 10m is not shorter than its within 5m | every 30s would look ten times`},
	}, {
		name: "rules of a monitor that depend on inputs",
		script: `input hold: duration = 2m
input window: duration = 30m
metrics web { n = file.size("a") }
baseline before of web for 1m every 5s
monitor "m" of web against before for window every 15s {
    rollback if n > 1kB for hold
    rollback if n.mean(20m) > 1kB
    rollback if n.p95 > 1kB
    rollback if degradation > 50%
    warn if n > 1kB for 30 of 100
}
`,
		in: plan.Inputs{Flags: map[string]string{"hold": "5s", "window": "2m"}},
		want: []string{
			`6: for 5s is shorter than the interval of 15s: it would never be seen to hold | write a longer for, or look more often`,
			`7: a stretch of 20m is longer than the window of 2m: it never fills | make it shorter, or the window longer`,
			`8: p95 needs 100 samples, and the window has at most 9 | look more often or longer, or choose a lower quantile: p50 needs 10 samples, p90 50, p95 100, p99 500`,
			`9: degradation of n needs 10 samples, and the window has 9 | look more often or longer`,
			`10: of 100 ticks, and the window has 9 | look more often, or at fewer`,
		},
	}, {
		name: "a hold that is longer than the window",
		script: `input hold: duration = 2m
metrics web { n = file.size("a") }
monitor "m" of web for 30m every 15s { rollback if n > 1kB for hold }
`,
		in:   plan.Inputs{Flags: map[string]string{"hold": "45m"}},
		want: []string{`3: for 45m is longer than the window of 30m: it can never fire | make it shorter, or the window longer`},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got := problems(t, tt.script, tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got)\n%s", diff)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		typ  *types.Type
		text string
		want string // "" is an error
	}{
		{types.TString, "a b", "a b"},
		{types.TInt, "1_000", "1000"},
		{types.TInt, "1.5", ""},
		{types.TNumber, "1.5", "1.5"},
		{types.TNumber, "NaN", ""},
		{types.TNumber, "1e999", ""},
		{types.TBool, "true", "true"},
		{types.TBool, "yes", ""},
		{types.TDuration, "1h30m", "1h30m"},
		{types.TSize, "400MiB", "400MiB"},
		{types.TPercent, "12.5%", "12.5%"},
		{types.TPercent, "12.5", ""},
		{types.TSecret, "hunter22", "•••"},
		{types.TSecret, "", ""},
		{types.TTime, "2026-11-22T15:04:05Z", "2026-11-22T15:04:05Z"},
		{types.ListOf(types.TString), "a, b,c", `["a","b","c"]`},
		{types.ListOf(types.TString), "", `[]`},
		{types.OptionOf(types.TInt), "3", "3"},
		{types.TAny, "3", ""},
	} {
		got, err := plan.Parse(tt.typ, tt.text)
		if err != nil {
			if tt.want != "" {
				t.Errorf("Parse(%v, %q) = %v", tt.typ, tt.text, err)
			}
			continue
		}
		if got.String() != tt.want {
			t.Errorf("Parse(%v, %q) = %v, want %q", tt.typ, tt.text, got, tt.want)
		}
	}
}

const shop = `release "shop" {
    version: version
}

targets {
    staging:    { url: "https://staging.example.com" }
    production: { url: "https://shop.example.com", guard: true }
}

## The version to release.
input version: string
input key: secret
input services: list[string] = ["web", "mail"]

let api = "{target.url}/api"

rule healthy(name: string) {
    check "{name} is healthy" within 1m every 5s {
        expect http.get("{api}/{name}").ok
    }
}

phase "Deploy" or rollback {
    confirm "{version} is approved" by "leads"
    step "copy" timeout 5m retry 2 {
        let old = file.read("old.txt")
        $ KEY={key} echo {version} {old}
        undo { $ echo back to {old} }
    }
    step "migrate" irreversible "the column is gone" {
        $ echo migrate
    }
    step "tell" {
        done if file.exists("told")
        file.write("told", "yes")
        undo or ask { file.remove("told") }
    }
    parallel for s in services {
        healthy(s)
    }
}

settle "it stays"

follow "a day later" after 24h { check "c" { expect true } }

on rollback { file.write("back.txt", "back") }
`

func shopPlan(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Build(checked(t, shop), plan.Inputs{
		Target: "production", Functions: standard.Lookup,
		Flags: map[string]string{"version": "v2", "key": "hunter22-hunter22"},
	})
	if err != nil {
		t.Fatalf("plan.Build() = %v", err)
	}
	return p
}

func TestTree(t *testing.T) {
	p := shopPlan(t)
	if p.Version != "v2" || !p.Guard || p.TargetName != "production" {
		t.Errorf("version %q, target %q, guard %v; want v2, production, true", p.Version, p.TargetName, p.Guard)
	}
	var got []string
	plan.Each(p.Nodes, func(n *plan.Node) { got = append(got, n.ID+" = "+n.Title) })
	want := []string{
		`phase "Deploy" = Deploy`,
		`phase "Deploy" / confirm "{version} is approved" = v2 is approved`,
		`phase "Deploy" / step "copy" = copy`,
		`phase "Deploy" / step "migrate" = migrate`,
		`phase "Deploy" / step "tell" = tell`,
		`phase "Deploy" / parallel for s in services = for s in services`,
		`phase "Deploy" / parallel for s in services / ["web"] / rule healthy = healthy`,
		`phase "Deploy" / parallel for s in services / ["web"] / rule healthy / check "{name} is healthy" = web is healthy`,
		`phase "Deploy" / parallel for s in services / ["mail"] / rule healthy = healthy`,
		`phase "Deploy" / parallel for s in services / ["mail"] / rule healthy / check "{name} is healthy" = mail is healthy`,
		`settle "it stays" = it stays`,
		`follow "a day later" = a day later`,
		`follow "a day later" / check "c" = c`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nodes (-want +got)\n%s", diff)
	}
	s := p.Summary()
	wantSummary := plan.Summary{
		Nodes: 7, Checks: 2, Steps: 3, Undoable: 1, Asked: 1, Confirms: []string{"v2 is approved"}, Monitors: []string{},
		Follows: []string{"a day later"}, NoReturn: `phase "Deploy" / step "migrate"`, Settles: `settle "it stays"`,
	}
	if diff := cmp.Diff(wantSummary, s); diff != "" {
		t.Errorf("summary (-want +got)\n%s", diff)
	}
}

func TestLoopsInLoopsAreBounded(t *testing.T) {
	script := "rule a() {\n    check \"c\" { expect true }\n}\n"
	for _, name := range []string{"b", "c", "d", "e"} {
		script += "rule " + name + "() {\n    for n in 1..40 {\n        " + string(name[0]-1) + "()\n    }\n}\n"
	}
	p, err := plan.Build(checked(t, script+"e()\n"), plan.Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	nodes := 0
	plan.Each(p.Nodes, func(*plan.Node) { nodes++ })
	if nodes < 100 || nodes > 5000 {
		t.Errorf("the plan has %d nodes, want some thousand at most", nodes)
	}
}

func TestPrint(t *testing.T) {
	p := shopPlan(t)
	for _, width := range []int{0, 40} {
		var out bytes.Buffer
		if err := p.Print(&out, plan.PrintOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "hunter22") || strings.Contains(out.String(), "\x1b") {
			t.Errorf("the plan shows a secret or a color:\n%s", &out)
		}
		if width > 0 {
			for line := range strings.Lines(out.String()) {
				if len([]rune(line)) > width+1 && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("a line of more than %d characters: %q", width, line)
				}
			}
			continue
		}
		golden(t, "testdata/shop.txt", out.Bytes())
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := shopPlan(t).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Target string
		Inputs []struct{ Name, Value, From string }
		Nodes  []plan.Node
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Target != "production" || len(got.Inputs) != 3 || got.Inputs[1].Value != value.Mask || len(got.Nodes) != 3 {
		t.Errorf("WriteJSON() = %+v", got)
	}
	step := got.Nodes[0].Nodes[1]
	if i := slices.IndexFunc(step.Effects, func(e plan.Effect) bool { return e.Writes }); i < 0 || step.Effects[i].Text != "$ KEY=••• echo v2 {old}" {
		t.Errorf("the step's effects are %+v, want one that writes: $ KEY=••• echo v2 {old}", step.Effects)
	}
}

// golden compares with a file; with DRL_UPDATE set it rewrites it first.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if os.Getenv("DRL_UPDATE") != "" {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
