// Package sentry holds the builtin that asks Sentry which errors a release
// has brought.
package sentry

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "sentry",
		Doc: "Questions to Sentry. Its address is server:, else SENTRY_URL, else https://sentry.io; the token is token:, else SENTRY_AUTH_TOKEN, and needs to read projects and events. " +
			"What hits a rate limit waits for its end where the timeout allows it.",
		Funcs: []*builtins.Func{issues},
	}}
}
