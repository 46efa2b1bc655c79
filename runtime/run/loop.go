package run

import (
	"context"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// loop runs the nodes of a for, one turn after the other. Its list is kept
// when it starts.
func (s *strand) loop(ctx context.Context, n *node, f *syntax.For, names *plan.Namer) *halt {
	items, err := s.turns(ctx, n, f)
	if err != nil {
		return s.broken(f, err)
	}
	for _, item := range items {
		s.set(f.Name, item)
		if h := s.nodes(ctx, f.Body.Stmts, &plan.Namer{Parent: names.Element(item)}); h != nil {
			return h
		}
		if s.returned {
			return nil
		}
	}
	return nil
}

// turns evaluates and keeps the list of a loop.
func (s *strand) turns(ctx context.Context, n *node, f *syntax.For) ([]value.Value, error) {
	items, err := s.list(ctx, f.List)
	if err != nil {
		return nil, err
	}
	s.r.engine.Emit(n.id, event.LoopStarted{Name: f.Name.Text, List: encode(value.NewList(items))})
	return items, nil
}

// broken is the halt of a group whose head could not be evaluated.
func (s *strand) broken(at syntax.Element, err error) *halt {
	if h := haltOf(err); h != nil {
		return h
	}
	h := &halt{kind: haltStop, reason: s.failure(at, err).Message}
	if s.policy == "rollback" {
		h.kind = haltRollback
	}
	return h
}

// branch runs the nodes of the branch of an if that is taken.
func (s *strand) branch(ctx context.Context, n *node, i *syntax.If, names *plan.Namer) *halt {
	return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
		yes, err := in.condition(ctx, i.Cond)
		switch {
		case err != nil:
			return in.broken(i.Cond, err)
		case yes:
			in.code.Reached(i, compile.Then)
			return in.nodes(ctx, i.Then.Stmts, names)
		}
		in.code.Reached(i, compile.Else)
		switch e := i.Else.(type) {
		case *syntax.If:
			return in.one(ctx, e, names)
		case *syntax.ElseBlock:
			return in.nodes(ctx, e.Stmts, &plan.Namer{Parent: names.Name("else")})
		}
		return nil
	})
}

// in runs nodes in a folder and with variables.
func (s *strand) in(ctx context.Context, d *syntax.In, names *plan.Namer) *halt {
	inner, err := s.inside(ctx, d)
	if err != nil {
		return s.broken(d, err)
	}
	h := inner.nodes(ctx, d.Body.Stmts, names)
	s.leave(inner)
	return h
}

// parallel runs branches side by side: the nodes of a block, or the turns of
// a loop. All finish; their failures are reported together.
func (s *strand) parallel(ctx context.Context, n *node, p *syntax.Parallel, names *plan.Namer) *halt {
	most, err := s.number(ctx, p.Max, 1)
	if err != nil {
		return s.broken(p, err)
	}
	if p.Max == nil {
		most = 0
	}
	var branches []func(context.Context, *strand) *halt
	if p.For != nil {
		items, err := s.turns(ctx, n, p.For)
		if err != nil {
			return s.broken(p.For, err)
		}
		for _, item := range items {
			turn := &plan.Namer{Parent: names.Element(item)}
			branches = append(branches, func(ctx context.Context, in *strand) *halt {
				in.set(p.For.Name, item)
				return in.nodes(ctx, p.For.Body.Stmts, turn)
			})
		}
	} else {
		for _, stmt := range p.Body.Stmts {
			own := names.Fork()
			if head, node := plan.HeadOf(s.program, stmt); node {
				names.Name(head.ID)
			}
			branches = append(branches, func(ctx context.Context, in *strand) *halt {
				return in.nodes(ctx, []syntax.Stmt{stmt}, own)
			})
		}
	}
	return s.sideBySide(ctx, most, branches)
}

func (s *strand) sideBySide(ctx context.Context, most int, branches []func(context.Context, *strand) *halt) *halt {
	undos := s.r.split(s.undos, len(branches))
	shared := &ticking{}
	strands := make([]*strand, len(branches))
	fns := make([]func(context.Context) *halt, len(branches))
	for i, branch := range branches {
		in := s.fork()
		in.undos, in.ticking = undos[i], shared
		strands[i] = in
		fns[i] = func(context.Context) *halt { return branch(ctx, in) }
	}
	h := merge(s.r.side(ctx, most, fns...)...)
	for _, in := range strands {
		if in.pending != s.pending {
			s.pending = merge(s.pending, in.pending)
		}
	}
	if h != nil {
		return merge(h, s.pending)
	}
	return nil
}
