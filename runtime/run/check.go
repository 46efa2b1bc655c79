package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// mostEvery is how far apart tries are where nothing says it; a tenth of the
// time that there is, if that is shorter.
const mostEvery = 5 * time.Second

// check tries a check until it passes or its `within` has passed.
func (s *strand) check(ctx context.Context, n *node, c *syntax.Check) end {
	timeout, err := s.duration(ctx, c.Timeout, checkTimeout)
	if err != nil {
		return s.failed(c, err)
	}
	if c.Within == nil {
		n.tries++
		return s.tryCheck(ctx, n, c, timeout)
	}
	every, err := s.duration(ctx, c.Every, min(mostEvery, n.limit/10))
	if err != nil {
		return s.failed(c, err)
	}
	return s.until(ctx, n, n.limit, every, func(ctx context.Context) end { return s.tryCheck(ctx, n, c, timeout) })
}

// until tries until a try passes or the time is over. Tries start `every`
// apart; the last failure that was seen is the one that is reported, and a
// try that the end of the time cuts off counts only where it is the first.
func (s *strand) until(ctx context.Context, n *node, within, every time.Duration, try func(context.Context) end) end {
	var last end
	start := s.r.engine.Now()
	for k := 1; ; k++ {
		began := s.r.engine.Now()
		left := within - began.Sub(start)
		e, cut := end{}, false
		s.r.limited(ctx, left, func(inner context.Context) {
			e = try(inner)
			late := (*expired)(nil)
			cut = inner.Err() != nil && errors.As(context.Cause(inner), &late)
		})
		if e.status != event.Failed || e.halt != nil || ctx.Err() != nil {
			n.tries += k
			return e
		}
		if !cut || k == 1 {
			last = e
		}
		pause := max(0, every-s.r.engine.Now().Sub(began))
		if s.r.engine.Now().Add(pause).Sub(start) >= within {
			n.tries += k
			last.reason = tries(k, s.r.engine.Now().Sub(start))
			return last
		}
		s.r.engine.Emit(n.id, event.TryFailed{Try: k, Failures: e.failures})
		if err := s.r.engine.Sleep(ctx, pause); err != nil {
			n.tries += k
			return s.failed(n.at, err)
		}
	}
}

// tries says how often something was tried and how long that took, where it
// was more than once.
func tries(k int, took time.Duration) string {
	if k == 1 {
		return ""
	}
	return fmt.Sprintf("%d tries in %s", k, value.Duration(took.Round(time.Millisecond)))
}

// tryCheck judges a check once.
func (s *strand) tryCheck(ctx context.Context, n *node, c *syntax.Check, timeout time.Duration) end {
	b := &body{kind: "check", node: n.id}
	var err error
	s.r.limited(ctx, timeout, func(ctx context.Context) { err = s.carryOut(ctx, b, c.Body.Stmts) })
	e := s.judge(c, b, err)
	s.finally(ctx, n.id, "check", finallyIn(c.Body))
	return e
}

// judge makes the end of a node of how its body went.
func (s *strand) judge(at syntax.Element, b *body, err error) end {
	e := end{status: event.Passed, halt: haltOf(err), failures: b.failures}
	var late *expired
	switch {
	case errors.As(err, &late):
		e.failures = append(e.failures, s.failure(at, late))
	case err != nil:
		e.failures = append(e.failures, s.failure(at, err))
	}
	if len(e.failures) > 0 {
		e.status = event.Failed
	}
	return e
}

// finallyIn finds the finally of a check or step.
func finallyIn(b *syntax.Block) *syntax.Finally {
	for _, stmt := range b.Stmts {
		if f, ok := stmt.(*syntax.Finally); ok {
			return f
		}
	}
	return nil
}

// finally runs after a body, even where an interrupt ended it. Its failure is
// a warning.
func (s *strand) finally(ctx context.Context, node, of string, f *syntax.Finally) {
	if f == nil {
		return
	}
	x := section{s: s.nullable(f), id: node + " / finally", parent: node, kind: "finally", at: f}
	x.run(s.lasting(ctx), &body{kind: of + " finally"}, f.Body.Stmts, stepTimeout, event.Warned)
}
