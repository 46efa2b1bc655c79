// Package sarif holds the builtin that reads what scanners of code, images and
// dependencies have found, in the format that they share: SARIF 2.1.0.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/
package sarif

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "sarif",
		Doc:   "What scanners have found.",
		Funcs: []*builtins.Func{read},
	}}
}
