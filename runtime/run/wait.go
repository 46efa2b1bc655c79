package run

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
)

// wait waits for a time, or until something is true.
func (s *strand) wait(ctx context.Context, n *node, w *syntax.Wait) end {
	if w.Until == nil {
		if err := s.r.engine.Sleep(ctx, n.limit); err != nil {
			return s.failed(w, err)
		}
		return passed
	}
	every, err := s.duration(ctx, w.Every, min(mostEvery, max(n.limit/10, time.Nanosecond)))
	if err != nil {
		return s.failed(w, err)
	}
	return s.until(ctx, n, n.limit, every, func(ctx context.Context) end {
		yes, err := s.condition(ctx, w.Until)
		if err == nil && !yes {
			err = fmt.Errorf("%s is still not true", firstLine(s.program.Source, w.Until.Span()))
		}
		if err != nil {
			return s.failed(w, err)
		}
		return end{status: event.Passed}
	})
}
