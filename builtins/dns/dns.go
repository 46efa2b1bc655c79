// Package dns holds the builtin that asks the domain name system. It speaks
// the protocol itself, so that answers come with how long they are good for,
// and with no help from this machine's hosts file. What a server answers is
// believed only where it fits the question.
package dns

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "dns",
		Doc:   "Questions to the domain name system. Without a server, those of this machine's own configuration are asked; its hosts file is not.",
		Funcs: []*builtins.Func{lookup},
	}}
}
