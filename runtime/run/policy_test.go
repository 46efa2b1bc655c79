package run_test

import (
	"testing"
)

func TestPolicies(t *testing.T) {
	tell(t, []scenario{{
		name:   "everything passes",
		script: `check "one" { expect 1 == 1 }` + "\n" + `step "two" { lab.act("two")` + "\nundo none \"x\" }",
		want: `
		check one: passed
		act("two")
		step two: passed
		passed 0
		`,
	}, {
		name: "under stop the checks of a stretch are shown together, and no step follows",
		script: `
phase "before" {
    check "one" { expect 1 == 2 }
    check "two" { expect 2 == 2 }
    check "three" { expect 3 == 4 }
}
step "never" { undo none "x" }
on failure { print("failed: {run.reason}") }
on success { print("success") }
on finish { print("finish: {run.outcome}") }
`,
		want: `
		check one: failed
		  1 == 2 is not true
		check two: passed
		check three: failed
		  3 == 4 is not true
		printed: failed: one: 1 == 2 is not true; three: 3 == 4 is not true
		printed: finish: failed
		failed 1: one: 1 == 2 is not true; three: 3 == 4 is not true
		`,
	}, {
		name: "a step ends a stretch of checks",
		script: `
check "one" { expect 1 == 2 }
for x in [1, 2] {
    check "two {x}" { expect x == 1 }
}
step "never" { undo none "x" }
check "three" { expect 3 == 4 }
`,
		want: `
		check one: failed
		  1 == 2 is not true
		check two 1: passed
		check two 2: failed
		  x == 1 is not true
		failed 1: one: 1 == 2 is not true; two 2: x == 1 is not true
		`,
	}, {
		name: "warn goes on, and the handler knows why",
		script: `
check "one" or warn { expect 1 == 2 else "one is not two" }
check "two" { expect 2 == 2 }
on warn { print("warned: {run.reason}") }
`,
		want: `
		check one: warned
		  one is not two
		printed: warned: one: one is not two
		check two: passed
		passed 0
		`,
	}, {
		name: "a phase's policy holds for its nodes, a node's own is stronger",
		script: `
phase "deploy" or rollback {
    check "one" or warn { expect 1 == 2 }
    step "first" {
        lab.act("first")
        undo { lab.act("undo first") }
    }
    check "two" { expect 1 == 2 }
    check "three" { expect 1 == 1 }
}
on rollback { print("back: {run.outcome}, {run.reason}") }
on failure { print("failure") }
`,
		want: `
		check one: warned
		  1 == 2 is not true
		armed: first
		act("first")
		step first: passed
		check two: failed
		  1 == 2 is not true
		rollback of [first]
		act("undo first")
		undo first: passed
		printed: back: rolled_back, two: 1 == 2 is not true
		rolled_back 3: two: 1 == 2 is not true
		`,
	}, {
		name:    "ask: retry, then go on",
		script:  `check "flaky" or ask { expect lab.count("x") > 2 }` + "\n" + `check "next" { expect true }`,
		answers: map[string]string{"flaky": "retry"},
		want: `
		asked: flaky: lab.count("x") > 2 is not true
		answered: retry
		try 1 failed
		asked: flaky: lab.count("x") > 2 is not true
		answered: retry
		try 2 failed
		check flaky: passed
		check next: passed
		passed 0
		`,
	}, {
		name:   "ask: go on is a warning",
		script: `check "flaky" or ask { expect 1 == 2 }` + "\n" + `check "next" { expect true }`,
		person: says(map[string]string{"flaky": "go on"}),
		want: `
		asked: flaky: 1 == 2 is not true
		answered: go on
		check flaky: warned (gone on, said grace)
		  1 == 2 is not true
		check next: passed
		passed 0
		`,
	}, {
		name:   "ask: roll back",
		script: "step \"s\" or ask {\n lab.act(\"s\")\n expect 1 == 2\n undo { lab.act(\"undo\") }\n}",
		person: says(map[string]string{"s": "roll back"}),
		want: `
		armed: s
		act("s")
		asked: s: 1 == 2 is not true
		answered: roll back
		step s: failed
		  1 == 2 is not true
		rollback of [s]
		act("undo")
		undo s: passed
		rolled_back 3: s: 1 == 2 is not true
		`,
	}, {
		name:   "ask: nobody there leaves the run waiting",
		script: "check \"c\" or ask { expect 1 == 2 }\ncheck \"next\" { expect true }\non waiting { print(\"waiting for {run.waiting_for}\") }",
		want: `
		asked: c: 1 == 2 is not true
		check c: failed
		  1 == 2 is not true
		printed: waiting for c
		waiting 5: c: 1 == 2 is not true
		next: drl run release.drl --answer 'c=…', with retry, go on, stop or roll back
		`,
	}, {
		name: "a let that fails stops the run",
		script: `
let xs = [1, 2]
check "one" { expect true }
let third = xs[2]
check "never" { expect third == 3 }
`,
		want: `
		check one: passed
		let third: failed
		  xs has 2 items, none at 2
		failed 1: third: xs has 2 items, none at 2
		`,
	}, {
		name: "nothing written in a rule, a loop or an if changes what a failure means",
		script: `
rule twice(name: string) {
    for n in [1, 2] {
        check "{name} {n}" { expect n == 1 }
    }
}
phase "deploy" or warn {
    if 1 == 1 { twice("x") }
    check "next" { expect true }
}
`,
		want: `
		check x 1: passed
		check x 2: warned
		  n == 1 is not true
		check next: passed
		passed 0
		`,
	}})
}
