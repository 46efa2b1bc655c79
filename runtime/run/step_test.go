package run_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/runtime/event"
)

func TestSteps(t *testing.T) {
	tell(t, []scenario{{
		name: "a retry uses what was read before the first write",
		script: `
step "s" retry 2 every 5s {
    let before = lab.count("reads")
    lab.act("write {before}")
    lab.act("flaky")
    undo { lab.act("undo {before}") }
}
check "stop" or rollback { expect lab.count("reads") == 0 }
`,
		fails: map[string]int{"flaky": 2},
		want: `
		armed: s
		act("write 1")
		act("flaky")
		try 1 failed
		act("write 1")
		act("flaky")
		try 2 failed
		act("write 1")
		act("flaky")
		step s: passed
		check stop: failed
		  lab.count("reads") == 0 is not true
		rollback of [s]
		act("undo 1")
		undo s: passed
		rolled_back 3: stop: lab.count("reads") == 0 is not true
		`,
	}, {
		name: "tries end",
		script: `
step "s" retry 1 {
    lab.act("broken")
    undo none "nothing"
}
`,
		fails: map[string]int{"broken": -1},
		want: `
		act("broken")
		try 1 failed
		act("broken")
		step s: failed
		  lab.act: broken does not work
		failed 1: s: lab.act: broken does not work
		`,
	}, {
		name: "a step that is done already is skipped and arms nothing",
		script: `
let v = step "s" {
    done if 1 == 1
    lab.act("never")
    undo { lab.act("undo") }
    return 4
}
check "v is null" or rollback { expect v is null and 1 == 2 }
`,
		want: `
		step s: skipped (already done)
		check v is null: failed
		  v is null and 1 == 2 is not true
		rollback of []
		rolled_back 3: v is null: v is null and 1 == 2 is not true
		`,
	}, {
		name: "done if is asked before the first write and after the body",
		script: `
step "s" {
    lab.act("work")
    done if lab.done("work")
    undo none "x"
}
step "again" {
    lab.act("work")
    done if lab.done("work")
    undo none "x"
}
step "never done" {
    lab.act("other")
    done if lab.done("another")
    undo none "x"
}
`,
		want: `
		act("work")
		step s: passed
		step again: skipped (already done)
		act("other")
		step never done: failed
		  the body ended well, and lab.done("another") is still false
		failed 1: never done: the body ended well, and lab.done("another") is still false
		`,
	}, {
		name: "a step takes no longer than its timeout, and what it has written is armed",
		script: `
step "slow" timeout 1m or rollback {
    lab.act("start")
    lab.act("takes long", for: 2m, timeout: 5m)
    undo { lab.act("stop") }
}
`,
		want: `
		armed: slow
		act("start")
		act("takes long", for: 2m, timeout: 5m)
		step slow: failed
		  not done after 1m
		rollback of [slow]
		act("stop")
		undo slow: passed
		rolled_back 3: slow: not done after 1m
		`,
	}, {
		name: "the first failed expect ends a step; finally runs all the same, its failure warns",
		script: `
step "s" {
    expect 1 == 2
    lab.act("never")
    finally { lab.act("cleanup") }
    undo none "x"
}
`,
		fails: map[string]int{"cleanup": 1},
		want: `
		act("cleanup")
		finally : warned
		  lab.act: cleanup does not work
		step s: failed
		  1 == 2 is not true
		failed 1: s: 1 == 2 is not true
		`,
	}, {
		name: "an undo is armed once every name it uses is bound",
		script: `
step "s" or rollback {
    lab.act("first")
    let id = lab.count("id")
    lab.act("second")
    expect 1 == 2
    undo { lab.act("undo {id}") }
}
`,
		want: `
		act("first")
		armed: s
		act("second")
		step s: failed
		  1 == 2 is not true
		rollback of [s]
		act("undo 1")
		undo s: passed
		rolled_back 3: s: 1 == 2 is not true
		`,
	}, {
		name: "an undo that could not be armed is said",
		script: `
step "s" or rollback {
    lab.act("first")
    let id = lab.count("id")
    undo { lab.act("undo {id}") }
}
`,
		fails: map[string]int{"first": 1},
		want: `
		act("first")
		noted: s has written and can't be undone: id, which its undo uses, has no value
		step s: failed
		  lab.act: first does not work
		rollback of []
		rolled_back 3: s: lab.act: first does not work
		`,
	}, {
		name: "in a loop each turn has an undo of its own, newest first",
		script: `
for n in ["a", "b"] {
    step "deploy {n}" {
        let old = lab.count(n)
        lab.act("deploy {n}")
        undo { lab.act("undo {n} {old}") }
    }
}
check "fails" or rollback { expect 1 == 2 }
`,
		want: `
		armed: deploy a
		act("deploy a")
		step deploy a: passed
		armed: deploy b
		act("deploy b")
		step deploy b: passed
		check fails: failed
		  1 == 2 is not true
		rollback of [deploy b, deploy a]
		act("undo b 1")
		undo deploy b: passed
		act("undo a 1")
		undo deploy a: passed
		rolled_back 3: fails: 1 == 2 is not true
		`,
	}, {
		name: "a safe write in a check is an observation and arms nothing",
		script: `
check "c" { expect safe lab.count("x") == 1 }
step "s" {
    let x = safe lab.count("y")
    expect x == 2
    undo { lab.act("undo {x}") }
}
`,
		want: `
		check c: passed
		step s: failed
		  x == 2 is not true
		failed 1: s: x == 2 is not true
		`,
	}})
}

// What a built-in hears while it works is the output of its effect, as a
// command's lines are.
func TestWhatABuiltinHearsIsItsOutput(t *testing.T) {
	_, _, events := scenario{script: `
step "build" {
    undo none "nothing stays"
    lab.act("one")
    lab.act("two")
}
`}.run(t)
	effects, got := map[int64]string{}, []string{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case event.EffectStarted:
			effects[b.ID] = b.Text
		case event.Output:
			got = append(got, effects[b.ID]+" "+b.Stream+": "+b.Line)
		}
	}
	want := []string{`lab.act("one") stdout: one is on its way`, `lab.act("two") stdout: two is on its way`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
