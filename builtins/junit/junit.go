// Package junit holds the builtin that reads the results of tests in the XML
// that JUnit began and test tools of most languages write.
package junit

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "junit",
		Doc:   "Results of tests.",
		Funcs: []*builtins.Func{read},
	}}
}
