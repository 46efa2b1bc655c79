package run

import (
	"context"
	"maps"

	"github.com/drl-lang/drl/runtime/monitor"
)

// Undo is the undo of a step that is still armed when its run has ended, for
// those who go on after it.
type Undo struct {
	Title string // of the step
	OrAsk bool   // its script wants a person to decide
	armed *armed
}

// Run carries the undo out, with the values that its step saw, over the engine
// of its run. It reports whether it went well; an undo runs once.
func (u *Undo) Run(ctx context.Context) bool {
	r := u.armed.s.r
	if u.armed.state != undoArmed && u.armed.state != undoLeft {
		return false
	}
	r.hard, r.endHard = context.WithCancelCause(ctx)
	defer r.endHard(errOver)
	r.undoOne(r.hard, u.armed)
	return u.armed.state == undoDone
}

// keep gives the result what outlives the run.
func (r *runner) keep(result *Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	result.Err, result.Frame = r.unbound, r.top.frame
	result.Baselines = maps.Clone(r.opts.Baselines)
	if result.Baselines == nil {
		result.Baselines = map[string]*monitor.Baseline{}
	}
	for declared, measured := range r.baselines {
		result.Baselines[declared.Name] = measured
	}
	for _, a := range r.armed {
		if a.state == undoArmed || a.state == undoLeft {
			result.Undos = append(result.Undos, &Undo{Title: a.title, OrAsk: a.undo.OrAsk, armed: a})
		}
	}
}
