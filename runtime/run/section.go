package run

import (
	"context"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// section is a body that belongs to a node or to the run without being a node
// of the plan: an undo, a finally, a handler. Events show it as one.
type section struct {
	s      *strand
	id     string
	parent string
	kind   string
	title  string
	at     syntax.Element
}

// run carries the statements out. A failure is reported with the status
// worst, and returned in words; "" is none.
func (x section) run(ctx context.Context, b *body, stmts []syntax.Stmt, limit time.Duration, worst event.Status) (problem string) {
	r := x.s.r
	x.s.node, b.node = x.id, x.id
	x.s.code.Reached(x.at, compile.Begun)
	place := plan.PlaceOf(x.s.program, x.at)
	began := r.engine.Now()
	r.engine.Emit(x.id, event.NodeStarted{Type: x.kind, Title: x.title, Parent: x.parent, Place: place, Limit: limit})
	var e end
	bug := r.guarded(func() *halt {
		var err error
		r.limited(ctx, limit, func(ctx context.Context) { err = x.s.carryOut(ctx, b, stmts) })
		e = x.s.judge(x.at, b, err)
		return nil
	})
	if bug != nil {
		e = end{status: event.Failed, failures: []event.Failure{{Place: place, Message: bug.reason}}}
	}
	f := event.NodeFinished{Type: x.kind, Title: x.title, Place: place, Status: e.status, Duration: r.engine.Now().Sub(began), Failures: e.failures}
	if e.status == event.Failed {
		f.Status = worst
		problem = e.failures[0].Message
	}
	if e.status == event.Passed && x.kind != "undo" {
		r.engine.Emit(x.id, f) // counts are of what the script set out to do
		return ""
	}
	r.ended(x.id, f)
	return problem
}

// nullable returns a strand in which the names that e uses and that control
// never bound are null.
func (s *strand) nullable(e syntax.Element) *strand {
	f := s.fork()
	syntax.Walk(e, func(e syntax.Element) bool {
		if id, ok := e.(*syntax.Ident); ok {
			if o := s.program.Info.Uses[id]; o != nil && o.Kind == check.ObjLet && f.frame.Get(o) == nil {
				f.frame.Set(o, value.Null{})
			}
		}
		return true
	})
	return f
}

// lasting returns a context that an interrupt of the run's nodes doesn't end,
// for what has to happen all the same; only the second interrupt ends it.
func (s *strand) lasting(ctx context.Context) context.Context {
	if ctx.Err() == nil {
		return ctx
	}
	return s.r.hard
}
