package tester

import (
	"fmt"
	"iter"
	"slices"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// past are the runs of the plan's release and target that the test has made
// before this one, the newest first: they are on record, as on one machine.
func (j *job) past(p *plan.Plan) (past []run.Past) {
	for _, r := range j.test.Runs[:len(j.test.Runs)-1] {
		if r.started.Release != p.Program.Name || r.started.Target != p.TargetName {
			continue
		}
		past = append(past, run.Past{
			Run: fmt.Sprintf("of line %d", r.Place.Line), Version: r.started.Version, Outcome: r.Finish.Outcome, Events: r.events,
		})
	}
	slices.Reverse(past)
	return past
}

// events are those that later runs look at.
func (r *Ran) events() iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		for _, e := range r.kept {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// keep keeps what a later run of the test may look at.
func (r *Ran) keep(node string, b event.Body) {
	r.kept = append(r.kept, event.Event{Node: node, Body: b})
}

// looksBack tells whether a script of the test's file compares with earlier
// runs: then what monitors see is kept.
func (j *job) looksBack() bool {
	for _, s := range j.file.Scripts {
		if among(s.Program, takesEarlier) {
			return true
		}
	}
	return false
}

func takesEarlier(p *check.Program) bool {
	for _, o := range p.Baselines {
		if b, ok := o.Decl.(*syntax.Baseline); ok && b.Last != nil {
			return true
		}
	}
	return false
}
