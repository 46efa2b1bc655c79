package compile_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"

	"github.com/drl-lang/drl/lang/value"
)

// pair is one expression in both languages.
type pair struct{ drl, expr string }

func (p pair) String() string { return p.drl + "   |   " + p.expr }

func both(s string) pair { return pair{s, s} }

// join writes the same words around parts, with %s for each.
func join(drl, other string, parts ...pair) pair {
	a, b := make([]any, len(parts)), make([]any, len(parts))
	for i, p := range parts {
		a[i], b[i] = p.drl, p.expr
	}
	return pair{fmt.Sprintf(drl, a...), fmt.Sprintf(other, b...)}
}

// generator draws expressions of the fragment that DRL and expr share: what
// they mean is the same, but for results that DRL refuses.
type generator struct{ t *rapid.T }

func (g generator) pick(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "choice") }

func (g generator) of(kind string, depth int) pair {
	switch kind {
	case "int":
		return g.int(depth)
	case "number":
		return g.number(depth)
	case "bool":
		return g.bool(depth)
	}
	return g.text(depth)
}

func (g generator) choice(kind string, depth int) pair {
	return join("(if %s then %s else %s)", "(%s ? %s : %s)", g.bool(depth-1), g.of(kind, depth-1), g.of(kind, depth-1))
}

func (g generator) operator(ops ...string) string { return ops[g.pick(len(ops))] }

func (g generator) int(depth int) pair {
	if depth == 0 {
		return both([]string{"a", "b", "0", "1", "7", "1000"}[g.pick(6)])
	}
	switch g.pick(5) {
	case 0:
		return g.choice("int", depth)
	case 1:
		return join("(-%s)", "(-%s)", g.int(depth-1))
	case 2:
		return join("(%s mod %s)", "(%s %% %s)", g.int(depth-1), g.int(depth-1))
	}
	op := g.operator("+", "-", "*")
	return join("(%s "+op+" %s)", "(%s "+op+" %s)", g.int(depth-1), g.int(depth-1))
}

func (g generator) number(depth int) pair {
	if depth == 0 {
		return both([]string{"x", "y", "0.5", "2.25", "1e3"}[g.pick(5)])
	}
	mixed := func() pair { return g.of([]string{"int", "number"}[g.pick(2)], depth-1) }
	switch g.pick(6) {
	case 0:
		return g.choice("number", depth)
	case 1:
		return join("(-%s)", "(-%s)", g.number(depth-1))
	case 2:
		return join("(%s / %s)", "(%s / %s)", mixed(), mixed())
	case 3:
		return join("(1.0 * %s)", "(1.0 * %s)", mixed())
	}
	op := g.operator("+", "-", "*")
	return join("(%s "+op+" %s)", "(%s "+op+" %s)", g.number(depth-1), mixed())
}

func (g generator) bool(depth int) pair {
	if depth == 0 {
		return both([]string{"p", "q", "true", "false"}[g.pick(4)])
	}
	mixed := func() pair { return g.of([]string{"int", "number"}[g.pick(2)], depth-1) }
	switch g.pick(9) {
	case 0:
		return g.choice("bool", depth)
	case 1:
		return join("(not %s)", "(not %s)", g.bool(depth-1))
	case 2:
		op := g.operator("and", "or")
		return join("(%s "+op+" %s)", "(%s "+op+" %s)", g.bool(depth-1), g.bool(depth-1))
	case 3:
		op := g.operator("==", "!=")
		return join("(%s "+op+" %s)", "(%s "+op+" %s)", g.bool(depth-1), g.bool(depth-1))
	case 4:
		op := g.operator("==", "!=", "<", "<=", ">", ">=", "contains")
		return join("(%s "+op+" %s)", "(%s "+op+" %s)", g.text(depth-1), g.text(depth-1))
	case 5:
		return join("%s.starts_with(%s)", "(%s startsWith %s)", g.text(depth-1), g.text(depth-1))
	case 6:
		return join("(%s in [1, a, 7])", "(%s in [1, a, 7])", g.int(depth-1))
	}
	op := g.operator("==", "!=", "<", "<=", ">", ">=")
	return join("(%s "+op+" %s)", "(%s "+op+" %s)", mixed(), mixed())
}

