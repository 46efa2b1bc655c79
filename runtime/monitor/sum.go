package monitor

import "math"

// sum is what is known of the samples of some ticks, as far as it can be put
// together from parts: two sums of neighbours make one. Nothing is ever taken
// away from a sum, so that a huge value that has gone by leaves no trace.
type sum struct {
	ticks int
	known int     // ticks with a sample
	n     int     // values; of events the known ticks
	sum   float64 // of the values; of events the bad ones
	of    float64 // of events, all of them
	m2    float64 // squares of the distances from the mean
	min   float64
	max   float64
	last  float64 // known one
}

// sum is that of one tick.
func (s *series) sum(t *tick) sum {
	one := sum{ticks: 1}
	if t.state != Known {
		return one
	}
	one.known, one.last, one.min, one.max = 1, t.own, t.own, t.own
	if s.events {
		one.n, one.sum, one.of = 1, t.bad, t.total
		return one
	}
	values := s.raw(t)
	one.n = len(values)
	one.min, one.max = math.Inf(1), math.Inf(-1)
	for _, x := range values {
		one.sum += x
		one.min, one.max = min(one.min, x), max(one.max, x)
	}
	if one.n > 1 {
		mean := one.mean()
		for _, x := range values {
			one.m2 += (x - mean) * (x - mean)
		}
	}
	return one
}

func (s *sum) mean() float64 { return s.sum / float64(s.n) }

// deviation is the sample's standard deviation; it needs two values.
func (s *sum) deviation() float64 { return math.Sqrt(s.m2 / float64(s.n-1)) }

// then adds what comes after. The squares are put together as Chan, Golub and
// LeVeque do (1979).
func (s *sum) then(b *sum) {
	if s.ticks == 0 {
		*s = *b
		return
	}
	s.ticks += b.ticks
	if b.known == 0 {
		return
	}
	if s.known == 0 {
		ticks := s.ticks
		*s = *b
		s.ticks = ticks
		return
	}
	apart := b.mean() - s.mean()
	s.m2 += b.m2 + apart*apart*float64(s.n)*float64(b.n)/float64(s.n+b.n)
	s.known += b.known
	s.n += b.n
	s.sum += b.sum
	s.of += b.of
	s.min, s.max, s.last = min(s.min, b.min), max(s.max, b.max), b.last
}

// statistic is what `m.name` means, quantiles left out.
func (s *sum) statistic(name string, events bool) quantity {
	switch name {
	case "count":
		return known(float64(s.n))
	case "missing":
		if s.ticks == 0 {
			return quantity{}
		}
		return known(1 - float64(s.known)/float64(s.ticks))
	}
	if s.n == 0 {
		return quantity{}
	}
	switch name {
	case "last":
		return ordinary(s.last)
	case "min":
		return known(s.min)
	case "max":
		return known(s.max)
	case "sum":
		return finite(s.sum)
	case "over":
		if events {
			return finite(s.sum / s.of)
		}
		return finite(s.mean())
	case "mean":
		return finite(s.mean())
	case "stddev":
		if s.n > 1 {
			return finite(s.deviation())
		}
	}
	return quantity{}
}
