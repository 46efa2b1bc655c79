// Package redis holds the builtins that look into Redis, and into what speaks
// as it does: Valkey, KeyDB, Dragonfly. They only read.
package redis

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "redis",
		Doc: "Questions to Redis. Its address is url:, else REDIS_URL: redis://user:password@host:6379/0, with rediss:// for TLS. " +
			"Where an address has no user, the password is the server's own.",
		Funcs: []*builtins.Func{ping, info, get, length},
	}}
}
