// Package core holds the builtins that stand for no outside system: the
// environment, secrets, the clock, numbers, printing. Those without a module
// are called without a dot.
package core

import "github.com/drl-lang/drl/builtins"

// Modules returns the core and its small modules.
func Modules() []builtins.Module {
	return []builtins.Module{
		{
			Doc: "What every script can call without naming a module.",
			Funcs: []*builtins.Func{
				env, secret, secretFile, now, date, events, percent,
				abs, minimum, maximum, round, floor, ceil,
				fail, print, flag, matching, sha256Text,
			},
		},
		{Name: "secret", Doc: "Secrets that are kept elsewhere.", Funcs: []*builtins.Func{secretOfFile, secretOfCommand}},
		{Name: "time", Doc: "Times of day.", Funcs: []*builtins.Func{within}},
		{Name: "random", Doc: "Chance.", Funcs: []*builtins.Func{uuid}},
	}
}
