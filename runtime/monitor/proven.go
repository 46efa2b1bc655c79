package monitor

import (
	"time"

	"github.com/drl-lang/drl/lang/check"
)

// proven's promise: this often at most it holds without a reason. A test of
// values looks a planned number of times and gives each look its share.
const (
	provenAlpha = 0.01
	provenLooks = 4
	provenBlock = time.Minute
)

// firstLook is when a monitor without a window of its own looks first; each
// further look comes at twice the time.
const firstLook = 5 * time.Minute

// proven compiles proven(m, worse_by: X).
func (c *compiler) proven(call *check.Call) (condition, error) {
	c.relative = true
	i, err := c.index(call.Object.Name)
	if err != nil {
		return nil, err
	}
	by, err := c.constant(call.Args[1])
	if err != nil {
		return nil, err
	}
	is := unknown
	if c.m.metrics[i].events() {
		return func(v view) truth {
			if is != yes {
				is = v.provenCounts(i, by)
			}
			return is
		}, nil
	}
	looked := 0
	return func(v view) truth {
		for is != yes && looked < provenLooks && v.at-v.from >= c.m.look(looked+1) {
			looked++
			if now := v.provenValues(i, by); now != unknown {
				is = now
			}
		}
		return is
	}, nil
}

// look is how long after its start a monitor looks for the k-th time, from 1.
func (m *Monitor) look(k int) time.Duration {
	if m.o.Window > 0 {
		return m.o.Window * time.Duration(k) / provenLooks
	}
	return firstLook << (k - 1)
}

// provenCounts judges a ratio of counts, by evidence that holds however often
// it is asked.
func (v view) provenCounts(i int, by float64) truth {
	b := v.m.baseline
	if !b.enough(i) {
		return unknown
	}
	bad, total := counts(v.ticks(i, 0))
	badBefore, totalBefore := counts(b.series[i].ticks)
	higher := v.m.metrics[i].higher
	worse := 1 + by
	if higher {
		worse = 1 - by
	}
	if total == 0 || worse <= 0 {
		return unknown
	}
	e := evidence(bad, total, badBefore, totalBefore, worse, dispersion(b.series[i].ticks), higher)
	return truthOf(e >= 1/provenAlpha)
}

// provenValues judges medians of one-minute blocks at one of the planned
// looks; it is unknown where even the clearest difference between so few
// blocks could be chance.
func (v view) provenValues(i int, by float64) truth {
	b, m := v.m.baseline, v.m.metrics[i]
	now := v.m.series[i].blockMedians(v.ticks(i, 0), provenBlock)
	before := b.series[i].blockMedians(b.series[i].ticks, provenBlock)
	if len(now) == 0 || len(before) == 0 {
		return unknown
	}
	sign := 1.0
	if m.higher {
		sign = -1
	}
	x, y := scaled(now, sign), scaled(before, sign)
	_, p, least := mannWhitney(x, y)
	if least > provenAlpha/provenLooks {
		return unknown
	}
	return truthOf(p <= provenAlpha/provenLooks && shift(x, y) >= by*max(abs(median(before)), m.least))
}

func scaled(values []float64, by float64) []float64 {
	s := make([]float64, len(values))
	for i, v := range values {
		s[i] = by * v
	}
	return s
}

// blockMedians returns the median of each full block of time that has a value.
func (s *series) blockMedians(ticks []tick, block time.Duration) []float64 {
	if len(ticks) == 0 {
		return nil
	}
	var medians []float64
	start := ticks[0].at
	from := 0
	for i := range ticks {
		if ticks[i].at < start+block {
			continue
		}
		if values := s.plain(ticks[from:i]); len(values) > 0 {
			medians = append(medians, median(values))
		}
		from = i
		for ticks[i].at >= start+block {
			start += block
		}
	}
	return medians
}
