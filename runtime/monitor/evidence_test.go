package monitor

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// poisson draws a count with the given mean.
func poisson(r *rand.Rand, mean float64) float64 {
	n, left := 0.0, mean
	for {
		left -= r.ExpFloat64()
		if left < 0 {
			return n
		}
		n++
	}
}

// looked is how often evidence at 1% is found in 120 looks at 100 requests
// each, when errors come `times` as often as in the baseline's 2,000 requests
// and the rule asks for 50% worse.
func looked(r *rand.Rand, runs int, rate, times float64) float64 {
	found := 0
	for range runs {
		before := poisson(r, 2000*rate)
		bad, total := 0.0, 0.0
		for range 120 {
			bad, total = bad+poisson(r, 100*rate*times), total+100
			if before > 0 && evidence(bad, total, before, 2000, 1.5, 1, false) >= 100 {
				found++
				break
			}
		}
	}
	return float64(found) / float64(runs)
}

// At the edge of what the rule allows, 120 looks are wrong in 1% of releases
// at most; a regression of four times is found nearly always.
func TestEvidenceHoldsHoweverOftenItIsLookedAt(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	if got := looked(r, 4000, 0.02, 1.5); got > 0.013 {
		t.Errorf("at 1.5 times the rate, evidence in %.2f%% of releases, want at most 1%%", 100*got)
	}
	if got := looked(r, 4000, 0.02, 1); got > 0.001 {
		t.Errorf("with no change, evidence in %.2f%% of releases, want none", 100*got)
	}
	if got := looked(r, 400, 0.02, 4); got < 0.99 {
		t.Errorf("at 4 times the rate, evidence in %.1f%% of releases, want 99%%", 100*got)
	}
}

// Rule 15's mixture: θ = (1+X)·1.1·1.25^j up to 20(1+X), which are 13 points;
// counts are divided by φ. The figures are of the formula as it is written there.
func TestEvidence(t *testing.T) {
	for _, tt := range []struct {
		bad, total, badBefore, totalBefore, worse, φ float64
		higher                                       bool
		want                                         float64
	}{
		{10, 100, 21, 2100, 1.5, 1, false, 2808.6690403008156},
		{10, 100, 21, 2100, 1.5, 2, false, 42.652542998928865},
		{3, 100, 20, 2000, 1, 1, false, 1.6847769236204613},
		{1, 100, 200, 2000, 0.8, 1, true, 73.14368429725064},
	} {
		if got := evidence(tt.bad, tt.total, tt.badBefore, tt.totalBefore, tt.worse, tt.φ, tt.higher); math.Abs(got/tt.want-1) > 1e-9 {
			t.Errorf("%v of %v against %v of %v: %v, want %v", tt.bad, tt.total, tt.badBefore, tt.totalBefore, got, tt.want)
		}
	}
}

func TestDispersion(t *testing.T) {
	of := func(bad ...float64) float64 {
		s, all := &series{events: true}, sum{}
		for i, x := range bad {
			s.add(time.Duration(i), Sample{State: Known, Bad: x, Total: 100})
			one := s.sum(s.latest())
			all.then(&one)
		}
		return dispersion(&all)
	}
	if got := of(5, 5, 5); got != 1 {
		t.Errorf("dispersion of equal counts = %v, want 1", got)
	}
	if got, want := of(0, 20, 0, 20), 400.0/3/10; math.Abs(got-want) > 1e-9 {
		t.Errorf("dispersion of bursts = %v, want %v", got, want)
	}
}
