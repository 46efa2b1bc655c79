package core

import (
	"context"
	"errors"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type failArgs struct {
	Text string `drl:"text" doc:"why"`
}

var fail = ending(builtins.New("fail", types.Pure, "Fail with a text of the script's own.",
	func(_ context.Context, _ *builtins.Host, a failArgs) (struct{}, error) {
		return struct{}{}, errors.New(a.Text)
	}).With(`let size = if 2 > 1 then 10 else fail("no size for this region")`))

// ending gives fail its result, which fits wherever a value is wanted.
func ending(f *builtins.Func) *builtins.Func {
	return f.Refined(func(s *types.Func) { s.Result = types.TNever })
}

type printArgs struct {
	Value value.Value `drl:"value" doc:"what to show; lists and records print as JSON, secrets as •••"`
}

var print = builtins.New("print", types.Reads, "Show a value to the operator.",
	func(_ context.Context, h *builtins.Host, a printArgs) (struct{}, error) {
		if h.Print == nil {
			return struct{}{}, errors.New("there is nobody to print for here")
		}
		h.Print(a.Value.String())
		return struct{}{}, nil
	}).With(`print("deploying")`)

type flagArgs struct {
	Text string `drl:"text" doc:"the word"`
}

// The checker looks for the call itself in a command's word; the value is the
// text.
var flag = builtins.New("flag", types.Pure, "Let a value that starts a command's word begin with a dash.",
	func(_ context.Context, _ *builtins.Host, a flagArgs) (string, error) { return a.Text, nil },
).With(`let verbose = flag("--verbose")`)
