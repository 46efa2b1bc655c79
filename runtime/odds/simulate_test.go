package odds

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

const header = `metrics web {
    latency = probe()
    served  = rate() higher is better
    errors  = failed() lower is better
}
baseline before of web for 5m every 15s
`

// script prepares the reference monitor, 121 ticks in half an hour, with other
// rules.
func script(t testing.TB, rules string) Options {
	t.Helper()
	reads := func(name string, of *types.Type) *types.Func {
		return &types.Func{Name: name, Effect: types.Reads, Result: of}
	}
	universe := &types.Universe{Core: []*types.Func{
		reads("probe", types.ListOf(types.TDuration)), reads("rate", types.TNumber), reads("failed", types.TEvents),
	}}
	text := fmt.Sprintf("%smonitor \"m\" of web against before for 30m every 15s {\n%s\n}\n", header, rules)
	tree, ds := syntax.Parse(source.NewFile("m.drl", []byte(text)))
	p, more := check.File(tree, check.Options{Universe: universe})
	if ds = append(ds, more...); ds.HasErrors() {
		t.Fatal(ds)
	}
	o := Options{Program: p, Interval: 15 * time.Second, Window: 30 * time.Minute, Workers: 2, Seed: 1}
	for _, s := range tree.Stmts {
		if d, ok := s.(*syntax.Monitor); ok {
			o.Monitor = d
		}
	}
	code := compile.Compile(p)
	frame := code.FileFrame()
	o.Const = func(e syntax.Expr) (value.Value, error) {
		return code.Eval(t.Context(), &compile.Thread{}, frame, e)
	}
	return o
}

// The reference table was simulated apart from drl: 120 looks of 15 s, a true
// rate of errors of 1% in 100 requests a look, and a limit of 1.5%; see
// testdata/README.md. One look more than there makes a difference of less than
// a tenth of a point.
func TestReference(t *testing.T) {
	tests := []struct {
		rule                string
		total               float64
		healthy, twice, six float64 // shares that fire; -1: not in the table. six: 3 times
	}{
		{"rollback if errors > 1.5% for 30s", 100, 0.815, -1, -1},
		{"rollback if errors > 1.5% for 1m", 100, 0.100, 0.986, 1},
		{"rollback if errors > 1.5% for 2m", 100, 0.001, 0.359, 0.989},
		{"rollback if errors > 1.5% for 3 of 5", 100, 0.995, -1, -1},
		{"rollback if errors > 1.5% for 8 of 9", 100, 0.011, 0.912, 1},
		{"rollback if errors.over(2m) > 1.5%", 100, 0.900, -1, -1},
		{"rollback if errors.over(2m) > 1.5% for 1m", 100, 0.408, 1, 1},
		{"rollback if errors.over(2m) > 1.5% and errors.sum(2m) >= 20", 100, 0.015, 0.999, 1},
		{"rollback if errors > 1.5% for 1m", 10, 0.001, 0.020, 0.104},
		{"rollback if errors.over(2m) > 1.5%", 10, 0.987, -1, -1},
		{"rollback if errors > 1.5% for 30s", 1000, 0.014, -1, -1},
		{"rollback if errors > 1.5% for 1m", 1000, 0, 1, 1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s, %g requests", tt.rule, tt.total), func(t *testing.T) {
			t.Parallel()
			o := script(t, tt.rule)
			o.Deployments = 4_000
			o.Noise = map[string]Noise{"errors": {Total: tt.total, Ratio: 0.01}}
			table, err := Simulate(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range map[int]float64{0: tt.healthy, 2: tt.twice, 3: tt.six} {
				if want < 0 {
					continue
				}
				got := float64(table.Rules[0].Outcomes[i].Fired) / float64(o.Deployments)
				// Four standard errors of both simulations, and what the table's
				// own rounding and its other law of totals come to.
				slack := 4*math.Sqrt(2*max(want*(1-want), 0.001)/float64(o.Deployments)) + 0.01
				if math.Abs(got-want) > slack {
					t.Errorf("%g times: fires in %.1f%%, want %.1f%% (within %.1f points)", Factors[i], 100*got, 100*want, 100*slack)
				}
			}
		})
	}
}

func BenchmarkReference(b *testing.B) {
	o := script(b, "rollback if errors.over(2m) > 1.5% for 1m\nrollback if degradation(latency) > 50% for 2m")
	o.Noise = map[string]Noise{"errors": {Total: 100, Ratio: 0.01}, "latency": {Typical: 200e6, Within: 0.3, Count: 4}, "served": {Typical: 40, Between: 0.1, Correlation: 0.5}}
	for b.Loop() {
		if _, err := Simulate(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}
