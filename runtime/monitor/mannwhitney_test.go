package monitor

import "testing"

// Its numbers are tied out in TestVectors; this is what no table has.
func TestMannWhitneyOfNothing(t *testing.T) {
	for _, tt := range [][2][]float64{{nil, {1}}, {{1}, nil}, {nil, nil}} {
		if u, p, least := mannWhitney(tt[0], tt[1]); u != 0 || p != 1 || least != 1 {
			t.Errorf("of %v and %v: U %v, p %v, least %v; want 0, 1 and 1", tt[0], tt[1], u, p, least)
		}
	}
}
