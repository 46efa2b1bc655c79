// Package tls holds the builtin that looks at a server's certificate.
package tls

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "tls",
		Doc:   "Encrypted connections.",
		Funcs: []*builtins.Func{certificate},
	}}
}
