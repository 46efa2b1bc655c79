package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// body is the inside of a check, step, undo, finally or handler while it runs.
type body struct {
	kind     string
	node     string // identity, for what is nested
	names    plan.Namer
	failures []event.Failure
	step     *attempt      // of a step
	loops    int           // how many fors are around
	grace    time.Duration // of commands; 0: the runner's
	leaves   bool          // processes of commands may stay
	value    value.Value
}

// How a body is left before its end.
var (
	errEnded    = errors.New("the body ended") // its failure is in failures
	errReturned = errors.New("the body returned")
)

// observes tells whether commands in the body only look.
func (b *body) observes() bool { return b.kind == "check" || b.kind == "check finally" }

// carryOut runs the statements of a body. What went wrong is in b.failures,
// but for a halt or the end of ctx, which are returned.
func (s *strand) carryOut(ctx context.Context, b *body, stmts []syntax.Stmt) error {
	in := s.same()
	in.body = b
	b.names.Parent = b.node
	err := in.statements(ctx, b, stmts)
	if errors.Is(err, errEnded) || errors.Is(err, errReturned) {
		return nil
	}
	return err
}

func (s *strand) statements(ctx context.Context, b *body, stmts []syntax.Stmt) error {
	for _, stmt := range stmts {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := s.statement(ctx, b, stmt); err != nil {
			if errors.Is(err, errEnded) || errors.Is(err, errReturned) || errors.Is(err, errDone) ||
				haltOf(err) != nil || ctx.Err() != nil {
				return err
			}
			b.failures = append(b.failures, s.failure(stmt, err))
			return errEnded
		}
	}
	return nil
}

func (s *strand) statement(ctx context.Context, b *body, stmt syntax.Stmt) error {
	switch stmt.(type) {
	case *syntax.Undo, *syntax.Finally:
		return nil // their time comes
	}
	s.code.Reached(stmt, compile.Begun)
	switch stmt := stmt.(type) {
	case *syntax.Let:
		return s.bodyLet(ctx, b, stmt)
	case *syntax.Expect:
		return s.expect(ctx, b, stmt)
	case *syntax.CommandStmt:
		_, err := s.command(ctx, stmt.Command, b.observes())
		return err
	case *syntax.CallStmt:
		_, err := s.eval(ctx, stmt.Call)
		return err
	case *syntax.Return:
		v, err := s.eval(ctx, stmt.Value)
		if err != nil {
			return err
		}
		b.value = v
		return errReturned
	case *syntax.Done:
		return s.reachedDone(ctx, b, stmt)
	case *syntax.If:
		return s.bodyIf(ctx, b, stmt)
	case *syntax.For:
		return s.bodyFor(ctx, b, stmt)
	case *syntax.In:
		inner, err := s.inside(ctx, stmt)
		if err != nil {
			return err
		}
		return inner.statements(ctx, b, stmt.Body.Stmts)
	case *syntax.Check:
		return s.bodyCheck(ctx, b, stmt)
	}
	return nil
}

// bodyLet binds a name. In a step, what was read before its first write is
// kept: a further try and the undo use it, never a second reading.
func (s *strand) bodyLet(ctx context.Context, b *body, l *syntax.Let) error {
	if b.step != nil && b.loops == 0 {
		if v, kept := b.step.kept[l]; kept {
			s.set(l.Name, v)
			return nil
		}
	}
	var v value.Value
	var err error
	if l.Command != nil {
		v, err = s.command(ctx, l.Command, b.observes())
	} else {
		v, err = s.eval(ctx, l.Value)
	}
	if err != nil {
		return err
	}
	s.set(l.Name, v)
	if b.step != nil {
		b.step.bind(s, l, v, b.loops == 0)
	}
	return nil
}

// expect judges an expect or require. In a check, a failed expect lets the
// rest be judged too; everywhere else it ends the body.
func (s *strand) expect(ctx context.Context, b *body, e *syntax.Expect) error {
	s.thread.Fuel = 0
	v, parts, err := s.code.Explain(ctx, s.thread, s.frame, e.Cond)
	for _, p := range parts {
		s.hide(p.Value)
	}
	ends := e.Require || !b.observes()
	if err != nil {
		if ends || ctx.Err() != nil || haltOf(err) != nil || errors.Is(err, errDone) {
			return err
		}
		b.failures = append(b.failures, s.failure(e, err))
		return nil
	}
	holds, ok := v.(value.Bool)
	if !ok {
		return s.problem(e.Cond, "found %s, want true or false", value.Short(v, 60))
	}
	if holds {
		return nil
	}
	said, err := s.otherwise(ctx, e, parts)
	if err != nil {
		return err
	}
	b.failures = append(b.failures, said)
	if ends {
		return errEnded
	}
	return nil
}

// otherwise is the failure of an untrue expect, with the text of its else.
func (s *strand) otherwise(ctx context.Context, e *syntax.Expect, parts []compile.Part) (event.Failure, error) {
	if e.Else == nil {
		return s.untrue(e, parts, ""), nil
	}
	s.code.Reached(e, compile.Else)
	v, err := s.eval(ctx, e.Else)
	if err != nil && ctx.Err() != nil {
		return event.Failure{}, err
	}
	if err != nil {
		f := s.untrue(e, parts, "")
		f.Hint = "its else could not be evaluated: " + s.failure(e.Else, err).Message
		return f, nil
	}
	return s.untrue(e, parts, strings.TrimSpace(v.String())), nil
}

func (s *strand) bodyIf(ctx context.Context, b *body, i *syntax.If) error {
	yes, err := s.condition(ctx, i.Cond)
	switch {
	case err != nil:
		return err
	case yes:
		s.code.Reached(i, compile.Then)
		return s.statements(ctx, b, i.Then.Stmts)
	}
	s.code.Reached(i, compile.Else)
	switch e := i.Else.(type) {
	case *syntax.If:
		return s.statement(ctx, b, e)
	case *syntax.ElseBlock:
		return s.statements(ctx, b, e.Stmts)
	}
	return nil
}

func (s *strand) bodyFor(ctx context.Context, b *body, f *syntax.For) error {
	items, err := s.list(ctx, f.List)
	if err != nil {
		return err
	}
	b.loops++
	defer func() { b.loops-- }()
	for _, item := range items {
		s.set(f.Name, item)
		if err := s.statements(ctx, b, f.Body.Stmts); err != nil {
			return err
		}
	}
	return nil
}

// bodyCheck runs a check in an undo or a handler; its failure ends the body.
func (s *strand) bodyCheck(ctx context.Context, b *body, c *syntax.Check) error {
	in := s.same()
	in.body, in.policy, in.written, in.pending = nil, "stop", nil, nil
	h := in.one(ctx, c, &b.names)
	if h = merge(h, in.pending); h == nil {
		return nil
	}
	if h.kind != haltStop && h.kind != haltRollback {
		return h
	}
	return fmt.Errorf("%s", h.reason)
}

// condition evaluates a bool.
func (s *strand) condition(ctx context.Context, e syntax.Expr) (bool, error) {
	v, err := s.eval(ctx, e)
	if err != nil {
		return false, err
	}
	b, ok := v.(value.Bool)
	if !ok {
		return false, s.problem(e, "found %s, want true or false", value.Short(v, 60))
	}
	return bool(b), nil
}

// list evaluates what a loop goes over.
func (s *strand) list(ctx context.Context, e syntax.Expr) ([]value.Value, error) {
	s.thread.Fuel = 0
	items, err := s.code.EvalList(ctx, s.thread, s.frame, e)
	for _, item := range items {
		s.hide(item)
	}
	return items, err
}
