package monitor

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// quantile is R-7 of sorted values: linear between the two nearest ranks.
// Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, type 7.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if h == float64(i) || i+1 >= len(sorted) {
		return sorted[min(i, len(sorted)-1)]
	}
	return between(sorted[i], sorted[i+1], h-float64(i))
}

// between is a share of the way from a to b. Next to an infinite value there
// is none: NaN.
func between(a, b, share float64) float64 {
	if a == b {
		return a
	}
	x := a + share*(b-a)
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// selected is the quantile of values in no order; it puts them in another.
func selected(values []float64, p float64) float64 {
	h := p * float64(len(values)-1)
	i := int(h)
	low, high := 0, len(values)-1
	for low < high {
		pivot := values[low+(high-low)/2]
		a, b := low, high
		for a <= b {
			for values[a] < pivot {
				a++
			}
			for values[b] > pivot {
				b--
			}
			if a <= b {
				values[a], values[b] = values[b], values[a]
				a++
				b--
			}
		}
		switch {
		case i <= b:
			high = b
		case i >= a:
			low = a
		default:
			low, high = i, i
		}
	}
	if h == float64(i) {
		return values[i]
	}
	return between(values[i], slices.Min(values[i+1:]), h-float64(i))
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

// percentile reads "p95" as 0.95.
func percentile(name string) (float64, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "p"))
	if err != nil || !strings.HasPrefix(name, "p") || n < 1 || n > 99 {
		return 0, false
	}
	return float64(n) / 100, true
}

// rising is the one-sided p of Mann and Kendall's test for an upward trend,
// by the normal approximation with continuity and ties (Kendall 1975).
func rising(points []point) float64 {
	n := len(points)
	s := 0.0
	values := make([]float64, n)
	for i, p := range points {
		values[i] = p.y
		for _, later := range points[i+1:] {
			switch {
			case later.y > p.y:
				s++
			case later.y < p.y:
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
