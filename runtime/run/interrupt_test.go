package run_test

import (
	"context"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/run"
)

func TestInterrupts(t *testing.T) {
	const script = `
step "one" {
    lab.act("1", for: 10s)
    undo { lab.act("undo 1", for: 10s) }
}
step "two" {
    lab.act("2", for: 20s)
    undo { lab.act("undo 2") }
    finally { lab.act("cleanup") }
}
step "three" { undo none "x" }
on failure { print("failure") }
on finish { print("finish {run.outcome}") }
`
	person := run.Interrupt{Signal: "SIGINT", Person: true}
	term := run.Interrupt{Signal: "SIGTERM"}
	tell(t, []scenario{{
		name:    "SIGTERM ends what runs, starts nothing, and lists what is armed",
		script:  script,
		signals: map[time.Duration]run.Interrupt{15 * time.Second: term},
		want: `
		armed: one
		act("1", for: 10s)
		step one: passed
		armed: two
		act("2", for: 20s)
		noted: SIGTERM: nothing new starts, what runs is being ended; once more ends at once
		act("cleanup")
		step two: interrupted (interrupted by SIGTERM)
		  interrupted by SIGTERM
		printed: finish interrupted
		interrupted 130: interrupted by SIGTERM
		left: two: lab.act("undo 2"), one: lab.act("undo 1", for: 10s)
		`,
	}, {
		name:    "a person is asked, and rolls back",
		script:  script,
		signals: map[time.Duration]run.Interrupt{5 * time.Second: person},
		person:  says(map[string]string{"interrupted": "roll back"}),
		want: `
		armed: one
		act("1", for: 10s)
		noted: SIGINT: nothing new starts, what runs is being ended; once more ends at once
		step one: interrupted (interrupted by SIGINT)
		  interrupted by SIGINT
		asked: the run was interrupted; what can be undone: "one"
		answered: roll back
		rollback of [one]
		act("undo 1", for: 10s)
		undo one: passed
		printed: finish rolled_back
		rolled_back 3: interrupted by SIGINT
		`,
	}, {
		name:    "a person leaves it",
		script:  script,
		signals: map[time.Duration]run.Interrupt{5 * time.Second: person},
		person:  says(map[string]string{"interrupted": "leave it"}),
		want: `
		armed: one
		act("1", for: 10s)
		noted: SIGINT: nothing new starts, what runs is being ended; once more ends at once
		step one: interrupted (interrupted by SIGINT)
		  interrupted by SIGINT
		asked: the run was interrupted; what can be undone: "one"
		answered: leave it
		printed: finish interrupted
		interrupted 130: interrupted by SIGINT
		left: one: lab.act("undo 1", for: 10s)
		`,
	}, {
		name: "a rollback is not cut short by one Ctrl-C",
		script: script + `
check "c" or rollback { expect 1 == 2 }
`,
		signals: map[time.Duration]run.Interrupt{35 * time.Second: person},
		want: `
		armed: one
		act("1", for: 10s)
		step one: passed
		armed: two
		act("2", for: 20s)
		act("cleanup")
		step two: passed
		step three: passed
		check c: failed
		  1 == 2 is not true
		rollback of [two, one]
		act("undo 2")
		undo two: passed
		act("undo 1", for: 10s)
		noted: SIGINT: a rollback is at work and goes on; once more ends it as it is
		undo one: passed
		printed: finish rolled_back
		rolled_back 3: c: 1 == 2 is not true
		`,
	}, {
		name: "SIGTERM ends a rollback and says what is left",
		script: script + `
check "c" or rollback { expect 1 == 2 }
`,
		signals: map[time.Duration]run.Interrupt{35 * time.Second: term},
		want: `
		armed: one
		act("1", for: 10s)
		step one: passed
		armed: two
		act("2", for: 20s)
		act("cleanup")
		step two: passed
		step three: passed
		check c: failed
		  1 == 2 is not true
		rollback of [two, one]
		act("undo 2")
		undo two: passed
		act("undo 1", for: 10s)
		noted: SIGTERM: ending now
		undo one: failed
		  interrupted by SIGTERM
		rollback_failed 4: 1 of 2 steps not undone; rolled back because c: 1 == 2 is not true
		left: one: lab.act("undo 1", for: 10s)
		`,
	}})
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	sc := scenario{
		script: `
step "s" {
    lab.act("1", for: 10s)
    finally { lab.act("cleanup", for: 25s) }
    undo { lab.act("undo") }
}
on finish { print("never") }
`,
		signals: map[time.Duration]run.Interrupt{
			2 * time.Second: {Signal: "SIGINT"}, 5 * time.Second: {Signal: "SIGINT"},
		},
	}
	result, got, _ := sc.run(t)
	if result.Outcome != run.Interrupted || result.Exit != 130 || result.Duration != 5*time.Second {
		t.Errorf("the run was %s (%d) after %v, want interrupted (130) after 5s:\n%s", result.Outcome, result.Exit, result.Duration, got)
	}
}

// A command that ignores SIGTERM has the grace that its step gives it, at
// most 5s after a signal that no person sent, and none after a second one.
func TestGraceAfterInterrupts(t *testing.T) {
	person, term := run.Interrupt{Signal: "SIGINT", Person: true}, run.Interrupt{Signal: "SIGTERM"}
	for _, tt := range []struct {
		name    string
		grace   string
		signals map[time.Duration]run.Interrupt
		ends    time.Duration
	}{
		{"a person waits for all of it", "grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: person}, 22 * time.Second},
		{"SIGTERM doesn't", "grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: term}, 7 * time.Second},
		{"SIGINT without a person neither", "grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: {Signal: "SIGINT"}}, 7 * time.Second},
		{"less than that stays less", "grace 3s", map[time.Duration]run.Interrupt{2 * time.Second: term}, 5 * time.Second},
		{"a deadline has passed before SIGTERM", "timeout 1s grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: term}, 7 * time.Second},
		{"a second one ends it", "grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: person, 4 * time.Second: person}, 4 * time.Second},
		{"one that says now", "grace 20s", map[time.Duration]run.Interrupt{2 * time.Second: {Signal: "SIGQUIT", Now: true}}, 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sc := scenario{
				script:  "step \"s\" " + tt.grace + " {\n    $ stubborn\n    undo none \"x\"\n}",
				signals: tt.signals,
				commands: func(ctx context.Context, l command.Line, _ func(stream, line string)) (command.Result, error) {
					<-ctx.Done()
					grace := time.NewTimer(l.Grace)
					defer grace.Stop()
					select {
					case <-grace.C:
					case <-l.Hurry:
					}
					return command.Result{}, &command.StoppedError{Cause: context.Cause(ctx)}
				},
			}
			result, got, _ := sc.run(t)
			if result.Duration != tt.ends || result.Outcome != run.Interrupted {
				t.Errorf("the run was %s after %v, want interrupted after %v:\n%s", result.Outcome, result.Duration, tt.ends, got)
			}
		})
	}
}
