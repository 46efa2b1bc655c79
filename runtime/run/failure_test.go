package run

import (
	"testing"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

func TestDifference(t *testing.T) {
	long := "the quick brown fox jumps over the lazy dog, "
	for _, tt := range []struct {
		name  string
		x, y  value.Value
		hints string
	}{
		{"points that read the same", value.Points(12.5/100 - 10.0/100), value.Points(2.5 / 100),
			"both read 2.5pp, and differ in the digits behind: compare with a tolerance, abs(a - b) < c"},
		{"points that read differently", value.Points(0.03), value.Points(0.025), ""},
		{"long texts", value.String(long + "twice"), value.String(long + "once"),
			`they differ from character 46 on: …"lazy dog, twice" against …"lazy dog, once"`},
		{"short texts", value.String("a"), value.String("b"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, ds := syntax.ParseExpr(source.NewFile("d.drl", []byte("(x) == y")))
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			b := e.(*syntax.Binary)
			parts := []compile.Part{{Span: b.X.(*syntax.Paren).X.Span(), Value: tt.x}, {Span: b.Y.Span(), Value: tt.y}}
			if _, text := tt.x.(value.String); text {
				parts[0].Span = b.X.Span()
			}
			if got := difference(b, parts); got != tt.hints {
				t.Errorf("difference(%v, %v) = %q, want %q", tt.x, tt.y, got, tt.hints)
			}
		})
	}
}
