package monitor

import (
	"math"
	"slices"
)

// exactProduct is the largest product of two sample sizes for which the
// distribution of U is counted out; beyond it the normal one is near enough.
const exactProduct = 2500

// mannWhitney tests whether the values of x tend to be greater than those of
// y. u counts the pairs in which they are, ties as halves; p is one-sided:
// how likely a U as great is when both come from one distribution. least is
// the smallest p that these sizes and ties allow.
func mannWhitney(x, y []float64) (u, p, least float64) {
	if len(x) == 0 || len(y) == 0 {
		return 0, 1, 1
	}
	groups, u := tieGroups(x, y)
	n, m := len(x), len(y)
	if n*m > exactProduct {
		p = normalTail(u, n, m, groups)
		return u, p, normalTail(float64(n*m), n, m, groups)
	}
	ways := countU(groups, n, m)
	total, tail, last := 0.0, 0.0, 0.0
	for twice, w := range ways {
		total += w
		if twice >= int(math.Round(2*u)) {
			tail += w
		}
		if w > 0 {
			last = w
		}
	}
	return u, tail / total, last / total
}

// tieGroups returns the sizes of the groups of equal values of both samples
// together, in ascending order, and U.
func tieGroups(x, y []float64) (groups []int, u float64) {
	type one struct {
		v   float64
		isX bool
	}
	all := make([]one, 0, len(x)+len(y))
	for _, v := range x {
		all = append(all, one{v, true})
	}
	for _, v := range y {
		all = append(all, one{v, false})
	}
	slices.SortFunc(all, func(a, b one) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return 0
	})
	below := 0 // values of y under the group
	for i := 0; i < len(all); {
		j, xs := i, 0
		for j < len(all) && all[j].v == all[i].v {
			if all[j].isX {
				xs++
			}
			j++
		}
		ys := j - i - xs
		u += float64(xs) * (float64(below) + float64(ys)/2)
		below += ys
		groups = append(groups, j-i)
		i = j
	}
	return groups, u
}

// countU counts, for each value of 2U, in how many ways n of all values could
// have been those of x. It goes through the groups of equal values from below,
// which is Klotz's way to be exact with ties (1966).
func countU(groups []int, n, m int) []float64 {
	most := 2 * n * m
	// ways[c][s]: c values of x so far, 2U of s so far.
	ways := make([][]float64, n+1)
	for c := range ways {
		ways[c] = make([]float64, most+1)
	}
	ways[0][0] = 1
	seen := 0
	for _, size := range groups {
		// From the most values of x down, so that each group counts once.
		for c := min(n, seen+size); c >= 0; c-- {
			next := make([]float64, most+1)
			for a := max(0, c-min(n, seen)); a <= min(size, c); a++ {
				below := seen - (c - a) // values of y under the group
				if below < 0 || below > m {
					continue
				}
				shift := 2*a*below + a*(size-a)
				times := choose(size, a)
				for s, w := range ways[c-a] {
					if w > 0 && s+shift <= most {
						next[s+shift] += w * times
					}
				}
			}
			ways[c] = next
		}
		seen += size
	}
	return ways[n]
}

func choose(n, k int) float64 {
	c := 1.0
	for i := 1; i <= k; i++ {
		c = c * float64(n-k+i) / float64(i)
	}
	return math.Round(c)
}

// normalTail is the chance of a U as great.
func normalTail(u float64, n, m int, groups []int) float64 {
	z, ok := normalScore(u, n, m, groups)
	if !ok {
		return 1
	}
	return 1 - normal(z)
}

// normalScore is U as a value of the standard normal distribution, with
// continuity and ties; of values that are all equal there is none.
func normalScore(u float64, n, m int, groups []int) (z float64, ok bool) {
	nm, all := float64(n*m), float64(n+m)
	tied := 0.0
	for _, t := range groups {
		tied += float64(t*t*t - t)
	}
	variance := nm / 12 * (all + 1 - tied/(all*(all-1)))
	if variance <= 0 {
		return 0, false
	}
	return (u - nm/2 - 0.5) / math.Sqrt(variance), true
}

// mostPaired is how many values of each sample are paired for a shift; of more
// so many are taken, evenly from the lowest to the highest.
const mostPaired = 1000

// differences are those of all pairs x - y, in order.
func differences(x, y []float64) []float64 {
	x, y = thinned(x), thinned(y)
	all := make([]float64, 0, len(x)*len(y))
	for _, a := range x {
		for _, b := range y {
			all = append(all, a-b)
		}
	}
	slices.Sort(all)
	return all
}

func thinned(values []float64) []float64 {
	if len(values) <= mostPaired {
		return values
	}
	sorted := slices.Sorted(slices.Values(values))
	thin := make([]float64, mostPaired)
	for i := range thin {
		thin[i] = sorted[i*(len(sorted)-1)/(mostPaired-1)]
	}
	return thin
}

// shift is Hodges and Lehmann's: the median of all differences.
func shift(differences []float64) float64 { return quantile(differences, 0.5) }

// shiftWithin is where the shift is, z standard deviations to each side: the
// differences at the ranks that the normal distribution of U puts there
// (Hollander and Wolfe, Nonparametric Statistical Methods, 4.3).
func shiftWithin(differences []float64, n, m int, z float64) (low, high float64) {
	n, m = min(n, mostPaired), min(m, mostPaired)
	nm := float64(n * m)
	rank := int(nm/2 - z*math.Sqrt(nm*float64(n+m+1)/12)) // from 1
	k := max(0, min(rank-1, len(differences)-1))
	return differences[k], differences[len(differences)-1-k]
}
