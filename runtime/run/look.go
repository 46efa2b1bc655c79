package run

import (
	"context"
	"errors"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// Sight is a block of metrics to look at, for how long and how often.
type Sight struct {
	Metrics    *check.Object
	For, Every time.Duration
}

// Look samples blocks of metrics side by side, with the lets above the file's
// first node, and does nothing else of the plan: metrics at most read. It
// returns the ticks of each block's metrics, by name. A let that can't be evaluated, and the end of
// ctx, are errors; a metric that needs more of the script has failed samples.
func Look(ctx context.Context, p *plan.Plan, o Options, sights []Sight) ([]map[string][]monitor.Sample, error) {
	r := newRunner(p, o)
	r.started = r.engine.Now()
	r.hard, r.endHard = context.WithCancelCause(ctx)
	defer r.endHard(errOver)
	r.soft, r.haste = r.hard, r.hard
	wrong, h := r.prelude()
	switch {
	case len(wrong) > 0:
		return nil, wrong
	case h != nil:
		return nil, errors.New(h.reason)
	}
	seen := make([]map[string][]monitor.Sample, len(sights))
	problems := make([]error, len(sights))
	var looks []func(context.Context) *halt
	for i, at := range sights {
		x, err := r.top.sampler(at.Metrics, at.Every)
		if err != nil {
			return nil, err
		}
		seen[i] = map[string][]monitor.Sample{}
		looks = append(looks, func(ctx context.Context) *halt {
			problems[i] = x.ticks(ctx, ctx, nil, func(t moment) bool {
				for _, m := range x.decl.Metrics {
					name := m.Name.Text
					seen[i][name] = append(seen[i][name], t.own[name])
				}
				return t.at+at.Every <= at.For
			})
			return nil
		})
	}
	for _, h := range r.side(r.soft, 0, looks...) {
		return nil, errors.New(h.reason)
	}
	return seen, errors.Join(problems...)
}
