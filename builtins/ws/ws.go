// Package ws holds the builtin that speaks over websockets. A message too
// long, a redirect or a broken frame is an error; nothing outlasts the call.
package ws

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "ws",
		Doc:   "Messages over websockets.",
		Funcs: []*builtins.Func{exchange},
	}}
}