func (g generator) text(depth int) pair {
	if depth == 0 {
		return both([]string{"s", "t", `"ab"`, `""`, `"é"`}[g.pick(5)])
	}
	switch g.pick(4) {
	case 0:
		return g.choice("string", depth)
	case 1:
		return join("%s.upper", "upper(%s)", g.text(depth-1))
	case 2:
		return join("%s.trim", "trim(%s)", g.text(depth-1))
	}
	return join("(%s + %s)", "(%s + %s)", g.text(depth-1), g.text(depth-1))
}

// TestAgreesWithExpr evaluates random expressions as a let (whose names are
// boxed), as the body of a fn (registers) and with expr.
func TestAgreesWithExpr(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generator{t}
		kind := []string{"int", "number", "bool", "string"}[g.pick(4)]
		p := g.of(kind, rapid.IntRange(0, 4).Draw(t, "depth"))
		env := map[string]any{
			"a": rapid.IntRange(-50, 50).Draw(t, "a"), "b": rapid.IntRange(-50, 50).Draw(t, "b"),
			"x": float64(rapid.IntRange(-80, 80).Draw(t, "x")) / 8, "y": float64(rapid.IntRange(-80, 80).Draw(t, "y")) / 8,
			"p": rapid.Bool().Draw(t, "p"), "q": rapid.Bool().Draw(t, "q"),
			"s": rapid.SampledFrom([]string{"", "a", "ab", " x "}).Draw(t, "s"), "t": rapid.SampledFrom([]string{"", "b", "abc"}).Draw(t, "t"),
		}
		var lets strings.Builder
		for _, name := range []string{"a", "b", "x", "y", "p", "q", "s", "t"} {
			text := fmt.Sprintf("%v", env[name])
			switch v := env[name].(type) {
			case string:
				text = value.QuoteString(v)
			case float64:
				text = "1.0 * " + text
			}
			fmt.Fprintf(&lets, "let %s = %s\n", name, text)
		}
		asLet, ds := tryLoad(lets.String() + "let result = " + p.drl + "\n")
		if ds.HasErrors() {
			t.Skip("what the checker sees ahead: ", ds) // 1 mod 0, "a" contains …
		}
		asFn, ds := tryLoad(fmt.Sprintf("fn f(a: int, b: int, x: number, y: number, p: bool, q: bool, s: string, t: string) -> %s {\n    return %s\n}\n%slet result = f(a, b, x, y, p, q, s, t)\n", kind, p.drl, lets.String()))
		if ds.HasErrors() {
			t.Skip("what the checker sees ahead: ", ds)
		}
		v, err := asLet.run(t.Context())
		w, errFn := asFn.run(t.Context())
		if (err == nil) != (errFn == nil) || err == nil && !value.Equal(v, w) {
			t.Fatalf("%s: as a let %v, %v, in a fn %v, %v", p, v, err, w, errFn)
		}
		want, exprErr := evalExpr(p.expr, env)
		switch {
		case err != nil: // DRL refuses what expr calls infinite, too large or a panic
			if code := describe(err)[:7]; code != "DRL1001" && code != "DRL1002" && code != "DRL1003" {
				t.Fatalf("%s: %v", p, err)
			}
		case exprErr != nil:
			t.Fatalf("%s = %v, expr says %v", p, v, exprErr)
		case !agree(v, want):
			t.Fatalf("%s = %v, expr says %v", p, v, want)
		}
	})
}

func evalExpr(text string, env map[string]any) (any, error) {
	program, err := expr.Compile(text, expr.Env(env))
	if err != nil {
		return nil, err
	}
	return expr.Run(program, env)
}

func agree(v value.Value, want any) bool {
	switch want := want.(type) {
	case bool:
		return v == value.Bool(want)
	case string:
		return v == value.String(want)
	case int:
		return value.Equal(v, value.Int(want))
	case float64:
		return value.Equal(v, value.Number(want)) || math.IsInf(want, 0) || math.IsNaN(want)
	}
	return false
}
