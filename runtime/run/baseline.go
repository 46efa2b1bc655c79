package run

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// Past is an earlier run of the release that is on record.
type Past struct {
	Run     string // its id
	Version string // what it released; "": it has no version
	Outcome string // of the run; "": it never ended
	// Events reads what happened in it.
	Events func() iter.Seq2[event.Event, error]
}

// baseline samples a block over a window, for monitors to compare with, or
// looks up what earlier runs have seen.
func (s *strand) baseline(ctx context.Context, n *node, b *syntax.Baseline) end {
	of := s.program.Metrics[b.Of.Text]
	if of == nil {
		return s.failed(b, fmt.Errorf("there are no metrics %s", b.Of.Text))
	}
	var taken *monitor.Baseline
	var err error
	if b.For == nil {
		taken, err = s.fromEarlier(ctx, b, of)
	} else {
		taken, err = s.measured(ctx, n, b, of)
	}
	switch {
	case err != nil:
		return s.failed(b, err)
	case taken == nil:
		return end{status: event.Skipped, reason: "no earlier run that passed is on record"}
	}
	o := s.program.Info.Defs[b.Name]
	if o != nil && b.For != nil {
		s.r.mu.Lock()
		s.r.baselines[o] = taken
		s.r.mu.Unlock()
	}
	s.r.engine.Emit(n.id, taken.Taken(b.Name.Text))
	for _, name := range taken.Blunt() {
		s.r.engine.Emit(n.id, event.Noted{Level: "warning", Text: fmt.Sprintf(
			"%s is above 90%%: from 99.9%% to 99%% is 0.9%% worse, with ten times as much wrong; measure its complement, lower is better", name)})
	}
	if thin := taken.Thin(); len(thin) > 0 {
		return end{status: event.Warned, reason: "too few samples to compare with: " + strings.Join(thin, ", ")}
	}
	return passed
}

// measured takes a baseline now.
func (s *strand) measured(ctx context.Context, n *node, b *syntax.Baseline, of *check.Object) (*monitor.Baseline, error) {
	every, err := s.duration(ctx, b.Every, mostEvery)
	if err != nil {
		return nil, err
	}
	x, err := s.sampler(of, every)
	if err != nil {
		return nil, err
	}
	taken := monitor.NewBaseline(x.s.program, x.decl)
	err = x.ticks(ctx, ctx, nil, func(t moment) bool {
		taken.Add(t.at, t.own)
		return t.at+every <= n.limit
	})
	return taken, err
}

// fromEarlier looks up a baseline in the runs on record. Each monitor compares
// with what the same monitor saw then; what is returned is of any of them.
func (s *strand) fromEarlier(ctx context.Context, b *syntax.Baseline, of *check.Object) (*monitor.Baseline, error) {
	last, err := s.number(ctx, b.Last, 1)
	if err != nil {
		return nil, err
	}
	if o := s.program.Info.Defs[b.Name]; o != nil {
		s.r.mu.Lock()
		s.r.earlier[o] = last
		s.r.mu.Unlock()
	}
	return s.recorded(last, of, "")
}

// against returns the baseline that a monitor compares with; nil: there is
// none.
func (s *strand) against(o, of *check.Object, node string) (*monitor.Baseline, error) {
	s.r.mu.Lock()
	taken, last := s.r.baselines[o], s.r.earlier[o]
	s.r.mu.Unlock()
	if taken != nil || last == 0 {
		return taken, nil
	}
	return s.recorded(last, of, node)
}

// past are the earlier runs. Where they can't be looked at, it says so.
func (r *runner) past() []Past {
	if r.opts.Past == nil {
		return nil
	}
	all, err := r.opts.Past()
	if err != nil {
		r.engine.Emit("", event.Noted{Level: "warning", Text: fmt.Sprintf("earlier runs can't be looked at: %v", err)})
	}
	return all
}

// recorded returns what the last runs that passed have seen of a block: in the
// monitor that is the given node, where they had it.
func (s *strand) recorded(last int, of *check.Object, node string) (*monitor.Baseline, error) {
	block, ok := of.Decl.(*syntax.Metrics)
	if !ok {
		return nil, fmt.Errorf("%s is not a block of metrics", of.Name)
	}
	home := plan.Home(s.program, of)
	var runs []*monitor.Baseline
	for _, p := range s.r.past() {
		if p.Outcome != Passed {
			continue
		}
		b, err := monitor.Recorded(p.Events(), home, block, node)
		switch {
		case err != nil && node == "": // each monitor looks once more
			s.r.engine.Emit("", event.Noted{Level: "warning", Text: fmt.Sprintf("run %s is left out of the baseline, its record is damaged: %v", p.Run, err)})
		case err == nil && b != nil:
			runs = append(runs, b)
		}
		if len(runs) == last {
			break
		}
	}
	return monitor.Earlier(runs), nil
}
