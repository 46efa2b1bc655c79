package run

import (
	"context"
	"fmt"
	"slices"

	"github.com/drl-lang/drl/runtime/event"
)

// rollback undoes what is armed, newest first, then asks about what is undone
// only after a question, then runs `on rollback`. An undo that fails doesn't
// keep the others from running.
func (r *runner) rollback(ctx context.Context, reason string) {
	r.stopped.rollingBack()
	standing := r.standing()
	r.engine.Emit("", event.RollbackStarted{Reason: reason, Undos: standing})
	r.mu.Lock()
	r.waiting = ""
	r.mu.Unlock()
	r.undoAll(ctx, r.top.undos)
	r.mu.Lock()
	asking := slices.Clone(r.armed)
	r.mu.Unlock()
	for _, a := range slices.Backward(asking) {
		if a.state == undoArmed && a.undo.OrAsk {
			r.undoAsked(ctx, a)
		}
	}
	r.mu.Lock()
	r.outcome = RolledBack
	if left := len(r.left()); left > 0 {
		r.outcome = RollbackFailed
		r.unfinished = fmt.Sprintf("%d of %d steps not undone", left, len(standing))
		if left == len(standing) {
			r.unfinished = "nothing was undone"
		}
	}
	r.mu.Unlock()
	if problem := r.handle(ctx, "rollback", ""); problem != "" {
		r.mu.Lock()
		r.outcome = RollbackFailed
		if r.unfinished == "" {
			r.unfinished = "on rollback: " + problem
		}
		r.mu.Unlock()
	}
}

// undoAll undoes a list, newest first; the branches of a parallel side by
// side.
func (r *runner) undoAll(ctx context.Context, l *undoList) {
	r.mu.Lock()
	items := slices.Clone(l.items)
	r.mu.Unlock()
	for _, item := range slices.Backward(items) {
		if item.one != nil {
			if item.one.state == undoArmed && !item.one.undo.OrAsk {
				r.undoOne(ctx, item.one)
			}
			continue
		}
		var fns []func(context.Context) *halt
		for _, branch := range item.branches {
			fns = append(fns, func(context.Context) *halt { r.undoAll(ctx, branch); return nil })
		}
		r.side(ctx, 0, fns...)
	}
}

// undoAsked asks whether to run an undo that `or ask`.
func (r *runner) undoAsked(ctx context.Context, a *armed) {
	q := event.Asked{ID: a.title, Question: "undo " + a.title + "?", Type: "undo"}
	if r.plan.Guard {
		q.Typed = r.plan.TargetName
	}
	answer, err := r.person(ctx, a.node, q, askTimeout)
	switch {
	case err != nil:
		r.setState(a, undoLeft)
		r.engine.Emit(a.node, event.Noted{Level: "warning", Text: fmt.Sprintf("%s was not undone: %v", a.title, err)})
	case answer.Answer != "yes":
		r.setState(a, undoLeft)
		r.engine.Emit(a.node, event.Noted{Level: "warning", Text: fmt.Sprintf("%s was not undone: answered with no%s", a.title, by(answer))})
	default:
		r.undoOne(ctx, a)
	}
}

func (r *runner) undoOne(ctx context.Context, a *armed) {
	if ctx.Err() != nil {
		return
	}
	// A failure that is not reported back would count as done.
	r.setState(a, undoFailed)
	x := section{s: a.s, id: a.node + " / undo", parent: a.node, kind: "undo", title: a.title, at: a.undo}
	b := &body{kind: "undo", grace: a.grace, leaves: a.leaves}
	if x.run(ctx, b, a.undo.Body.Stmts, a.limit, event.Failed) == "" && ctx.Err() == nil {
		r.setState(a, undoDone)
	}
}

func (r *runner) setState(a *armed, state undoState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.state = state
}

// settle disarms every undo: the time in which this run may undo is over.
func (s *strand) settle(n *node) end {
	r := s.r
	r.mu.Lock()
	for _, a := range r.armed {
		if a.state == undoArmed {
			a.state = undoSettled
		}
	}
	r.settled = true
	r.mu.Unlock()
	r.engine.Emit(n.id, event.Noted{Level: "info", Text: "settled: " + n.title + "; nothing that was done before is undone now"})
	return passed
}
