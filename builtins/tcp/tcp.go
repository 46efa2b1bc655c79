// Package tcp holds the builtin that tells whether something listens.
package tcp

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "tcp",
		Doc:   "Connections without a protocol.",
		Funcs: []*builtins.Func{connect},
	}}
}
