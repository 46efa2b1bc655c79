package odds

import (
	"math"
	"slices"

	"github.com/drl-lang/drl/runtime/monitor"
)

// least is how many known samples a fit wants.
const least = 10

// Fit returns the noise that would have made the samples of consecutive
// ticks. ok is false where fewer than ten of them are known.
func Fit(samples []monitor.Sample) (n Noise, ok bool) {
	var known []monitor.Sample
	for _, s := range samples {
		if s.State == monitor.Known {
			known = append(known, s)
		}
	}
	if len(known) < least {
		return Noise{}, false
	}
	n.Missing = 1 - float64(len(known))/float64(len(samples))
	if known[0].Total > 0 {
		n.fitEvents(known)
	} else {
		n.fitValues(known)
	}
	return n, true
}

// fitEvents lays what the counts vary beyond Poisson's law on the ticks.
func (n *Noise) fitEvents(known []monitor.Sample) {
	var bad, total float64
	counts := make([]float64, len(known))
	for i, s := range known {
		bad, total, counts[i] = bad+s.Bad, total+s.Total, s.Bad
	}
	n.Total, n.Ratio = total/float64(len(known)), bad/total
	n.About = slices.ContainsFunc(known, func(s monitor.Sample) bool { return s.Total != n.Total })
	m, v := meanAndVariance(counts)
	if m == 0 || v <= m {
		return
	}
	// A log-normal factor of mean 1 and variance w adds m²w.
	n.Between = math.Sqrt(math.Log(1 + (v-m)/(m*m)))
	n.Correlation = neighbours(counts)
}

func (n *Noise) fitValues(known []monitor.Sample) {
	var all []float64
	for _, s := range known {
		all = append(all, s.Values...)
	}
	n.Additive = slices.Min(all) <= 0
	n.Count = max(1, int(math.Round(float64(len(all))/float64(len(known)))))
	var within float64 // Σ squared distances to their tick's mean
	means := make([]float64, len(known))
	for i, s := range known {
		values := slices.Clone(s.Values)
		if !n.Additive {
			for k := range values {
				values[k] = math.Log(values[k])
			}
		}
		m, v := meanAndVariance(values)
		means[i] = m
		within += v * float64(len(values)-1)
	}
	middle, between := meanAndVariance(means)
	n.Typical = middle
	if !n.Additive {
		n.Typical = math.Exp(middle)
	}
	if free := len(all) - len(known); free > 0 {
		n.Within = math.Sqrt(within / float64(free))
	}
	// The mean of a tick's values varies by what they vary, too.
	if own := between - n.Within*n.Within/float64(n.Count); own > 0 {
		n.Between = math.Sqrt(own)
		n.Correlation = neighbours(means)
	}
}

// meanAndVariance returns the mean and the unbiased variance, 0 of one value.
func meanAndVariance(xs []float64) (mean, variance float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		variance += (x - mean) * (x - mean)
	}
	if len(xs) > 1 {
		variance /= float64(len(xs) - 1)
	}
	return mean, variance
}

// neighbours is the correlation of neighbouring values, 0 where it is
// negative or within what chance makes of independent ones.
func neighbours(xs []float64) float64 {
	mean, variance := meanAndVariance(xs)
	if variance == 0 {
		return 0
	}
	var sum float64
	for i := range xs[1:] {
		sum += (xs[i] - mean) * (xs[i+1] - mean)
	}
	r := sum / (variance * float64(len(xs)-1))
	if r < 1.645/math.Sqrt(float64(len(xs))) {
		return 0
	}
	return min(r, 0.99)
}
