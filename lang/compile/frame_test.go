package compile_test

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// An expression is compiled for names that are bound as their types say; where
// one isn't, it is evaluated all the same, with a look at what it is.
func TestNamesAreBoundAndUnbound(t *testing.T) {
	s := load(t, `
fn half(n: number) -> number { return n / 2 }
let n = 3.0
let whole = 4
let ok = true
let x = if ok then half(n) + whole else n
`)
	p := prepared(t, s, "x")
	bind := func(name string, v value.Value) {
		for _, stmt := range s.program.Tree.Stmts {
			if let, ok := stmt.(*syntax.Let); ok && let.Name.Text == name {
				s.frame.Set(s.program.Info.Defs[let.Name], v)
			}
		}
	}
	want := func(when string, want float64, trouble string) {
		t.Helper()
		x, err := p.Float(t.Context(), s.thread, s.frame)
		if (err != nil) != (trouble != "") || err != nil && !strings.Contains(err.Error(), trouble) || x != want {
			t.Errorf("%s: %v, %v, want %v, %q", when, x, err, want, trouble)
		}
	}
	want("all are bound", 5.5, "")
	bind("n", value.Int(10)) // fits a number
	want("n is an int", 9, "")
	bind("whole", nil)
	want("whole is unbound", 0, "whole has no value yet")
	bind("ok", value.Bool(false))
	want("whole isn't asked for", 10, "")
	bind("whole", value.Int(1))
	bind("ok", value.Bool(true))
	want("all are bound again", 6, "")
	bind("n", value.String("many"))
	want("n is no number", 0, `n is "many", wanted`)
}
