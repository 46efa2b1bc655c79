package run

import (
	"context"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// handlerTimeout is how long a handler may take.
const handlerTimeout = 10 * time.Minute

// handle runs the handlers of an event and returns what went wrong in the
// first that failed, or "". A failing one is a warning: it never hides the
// run's own outcome. reason is the event's own, where it isn't the run's.
func (r *runner) handle(ctx context.Context, name, reason string) (problem string) {
	if ctx.Err() != nil {
		return "the run was ended"
	}
	for _, h := range r.plan.Program.Handlers {
		if h.Event.Text != name {
			continue
		}
		if line := r.handler(ctx, h, reason); problem == "" {
			problem = line
		}
	}
	return problem
}

func (r *runner) handler(ctx context.Context, h *syntax.Handler, reason string) (problem string) {
	s := r.top.nullable(h.Body)
	s.undos = &undoList{}
	s.policy, s.written, s.pending, s.monitor = "", nil, nil, nil
	record := r.record(reason)
	s.thread.Run = func() value.Value { return record }
	head, _ := plan.HeadOf(r.plan.Program, h)
	x := section{s: s, id: head.ID, kind: "handler", title: h.Event.Text, at: h}
	return x.run(ctx, &body{kind: "handler"}, h.Body.Stmts, handlerTimeout, event.Warned)
}
