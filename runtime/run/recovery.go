package run

import (
	"context"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// recovery looks, after a rollback that a monitor asked for, whether the old
// version does well. It changes no outcome. An interrupt ends it.
func (r *runner) recovery(ctx context.Context) {
	r.mu.Lock()
	w, back := r.fired, r.outcome == RolledBack
	r.mu.Unlock()
	if w == nil || !back || ctx.Err() != nil {
		return
	}
	r.stopped.rolledBack()
	again, err := w.m.Again()
	if err != nil || again == nil {
		return
	}
	n := &node{s: w.s, head: w.n.head, at: w.n.at, title: w.n.title + ": the old version", id: w.n.id + " / recovery", parent: w.n.parent, limit: again.Window()}
	n.start()
	w.x.shared = nil // the others are over
	then := &watching{s: w.s, n: n, decl: w.decl, m: again, x: w.x}
	then.sample(ctx, ctx)
	if then.decided == nil {
		interrupted := again.Interrupt()
		then.decided = &interrupted
	}
	is, words := again.Recovered(*then.decided)
	r.engine.Emit(n.id, event.Recovered{Monitor: w.n.title, Is: is, Words: words, Place: plan.PlaceOf(w.s.program, w.n.at)})
	e := end{status: event.Passed, reason: words}
	if is != "yes" {
		e.status, e.reason = event.Warned, "recovered: "+is+": "+words
	}
	n.finish(e)
}
