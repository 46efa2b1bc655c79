package run_test

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/run"
)

// ticked are the states of a metric at each tick of the node's title.
func ticked(events []event.Event, node, metric string) (states []string) {
	for _, v := range events {
		t, ok := v.Body.(event.Ticked)
		if !ok || !strings.Contains(v.Node, node) {
			continue
		}
		for _, m := range t.Metrics {
			if m.Name == metric {
				states = append(states, strings.TrimSuffix("ok "+m.State, " "))
				if m.State != "" {
					states[len(states)-1] = m.State
				}
			}
		}
	}
	return states
}

// Rule 3: what is slower than the interval makes the next ticks missed, and
// nothing is caught up with.
func TestMissedTicks(t *testing.T) {
	_, _, events := scenario{script: `
metrics web {
    a = lab.deaf(11s)
    b = lab.count("b")
}
monitor "deaf" of web for 30s every 5s or warn {
    rollback if b > 100
}
`}.run(t)
	if got, want := ticked(events, "deaf", "b"), []string{"ok", "missed", "missed", "ok", "missed", "missed", "ok"}; !slices.Equal(got, want) {
		t.Errorf("the ticks are %v, want %v", got, want)
	}
}

// Monitors side by side that look at the same metrics as often share their
// samples; one with another interval has its own.
func TestSharedTicks(t *testing.T) {
	_, story, events := scenario{script: `
metrics web { n = lab.count("n") }
parallel {
    monitor "one" of web for 20s every 5s { rollback if n > 1000 }
    monitor "two" of web for 20s every 5s { rollback if n.mean > 1000 }
    monitor "more" of web for 15s every 5s { warn if n > 1000 }
    monitor "slower" of web for 20s every 10s { warn if n > 1000 }
}
`}.run(t)
	seen := map[string][]float64{}
	for _, v := range events {
		if e, ok := v.Body.(event.Ticked); ok {
			seen[v.Node] = append(seen[v.Node], *e.Metrics[0].Number)
		}
	}
	var sets []string
	total := map[float64]int{}
	for node, values := range seen {
		sets = append(sets, node)
		for _, x := range values {
			total[x]++
		}
	}
	slices.Sort(sets)
	if len(sets) != 4 {
		t.Fatalf("ticks of %v\n%s", sets, story)
	}
	one, two, more, slower := seen[sets[1]], seen[sets[3]], seen[sets[0]], seen[sets[2]]
	if !slices.Equal(one, two) || !slices.Equal(one[:4], more) || len(one) != 5 {
		t.Errorf("those that look alike saw %v, %v and %v", one, two, more)
	}
	for _, x := range slower {
		if slices.Contains(one, x) {
			t.Errorf("the slower one saw %v, the others %v", slower, one)
		}
	}
	if len(total) != 8 {
		t.Errorf("%d samples were taken for 5 and 3 ticks", len(total))
	}
}

