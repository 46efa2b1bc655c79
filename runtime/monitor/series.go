package monitor

import (
	"math"
	"slices"
	"time"
)

// series is one metric's samples in the order of their ticks: all of them in a
// baseline, the recent ones in a monitor.
type series struct {
	events bool
	ticks  []tick
	values []float64 // raw, of these ticks
	gone   int       // ticks that were let go before these
	cut    int       // values that were let go with them

	known   int // ticks with a sample, ever
	last    float64
	scratch []float64
}

// tick is one sample; its raw values are those from `from` to `to`, counted
// from the first that the series ever had.
type tick struct {
	at         time.Duration
	from, to   int
	bad, total float64
	own        float64 // of a list its median, of events their ratio
	state      State
}

// quantity is the tick's own value in a condition.
func (t *tick) quantity() quantity {
	if t.state != Known {
		return quantity{}
	}
	return ordinary(t.own)
}

// add keeps the sample of a tick and returns the number of that tick.
func (s *series) add(at time.Duration, x Sample) int {
	if x.State == Known && (s.events && !(x.Total > 0) || !s.events && len(x.Values) == 0) {
		x.State = NoData
	}
	t := tick{at: at, state: x.State, from: s.cut + len(s.values), bad: x.Bad, total: x.Total}
	if x.State == Known && !s.events {
		s.values = append(s.values, x.Values...)
	}
	t.to = s.cut + len(s.values)
	if x.State == Known {
		t.own = s.own(&t)
		s.known++
		s.last = t.own
	}
	s.ticks = append(s.ticks, t)
	return s.gone + len(s.ticks) - 1
}

// own works out a tick's own value.
func (s *series) own(t *tick) float64 {
	if s.events {
		return t.bad / t.total
	}
	values := s.raw(t)
	if len(values) == 1 {
		return values[0]
	}
	s.scratch = append(s.scratch[:0], values...)
	slices.Sort(s.scratch)
	return quantile(s.scratch, 0.5)
}

func (s *series) end() int { return s.gone + len(s.ticks) }

func (s *series) tick(i int) *tick { return &s.ticks[i-s.gone] }

func (s *series) latest() *tick { return &s.ticks[len(s.ticks)-1] }

// raw returns the raw values of a tick.
func (s *series) raw(t *tick) []float64 { return s.values[t.from-s.cut : t.to-s.cut] }

// sample is the one that a tick was made of.
func (s *series) sample(t *tick) Sample {
	return Sample{State: t.state, Values: s.raw(t), Bad: t.bad, Total: t.total}
}

// forget lets the ticks before the given one go, once they are the larger
// part: then moving the others down costs less than they did.
func (s *series) forget(before int) {
	n := before - s.gone
	if n <= len(s.ticks)/2 || n <= liveTicks {
		return
	}
	values := s.tick(before).from - s.cut
	s.values = append(s.values[:0], s.values[values:]...)
	s.ticks = append(s.ticks[:0], s.ticks[n:]...)
	s.gone, s.cut = before, s.cut+values
}

// liveTicks is how many ticks a live line shows; so many are always kept.
const liveTicks = 24

func (s *series) reset() {
	*s = series{events: s.events, ticks: s.ticks[:0], values: s.values[:0], scratch: s.scratch}
}

// ordinary is known unless x is not a number.
func ordinary(x float64) quantity {
	if math.IsNaN(x) {
		return quantity{}
	}
	return known(x)
}

// finite is known unless arithmetic on an infinite sample made nothing of it.
func finite(x float64) quantity {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return quantity{}
	}
	return known(x)
}
