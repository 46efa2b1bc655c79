package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// longestProbe is how long a metric may take where its interval is longer.
const longestProbe = 10 * time.Second

// lateness is the share of the interval that a tick may come late before it
// counts as missed.
const lateness = 10

// sampler takes the samples of one block of metrics.
type sampler struct {
	s        *strand // of the file that declares the block
	decl     *syntax.Metrics
	interval time.Duration
	beside   *sampler                      // what `against live` names; nil: nothing
	probes   []func(context.Context) *halt // of each metric

	mu     sync.Mutex
	into   map[string]monitor.Sample // of the tick at hand
	shared *feed                     // of monitors side by side; nil: this one samples alone
}

// samples are those of one tick.
type samples struct{ own, beside map[string]monitor.Sample }

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
	x := &sampler{s: in, decl: decl, interval: interval}
	x.prepare()
	return x, nil
}

// tick samples all metrics at the same time, each until the limit.
func (x *sampler) tick(ctx context.Context) samples {
	all := samples{own: map[string]monitor.Sample{}}
	x.into = all.own
	fns := x.probes
	if x.beside != nil {
		all.beside = map[string]monitor.Sample{}
		x.beside.into = all.beside
		fns = slices.Concat(fns, x.beside.probes)
	}
	r := x.s.r
	r.limited(ctx, x.limit(), func(ctx context.Context) { r.side(ctx, 0, fns...) })
	return all
}

// limit is how long one sample may take.
func (x *sampler) limit() time.Duration { return min(x.interval, longestProbe) }

// prepare makes a function for each metric, which samples it once, on a strand
// of its own: they run side by side.
func (x *sampler) prepare() {
	for _, m := range x.decl.Metrics {
		in := x.s.fork()
		x.probes = append(x.probes, func(ctx context.Context) *halt {
			in.code.Reached(m, compile.Begun)
			v, err := in.eval(ctx, m.Value)
			if err != nil {
				err = in.unsampled(m, x.limit(), err)
			}
			x.mu.Lock()
			defer x.mu.Unlock()
			x.into[m.Name.Text] = monitor.FromValue(v, err)
			return nil
		})
	}
}

// unsampled is why a metric has no sample, as a tick says it.
func (s *strand) unsampled(m *syntax.Metric, limit time.Duration, err error) error {
	var late *expired
	if errors.As(err, &late) {
		return fmt.Errorf("no answer within %s", value.Duration(limit))
	}
	return errors.New(s.failure(m.Value, err).Message)
}

// moment is one tick of a sampler.
type moment struct {
	samples
	at  time.Duration // since the start, gaps left out
	gap time.Duration // before it, in which nothing was looked at
}

// ticks calls tick at start + k·interval, both ends included, while it
// returns true. A tick whose time has passed while an earlier one was still at
// work is given no samples: nothing catches up in a burst. When idle ends, the
// pause at hand is cut short if enough says that there is nothing more to see.
func (x *sampler) ticks(ctx, idle context.Context, enough func() bool, tick func(moment) bool) error {
	engine := x.s.r.engine
	start := x.start()
	clock := &stopwatch{start: start}
	for at := time.Duration(0); ; {
		gap := clock.gap(engine.Now(), x.interval)
		taken := x.take(ctx, at)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !tick(moment{taken, at, gap}) {
			return nil
		}
		at += x.interval
		for now := engine.Now().Sub(start); at+x.interval/lateness < now; at += x.interval {
			if !tick(moment{at: at}) {
				return nil
			}
		}
		err := engine.Sleep(idle, start.Add(at).Sub(engine.Now()))
		if err != nil && ctx.Err() == nil {
			if enough != nil && enough() {
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
