package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// attempt is a step while it runs, over all its tries.
type attempt struct {
	n     *node
	decl  *syntax.Step
	undo  *syntax.Undo
	done  *syntax.Done
	armed *armed
	// bound has the names that the body has bound; kept the values of those
	// that were read before the first write.
	bound map[*check.Object]bool
	kept  map[*syntax.Let]value.Value
	wrote bool // in any try
	asked bool // `done if`, in this try
	grace time.Duration
}

// errDone says that `done if` holds before the try has written anything.
var errDone = errors.New("it has happened already")

// step runs a step with its tries.
func (s *strand) step(ctx context.Context, n *node, d *syntax.Step) end {
	a := &attempt{n: n, decl: d, bound: map[*check.Object]bool{}, kept: map[*syntax.Let]value.Value{}}
	for _, stmt := range d.Body.Stmts {
		switch stmt := stmt.(type) {
		case *syntax.Undo:
			a.undo = stmt
		case *syntax.Done:
			a.done = stmt
		}
	}
	retries, every, err := 0, time.Second, error(nil)
	if d.Retry != nil {
		retries, err = s.number(ctx, d.Retry, 0)
	}
	if err == nil {
		every, err = s.duration(ctx, d.Every, every)
	}
	if err == nil {
		a.grace, err = s.duration(ctx, d.Grace, 0)
	}
	if err != nil {
		return s.failed(d, err)
	}
	for try := 1; ; try++ {
		n.tries++
		e := s.tryStep(ctx, a)
		s.finally(ctx, n.id, "step", finallyIn(d.Body))
		if e.status != event.Failed || e.halt != nil || ctx.Err() != nil || try > retries {
			a.unarmed(s)
			return e
		}
		s.r.engine.Emit(n.id, event.TryFailed{Try: try, Failures: e.failures})
		if err := s.r.engine.Sleep(ctx, every); err != nil {
			a.unarmed(s)
			return s.failed(d, err)
		}
	}
}

// tryStep runs the body once, and asks `done if` after it.
func (s *strand) tryStep(ctx context.Context, a *attempt) end {
	a.asked = false
	b := &body{kind: "step", node: a.n.id, step: a}
	var err error
	s.r.limited(ctx, a.n.limit, func(ctx context.Context) {
		if err = s.carryOut(ctx, b, a.decl.Body.Stmts); err != nil || len(b.failures) > 0 || a.done == nil {
			return
		}
		err = s.verifyDone(ctx, a, b)
	})
	if errors.Is(err, errDone) {
		return s.alreadyDone(ctx, a, b)
	}
	e := s.judge(a.decl, b, err)
	if e.status == event.Passed {
		a.n.value = b.value
	}
	return e
}

// verifyDone asks after the body whether it has had its effect.
func (s *strand) verifyDone(ctx context.Context, a *attempt, b *body) error {
	yes, err := s.condition(ctx, a.done.Cond)
	if err != nil {
		return err
	}
	if !yes {
		f := s.failure(a.done, fmt.Errorf("the body ended well, and %s is still false", firstLine(s.program.Source, a.done.Cond.Span())))
		b.failures = append(b.failures, f)
	}
	return nil
}

// alreadyDone is the end of a step that has nothing to do. After an earlier
// try of this run it is that try's work; else someone else's.
func (s *strand) alreadyDone(ctx context.Context, a *attempt, b *body) end {
	if a.wrote {
		return end{status: event.Passed, reason: "done after all"}
	}
	return end{status: event.Skipped, reason: "already done"}
}

// reachedDone asks `done if` where it stands, if nothing was written yet.
func (s *strand) reachedDone(ctx context.Context, b *body, d *syntax.Done) error {
	if b.step == nil || b.step.asked {
		return nil
	}
	return s.askDone(ctx, b.step)
}

func (s *strand) askDone(ctx context.Context, a *attempt) error {
	a.asked = true
	v, err := s.aside(ctx, a.done.Cond)
	if err != nil {
		return err
	}
	if v == value.Bool(true) {
		return errDone
	}
	return nil
}

// beforeWrite is called before each write of the strand's body.
func (s *strand) beforeWrite(ctx context.Context) error {
	if err := s.r.firstWrite(ctx); err != nil {
		return err
	}
	if s.body == nil || s.body.step == nil {
		return nil
	}
	a := s.body.step
	if a.done != nil && !a.asked {
		if err := s.askDone(ctx, a); err != nil {
			return err
		}
	}
	a.wrote = true
	s.arm(a)
	return nil
}

// bind notes that the body has bound a name. Before the step's first write
// the value is kept; after it, it may be what the undo was waiting for.
func (a *attempt) bind(s *strand, l *syntax.Let, v value.Value, once bool) {
	if o := s.program.Info.Defs[l.Name]; o != nil {
		a.bound[o] = true
	}
	if a.wrote {
		s.arm(a)
	} else if once {
		a.kept[l] = v
	}
}
