package builtins

import (
	"context"

	"github.com/drl-lang/drl/lang/value"
)

// Answered returns a built-in that is called as f is and answered by another
// function, which needs no world: a mock.
func (f *Func) Answered(by func(ctx context.Context, args []value.Value) (value.Value, error)) *Func {
	other := f.Instead(func(ctx context.Context, _ *Host, _ value.Value, args []value.Value) (value.Value, error) {
		return by(ctx, args)
	})
	other.alone = true
	return other
}

// Alone tells whether f never looks at the Host that it is called with.
func (f *Func) Alone() bool { return f.alone }

// Instead returns a built-in that is called as f is and carried out by call:
// what stands in its place in a test.
func (f *Func) Instead(call func(ctx context.Context, h *Host, recv value.Value, args []value.Value) (value.Value, error)) *Func {
	other := &Func{Name: f.Name, Effect: f.Effect, Doc: f.Doc, Example: f.Example, call: call}
	other.declare = func() { other.signature, other.params = f.Signature(), f.params }
	return other
}
