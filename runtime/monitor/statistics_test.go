package monitor

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	// R-7, with figures from prometheus' promql tests and NIST's handbook.
	for _, tt := range []struct {
		values []float64
		p      float64
		want   float64
	}{
		{[]float64{0, 1}, 0, 0},
		{[]float64{0, 1}, 0.75, 0.75},
		{[]float64{0, 1, 4}, 0.75, 2.5},
		{[]float64{0, 1, 4}, 0.8, 2.8},
		{[]float64{0, 1, 4}, 1, 4},
		{[]float64{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5}, 0.05, 0.175},
		{[]float64{95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.061, 95.1591, 95.1195, 95.1772, 95.0925, 95.199, 95.1682}, 0.9, 95.19568},
	} {
		slices.Sort(tt.values)
		if got := quantile(tt.values, tt.p); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("quantile(%v, %v) = %v, want %v", tt.values, tt.p, got, tt.want)
		}
	}
}

func TestQuantileNeeds(t *testing.T) {
	for p, want := range map[float64]int{0.5: 10, 0.9: 50, 0.95: 100, 0.99: 500} {
		if got := quantileNeeds(p); got != want {
			t.Errorf("quantileNeeds(%v) = %d, want %d", p, got, want)
		}
	}
}

func TestSlope(t *testing.T) {
	line := func(n int, per float64) (ps []point) {
		for i := range n {
			ps = append(ps, point{float64(i), 3 + per*float64(i)})
		}
		return ps
	}
	for _, n := range []int{2, 10, trendPoints} {
		if got, _ := slope(line(n, 0.25), nil); !got.known || math.Abs(got.x-0.25) > 1e-9 {
			t.Errorf("slope of %d points on a line = %v, want 0.25", n, got)
		}
	}
	outlier := line(21, 1)
	outlier[10].y = 1e9
	if got, _ := slope(outlier, nil); math.Abs(got.x-1) > 1e-9 {
		t.Errorf("slope with an outlier = %v, want 1", got)
	}
	if got, _ := slope(line(1, 1), nil); got.known {
		t.Error("slope of one point is known")
	}
	outlier[3].y = math.Inf(1)
	if got, _ := slope(outlier, nil); got.known {
		t.Errorf("slope with an infinite value = %v, want unknown", got)
	}
}

// However many ticks there are, the slope is that of all of them.
func TestTrend(t *testing.T) {
	for _, stretch := range []time.Duration{0, time.Hour} {
		s := &series{}
		r := &trend{s: s, stretch: stretch}
		if stretch > 0 {
			r.every = stretch / trendPoints
		}
		for i := range 20_000 {
			at := time.Duration(i) * time.Second
			s.add(at, Sample{State: Known, Values: []float64{5 + 0.25*at.Seconds()}})
			r.take(s.latest())
			if i%1000 == 999 && at >= stretch {
				if got := r.value(at); !got.known || math.Abs(got.x-0.25) > 1e-9 {
					t.Fatalf("over %v after %v: %v, want 0.25", stretch, at, got)
				}
			}
			if len(r.points) > 2*trendPoints || len(r.open) > 1000 {
				t.Fatalf("%d points and %d to come, of %d ticks", len(r.points), len(r.open), i)
			}
		}
	}
}

func TestRising(t *testing.T) {
	if p := rising(points(1, 2, 3, 4, 5, 6, 7, 8)); p > 0.001 {
		t.Errorf("rising of a rising series: p = %v", p)
	}
	if p := rising(points(5, 5, 5, 5, 5, 5)); p != 1 {
		t.Errorf("rising of a constant: p = %v, want 1", p)
	}
	if p := rising(points(8, 7, 6, 5, 4, 3, 2, 1)); p < 0.99 {
		t.Errorf("rising of a falling series: p = %v", p)
	}
}

func points(ys ...float64) (ps []point) {
	for i, y := range ys {
		ps = append(ps, point{float64(i), y})
	}
	return ps
}

func TestHold(t *testing.T) {
	const s15 = 15 * time.Second
	for _, tt := range []struct {
		name    string
		hold    hold
		ticks   string // t true, f false, ? unknown; one every 15s
		fires   int    // index of the first tick that fires; -1: none
		dropped bool
	}{
		{"two minutes are nine true ticks", hold{d: 2 * time.Minute}, "ttttttttt", 8, false},
		{"false starts again", hold{d: 2 * time.Minute}, "ttttttttfttttttttt", 17, false},
		{"unknown freezes", hold{d: 2 * time.Minute}, "tttt??ttttt", 10, false},
		{"unknown alone never fires", hold{d: 2 * time.Minute}, "????????????????", -1, false},
		{"unknown for too long drops the hold", hold{d: time.Minute}, "ttt????t", -1, true},
		{"unknown for three intervals doesn't", hold{d: time.Minute}, "ttt???tt", 7, false},
		{"half of a long hold may be unknown", hold{d: 4 * time.Minute}, "t????????tttttttttttttttt", 24, false},
		{"and no more", hold{d: 4 * time.Minute}, "t?????????ttttttttttttttt", -1, true},
		{"unknown before it is true is no hold to drop", hold{d: time.Minute}, "?????ttttt", 9, false},
		{"unknown twice isn't added up", hold{d: time.Minute}, "t???t???ttt", 10, false},
		{"no hold fires at once", hold{}, "ft", 1, false},
		{"three of five", hold{m: 3, n: 5}, "tftft", 4, false},
		{"three of five looks over unknown ticks", hold{m: 3, n: 5}, "t?t?t", 4, false},
		{"three of five forgets", hold{m: 3, n: 5}, "ttfffft", -1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, fired, dropped := tt.hold, -1, false
			for i, c := range tt.ticks {
				is := map[rune]truth{'t': yes, 'f': no, '?': unknown}[c]
				fires, drops := h.tick(time.Duration(i)*s15, s15, is)
				dropped = dropped || drops
				if fires && fired < 0 {
					fired = i
				}
			}
			if fired != tt.fires || dropped != tt.dropped {
				t.Errorf("%s fired at %d, dropped %v; want %d, %v", tt.ticks, fired, dropped, tt.fires, tt.dropped)
			}
		})
	}
}

func TestTruth(t *testing.T) {
	all := []truth{unknown, no, yes}
	for _, a := range all {
		if not(not(a)) != a {
			t.Errorf("not not %v = %v", a, not(not(a)))
		}
		for _, b := range all {
			if and(a, b) != and(b, a) || or(a, b) != or(b, a) {
				t.Errorf("and, or of %v and %v depend on their order", a, b)
			}
		}
	}
	if and(no, unknown) != no || or(yes, unknown) != yes || and(yes, unknown) != unknown || or(no, unknown) != unknown {
		t.Error("and, or with unknown are not Kleene's")
	}
}

func TestCompareUnknown(t *testing.T) {
	least := quantity{x: 0.6, known: true, atLeast: true}
	for _, tt := range []struct {
		op   string
		a, b quantity
		want truth
	}{
		{">", quantity{}, known(1), unknown},
		{"<=", quantity{}, known(1), unknown},
		{">", least, known(0.5), yes},
		{">", least, known(0.7), unknown},
		{"<", least, known(0.5), no},
		{"<", least, known(0.7), unknown},
		{"<", known(0.5), least, yes},
		{"==", least, known(0.5), no},
	} {
		if got := compare(tt.op, tt.a, tt.b); got != tt.want {
			t.Errorf("compare(%v %s %v) = %v, want %v", tt.a, tt.op, tt.b, got, tt.want)
		}
	}
}
