// Package builtins is the contract between the language and what scripts call
// in the world. A builtin is one value, made by [New]: a name, an effect, a
// sentence and a Go function from a struct of arguments to a result. The
// checker's signature, the binding of arguments, defaults, the deadline, the
// manual and the plan's text all come from that one value.
//
// Before this room is runtime/run, which calls a [Func] with a script's
// values; behind it are the rooms of the outside systems (builtins/http,
// builtins/file, …), one folder a system, one file a function;
// builtins/standard lists those that ship. Everything that comes from outside
// comes through [Host]. This package knows nothing of syntax and of runs.
package builtins
