package run_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

func TestRollback(t *testing.T) {
	tell(t, []scenario{{
		name: "newest first; two that fail are listed and the rest still run; the handler too",
		script: `
step "one" {
    lab.act("1")
    undo { lab.act("undo 1") }
}
step "two" {
    lab.act("2")
    undo { lab.act("undo 2") }
}
step "three" {
    lab.act("3")
    undo {
        lab.act("undo 3")
        lab.act("never")
    }
}
check "c" or rollback { expect 1 == 2 }
on rollback { print("{run.outcome}") }
on finish { print("finish {run.outcome}") }
`,
		fails: map[string]int{"undo 3": 1, "undo 1": 1},
		want: `
		armed: one
		act("1")
		step one: passed
		armed: two
		act("2")
		step two: passed
		armed: three
		act("3")
		step three: passed
		check c: failed
		  1 == 2 is not true
		rollback of [three, two, one]
		act("undo 3")
		undo three: failed
		  lab.act: undo 3 does not work
		act("undo 2")
		undo two: passed
		act("undo 1")
		undo one: failed
		  lab.act: undo 1 does not work
		printed: rollback_failed
		printed: finish rollback_failed
		rollback_failed 4: 2 of 3 steps not undone; rolled back because c: 1 == 2 is not true
		left: three: lab.act("undo 3"); lab.act("never"), one: lab.act("undo 1")
		`,
	}, {
		name: "those that ask wait for the others; yes runs them",
		script: `
step "one" {
    lab.act("1")
    undo { lab.act("undo 1") }
}
step "migrate" {
    lab.act("2")
    undo or ask { lab.act("undo 2") }
}
check "c" or rollback { expect 1 == 2 }
`,
		yes: []string{"mig*"},
		want: `
		armed: one
		act("1")
		step one: passed
		armed: migrate
		act("2")
		step migrate: passed
		check c: failed
		  1 == 2 is not true
		rollback of [migrate, one]
		act("undo 1")
		undo one: passed
		asked: undo migrate?
		answered: yes
		act("undo 2")
		undo migrate: passed
		rolled_back 3: c: 1 == 2 is not true
		`,
	}, {
		name: "nobody to ask: what is left is listed",
		script: `
step "migrate" {
    lab.act("2")
    undo or ask { lab.act("undo 2") }
}
check "c" or rollback { expect 1 == 2 }
`,
		want: `
		armed: migrate
		act("2")
		step migrate: passed
		check c: failed
		  1 == 2 is not true
		rollback of [migrate]
		asked: undo migrate?
		noted: migrate was not undone: nobody is here to answer
		rollback_failed 4: nothing was undone; rolled back because c: 1 == 2 is not true
		left: migrate: lab.act("undo 2")
		`,
	}, {
		name: "what is left is said as it is written, with its values",
		script: `
step "migrate" {
    let before = "0041"
    lab.act("2")
    undo or ask {
        in "." {
            $ migrate tickets {before}
        }
        lab.act("undo {before}")
    }
}
check "c" or rollback { expect 1 == 2 }
`,
		want: `
		armed: migrate
		act("2")
		step migrate: passed
		check c: failed
		  1 == 2 is not true
		rollback of [migrate]
		asked: undo migrate?
		noted: migrate was not undone: nobody is here to answer
		rollback_failed 4: nothing was undone; rolled back because c: 1 == 2 is not true
		left: migrate: in "." { $ migrate tickets {before} }; lab.act("undo {before}")  (before = "0041")
		`,
	}, {
		name: "a failing handler of the rollback makes it one that failed; others only warn",
		script: `
step "one" {
    lab.act("1")
    undo { lab.act("undo 1") }
}
check "c" or rollback { expect 1 == 2 }
on rollback {
    check "the old version serves" within 10s every 4s { expect lab.count("serves") > 9 }
    lab.act("never")
}
on finish { lab.act("report") }
`,
		fails: map[string]int{"report": 1},
		want: `
		armed: one
		act("1")
		step one: passed
		check c: failed
		  1 == 2 is not true
		rollback of [one]
		act("undo 1")
		undo one: passed
		try 1 failed
		try 2 failed
		check the old version serves: failed (3 tries in 8s)
		  lab.count("serves") > 9 is not true
		handler rollback: warned
		  the old version serves: lab.count("serves") > 9 is not true
		act("report")
		handler finish: warned
		  lab.act: report does not work
		rollback_failed 4: on rollback: the old version serves: lab.count("serves") > 9 is not true; rolled back because c: 1 == 2 is not true
		`,
	}, {
		name: "settle disarms",
		script: `
step "one" {
    lab.act("1")
    undo { lab.act("undo 1") }
}
settle "it stays"
check "c" or rollback { expect 1 == 2 }
`,
		want: `
		armed: one
		act("1")
		step one: passed
		noted: settled: it stays; nothing that was done before is undone now
		settle it stays: passed
		check c: failed
		  1 == 2 is not true
		failed 1: c: 1 == 2 is not true; nothing is rolled back after settle
		`,
	}, {
		name: "in handlers what control has not passed is null",
		script: `
let above = "set"
check "c" or rollback { expect 1 == 2 }
let below = lab.count("x")
on rollback { print("{above} {below ?? 0}") }
`,
		want: `
		check c: failed
		  1 == 2 is not true
		rollback of []
		printed: set 0
		rolled_back 3: c: 1 == 2 is not true
		`,
	}})
}

func TestBranchesAreUndoneSideBySide(t *testing.T) {
	sc := scenario{script: `
parallel for n in ["a", "b", "c"] {
    step "first {n}" {
        lab.act("first {n}")
        undo { lab.act("undo first {n}", for: 10s) }
    }
    step "second {n}" {
        lab.act("second {n}")
        undo { lab.act("undo second {n}", for: 10s) }
    }
}
check "c" or rollback { expect 1 == 2 }
`}
	result, got, events := sc.run(t)
	if result.Outcome != "rolled_back" || result.Duration != 20*time.Second {
		t.Errorf("the run was %s after %v, want rolled_back after 20s:\n%s", result.Outcome, result.Duration, got)
	}
	var undone []string
	for _, v := range events {
		if e, ok := v.Body.(event.NodeFinished); ok && e.Type == "undo" {
			undone = append(undone, e.Title)
		}
	}
	if len(undone) != 6 {
		t.Fatalf("undone: %v, want six", undone)
	}
	for _, title := range undone[:3] {
		if !strings.HasPrefix(title, "second") {
			t.Errorf("%s was undone before all second steps: %v", title, undone)
		}
	}
	for _, n := range []string{"a", "b", "c"} {
		if slices.Index(undone, "second "+n) > slices.Index(undone, "first "+n) {
			t.Errorf("branch %s was undone oldest first: %v", n, undone)
		}
	}
}
