package monitor

import "testing"

// Rule 15: up to 2,500 pairs are counted out, of more the normal distribution
// is near enough.
func TestMannWhitneyIsExactUpTo2500Pairs(t *testing.T) {
	values := func(n int) (v []float64) {
		for i := range n {
			v = append(v, float64(i*7%n))
		}
		return v
	}
	for _, tt := range []struct {
		n, m  int
		exact bool
	}{{50, 50, true}, {41, 61, false}} {
		x, y := values(tt.n), values(tt.m)
		groups, u := tieGroups(x, y)
		if _, p, _ := mannWhitney(x, y); (p != normalTail(u, tt.n, tt.m, groups)) != tt.exact {
			t.Errorf("of %d and %d: p %v, counted out is %v", tt.n, tt.m, p, !tt.exact)
		}
	}
}

// Its numbers are tied out in TestVectors; this is what no table has.
func TestMannWhitneyOfNothing(t *testing.T) {
	for _, tt := range [][2][]float64{{nil, {1}}, {{1}, nil}, {nil, nil}} {
		if u, p, least := mannWhitney(tt[0], tt[1]); u != 0 || p != 1 || least != 1 {
			t.Errorf("of %v and %v: U %v, p %v, least %v; want 0, 1 and 1", tt[0], tt[1], u, p, least)
		}
	}
}
