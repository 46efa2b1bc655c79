// Package http holds the builtins that speak HTTP: single requests, sessions
// with cookies, probes. A request goes where its address says and nowhere
// else: redirects stay on its origin unless asked for, and never take our
// headers or body to another one. Bodies, headers and time have limits.
package http

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:    "http",
		Doc:     "Requests to web servers. The proxy is read from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		Funcs:   []*builtins.Func{get, head, options, post, put, patch, remove, session, probe, loads, file},
		Methods: sessionMethods,
	}}
}
