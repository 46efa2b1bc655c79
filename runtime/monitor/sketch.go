package monitor

import (
	"fmt"
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
)

// mostRaw is how many raw values are kept of a stretch; more of them are kept
// as a sketch, whose quantiles are within sketchError of the value.
const (
	mostRaw     = 100_000
	sketchError = 0.01
	sketchBins  = 4096 // at that error they span 35 powers of ten
)

// sketch is the distribution of any number of values in bounded memory.
type sketch struct{ d *ddsketch.DDSketch }

func newSketch() sketch {
	d, err := ddsketch.LogCollapsingLowestDenseDDSketch(sketchError, sketchBins)
	if err != nil {
		panic(fmt.Sprintf("monitor: a sketch within %v: %v", sketchError, err))
	}
	return sketch{d}
}

// add counts a value. One beyond all that a sketch can tell apart counts as the
// largest, or as the least.
func (s sketch) add(x float64) {
	most := s.d.MaxIndexableValue()
	_ = s.d.Add(max(-most, min(x, most))) // nothing else is refused
}

func (s sketch) merge(o sketch) {
	_ = s.d.MergeWith(o.d) // refused only between sketches of unlike errors
}

func (s sketch) quantile(p float64) float64 {
	x, err := s.d.GetValueAtQuantile(p)
	if err != nil {
		return math.NaN()
	}
	return x
}
