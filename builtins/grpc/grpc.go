// Package grpc holds the builtin that asks a gRPC server for its health, by
// the protocol that all of them share.
package grpc

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "grpc",
		Doc:   "Questions to gRPC servers. \"host:port\" and grpc:// are without encryption, https:// and grpcs:// with it.",
		Funcs: []*builtins.Func{health},
	}}
}
