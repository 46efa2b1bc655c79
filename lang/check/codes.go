package check

import (
	"slices"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// Codes are all codes that checking a script can give, by number: those of
// the syntax, of commands, of expressions and of all else.
var Codes = gather(syntax.Codes, syntax.ShellCodes, exprCodes, scopeCodes, placeCodes, clauseCodes, monitorCodes, importCodes)

func gather(lists ...[]*source.Code) []*source.Code {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b *source.Code) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return all
}
