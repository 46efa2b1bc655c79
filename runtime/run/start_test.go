package run_test

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/runtime/run"
)

func TestStart(t *testing.T) {
	tell(t, []scenario{{
		name: "a let above the first node that fails: nothing starts, no handlers",
		script: `
let one = [1][lab.count("x")]
check "never" { expect one == 1 }
on failure { print("never") }
on finish { print("never") }
`,
		want: `
		let one: failed
		  [1] has 1 item, none at 1
		failed 1: one: [1] has 1 item, none at 1
		`,
	}, {
		name: "identity that stays the same",
		script: `
release "shop" {
    identity: lab.done("nothing")
}
step "s" {
    lab.act("1")
    undo none "x"
}
`,
		want: `
		act("1")
		step s: passed
		passed 0
		`,
	}, {
		name: "identity that changes before the first write is refused, nothing is written",
		script: `
release "shop" {
    identity: lab.count("system")
}
check "c" { expect true }
step "s" or rollback {
    lab.act("1")
    undo none "x"
}
step "never" { undo none "x" }
on failure { print("never") }
`,
		want: `
		check c: passed
		step s: failed
		  the target was 1 when the plan was made and is 2 now
		refused 6: the target was 1 when the plan was made and is 2 now
		`,
	}, {
		name:   "an empty script passes",
		script: "# nothing to do\n",
		want:   "passed 0\n",
	}, {
		name: "on start runs before the first node; a failing one only warns",
		script: `
on start { lab.act("start") }
check "c" { expect true }
`,
		fails: map[string]int{"start": 1},
		want: `
		act("start")
		handler start: warned
		  lab.act: start does not work
		check c: passed
		passed 0
		`,
	}})
}

func TestLimitsAtTheStart(t *testing.T) {
	sc := scenario{script: `
input pause: duration = 10s
let every_so_often = pause * lab.count("x")
check "c" within 5s every every_so_often { expect true }
`}
	result, got, _ := sc.run(t)
	if result.Exit != 2 || len(result.Wrong) != 1 || strings.Contains(got, "check") {
		t.Errorf("Start() = exit %d, wrong %v, want exit 2 and one problem:\n%s", result.Exit, result.Wrong, got)
	}
}

func TestExitCodes(t *testing.T) {
	for outcome, want := range map[string]int{
		run.Passed: 0, run.Failed: 1, run.RolledBack: 3, run.RollbackFailed: 4, run.Waiting: 5, run.Refused: 6,
		run.Interrupted: 130, "anything else": 70,
	} {
		if got := run.Exit(outcome); got != want {
			t.Errorf("Exit(%s) = %d, want %d", outcome, got, want)
		}
	}
}
