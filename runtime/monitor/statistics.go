package monitor

import (
	"math"
	"slices"
)

// quantile is R-7 of sorted values: linear between the two nearest ranks.
// Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, type 7.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// median of values, which it leaves as they are.
func median(values []float64) float64 {
	s := slices.Clone(values)
	slices.Sort(s)
	return quantile(s, 0.5)
}

// quantileNeeds is how many samples a quantile has to have before it says
// anything: five beyond it.
func quantileNeeds(p float64) int { return int(math.Ceil(5/(1-p) - 1e-9)) }

func sum(values []float64) float64 {
	t := 0.0
	for _, v := range values {
		t += v
	}
	return t
}

func mean(values []float64) float64 { return sum(values) / float64(len(values)) }

// deviation is the sample's standard deviation (n-1); it needs two values.
func deviation(values []float64) float64 {
	m, t := mean(values), 0.0
	for _, v := range values {
		t += (v - m) * (v - m)
	}
	return math.Sqrt(t / float64(len(values)-1))
}

// point is a value at a time in seconds.
type point struct{ t, y float64 }

// maxTrendPoints bounds the quadratic work of a slope; more points are merged
// in equal blocks by their medians first.
const maxTrendPoints = 300

// slope is Theil and Sen's: the median of the slopes between all pairs, a
// second. It needs two points at different times.
func slope(points []point) (float64, bool) {
	points = blocks(points, maxTrendPoints)
	slopes := make([]float64, 0, len(points)*(len(points)-1)/2)
	for i := range points {
		for _, q := range points[i+1:] {
			if q.t != points[i].t {
				slopes = append(slopes, (q.y-points[i].y)/(q.t-points[i].t))
			}
		}
	}
	if len(slopes) == 0 {
		return 0, false
	}
	slices.Sort(slopes)
	return quantile(slopes, 0.5), true
}

// blocks merges points, in order, to at most n of them.
func blocks(points []point, n int) []point {
	if len(points) <= n {
		return points
	}
	merged := make([]point, 0, n)
	for i := range n {
		part := points[i*len(points)/n : (i+1)*len(points)/n]
		ts, ys := make([]float64, len(part)), make([]float64, len(part))
		for j, p := range part {
			ts[j], ys[j] = p.t, p.y
		}
		merged = append(merged, point{median(ts), median(ys)})
	}
	return merged
}

// rising is the one-sided p of Mann and Kendall's test for an upward trend,
// by the normal approximation with continuity and ties (Kendall 1975).
func rising(values []float64) float64 {
	n := len(values)
	s := 0.0
	for i := range values {
		for _, later := range values[i+1:] {
			switch {
			case later > values[i]:
				s++
			case later < values[i]:
				s--
			}
		}
	}
	v := float64(n*(n-1)*(2*n+5)) / 18
	for _, t := range ties(values) {
		v -= float64(t*(t-1)*(2*t+5)) / 18
	}
	if v <= 0 {
		return 1
	}
	return 1 - normal((s-1)/math.Sqrt(v))
}

// ties returns the sizes of the groups of equal values.
func ties(values []float64) []int {
	s := slices.Clone(values)
	slices.Sort(s)
	var sizes []int
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if j-i > 1 {
			sizes = append(sizes, j-i)
		}
		i = j
	}
	return sizes
}

// normal is the standard normal distribution's function.
func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
