package run

import (
	"context"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// follow notes when a follow-up is due. Nothing waits for it.
func (s *strand) follow(ctx context.Context, n *node, f *syntax.Follow, names *plan.Namer) *halt {
	if err := n.name(ctx, names); err != nil {
		return n.fail(err)
	}
	after, err := s.duration(ctx, f.After, 0)
	if err != nil {
		return n.fail(err)
	}
	due := event.Follow{Title: n.title, Due: s.r.engine.Now().Add(after)}
	if f.By != nil {
		v, err := s.eval(ctx, f.By)
		if err != nil {
			return n.fail(err)
		}
		due.By = v.String()
	}
	s.r.mu.Lock()
	s.r.follows = append(s.r.follows, due)
	s.r.mu.Unlock()
	return nil
}
