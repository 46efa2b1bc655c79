package monitor

import (
	"time"

	"github.com/drl-lang/drl/lang/check"
)

// What a leak is judged on: the minima of so many blocks at least, each this
// long at least, with this chance of a false alarm.
const (
	leakBlocks = 6
	leakBlock  = 5 * time.Minute
	leakAlpha  = 0.01
)

// leak compiles leak(m, limit:, within:): the floor of the metric rises, and
// at its slope reaches the limit within the time.
func (c *compiler) leak(call *check.Call) (condition, error) {
	x, err := c.numeric(call.Args[0])
	if err != nil {
		return nil, err
	}
	limit, err := c.constant(call.Args[1])
	if err != nil {
		return nil, err
	}
	within, err := c.duration(call.Args[2])
	if err != nil {
		return nil, err
	}
	_ = x // compiled for its metric: the test is over the metric's own samples
	i := c.used[len(c.used)-1]
	return func(v view) truth {
		minima := v.m.series[i].minima(v.ticks(i, 0), leakBlock)
		if len(minima) < leakBlocks {
			return unknown
		}
		ys := make([]float64, len(minima))
		for j, p := range minima {
			ys[j] = p.y
		}
		rate, ok := slope(minima)
		if !ok || rate <= 0 || rising(ys) >= leakAlpha {
			return no
		}
		left := (limit - ys[len(ys)-1]) / rate
		return truthOf(left < within.Seconds())
	}, nil
}

// minima returns the lowest value of each full block of time.
func (s *series) minima(ticks []tick, block time.Duration) []point {
	var minima []point
	if len(ticks) == 0 {
		return nil
	}
	start := ticks[0].at
	end := ticks[len(ticks)-1].at
	for ; start+block <= end; start += block {
		low, found := 0.0, false
		for _, t := range ticks {
			if t.at < start || t.at >= start+block {
				continue
			}
			if q := t.own; q.known && (!found || q.x < low) {
				low, found = q.x, true
			}
		}
		if found {
			minima = append(minima, point{start.Seconds(), low})
		}
	}
	return minima
}
