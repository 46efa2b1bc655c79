package run

import (
	"context"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/plan"
)

// rule runs the nodes of a rule, and binds its value to name if it has one.
func (s *strand) rule(ctx context.Context, e syntax.Expr, name *syntax.Name, names *plan.Namer) *halt {
	for paren, ok := e.(*syntax.Paren); ok; paren, ok = e.(*syntax.Paren) {
		e = paren.X
	}
	s.thread.Fuel = 0
	active, err := s.code.CallRule(ctx, s.thread, s.frame, e.(*syntax.Call))
	if err != nil {
		return s.broken(e, err)
	}
	in := s.same()
	in.program = plan.Home(s.program, plan.RuleOf(s.program, e))
	in.code, in.frame = active.Code, active.Frame
	h := in.nodes(ctx, active.Rule.Body.Stmts, names)
	s.pending = in.pending
	if name != nil {
		s.bind(name, s.node, in.value)
	}
	return h
}
