package monitor

import (
	"math"
	"testing"
)

func TestMannWhitney(t *testing.T) {
	evens := func(n int, minus float64) []float64 {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(2*i) - minus
		}
		return xs
	}
	replaced := evens(600, 41)
	copy(replaced, evens(30, 0))
	// Figures: Mann and Whitney's table (1947) and the large samples of
	// pipe-cd/pipecd's mannwhitney_test.go at 38fb47fa.
	for _, tt := range []struct {
		name string
		x, y []float64
		u, p float64
	}{
		{"all below", []float64{2, 1, 3, 5}, []float64{12, 11, 13, 15}, 0, 1},
		{"all above", []float64{12, 11, 13, 15}, []float64{2, 1, 3, 5}, 16, 0.014285714285714289},
		{"mixed", []float64{2, 1, 3, 5}, []float64{0, 4, 6, 7}, 5, 0.8285714285714285},
		{"the same", []float64{2, 1, 3, 5}, []float64{2, 1, 3, 5}, 8, 0.6285714285714286},
		{"ties in one", []float64{2, 1, 3, 5}, []float64{2, 2, 2, 2}, 10, 0.3571428571428571},
		{"ties of other sizes", []float64{2, 1, 3, 5}, []float64{1, 1, 1, 1, 1}, 17.5, 0.04761904761904767},
		{"all equal", []float64{2, 2, 2, 2}, []float64{2, 2, 2, 2}, 8, 1},
		{"large", evens(500, 0), evens(600, 41), 135250, 0.9975346930458906},
		{"large, the same", evens(500, 0), evens(500, 0), 125000, 0.5000436801680628},
		{"large, with ties", evens(500, 0), replaced, 134845, 0.9980659818257166},
		{"nothing", nil, []float64{1}, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, p, least := mannWhitney(tt.x, tt.y)
			if u != tt.u || math.Abs(p-tt.p) > 1e-9 || least > p+1e-12 {
				t.Errorf("mannWhitney: U %v, p %.16f, least %v; want U %v, p %.16f", u, p, least, tt.u, tt.p)
			}
		})
	}
}

// The cumulative tables of U for n = 3 and 5 (Mann and Whitney 1947): rows
// are U from 0, columns m from 1.
func TestMannWhitneyTable(t *testing.T) {
	for n, table := range map[int][][]float64{
		3: {{0.25, 0.1, 0.05}, {0.5, 0.2, 0.1}, {0.75, 0.4, 0.2}, {1, 0.6, 0.35}, {1, 0.8, 0.5}, {1, 0.9, 0.65}},
		5: {
			{0.166667, 0.047619, 0.017857, 0.007937, 0.003968}, {0.333333, 0.095238, 0.035714, 0.015873, 0.007937},
			{0.5, 0.190476, 0.071429, 0.031746, 0.015873}, {0.666667, 0.285714, 0.125, 0.055556, 0.027778},
			{0.833333, 0.428571, 0.196429, 0.095238, 0.047619}, {1, 0.571429, 0.285714, 0.142857, 0.075397},
		},
	} {
		for u, row := range table {
			for i, want := range row {
				m := i + 1
				ones := make([]int, n+m)
				for j := range ones {
					ones[j] = 1
				}
				ways := countU(ones, n, m)
				below, total := 0.0, 0.0
				for twice, w := range ways {
					total += w
					if twice <= 2*u {
						below += w
					}
				}
				if got := below / total; math.Abs(got-want) > 1e-6 {
					t.Errorf("P(U <= %d) of %d and %d = %.6f, want %.6f", u, n, m, got, want)
				}
			}
		}
	}
}

// Klotz's tables with ties (1966), of U + n²/2.
func TestMannWhitneyTies(t *testing.T) {
	for _, tt := range []struct {
		n      int
		groups []int
		cdf    map[float64]float64
	}{
		{5, []int{1, 1, 2, 1, 1, 2, 1, 1}, map[float64]float64{12.5: 0.003968, 15: 0.02381, 18: 0.087302, 19.5: 0.138889}},
		{8, []int{2, 2, 2, 2, 2, 2, 2, 2}, map[float64]float64{32: 7.8e-05, 40: 0.005905, 54: 0.175369}},
	} {
		ways := countU(tt.groups, tt.n, tt.n)
		total := 0.0
		for _, w := range ways {
			total += w
		}
		for x, want := range tt.cdf {
			below := 0.0
			for twice, w := range ways {
				if float64(twice)/2 <= x-float64(tt.n*tt.n)/2+1e-9 {
					below += w
				}
			}
			if got := below / total; math.Abs(got-want) > 1e-6 {
				t.Errorf("ties %v: P(%v) = %.6f, want %.6f", tt.groups, x, got, want)
			}
		}
	}
}
