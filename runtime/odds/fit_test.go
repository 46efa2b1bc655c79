package odds

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
)

// drawn are ticks of a noise.
func drawn(n Noise, ticks int) (all []monitor.Sample) {
	s, r := &stream{noise: n, worse: 1}, rand.New(rand.NewPCG(1, 2))
	for range ticks {
		one := s.draw(r)
		one.Values = append([]float64(nil), one.Values...)
		all = append(all, one)
	}
	return all
}

// What is fitted to made-up samples is what made them.
func TestFit(t *testing.T) {
	for _, tt := range []struct {
		name string
		t    *types.Type
		n    Noise
	}{
		{"log-normal", types.TDuration, Noise{Typical: 200e6, Count: 4, Within: 0.3}},
		{"one value a tick, and slow ones follow slow ones", types.TDuration, Noise{Typical: 200e6, Count: 1, Between: 0.2, Correlation: 0.8}},
		{"both", types.TNumber, Noise{Typical: 40, Count: 10, Within: 0.3, Between: 0.1, Correlation: 0.5, Missing: 0.1}},
		{"around nothing", types.TNumber, Noise{Typical: 0, Count: 1, Between: 3, Additive: true}},
		{"Poisson", types.TEvents, Noise{Total: 100, Ratio: 0.02, About: true}},
		{"a fixed number of probes", types.TEvents, Noise{Total: 100, Ratio: 0.3}},
		{"bursts", types.TEvents, Noise{Total: 10_000, Ratio: 0.05, About: true, Between: 0.4, Correlation: 0.6}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Fit(tt.t, drawn(tt.n, 4000))
			if err != nil {
				t.Fatal(err)
			}
			for name, pair := range map[string][2]float64{
				"total": {got.Total, tt.n.Total}, "ratio": {got.Ratio, tt.n.Ratio}, "count": {float64(got.Count), float64(tt.n.Count)},
				"within": {got.Within, tt.n.Within}, "between": {got.Between, tt.n.Between},
				"correlation": {got.Correlation, tt.n.Correlation}, "missing": {got.Missing, tt.n.Missing},
			} {
				slack := 0.02 + 0.1*pair[1]
				if name == "correlation" && tt.n.Between == 0 {
					continue // what never differs is never alike
				}
				if d := pair[0] - pair[1]; d > slack || d < -slack {
					t.Errorf("%s is %.3g, want %.3g", name, pair[0], pair[1])
				}
			}
			if slack := 0.03*tt.n.Typical + 0.3; got.Typical-tt.n.Typical > slack || tt.n.Typical-got.Typical > slack {
				t.Errorf("typical is %v, want %v", got.Typical, tt.n.Typical)
			}
			if got.About != tt.n.About || got.Additive != tt.n.Additive {
				t.Errorf("fitted %+v to %+v", got, tt.n)
			}
		})
	}
}

func TestFitNeedsEnough(t *testing.T) {
	one := monitor.Sample{State: monitor.Known, Values: []float64{1}}
	few := monitor.Sample{State: monitor.Known, Bad: 0, Total: 10}
	for _, tt := range []struct {
		t     *types.Type
		ticks []monitor.Sample
		want  string
	}{
		{types.TNumber, []monitor.Sample{one, one}, "it had 2 samples, want 10"},
		{types.TEvents, []monitor.Sample{few}, "it had 10 events, want 20"},
		{types.TNumber, []monitor.Sample{{State: monitor.Broken, Problem: "refused"}, {}}, "it had no sample in 2 ticks: refused"},
	} {
		if _, err := Fit(tt.t, tt.ticks); err == nil || err.Error() != tt.want {
			t.Errorf("Fit: %v, want %s", err, tt.want)
		}
	}
	// None bad among 100 doesn't mean that there are none.
	if n, err := Fit(types.TEvents, []monitor.Sample{{State: monitor.Known, Total: 100}}); err != nil || n.Ratio != 0.005 {
		t.Errorf("none of 100: %+v, %v", n, err)
	}
}

func TestEvery(t *testing.T) {
	n := Noise{Correlation: 0.9}.Every(5*time.Second, 15*time.Second)
	if d := n.Correlation - 0.729; d > 1e-9 || d < -1e-9 {
		t.Errorf("three ticks of 5s are alike by %v, want 0.729", n.Correlation)
	}
}

func TestReadSamples(t *testing.T) {
	read := func(t *types.Type, text string) (value.Value, error) { return value.ParseDuration(text) }
	metrics := map[string]*types.Type{"latency": types.TDuration, "errors": types.TEvents}
	got, err := ReadSamples(strings.NewReader("time, latency, errors\n1, 100ms 120ms, 3/100\n2,, 0/0\n"), metrics, read)
	if err != nil {
		t.Fatal(err)
	}
	if l := got["latency"]; len(l) != 2 || len(l[0].Values) != 2 || l[0].Values[1] != 120e6 || l[1].State != monitor.NoData {
		t.Errorf("latency is %+v", l)
	}
	if e := got["errors"]; len(e) != 2 || e[0].Bad != 3 || e[0].Total != 100 || e[1].State != monitor.NoData {
		t.Errorf("errors are %+v", e)
	}
	for text, want := range map[string]string{
		"":                        "it is empty",
		"latency\nsoon\n":         "line 2, latency: soon ",
		"errors\n3 of 100\n":      `line 2, errors: found "3 of 100", want how many were bad of how many`,
		"errors\n300/100\n":       "line 2, errors: found 300 bad of 100 events",
		"latency,errors\n\"1ms\n": "extraneous",
		"latency,errors\n1ms\n":   "wrong number of fields",
	} {
		if _, err := ReadSamples(strings.NewReader(text), metrics, read); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %q: %v, want %s", text, err, want)
		}
	}
}
