package odds

import (
	"fmt"
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

func BenchmarkReference(b *testing.B) {
	o := script(b, "rollback if errors.over(2m) > 1.5% for 1m\nrollback if degradation(latency) > 50% for 2m")
	o.Noise = map[string]Noise{"errors": {Total: 100, Ratio: 0.01}, "latency": {Typical: 200e6, Within: 0.3, Count: 4}, "served": {Typical: 40, Between: 0.1, Correlation: 0.5}}
	for b.Loop() {
		if _, err := Simulate(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}
