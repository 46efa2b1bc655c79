// Package compile turns the expressions and functions of a checked program
// into typed closures over register frames: no allocation a call for scalar
// code, overflow and division traps, fuel, depth. What reaches outside goes
// through World.
package compile

import (
	"context"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Site is where in a script something is called.
type Site struct {
	File *source.File
	Span source.Span
}

// World is how a running program reaches outside of itself.
// The pure functions of a universe go through Call too.
type World interface {
	// Call calls a built-in, or with recv the method of a handle. Arguments
	// are in the parameters' order; nil: left out. safe: the author vouches
	// with `safe` that a write may be repeated.
	Call(ctx context.Context, at Site, fn *types.Func, recv value.Value, args []value.Value, safe bool) (value.Value, error)
	// Command runs $( … ), $?( … ) and `secret $( … )` with the values of
	// its holes.
	Command(ctx context.Context, at Site, c *syntax.CommandValue, holes []value.Value) (value.Value, error)
}

// Code is a compiled program and what it imports. It is safe for use by
// several goroutines.
type Code struct{}

// Compile compiles p, which was checked without errors.
func Compile(p *check.Program) *Code { return nil }

// Import returns the code of an imported program (Program.Imports), or c
// itself for its own program.
func (c *Code) Import(p *check.Program) *Code { return nil }

// Frame holds the values of the names of one activation: of the file, of a
// rule or of a function.
type Frame struct{}

// FileFrame returns a new frame for the names of the file itself.
func (c *Code) FileFrame() *Frame { return nil }

// RuleFrame returns a new frame for a call of the rule, whose file's names
// are in file.
func (c *Code) RuleFrame(r *syntax.Rule, file *Frame) *Frame { return nil }

// Set binds a name. The object belongs to f's unit, or to its file's.
func (f *Frame) Set(o *check.Object, v value.Value) {}

// Get returns a name's value; nil where control has not bound it yet.
func (f *Frame) Get(o *check.Object) value.Value { return nil }

// Fork returns a copy with the same bindings, for what runs side by side.
func (f *Frame) Fork() *Frame { return nil }

// Thread is one strand of evaluation. It is used by one goroutine at a time.
type Thread struct {
	World World
	// Files has the file frame of each imported program.
	Files map[*check.Program]*Frame
	// Target and Run are the values of `target` and `run`; nil where they
	// cannot be named.
	Target value.Value
	Run    func() value.Value
	// Fuel is how many steps are left; 0 means DefaultFuel at the next Eval.
	Fuel int64
}

// Eval evaluates e. A failure is a *source.Diagnostic with the place in the
// script; what a built-in returned is its cause. When ctx ends, the error is
// context.Cause(ctx).
func (c *Code) Eval(ctx context.Context, t *Thread, f *Frame, e syntax.Expr) (value.Value, error) {
	return nil, nil
}

// Part is one part of an explained expression.
type Part struct {
	Span  source.Span
	Value value.Value // nil: not evaluated
}

// Explain is Eval that remembers the value of each part worth showing
// (names, members, calls, operators; not literals), in the order of the text.
func (c *Code) Explain(ctx context.Context, t *Thread, f *Frame, e syntax.Expr) (value.Value, []Part, error) {
	return nil, nil, nil
}
