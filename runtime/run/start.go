package run

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// prelude evaluates what has to be known before anything starts: defaults
// that look at the world, the lets of imported files, and those above the
// first node. What is wrong with the limits that depend on these is returned
// as diagnostics; a failure as a halt.
func (r *runner) prelude() (source.Diagnostics, *halt) {
	for _, o := range r.plan.Program.Inputs {
		decl, ok := o.Decl.(*syntax.Input)
		if !ok || r.top.frame.Get(o) != nil || decl.Default == nil {
			continue
		}
		v, err := r.top.eval(r.soft, decl.Default)
		if err != nil {
			return nil, r.top.failedLet(r.soft, decl, decl.Name, err)
		}
		r.top.frame.Set(o, v)
	}
	if h := r.imports(r.plan.Program); h != nil {
		return nil, h
	}
	for _, s := range r.plan.Program.Tree.Stmts {
		if _, node := plan.HeadOf(r.plan.Program, s); node && !isHandler(s) {
			break
		}
		if let, ok := s.(*syntax.Let); ok {
			if h := r.top.let(r.soft, let); h != nil {
				return nil, h
			}
		}
	}
	return plan.Limits(r.plan.Program, func(e syntax.Expr) (value.Value, bool) {
		v, err := r.top.eval(r.soft, e)
		return v, err == nil
	}), nil
}

// imports evaluates the lets of imported files, those that they import first.
func (r *runner) imports(p *check.Program) *halt {
	for _, name := range sortedKeys(p.Imports) {
		q := p.Imports[name]
		if q == nil || r.imported[q] != nil {
			continue
		}
		code := r.plan.Code.Import(q)
		s := r.newStrand()
		s.program, s.code, s.frame = q, code, code.FileFrame()
		r.imported[q] = s.frame
		if h := r.imports(q); h != nil {
			return h
		}
		for _, stmt := range q.Tree.Stmts {
			let, ok := stmt.(*syntax.Let)
			if !ok || let.Value == nil || plan.RuleOf(q, let.Value) != nil {
				continue
			}
			if h := s.let(r.soft, let); h != nil {
				return h
			}
		}
	}
	return nil
}

func isHandler(s syntax.Stmt) bool {
	_, ok := s.(*syntax.Handler)
	return ok
}

// let evaluates a let of an expression and binds it. One that fails stops the
// run whatever the policy: nothing after it would have its value.
func (s *strand) let(ctx context.Context, l *syntax.Let) *halt {
	if s.program == s.r.plan.Program && s.frame == s.r.top.frame && s.r.top.bound(l) {
		return nil // the prelude has evaluated it
	}
	s.code.Reached(l, compile.Begun)
	v, err := s.eval(ctx, l.Value)
	if err != nil {
		return s.failedLet(ctx, l, l.Name, err)
	}
	s.set(l.Name, v)
	return nil
}

// bound tells whether a let of the file has its value.
func (s *strand) bound(l *syntax.Let) bool {
	o := s.program.Info.Defs[l.Name]
	return o != nil && s.frame.Get(o) != nil
}

// failedLet reports a let that could not be evaluated, as a node of its own.
func (s *strand) failedLet(ctx context.Context, at syntax.Element, name *syntax.Name, err error) *halt {
	if h := s.interrupted(ctx); h != nil {
		return h
	}
	if h := haltOf(err); h != nil {
		return h
	}
	s.r.mu.Lock()
	s.r.unbound = err
	s.r.mu.Unlock()
	place := plan.PlaceOf(s.program, at)
	id := "let " + name.Text
	now := s.r.engine.Now()
	failure := s.failure(at, err)
	s.r.engine.Emit(id, event.NodeStarted{Type: "let", Title: name.Text, Place: place})
	s.r.ended(id, event.NodeFinished{Type: "let", Title: name.Text, Place: place, Status: event.Failed,
		Duration: s.r.engine.Now().Sub(now), Failures: []event.Failure{failure}})
	h := &halt{kind: haltStop, reason: fmt.Sprintf("%s: %s", name.Text, failure.Message)}
	if s.policy == "rollback" {
		h.kind = haltRollback
	}
	return h
}

// identify reads the identity of what is released to, if the plan did not.
func (r *runner) identify(ctx context.Context) *halt {
	if r.plan.Identity != nil {
		return nil
	}
	if _, err := r.plan.ReadIdentity(ctx, r.host); err != nil {
		return &halt{kind: haltRefused, reason: fmt.Sprintf("the target's identity can't be read: %v", err)}
	}
	return nil
}

// firstWrite looks, before the run's first write, whether what is written to
// is still what the plan saw.
func (r *runner) firstWrite(ctx context.Context) error {
	r.mu.Lock()
	first := !r.wrote
	r.wrote = true
	r.mu.Unlock()
	seen := r.plan.Identity
	if !first || seen == nil {
		return nil
	}
	now, err := r.plan.ReadIdentity(ctx, r.host)
	if err != nil {
		return &halt{kind: haltRefused, reason: fmt.Sprintf("the target's identity can't be read: %v", err)}
	}
	if !value.Equal(seen, now) {
		return &halt{kind: haltRefused, reason: fmt.Sprintf("the target was %s when the plan was made and is %s now", value.Quote(seen), value.Quote(now))}
	}
	return nil
}
