package odds

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
)

// What has to be there before a noise is made of it, as of a baseline.
const (
	fitSamples = 10
	fitEvents  = 20
)

// Fit makes the noise of a metric of the samples of ticks that followed each
// other while nothing was wrong: log-normal values, or counts that are Poisson
// or scatter more, and how much neighbouring ticks are alike.
func Fit(t *types.Type, ticks []monitor.Sample) (Noise, error) {
	var known []monitor.Sample
	problem := ""
	for _, s := range ticks {
		switch s.State {
		case monitor.Known:
			known = append(known, s)
		case monitor.Broken:
			problem = ": " + s.Problem
		}
	}
	if len(known) == 0 {
		return Noise{}, fmt.Errorf("it had no sample in %d ticks%s", len(ticks), problem)
	}
	fit := fitValues
	if t.Kind == types.Events {
		fit = fitCounts
	}
	n, err := fit(known)
	n.Missing = 1 - float64(len(known))/float64(len(ticks))
	return n, err
}

func fitCounts(ticks []monitor.Sample) (Noise, error) {
	var bad, total []float64
	for _, s := range ticks {
		bad, total = append(bad, s.Bad), append(total, s.Total)
	}
	allBad, all := mean(bad)*float64(len(bad)), mean(total)*float64(len(total))
	if all < fitEvents {
		return Noise{}, fmt.Errorf("it had %.4g events, want %d", all, fitEvents)
	}
	n := Noise{Total: mean(total), Ratio: allBad / all, About: slices.Max(total) != slices.Min(total)}
	if allBad == 0 {
		// None was seen; that there are none at all is more than is known.
		n.Ratio = 0.5 / all
		return n, nil
	}
	// More than Poisson's variance is that of the rate.
	if square := mean(bad) * mean(bad); len(bad) >= fitSamples && variance(bad) > mean(bad) {
		n.Between = math.Sqrt(math.Log1p((variance(bad) - mean(bad)) / square))
		n.Correlation = share(neighbours(bad), variance(bad)-mean(bad))
	}
	return n, nil
}

func fitValues(ticks []monitor.Sample) (Noise, error) {
	var all []float64
	for _, s := range ticks {
		all = append(all, s.Values...)
	}
	if len(all) < fitSamples {
		return Noise{}, fmt.Errorf("it had %d samples, want %d", len(all), fitSamples)
	}
	slices.Sort(all)
	n := Noise{Typical: all[len(all)/2], Count: int(math.Round(float64(len(all)) / float64(len(ticks)))), Additive: all[0] <= 0}
	scale := math.Log
	if n.Additive {
		scale = func(x float64) float64 { return x }
	}
	var middles []float64 // of each tick
	inside, freedom := 0.0, 0.0
	for _, s := range ticks {
		var xs []float64
		for _, x := range s.Values {
			xs = append(xs, scale(x))
		}
		middles = append(middles, mean(xs))
		if len(xs) > 1 {
			inside += variance(xs) * float64(len(xs)-1)
			freedom += float64(len(xs) - 1)
		}
	}
	if freedom > 0 {
		inside /= freedom
	}
	if inside > rounding {
		n.Within = math.Sqrt(inside)
	}
	// Ticks scatter by their own noise, and by that of the values in them.
	if between := variance(middles) - inside/float64(max(n.Count, 1)); len(middles) > 2 && between > rounding*(1+n.Typical*n.Typical) {
		n.Between = math.Sqrt(between)
		n.Correlation = share(neighbours(middles), between)
	}
	return n, nil
}

// rounding is a variance that arithmetic alone makes.
const rounding = 1e-20

// mostAlike is the strongest correlation that is fitted.
const mostAlike = 0.99

func share(part, whole float64) float64 {
	if !(whole > 0) {
		return 0
	}
	return max(0, min(part/whole, mostAlike))
}

// Every converts what was fitted to ticks of one interval to those of another:
// what is alike after 5s is less alike after 15s.
func (n Noise) Every(was, now time.Duration) Noise {
	if n.Correlation > 0 && was > 0 {
		n.Correlation = math.Pow(n.Correlation, float64(now)/float64(was))
	}
	return n
}

// Describe says what the noise of a metric of type t is like.
func (n Noise) Describe(t *types.Type) string {
	percent := func(x float64) string { return value.Percent(rounded(x)).String() }
	var text string
	switch {
	case n.Total > 0:
		about := ""
		if n.About {
			about = "about "
		}
		text = fmt.Sprintf("%s of %s%.3g events a tick", percent(n.Ratio), about, n.Total)
	default:
		text = monitor.Print(t, n.Typical)
		if n.Within > 0 {
			text += " spread " + percent(n.relative(n.Within))
		}
		if n.Count > 1 {
			text += fmt.Sprintf(" count %d", n.Count)
		}
	}
	if n.Between > 0 {
		text += ", ticks differ by " + percent(n.relative(n.Between))
	}
	if n.Correlation >= 0.05 {
		text += fmt.Sprintf(", alike by %.2g", n.Correlation)
	}
	if n.Missing > 0 {
		text += ", missing " + percent(n.Missing)
	}
	return text
}

// relative is a spread as a share of the typical value.
func (n *Noise) relative(spread float64) float64 {
	if n.Additive && n.Typical != 0 {
		return spread / math.Abs(n.Typical)
	}
	return spread
}

func rounded(x float64) float64 {
	if x == 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1)
	return math.Round(x/unit) * unit
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

func variance(xs []float64) float64 {
	if len(xs) < 2 {
		return 0
	}
	m, sum := mean(xs), 0.0
	for _, x := range xs {
		sum += (x - m) * (x - m)
	}
	return sum / float64(len(xs)-1)
}

// neighbours is the covariance of each with the next.
func neighbours(xs []float64) float64 {
	if len(xs) < 3 {
		return 0
	}
	m, sum := mean(xs), 0.0
	for i := range xs[1:] {
		sum += (xs[i] - m) * (xs[i+1] - m)
	}
	return sum / float64(len(xs)-1)
}
