package check

import (
	"slices"
	"testing"

	"github.com/drl-lang/drl/lang/source"
)

// Every code of expressions is given by its wrong script, and its right one
// is free of errors and of the code.
func TestExpressionCodes(t *testing.T) {
	gives := func(script string, code *source.Code) (found bool, all source.Diagnostics) {
		all = diagnose(source.NewFile("main.drl", []byte(script)))
		return slices.ContainsFunc(all, func(d *source.Diagnostic) bool { return d.Code == code }), all
	}
	for _, code := range exprCodes {
		t.Run(code.ID, func(t *testing.T) {
			if found, all := gives(code.Wrong, code); !found || len(all) != 1 {
				t.Errorf("the wrong script of %q gives\n%v\nand not this code alone", code.Name, all)
			}
			if found, all := gives(code.Right, code); found || all.HasErrors() {
				t.Errorf("the right script of %q gives\n%v", code.Name, all)
			}
		})
	}
}
