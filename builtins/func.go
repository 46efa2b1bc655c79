package builtins

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Func is one builtin: what the checker knows of it and how it is called.
type Func struct {
	Name   string // as a script writes it: "http.get", "session.get"
	Effect types.Effect
	Doc    string // one sentence
	// Example is a line or more that a script could hold, for the manual.
	Example string

	// A script uses few of the built-ins that drl has: what a declaration says
	// of Go types is worked out for those.
	declare   func()
	once      sync.Once
	signature *types.Func
	params    []*field // as the signature's
	refine    func(*types.Func)
	alone     bool // it needs no Host
	call      func(ctx context.Context, h *Host, recv value.Value, args []value.Value) (value.Value, error)
}

// Signature is what the checker knows of f. It panics for a broken
// declaration.
func (f *Func) Signature() *types.Func {
	f.once.Do(f.declare)
	return f.signature
}

// Call calls the builtin. args are in the order of the signature's
// parameters, nil where one was left out; those of a variadic parameter follow
// from its index on. recv is the handle of a method, else nil. An error shows
// no secret, and a panic in the builtin becomes one. When ctx ends, the error
// is context.Cause(ctx).
func (f *Func) Call(ctx context.Context, h *Host, recv value.Value, args []value.Value) (v value.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, fmt.Errorf("drl has a bug in %s: %v", f.Name, p)
		}
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		err = scrub(err, args)
	}()
	f.once.Do(f.declare)
	return f.call(ctx, h, recv, args)
}

// With returns f with an example for its manual page.
func (f *Func) With(example string) *Func {
	f.Example = example
	return f
}

// Inferring returns f with a result that depends on the types of the
// arguments, as [types.Func] has it.
func (f *Func) Inferring(infer func(args []*types.Type) (*types.Type, string)) *Func {
	return f.Refined(func(s *types.Func) { s.Infer = infer })
}

// Refined returns f with a signature that refine completes: what the Go types
// of its declaration don't say.
func (f *Func) Refined(refine func(s *types.Func)) *Func {
	f.refine = refine
	return f
}

// New makes a builtin of a Go function from a struct of arguments to a result.
// The fields of A are the parameters, in order, by their tags:
//
//	URL  Text          `drl:"url" doc:"absolute address"`
//	Wait time.Duration `drl:"wait,named" doc:"…" default:"10s"`
//
// A pointer is an optional parameter that may be null; `optional` is one that
// is zero when left out; `rest`, on a slice, takes all further arguments;
// `constant` wants a literal, in which results of the function that a tag
// pieces:"sql.identifier" names may stand; the values in a literal for an `address` are
// encoded for where they stand, so that they can't lead elsewhere. Every builtin that reads or writes takes a
// timeout: a field of that name says its default, else it is 30s. A result of
// struct{} is no value.
func New[A, R any](name string, effect types.Effect, doc string, fn func(context.Context, *Host, A) (R, error)) *Func {
	return build(name, effect, doc, func(ctx context.Context, h *Host, _ value.Value, a A) (R, error) {
		return fn(ctx, h, a)
	})
}

// NewMethod makes a method of a handle; name is as in "session.get".
func NewMethod[H Handle, A, R any](name string, effect types.Effect, doc string, fn func(context.Context, *Host, H, A) (R, error)) *Func {
	return build(name, effect, doc, func(ctx context.Context, h *Host, recv value.Value, a A) (R, error) {
		var none R
		r, _ := recv.(*value.Record)
		if r == nil {
			return none, fmt.Errorf("%s was called on %v", name, recv)
		}
		handle, ok := r.Handle.(H)
		if !ok {
			return none, fmt.Errorf("%s was called on a value from another run", name)
		}
		return fn(ctx, h, handle, a)
	})
}

// NewHandle completes the type of a handle with its methods and returns them.
// t is a variable of the handle's package, which HandleType returns the
// address of.
func NewHandle(t *types.Type, name string, methods ...*Func) []*Func {
	t.Kind, t.Name, t.Methods = types.Record, name, signatures(methods)
	return methods
}

// signatures returns those of the functions, once they are asked for.
func signatures(functions []*Func) func() []*types.Func {
	return sync.OnceValue(func() []*types.Func {
		all := make([]*types.Func, len(functions))
		for i, f := range functions {
			all[i] = f.Signature()
		}
		return all
	})
}

const defaultTimeout = "30s"

func build[A, R any](name string, effect types.Effect, doc string, fn func(context.Context, *Host, value.Value, A) (R, error)) *Func {
	f := &Func{Name: name, Effect: effect, Doc: doc}
	var result func(R) value.Value
	f.declare = func() {
		f.sign(reflect.TypeFor[A](), reflect.TypeFor[R]())
		result = resultOf[R]()
	}
	f.call = func(ctx context.Context, h *Host, recv value.Value, args []value.Value) (value.Value, error) {
		var a A
		limit, err := f.bind(reflect.ValueOf(&a).Elem(), args)
		if err != nil {
			return nil, err
		}
		inner := ctx
		if f.Effect != types.Pure {
			if limit <= 0 {
				return nil, fmt.Errorf("timeout is %s, want more than 0s", value.Duration(limit))
			}
			var stop context.CancelFunc
			inner, stop = context.WithTimeoutCause(ctx, limit, expired{limit})
			defer stop()
		}
		r, err := fn(inner, h, recv, a)
		if err != nil {
			// What was cut off by the deadline says so, whatever it says itself.
			late := expired{}
			if errors.As(context.Cause(inner), &late) && !errors.As(err, &late) {
				return nil, late
			}
			return nil, err
		}
		return result(r), nil
	}
	return f
}

// resultOf returns the way from a Go result to a value.
func resultOf[R any]() func(R) value.Value {
	r := reflect.TypeFor[R]()
	if r == noResult {
		return func(R) value.Value { return value.Null{} }
	}
	from := shapeOf(r).from
	return func(v R) value.Value { return from(reflect.ValueOf(&v).Elem()) }
}

// expired says that a call's own timeout has passed.
type expired struct{ after time.Duration }

func (e expired) Error() string {
	return fmt.Sprintf("timed out after %s", value.Duration(e.after))
}

// Timeout tells those who ask of an error whether it was a deadline.
func (expired) Timeout() bool { return true }

// secretIfGivenOne is the Infer of results of type Text.
func secretIfGivenOne(args []*types.Type) (*types.Type, string) {
	for _, t := range args {
		if types.HoldsSecret(t) {
			return types.TSecret, ""
		}
	}
	return types.TString, ""
}
