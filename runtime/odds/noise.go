package odds

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/drl-lang/drl/runtime/monitor"
)

// Noise is how the samples of one metric come about while nothing is wrong.
// Either Total is set, and a tick counts events, or it draws values.
type Noise struct {
	Total float64 // events a tick; 0: values
	Ratio float64 // of these, the bad ones: 0 to 1
	About bool    // Total is an average, as of visitors; else each tick has as many, as a probe does

	Typical float64 // the median of the values, in base units
	Count   int     // values a tick; 0 is 1
	// Within is the spread of the values of one tick around that tick's
	// typical one, Between that of the ticks. Both are standard deviations of
	// the logarithm, or of the value itself where Additive. Of events, Between
	// is that of the logarithm of the rate: 0 is plain Poisson.
	Within, Between float64
	Additive        bool

	// Correlation is that of neighbouring ticks, 0 to 1: a slow minute is
	// followed by a slow minute.
	Correlation float64
	// Missing is the share of ticks without a sample, 0 to 1.
	Missing float64
}

// stream draws one metric's samples, tick by tick.
type stream struct {
	noise  Noise
	worse  float64 // what the metric is multiplied with: 1 is healthy
	state  float64 // of the ticks' own noise, standard normal
	begun  bool
	values []float64
}

// draw returns the next tick's sample. Its Values hold until the next draw.
func (s *stream) draw(r *rand.Rand) monitor.Sample {
	n := &s.noise
	if n.Between > 0 {
		fresh := r.NormFloat64()
		if s.begun {
			fresh = n.Correlation*s.state + math.Sqrt(1-n.Correlation*n.Correlation)*fresh
		}
		s.state, s.begun = fresh, true
	}
	if n.Missing > 0 && r.Float64() < n.Missing {
		return monitor.Sample{State: monitor.NoData}
	}
	if n.Total > 0 {
		return s.events(r)
	}
	s.values = s.values[:0]
	for range max(n.Count, 1) {
		d := n.Between * s.state
		if n.Within > 0 {
			d += n.Within * r.NormFloat64()
		}
		x := n.Typical + d
		if !n.Additive {
			x = n.Typical * math.Exp(d)
		}
		s.values = append(s.values, x*s.worse)
	}
	return monitor.Sample{State: monitor.Known, Values: s.values}
}

// events draws bad and good ones. Where visitors come as they please, each
// kind is a Poisson process of its own.
func (s *stream) events(r *rand.Rand) monitor.Sample {
	ratio := min(s.noise.Ratio*s.worse, 1)
	bad := s.noise.Total * ratio
	if s.noise.Between > 0 {
		// The mean of the factor is 1.
		bad *= math.Exp(s.noise.Between*s.state - s.noise.Between*s.noise.Between/2)
	}
	if !s.noise.About {
		return monitor.Sample{State: monitor.Known, Bad: distuv.Binomial{N: s.noise.Total, P: min(bad/s.noise.Total, 1), Src: r}.Rand(), Total: s.noise.Total}
	}
	b := distuv.Poisson{Lambda: bad, Src: r}.Rand()
	good := distuv.Poisson{Lambda: s.noise.Total * (1 - ratio), Src: r}.Rand()
	if b+good == 0 {
		return monitor.Sample{State: monitor.NoData}
	}
	return monitor.Sample{State: monitor.Known, Bad: b, Total: b + good}
}
