package compile_test

import (
	"context"
	"testing"

	"github.com/drl-lang/drl/lang/check"
	. "github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

const ruleScript = `
fn degradation(now: number, base: number) -> percent { return (now - base) / base }
fn broken(p95: number, base: number, errors: number, total: number) -> bool {
    return degradation(p95, base) > 50% and errors / total > 1%
}
fn fib(n: int) -> int {
    if n < 2 { return n }
    return fib(n - 1) + fib(n - 2)
}
fn scaled(limit: duration, size: size) -> bool { return limit * 150% > 300ms and size / 2s < 10MiB/1s }
let samples = (1..10_000).map(x => x / 2)
let p95 = 240.5
let isBroken = broken(240.5, 150.0, 12.0, 800.0)
let fromFile = broken(p95, 150.0, 12.0, 800.0)
let twentyFifth = fib(25)
let isScaled = scaled(250ms, 3MiB)
let fast = samples.filter(x => x < 2500).map(x => x * 2).count
let total = samples.count(x => x < 2500 and x > 10)
`

// prepared returns the expression of a let of the script, whose names are
// bound.
func prepared(t testing.TB, s *script, name string) *Prepared {
	t.Helper()
	if _, err := s.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, stmt := range s.program.Tree.Stmts {
		if let, ok := stmt.(*syntax.Let); ok && let.Name.Text == name {
			return s.code.Prepare(let.Value)
		}
	}
	t.Fatalf("no let %s", name)
	return nil
}

func TestScalarCodeAllocatesNothing(t *testing.T) {
	s := load(t, ruleScript)
	for _, name := range []string{"isBroken", "fromFile", "isScaled"} {
		p := prepared(t, s, name)
		if _, err := p.Bool(t.Context(), s.thread, s.frame); err != nil {
			t.Fatal(err)
		}
		allocs := testing.AllocsPerRun(100, func() {
			if b, err := p.Bool(context.Background(), s.thread, s.frame); err != nil || !b {
				t.Fatal(b, err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s allocates %v times", name, allocs)
		}
	}
	fib := prepared(t, s, "twentyFifth")
	if allocs := testing.AllocsPerRun(2, func() {
		if n, err := fib.Int(context.Background(), s.thread, s.frame); err != nil || n != 75025 {
			t.Fatal(n, err)
		}
	}); allocs != 0 {
		t.Errorf("fib allocates %v times", allocs)
	}
}

func BenchmarkRule(b *testing.B) {
	s := load(b, ruleScript)
	p := prepared(b, s, "isBroken")
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.Bool(ctx, s.thread, s.frame); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}

// BenchmarkRuleInside is the rule alone, without the way into evaluation: a
// list of 1000 is gone over.
func BenchmarkRuleInside(b *testing.B) {
	s := load(b, `
fn degradation(now: number, base: number) -> percent { return (now - base) / base }
fn broken(p95: number, base: number, errors: number, total: number) -> bool {
    return degradation(p95, base) > 50% and errors / total > 1%
}
fn often(p95: number, base: number, errors: number, total: number) -> int {
    for i in 1..1000 { if not broken(p95, base, errors, total) { return i } }
    return 1000
}
let result = often(240.5, 150.0, 12.0, 800.0)
`)
	p := prepared(b, s, "result")
	b.ReportAllocs()
	for b.Loop() {
		s.thread.Fuel = 0
		if n, err := p.Int(context.Background(), s.thread, s.frame); err != nil || n != 1000 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/rule")
}

func BenchmarkFib25(b *testing.B) {
	s := load(b, ruleScript)
	p := prepared(b, s, "twentyFifth")
	b.ReportAllocs()
	for b.Loop() {
		s.thread.Fuel = 0
		if n, err := p.Int(context.Background(), s.thread, s.frame); err != nil || n != 75025 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkFilterMap10000(b *testing.B)   { benchmarkInt(b, "fast", 4999) }
func BenchmarkFilterCount10000(b *testing.B) { benchmarkInt(b, "total", 4979) }

func benchmarkInt(b *testing.B, name string, want int64) {
	s := load(b, ruleScript)
	p := prepared(b, s, name)
	b.ReportAllocs()
	for b.Loop() {
		s.thread.Fuel = 0
		if n, err := p.Int(context.Background(), s.thread, s.frame); err != nil || n != want {
			b.Fatal(n, err)
		}
	}
}

func TestPreparedKinds(t *testing.T) {
	s := load(t, "let p = 12.5%\nlet d = 3s\nlet ok = d > 2s\n")
	ctx := t.Context()
	if x, err := prepared(t, s, "p").Float(ctx, s.thread, s.frame); err != nil || x != 0.125 {
		t.Errorf("Float = %v, %v", x, err)
	}
	if n, err := prepared(t, s, "d").Int(ctx, s.thread, s.frame); err != nil || n != 3e9 {
		t.Errorf("Int = %v, %v", n, err)
	}
	if ok, err := prepared(t, s, "ok").Bool(ctx, s.thread, s.frame); err != nil || !ok {
		t.Errorf("Bool = %v, %v", ok, err)
	}
}

func TestFrames(t *testing.T) {
	s := load(t, `
let base = 2
rule doubled(n: number, times: int = base) -> number {
    let result = n * times
    return result
}
let x = doubled(4)
`)
	info := s.program.Info
	var rule *syntax.Rule
	var call *syntax.Call
	objects := map[string]*check.Object{}
	for _, stmt := range s.program.Tree.Stmts {
		switch stmt := stmt.(type) {
		case *syntax.Rule:
			rule = stmt
		case *syntax.Let:
			objects[stmt.Name.Text] = info.Defs[stmt.Name]
			call, _ = stmt.Value.(*syntax.Call)
		}
	}
	s.frame.Set(objects["base"], value.Int(2))
	fork := s.frame.Fork()
	fork.Set(objects["base"], value.Int(3))
	if v := s.frame.Get(objects["base"]); v != value.Int(2) {
		t.Errorf("base = %v after the fork was set, want 2", v)
	}
	a, err := s.code.CallRule(t.Context(), s.thread, s.frame, call)
	if err != nil {
		t.Fatal(err)
	}
	if a.Rule != rule || a.Code != s.code {
		t.Errorf("CallRule found rule %v", a.Rule.Name.Text)
	}
	n := info.Defs[rule.Params[0].Name]
	if v := a.Frame.Get(n); v != value.Number(4) {
		t.Errorf("n = %#v, want the number 4", v)
	}
	let := rule.Body.Stmts[0].(*syntax.Let)
	v, err := a.Code.Eval(t.Context(), s.thread, a.Frame, let.Value)
	if err != nil || v != value.Number(8) {
		t.Errorf("n * times = %v, %v, want 8", v, err)
	}
	o := info.Defs[let.Name]
	if a.Frame.Get(o) != nil {
		t.Error("result has a value before it is bound")
	}
	a.Frame.Set(o, v)
	if got := a.Frame.Get(o); got != value.Number(8) {
		t.Errorf("result = %v, want 8", got)
	}
	a.Frame.Set(objects["base"], value.Int(7))
	if v := s.frame.Get(objects["base"]); v != value.Int(7) {
		t.Errorf("base = %v, want what was set through the rule's frame", v)
	}
}
