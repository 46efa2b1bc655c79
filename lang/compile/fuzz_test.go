package compile_test

import (
	"context"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/check"
	. "github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
)

// FuzzCompile holds the evaluator to the checker: what passes without errors
// compiles, and evaluates to a value or a diagnostic, never a panic.
func FuzzCompile(f *testing.F) {
	f.Add(declarations)
	f.Add(ruleScript)
	for _, e := range []string{`"{seven} of {p95}"`, `ints.map(x => x * 2).sort_by(x => -x).first`, `(try m["z"]).error ?? "none"`,
		`r.json.items.map(i => i.price as number).sum`, `r.json.a.b?.c.count`, `j.n + j.big * 2`, `j.first ?? j.keys()`,
		`[1, 2.5, j.n].max`, `{ a: 1, b: { c: [p95] } }`, `at - at + at - at`, `-j.n mod 2`, `twice(x => x + seven)`} {
		f.Add(declarations + "\nlet result = " + e + "\ncheck \"c\" { expect result == result }\n")
	}
	for _, code := range Codes {
		f.Add(code.Wrong)
		f.Add(code.Right)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ds := tryLoad(text)
		if ds.HasErrors() || strings.Count(text, "..") > 3 {
			return
		}
		syntax.Walk(s.program.Tree, func(e syntax.Element) bool {
			switch e := e.(type) {
			case *syntax.Fn, *syntax.Rule, *syntax.Test, *syntax.Monitor, *syntax.Metrics:
				return false // their names have frames of their own
			case *syntax.Let:
				if e.Value != nil && s.program.Info.Types[e.Value] != nil && !ruleCall(s.program.Info, e.Value) {
					s.thread.Fuel = 20_000
					if v, err := s.code.Eval(context.Background(), s.thread, s.frame, e.Value); err == nil {
						s.frame.Set(s.program.Info.Defs[e.Name], v)
					}
				}
			case *syntax.Expect:
				s.thread.Fuel = 20_000
				v, _, err := s.code.Explain(context.Background(), s.thread, s.frame, e.Cond)
				w, again := s.code.Eval(context.Background(), s.thread, s.frame, e.Cond)
				if err == nil && again == nil && v.String() != w.String() {
					t.Errorf("%s: Explain says %s, Eval %s", s.program.Source.Slice(e.Cond.Span()), v, w)
				}
			}
			return true
		})
	})
}

func ruleCall(info *check.Info, e syntax.Expr) bool {
	call, ok := e.(*syntax.Call)
	return ok && info.Calls[call] != nil && info.Calls[call].Kind == check.CallRule
}
