package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// real runs a script with real commands in a folder of its own.
func real(t *testing.T, script string) (run.Result, string, []event.Event) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Build(checked(t, script, standard.Universe()), plan.Inputs{Functions: standard.Lookup})
	if err != nil {
		t.Fatalf("plan.Build() = %v", err)
	}
	var events []event.Event
	e := memory.New(memory.Options{Run: "r1", Now: time.Now, AfterFunc: time.AfterFunc, Sink: func(v event.Event) { events = append(events, v) }})
	result := run.Start(t.Context(), p, run.Options{
		Run: "r1", Engine: e, Functions: standard.Lookup, Host: &builtins.Host{Dir: dir}, Dir: dir, Env: os.Environ(),
	})
	return result, strings.ReplaceAll(story(events), dir, "DIR"), events
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{{
		name: "commands act, ask and have values",
		script: `
let word = "two words; and $(more)"
step "write" {
    let files = $(ls).stdout.lines
    $ printf '%s\n' {word} > out.txt
    let said = $ echo hello
    expect said.stdout == "hello" and said.code == 0
    expect files == ["sub"]
    undo { $ rm out.txt }
}
check "it is there" {
    expect $(cat out.txt).stdout == word
    expect $?(test -e nothing).code == 1
    $ test -e out.txt
}
`,
		want: `
		armed: write
		$ printf '%s\n' 'two words; and $(more)' > out.txt
		$ echo hello
		step write: passed
		check it is there: passed
		passed 0
		`,
	}, {
		name: "a folder and variables",
		script: `
step "in" {
    in "sub" with { GREETING: "hi" } {
        $ echo $GREETING > file.txt
        let here = $(pwd).stdout
        expect here.ends_with("/sub")
    }
    expect file.read("sub/file.txt") == "hi\n"
    undo none "x"
}
`,
		want: `
		$ echo $GREETING > file.txt
		step in: passed
		passed 0
		`,
	}, {
		name: "a command that fails ends its step with its last lines",
		script: `
step "fails" {
    $ echo one; echo two >&2; sh -c 'exit 3'
    $ echo never
    undo none "x"
}
`,
		want: `
		$ echo one; echo two >&2; sh -c 'exit 3'
		step fails: failed
		  the command ended with exit code 3
		failed 1: fails: the command ended with exit code 3
		`,
	}, {
		name: "a deadline ends a command",
		script: `
step "slow" timeout 200ms {
    $ sleep 30
    undo none "x"
}
`,
		want: `
		$ sleep 30
		step slow: failed
		  not done after 200ms
		failed 1: slow: not done after 200ms
		`,
	}, {
		name: "the undo uses what was read then",
		script: `
step "replace" {
    let old = $?(cat version.txt).stdout
    $ echo v2 > version.txt
    undo { $ echo back to {old}. > back.txt }
}
check "never right" or rollback { expect file.read("version.txt") == "v3\n" }
`,
		want: `
		armed: replace
		$ echo v2 > version.txt
		step replace: passed
		check never right: failed
		  file.read("version.txt") == "v3\n" is not true
		rollback of [replace]
		$ echo back to ''. > back.txt
		undo replace: passed
		rolled_back 3: never right: file.read("version.txt") == "v3\n" is not true
		`,
	}} {
		t.Run(tt.name, func(t *testing.T) {
			_, got, _ := real(t, tt.script)
			want := strings.ReplaceAll(strings.TrimLeft(tt.want, "\n"), "\t", "")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the story (-want +got)\n%s", diff)
			}
		})
	}
}

func TestOutput(t *testing.T) {
	_, _, events := real(t, `
step "talks" {
    $ echo one; echo two >&2; sh -c 'exit 3'
    undo none "x"
}
`)
	var lines []string
	var failure event.Failure
	var code int
	for _, v := range events {
		switch e := v.Body.(type) {
		case event.Output:
			lines = append(lines, e.Stream+": "+e.Line)
		case event.EffectFinished:
			code = e.Code
		case event.NodeFinished:
			failure = e.Failures[0]
		}
	}
	if code != 3 {
		t.Errorf("the effect's code is %d, want 3", code)
	}
	if len(lines) != 2 || len(failure.Output) != 2 {
		t.Errorf("output is %q, of the failure %q; want one and two in both", lines, failure.Output)
	}
	if failure.Place.Line != 3 || !strings.HasPrefix(failure.Source, "$ echo one") {
		t.Errorf("the failure is at %v: %q, want line 3 and its source", failure.Place, failure.Source)
	}
}

func TestSecretOutputIsInNoEvent(t *testing.T) {
	_, got, events := real(t, `
check "token" {
    let token = secret $(echo hunter22-hunter22)
    expect token.stdout == "hunter22-hunter22"
}
`)
	for _, v := range events {
		if o, ok := v.Body.(event.Output); ok {
			t.Errorf("output %q is in an event", o.Line)
		}
	}
	if !strings.Contains(got, "check token: passed") {
		t.Errorf("the story is\n%s", got)
	}
}
