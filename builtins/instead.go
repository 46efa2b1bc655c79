package builtins

import (
	"context"

	"github.com/drl-lang/drl/lang/value"
)

// Instead returns a built-in that is called as f is and carried out by call:
// what stands in its place in a test.
func (f *Func) Instead(call func(ctx context.Context, h *Host, recv value.Value, args []value.Value) (value.Value, error)) *Func {
	other := *f
	other.call = call
	return &other
}