func TestWatching(t *testing.T) {
	tell(t, []scenario{{
		name: "against live: both are sampled at the same ticks",
		script: `
metrics canary { latency = lab.latency() }
metrics stable { latency = 100ms }
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "canary" of canary against live stable for 5m every 5s {
    rollback if degradation > 100% for 30s
}
`,
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor canary: failed (rollback)
		  latency is 152% worse than the baseline (252ms against 100ms) for 30s
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		canary: recovered: yes
		monitor canary: the old version: passed (` + "`rollback if degradation > 100% for 30s`" + ` is not true any more, 50s after the rollback: latency is 102ms)
		rolled_back 3: canary: latency is 152% worse than the baseline (252ms against 100ms) for 30s
		`,
	}, {
		name: "rule 24: an old version that does no better, which changes no outcome",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("another") }
}
monitor "a while" of web for 5m every 5s { rollback if latency > 200ms for 1m }
on finish { print(run.outcome) }
`,
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms for 1m
		rollback of [deploy]
		act("another")
		undo deploy: passed
		a while: recovered: no
		monitor a while: the old version: warned (recovered: no: the old version does no better: latency is 252ms, over the limit of 200ms for 1m)
		printed: rolled_back
		rolled_back 3: a while: latency is 252ms, over the limit of 200ms for 1m
		`,
	}, {
		name: "rule 24: two that ask for a rollback get one",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
parallel {
    monitor "one" of web for 5m every 5s { rollback if latency > 200ms for 30s }
    monitor "two" of web for 5m every 5s { rollback if latency > 240ms for 40s }
}
on rollback { check "never again" or rollback { expect 1 == 2 } }
`,
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor one: failed (rollback)
		  latency is 252ms, over the limit of 200ms for 30s
		decided: rollback
		monitor two: failed (rollback)
		  latency is 252ms, over the limit of 240ms for 40s
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		check never again: failed
		  1 == 2 is not true
		handler rollback: warned
		  never again: 1 == 2 is not true
		rollback_failed 4: on rollback: never again: 1 == 2 is not true; rolled back because one: latency is 252ms, over the limit of 200ms for 30s; two: latency is 252ms, over the limit of 240ms for 40s
		`,
	}, {
		name: "rule 24: an interrupt ends the look at the old version",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web for 5m every 5s { rollback now if latency > 200ms }
`,
		signals: map[time.Duration]run.Interrupt{12 * time.Second: {Signal: "SIGINT", Person: true}},
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		noted: SIGINT: nothing new starts, what runs is being ended; once more ends at once
		a while: recovered: unknown
		monitor a while: the old version: warned (recovered: unknown: ended after 10s of 50s (3 ticks), before its window was over: that is no verdict)
		rolled_back 3: a while: latency is 252ms, over the limit of 200ms
		`,
	}, {
		name: "rule 12: a while goes on until its stretches and holds could have filled",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "while" of web every 5s {
    rollback if latency.mean(1m) > 200ms for 30s
    while { wait 1s }
}
`,
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		wait 1s: passed
		decided: rollback
		monitor while: failed (rollback)
		  latency.mean(1m) is 252ms, over the limit of 200ms for 30s
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		while: recovered: unknown
		monitor while: the old version: warned (recovered: unknown: ` + "`rollback if latency.mean(1m) > 200ms for 30s`" + ` could not be judged)
		rolled_back 3: while: latency.mean(1m) is 252ms, over the limit of 200ms for 30s
		`,
	}, {
		name: "rule 12: so it does where nothing is wrong",
		script: web + `
monitor "a hold" of web every 5s {
    rollback if latency > 200ms for 30s
    while { wait 1s }
}
monitor "a stretch" of web every 5s {
    rollback if latency.mean(1m) > 200ms
    while { wait 1s }
}
monitor "both" of web every 5s {
    rollback if latency.mean(1m) > 200ms for 30s
    while { wait 1s }
}
`,
		want: `
		wait 1s: passed
		decided: pass
		monitor a hold: passed (7 ticks, none of its rules fired)
		wait 1s: passed
		decided: pass
		monitor a stretch: passed (13 ticks, none of its rules fired)
		wait 1s: passed
		decided: pass
		monitor both: passed (19 ticks, none of its rules fired)
		passed 0
		`,
	}, {
		name: "rule 12: where no data comes a while doesn't go on for ever",
		script: web + `
step "deploy" {
    lab.act("down")
    undo none "x"
}
monitor "while" of web every 5s or warn {
    rollback if latency > 200ms for 30s
    while { wait 1s }
}
`,
		want: `
		act("down")
		step deploy: passed
		wait 1s: passed
		decided: error
		monitor while: warned (error)
		  metric latency had no sample in the whole window: lab.latency: connection refused
		passed 0
		`,
	}, {
		name: "rule 19: with no baseline a person decides",
		script: web + `
baseline usual of web from last 3 passed runs
monitor "a while" of web against usual for 1m every 5s {
    rollback if degradation > 50%
}
`,
		want: `
		baseline usual: skipped (no earlier run that passed is on record)
		decided: not_compared
		asked: a while: there is no baseline to compare with, so ` + "`rollback if degradation > 50%`" + ` was not judged
		monitor a while: failed (not compared)
		  there is no baseline to compare with, so ` + "`rollback if degradation > 50%`" + ` was not judged
		waiting 5: a while: there is no baseline to compare with, so ` + "`rollback if degradation > 50%`" + ` was not judged
		next: drl run release.drl --answer 'a while=…', with retry, go on, stop or roll back
		`,
	}, {
		name: "rule 19: on no baseline pass keeps what was warned of",
		script: web + `
baseline usual of web from last 3 passed runs
monitor "a while" of web against usual for 1m every 5s on no baseline pass {
    rollback if degradation > 50%
    warn if latency > 50ms
}
`,
		want: `
		baseline usual: skipped (no earlier run that passed is on record)
		decided: not_compared
		monitor a while: warned (not compared)
		  latency is 102ms, over the limit of 50ms; the rest was not compared, there was no baseline
		passed 0
		`,
	}, {
		name: "rule 19: on no baseline fail",
		script: web + `
baseline usual of web from last 3 passed runs
monitor "a while" of web against usual for 1m every 5s on no baseline fail {
    rollback if degradation > 50%
}
`,
		want: `
		baseline usual: skipped (no earlier run that passed is on record)
		decided: not_compared
		monitor a while: failed (not compared)
		  there is no baseline to compare with, so ` + "`rollback if degradation > 50%`" + ` was not judged
		failed 1: there is no baseline to compare with, so ` + "`rollback if degradation > 50%`" + ` was not judged
		`,
	}, {
		name: "rule 18: a baseline stands still from then on",
		script: web + `
baseline before of web for 1m every 5s
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "long after" of web against before for 1h every 5s { rollback if degradation > 50% for 55m }
`,
		want: `
		baseline before: passed
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor long after: failed (rollback)
		  latency is 147% worse than the baseline (252ms against 102ms) for 55m
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		long after: recovered: yes
		monitor long after: the old version: passed (` + "`rollback if degradation > 50% for 55m`" + ` is not true any more, 55m after the rollback: latency is 102ms (baseline 102ms))
		rolled_back 3: long after: latency is 147% worse than the baseline (252ms against 102ms) for 55m
		`,
	}, {
		name: "rule 8: a ratio near 1 of which more is better gets a word",
		script: `
metrics web { up = 0.99 as percent higher is better }
baseline before of web for 1m every 5s
`,
		want: `
		noted: up is above 90%: from 99.9% to 99% is 0.9% worse, with ten times as much wrong; measure its complement, lower is better
		baseline before: passed
		passed 0
		`,
	}, {
		name: "rule 18: too few samples to compare with are told",
		script: `
metrics web {
    n = lab.count("n") lower is better
    e = events(1, of: 2) lower is better
}
baseline before of web for 40s every 5s
`,
		want: `
		baseline before: warned (too few samples to compare with: n, e)
		passed 0
		`,
	}, {
		name: "rules 19 and 20: with no baseline, and no sample ever, on no baseline pass doesn't pass",
		script: web + `
baseline usual of web from last 3 passed runs
step "deploy" {
    lab.act("down")
    undo none "x"
}
monitor "a while" of web against usual for 1m every 5s on no baseline pass or stop {
    rollback if degradation > 50%
}
`,
		want: `
		baseline usual: skipped (no earlier run that passed is on record)
		act("down")
		step deploy: passed
		decided: error
		monitor a while: failed (error)
		  metric latency had no sample in the whole window: lab.latency: connection refused
		failed 1: a while: metric latency had no sample in the whole window: lab.latency: connection refused
		`,
	}, {
		name: "rule 24: never back to a version whose last verdict was a rollback",
		script: `
input version: string = "v3"
release "tickets" { version: version }
` + web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web for 5m every 5s { rollback now if latency > 200ms }
`,
		past: []run.Past{{Run: "r9", Version: "v2", Outcome: run.RollbackFailed}, {Run: "r8", Version: "v1", Outcome: run.Passed}},
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms
		asked: a while: latency is 252ms, over the limit of 200ms; it would go back to v2, which was itself rolled back in run r9
		waiting 5: a while: latency is 252ms, over the limit of 200ms; it would go back to v2, which was itself rolled back in run r9
		left: deploy: lab.act("undo bad")
		next: drl run release.drl --answer 'back to v2=…', with stop or roll back
		`,
	}, {
		name: "rule 24: the release's own version is nothing to go back to",
		script: `
release "tickets" { version: "v2" }
` + web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web for 5m every 5s { rollback now if latency > 200ms }
`,
		past: []run.Past{{Run: "r9", Version: "v2", Outcome: run.RolledBack}, {Run: "r8", Version: "v2", Outcome: run.Passed}},
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		a while: recovered: yes
		monitor a while: the old version: passed (` + "`rollback now if latency > 200ms`" + ` is not true any more, 50s after the rollback: latency is 102ms)
		rolled_back 3: a while: latency is 252ms, over the limit of 200ms
		`,
	}, {
		name: "rule 24: the version before one that was rolled back is fine",
		script: `
release "tickets" { version: "v3" }
` + web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web for 5m every 5s { fail now if latency > 20s
 rollback now if latency > 200ms }
`,
		past: []run.Past{
			{Run: "r9", Version: "v2", Outcome: run.RolledBack},
			{Run: "r8", Version: "v2", Outcome: run.Failed, Events: happened(event.RunStarted{})}, // in a check, before its first step
			{Run: "r7", Version: "v1", Outcome: run.Passed},
		},
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		a while: recovered: yes
		monitor a while: the old version: passed (` + "`rollback now if latency > 200ms`" + ` is not true any more, 50s after the rollback: latency is 102ms)
		rolled_back 3: a while: latency is 252ms, over the limit of 200ms
		`,
	}})
}

// Rule 18: what the same monitor saw in earlier runs that passed, at the same
// time since its start.
func TestFromEarlierRuns(t *testing.T) {
	const script = web + `
baseline usual of web from last 3 passed runs
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web against usual for 1m every 5s on no baseline pass {
    rollback if degradation > 50% for 10s
}
`
	record := func(run string, ms func(at time.Duration) float64) func() iter.Seq2[event.Event, error] {
		return func() iter.Seq2[event.Event, error] {
			return func(yield func(event.Event, error) bool) {
				for at := time.Duration(0); at <= time.Minute; at += 5 * time.Second {
					x := ms(at) * 1e6
					values := []event.Float{event.Float(x), event.Float(x), event.Float(x)}
					if !yield(event.Event{Run: run, Node: "monitor a while", Body: event.Ticked{Block: "web", At: at, Metrics: []event.Metric{{Name: "latency", Number: &x, Values: values}}}}, nil) {
						return
					}
				}
			}
		}
	}
	// 252ms is usual in the first half minute of a release, and 100ms later.
	warming := func(at time.Duration) float64 {
		if at < 30*time.Second {
			return 240
		}
		return 100
	}
	flat := func(x float64) func(time.Duration) float64 { return func(time.Duration) float64 { return x } }
	past := []run.Past{
		{Run: "r13", Outcome: run.Failed, Events: record("r13", flat(900))},
		{Run: "r12", Outcome: "", Events: record("r12", flat(900))}, // killed
		{Run: "r11", Outcome: run.Waiting, Events: record("r11", flat(900))},
		{Run: "r10", Outcome: run.RollbackFailed, Events: record("r10", flat(900))},
		{Run: "r9", Outcome: run.RolledBack, Events: record("r9", flat(900))},
		{Run: "r8", Outcome: run.Passed, Events: record("r8", flat(900))},
		{Run: "r7", Outcome: run.Passed, Events: record("r7", warming)},
		{Run: "r6", Outcome: run.Passed, Events: record("r6", flat(1))},
		{Run: "r5", Outcome: run.Passed, Events: record("r5", flat(1))},
	}
	result, story, events := scenario{script: script, past: past}.run(t)
	if result.Outcome != run.RolledBack || !strings.Contains(story, "worse than the baseline (252ms against 100ms, the median of 3 runs)") {
		t.Fatal(story)
	}
	var runs, ticks int
	for _, v := range events {
		switch e := v.Body.(type) {
		case event.BaselineTaken:
			runs = e.Runs
		case event.Ticked:
			if !strings.Contains(v.Node, "recovery") {
				ticks++
			}
		case event.Decided:
			if e.Verdict == monitor.Rollback && e.Evidence[0].BaselineRuns != 3 {
				t.Errorf("the decision is on %d runs, want 3", e.Evidence[0].BaselineRuns)
			}
		}
	}
	if runs != 3 {
		t.Errorf("the baseline is of %d runs, want the last 3 that passed", runs)
	}
	// Half of the minute's samples have to be of its second half.
	if ticks < 9 {
		t.Errorf("it was rolled back after %d ticks, while 252ms was still usual\n%s", ticks, story)
	}
}

// What is wrong with the records of earlier runs is said, and is no reason to
// hold up a release.
func TestDamagedRecords(t *testing.T) {
	const script = web + `
baseline usual of web from last 3 passed runs
check "go on" { expect 1 == 1 }
`
	damaged := func(yield func(event.Event, error) bool) { yield(event.Event{}, errors.New("line 7: no event")) }
	tell(t, []scenario{{
		name: "a damaged run is left out", script: script,
		past: []run.Past{{Run: "r9", Outcome: run.Passed, Events: func() iter.Seq2[event.Event, error] { return damaged }}},
		want: `
		noted: run r9 is left out of the baseline, its record is damaged: line 7: no event
		baseline usual: skipped (no earlier run that passed is on record)
		check go on: passed
		passed 0
		`,
	}, {
		name: "records that can't be read", script: script, unread: errors.New("permission denied"),
		want: `
		noted: earlier runs can't be looked at: permission denied
		baseline usual: skipped (no earlier run that passed is on record)
		check go on: passed
		passed 0
		`,
	}})
}

// happened is the record of a run with these events.
func happened(bodies ...event.Body) func() iter.Seq2[event.Event, error] {
	return func() iter.Seq2[event.Event, error] {
		return func(yield func(event.Event, error) bool) {
			for _, b := range bodies {
				if !yield(event.Event{Body: b}, nil) {
					return
				}
			}
		}
	}
}
