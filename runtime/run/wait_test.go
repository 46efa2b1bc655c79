package run_test

import (
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/run"
)

func TestWaits(t *testing.T) {
	tell(t, []scenario{{
		name:   "within tries until it passes",
		script: `check "up" within 1m every 10s { expect lab.count("x") == 3 }`,
		want: `
		try 1 failed
		try 2 failed
		check up: passed
		passed 0
		`,
	}, {
		name:   "within ends; the last failure is the one reported",
		script: `check "up" within 20s every 9s { expect lab.count("x") == 9 else "asked {lab.count("x")} times" }`,
		want: `
		try 1 failed
		try 2 failed
		check up: failed (3 tries in 18s)
		  asked 6 times
		failed 1: up: asked 6 times
		`,
	}, {
		name:   "a try that the end cuts off does not hide what was seen before",
		script: `check "up" within 20s every 5s { expect lab.count("x") > 1 else "down" ` + "\n" + ` require lab.slow(17s) == 2 }`,
		want: `
		try 1 failed
		check up: failed (2 tries in 20s)
		  down
		  lab.slow(17s) == 2 is not true
		failed 1: up: down
		`,
	}, {
		name:   "timeout is for one try",
		script: `check "slow" timeout 5s { expect lab.slow(20s) == 1 }`,
		want: `
		check slow: failed
		  not done after 5s
		failed 1: slow: not done after 5s
		`,
	}, {
		name:   "wait, and wait until",
		script: "wait 1h\nwait until lab.count(\"x\") == 3 within 1m every 10s\nwait until 1 == 2 within 30s",
		want: `
		wait 1h: passed
		try 1 failed
		try 2 failed
		wait until lab.count("x") == 3: passed
		try 1 failed
		try 2 failed
		try 3 failed
		try 4 failed
		try 5 failed
		try 6 failed
		try 7 failed
		try 8 failed
		try 9 failed
		wait until 1 == 2: failed (10 tries in 27s)
		  1 == 2 is still not true
		failed 1: until 1 == 2: 1 == 2 is still not true
		`,
	}, {
		name: "all expects of a check are judged, require ends it",
		script: `
check "c" {
    expect 1 == 2
    expect [1][3] == 1
    require 2 == 3
    expect 3 == 4
}`,
		want: `
		check c: failed
		  1 == 2 is not true
		  [1] has 1 item, none at 3
		  2 == 3 is not true
		failed 1: c: 1 == 2 is not true
		`,
	}, {
		name:   "what is left out by --only is skipped",
		script: "phase \"a\" {\n check \"one\" { expect 1 == 2 }\n}\nphase \"b\" {\n check \"two\" { expect 1 == 1 }\n}",
		only:   func(c run.Candidate) (bool, error) { return c.Phase == "b" && c.Kind == "check", nil },
		want: `
		check one: skipped (left out by --only)
		check two: passed
		passed 0
		`,
	}})
}

func TestLeftOutValue(t *testing.T) {
	tell(t, []scenario{{
		name: "the value of a step that was left out is missed where it is used",
		script: `
let n = step "one" {
    undo none "x"
    return 1
}
check "two" { expect n + 1 == 2 }
on finish { print("{n ?? 0}") }
`,
		only: func(c run.Candidate) (bool, error) { return c.Kind == "check", nil },
		want: `
		step one: skipped (left out by --only)
		check two: failed
		  n has no value yet
		printed: 0
		failed 1: two: n has no value yet
		`,
	}})
}

func TestParallel(t *testing.T) {
	sc := scenario{script: `
parallel max 2 for n in [1, 2, 3, 4] {
    check "c {n}" { expect lab.slow(10s) == n mod 2 }
}
check "still in the stretch" { expect true }
step "never" { undo none "x" }
`}
	result, got, _ := sc.run(t)
	if result.Duration != 20*time.Second || result.Failed != 2 || result.Passed != 3 {
		t.Errorf("the run took %v with %d failed and %d passed, want 20s, 2, 3:\n%s", result.Duration, result.Failed, result.Passed, got)
	}
	if !strings.Contains(result.Reason, "c 2: ") || !strings.Contains(result.Reason, "c 4: ") {
		t.Errorf("the reason is %q, want both failures", result.Reason)
	}
}

func TestParallelBlock(t *testing.T) {
	sc := scenario{script: `
parallel {
    step "a" or rollback {
        lab.act("a", for: 5s)
        expect 2 == 3
        undo { lab.act("undo a") }
    }
    step "b" {
        lab.act("b", for: 9s)
        undo { lab.act("undo b") }
    }
}
`}
	result, got, _ := sc.run(t)
	if result.Outcome != run.RolledBack || result.Duration != 9*time.Second || !strings.Contains(got, `act("undo b")`) {
		t.Errorf("the run was %s after %v, want rolled_back after 9s with b undone:\n%s", result.Outcome, result.Duration, got)
	}
}

func TestIdentities(t *testing.T) {
	sc := scenario{script: `
rule up(name: string) {
    check "{name} is up" { expect true }
}
phase "p" {
    for n in ["a", "b"] {
        up(n)
    }
    check "x" { expect true }
    check "x" { expect true }
    parallel {
        check "y" { expect true }
        check "y" { expect true }
    }
}
`}
	_, _, events := sc.run(t)
	got := map[string]bool{}
	for _, v := range events {
		if e, ok := v.Body.(event.NodeFinished); ok && e.Type == "check" {
			got[v.Node] = true
		}
	}
	for _, id := range []string{
		`phase "p" / for n in ["a", "b"] / ["a"] / rule up / check "{name} is up"`,
		`phase "p" / for n in ["a", "b"] / ["b"] / rule up / check "{name} is up"`,
		`phase "p" / check "x"`, `phase "p" / check "x" #2`,
		`phase "p" / parallel / check "y"`, `phase "p" / parallel / check "y" #2`,
	} {
		if !got[id] {
			t.Errorf("no node %s among %v", id, got)
		}
	}
}
