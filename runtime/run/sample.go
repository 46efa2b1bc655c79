package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// longestProbe is how long a metric may take where its interval is longer.
const longestProbe = 10 * time.Second

// sampler takes the samples of one block of metrics.
type sampler struct {
	s        *strand // of the file that declares the block
	decl     *syntax.Metrics
	interval time.Duration
}

// sampler returns the sampler of a block, whose names are as they are now.
func (s *strand) sampler(o *check.Object, interval time.Duration) (*sampler, error) {
	decl, ok := o.Decl.(*syntax.Metrics)
	if !ok {
		return nil, fmt.Errorf("%s is not a block of metrics", o.Name)
	}
	in := s.fork()
	in.body = nil
	if home := plan.Home(s.program, o); home != s.program {
		in.program, in.code, in.frame = home, s.code.Import(home), s.r.imported[home].Fork()
	} else {
		in.frame = s.frame.File().Fork()
	}
	return &sampler{in, decl, interval}, nil
}

// tick samples all metrics at the same time.
func (x *sampler) tick(ctx context.Context) map[string]monitor.Sample {
	r := x.s.r
	samples := map[string]monitor.Sample{}
	var mu sync.Mutex
	var fns []func(context.Context) *halt
	for _, m := range x.decl.Metrics {
		in := x.s.fork()
		fns = append(fns, func(ctx context.Context) *halt {
			var v value.Value
			var err error
			limit := min(x.interval, longestProbe)
			r.limited(ctx, limit, func(ctx context.Context) { v, err = in.eval(ctx, m.Value) })
			var late *expired
			if errors.As(err, &late) {
				err = fmt.Errorf("no answer within %s", value.Duration(limit))
			} else if err != nil {
				err = errors.New(in.failure(m.Value, err).Message)
			}
			mu.Lock()
			defer mu.Unlock()
			samples[m.Name.Text] = monitor.FromValue(v, err)
			return nil
		})
	}
	r.side(ctx, 0, fns...)
	return samples
}

// ticks calls tick at start + k·interval, both ends included, while it
// returns true. A tick whose time has passed while an earlier one was still at
// work is given no samples. When idle ends, the pause at hand is cut short if
// enough says that there is nothing more to see.
func (x *sampler) ticks(ctx, idle context.Context, enough func() bool, tick func(at time.Duration, samples map[string]monitor.Sample) bool) error {
	engine := x.s.r.engine
	start := engine.Now()
	for at := time.Duration(0); ; {
		samples := x.tick(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !tick(at, samples) {
			return nil
		}
		for at += x.interval; start.Add(at).Before(engine.Now()); at += x.interval {
			if !tick(at, nil) {
				return nil
			}
		}
		err := engine.Sleep(idle, start.Add(at).Sub(engine.Now()))
		if err != nil && ctx.Err() == nil {
			if enough() {
				return nil
			}
			idle = ctx
			err = engine.Sleep(ctx, start.Add(at).Sub(engine.Now()))
		}
		if err != nil {
			return err
		}
	}
}

// baseline samples a block over a window, for monitors to compare with.
func (s *strand) baseline(ctx context.Context, n *node, b *syntax.Baseline) end {
	of := s.program.Metrics[b.Of.Text]
	if of == nil {
		return s.failed(b, fmt.Errorf("there are no metrics %s", b.Of.Text))
	}
	if b.For == nil {
		return end{status: event.Skipped, reason: "no earlier runs are kept"}
	}
	every, err := s.duration(ctx, b.Every, mostEvery)
	if err != nil {
		return s.failed(b, err)
	}
	x, err := s.sampler(of, every)
	if err != nil {
		return s.failed(b, err)
	}
	taken := monitor.NewBaseline(x.s.program, x.decl)
	err = x.ticks(ctx, ctx, nil, func(at time.Duration, samples map[string]monitor.Sample) bool {
		taken.Add(at, samples)
		return at+every <= n.limit
	})
	if err != nil {
		return s.failed(b, err)
	}
	if o := s.program.Info.Defs[b.Name]; o != nil {
		s.r.mu.Lock()
		s.r.baselines[o] = taken
		s.r.mu.Unlock()
	}
	s.r.engine.Emit(n.id, taken.Taken(b.Name.Text))
	if thin := taken.Thin(); len(thin) > 0 {
		return end{status: event.Warned, reason: "too few samples to compare with: " + strings.Join(thin, ", ")}
	}
	return passed
}
