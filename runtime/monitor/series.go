package monitor

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// series is one metric's samples in the order of their ticks.
type series struct {
	events bool
	ticks  []tick
	values []float64 // raw, of all ticks
	// scratch is where a monitor sorts, again and again. The series of a
	// baseline, which monitors share, have none.
	scratch *[]float64
}

// tick is one sample; its raw values are values[from:to] of the series.
type tick struct {
	at         time.Duration
	state      State
	from, to   int
	bad, total float64
	own        quantity // of a list its median, of events their ratio
}

func (s *series) add(at time.Duration, x Sample) {
	t := tick{at: at, state: x.State, from: len(s.values), bad: x.Bad, total: x.Total}
	if x.State == Known {
		s.values = append(s.values, x.Values...)
	}
	t.to = len(s.values)
	t.own = s.of(t)
	s.ticks = append(s.ticks, t)
}

// since returns the ticks later than at.
func (s *series) since(at time.Duration) []tick {
	i, _ := slices.BinarySearchFunc(s.ticks, at, func(t tick, at time.Duration) int {
		if t.at <= at {
			return -1
		}
		return 1
	})
	return s.ticks[i:]
}

// raw returns the raw values of consecutive ticks.
func (s *series) raw(ticks []tick) []float64 {
	if len(ticks) == 0 {
		return nil
	}
	return s.values[ticks[0].from:ticks[len(ticks)-1].to]
}

// of works out a tick's own value.
func (s *series) of(t tick) quantity {
	switch {
	case t.state != Known:
		return quantity{}
	case s.events:
		return known(t.bad / t.total)
	case t.to-t.from == 1:
		return known(s.values[t.from])
	}
	return known(s.median(s.values[t.from:t.to]))
}

func knownTicks(ticks []tick) int {
	n := 0
	for _, t := range ticks {
		if t.state == Known {
			n++
		}
	}
	return n
}

// counts returns Σbad and Σtotal: over a stretch a ratio is one of sums, never
// a mean of ratios.
func counts(ticks []tick) (bad, total float64) {
	for _, t := range ticks {
		if t.state == Known {
			bad += t.bad
			total += t.total
		}
	}
	return bad, total
}

// statistic is what `m.name` means over the ticks.
func (s *series) statistic(name string, ticks []tick) quantity {
	switch name {
	case "count":
		return known(float64(knownTicks(ticks)))
	case "missing":
		if len(ticks) == 0 {
			return quantity{}
		}
		return known(1 - float64(knownTicks(ticks))/float64(len(ticks)))
	case "last":
		for _, t := range slices.Backward(ticks) {
			if t.state == Known {
				return t.own
			}
		}
		return quantity{}
	case "trend":
		y, ok := slope(s.points(ticks))
		return quantity{x: y, known: ok}
	}
	if s.events {
		bad, total := counts(ticks)
		switch {
		case name == "over" && total > 0:
			return known(bad / total)
		case name == "sum" && total > 0:
			return known(bad)
		case name == "over", name == "sum":
			return quantity{}
		}
	}
	return s.summary(name, s.plain(ticks))
}

// plain returns the values that a statistic is over: raw ones, or the ratio
// of each tick for events.
func (s *series) plain(ticks []tick) []float64 {
	if !s.events {
		return s.raw(ticks)
	}
	var ratios []float64
	for _, t := range ticks {
		if t.state == Known {
			ratios = append(ratios, t.bad/t.total)
		}
	}
	return ratios
}

func (s *series) points(ticks []tick) []point {
	points := make([]point, 0, len(ticks))
	for _, t := range ticks {
		if q := t.own; q.known {
			points = append(points, point{t.at.Seconds(), q.x})
		}
	}
	return points
}

// summary is a statistic of plain values; unknown where there are too few.
func (s *series) summary(name string, values []float64) quantity {
	if len(values) == 0 {
		return quantity{}
	}
	switch name {
	case "mean", "over":
		return finite(mean(values))
	case "sum":
		return finite(sum(values))
	case "min":
		return known(slices.Min(values))
	case "max":
		return known(slices.Max(values))
	case "stddev":
		if len(values) < 2 {
			return quantity{}
		}
		return finite(deviation(values))
	}
	p, ok := percentile(name)
	if !ok || len(values) < quantileNeeds(p) {
		return quantity{}
	}
	return finite(quantile(s.sorted(values), p))
}

// median is that of values, which it leaves as they are.
func (s *series) median(values []float64) float64 { return quantile(s.sorted(values), 0.5) }

// sorted returns values in order; it holds until sorted is called again.
func (s *series) sorted(values []float64) []float64 {
	if s.scratch == nil {
		copied := slices.Clone(values)
		slices.Sort(copied)
		return copied
	}
	*s.scratch = append((*s.scratch)[:0], values...)
	slices.Sort(*s.scratch)
	return *s.scratch
}

// percentile reads "p95" as 0.95.
func percentile(name string) (float64, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "p"))
	if err != nil || !strings.HasPrefix(name, "p") || n < 1 || n > 99 {
		return 0, false
	}
	return float64(n) / 100, true
}

// finite is known unless arithmetic on an infinite sample made nothing of it.
func finite(x float64) quantity {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return quantity{}
	}
	return known(x)
}
