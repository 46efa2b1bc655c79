package compile

import (
	"context"
	"sync"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// Watch is how a test looks into a program and answers in the place of its
// functions. The code of a zero Watch is that of [Compile], and as fast.
type Watch struct {
	// Instead may answer a call of a fn in the place of its body: ok is false
	// where it doesn't. An argument that was left out is nil. Nil: bodies run.
	Instead func(ctx context.Context, fn *check.Object, args []value.Value) (v value.Value, ok bool, err error)
	// Reached is told of each statement of a fn that is carried out, and of
	// each way that is taken. Nil: nobody is.
	Reached func(file *source.File, e syntax.Element, way Way)
}

// Way is which way through an element was taken.
type Way uint8

// The ways.
const (
	Begun Way = iota // into it: of a statement, the only one
	Then             // of an if whose condition holds
	Else             // of an if whose condition doesn't; of an expect: its text was asked for
)

// Reached says that a way into an element of c's program was taken, for those
// who carry statements out. It costs nothing where nobody watches.
func (c *Code) Reached(e syntax.Element, way Way) {
	if c.watch.Reached != nil {
		c.watch.Reached(c.program.Source, e, way)
	}
}

// reaching makes a closure that says so, or nil where nobody watches.
func (c *compiler) reaching(e syntax.Element, way Way) func(*frame) {
	reached, file := c.code.watch.Reached, c.code.program.Source
	if reached == nil {
		return nil
	}
	return func(*frame) { reached(file, e, way) }
}

// watched is x that says first that its way was taken.
func (x expr) watched(first func(*frame)) expr {
	if first == nil {
		return x
	}
	return x.after(first)
}

// watchedStatement is s that says first that it was reached.
func (c *compiler) watchedStatement(e syntax.Element, way Way, s statement) statement {
	first := c.reaching(e, way)
	if first == nil {
		return s
	}
	return func(f *frame) bool {
		first(f)
		return s != nil && s(f)
	}
}

// callWatched compiles a call of a fn that may be answered in its place: the
// arguments are evaluated once, for whoever answers.
func (c *compiler) callWatched(call *check.Call, home *Code, fn *function, at *place) expr {
	decl := call.Object.Decl.(*syntax.Fn)
	gets := make([]func(*frame) value.Value, len(decl.Params))
	sets := make([]func(*frame, value.Value), len(decl.Params))
	for i, param := range decl.Params {
		o := home.program.Info.Defs[param.Name]
		sets[i] = setter(o, at)
		if i < len(call.Args) && call.Args[i] != nil {
			gets[i] = c.expr(call.Args[i]).to(o.Type, c.at(call.Args[i])).boxed()
		}
	}
	invoke := &invocation{fn: fn, at: at}
	if home != c.code {
		invoke.home = home
	}
	instead := c.code.watch.Instead
	body := sync.OnceValue(func() func(*frame) value.Value { return fn.body.boxed() }) // compiled later
	answer := func(f *frame) value.Value {
		args := make([]value.Value, len(gets))
		for i, get := range gets {
			if get != nil {
				args[i] = get(f)
			}
		}
		v, ok, err := instead(f.m.ctx, call.Object, args)
		if err != nil {
			f.callFailed(at, fn.name, err)
		}
		if ok {
			return v
		}
		to := invoke.enter(f)
		for i, arg := range args {
			if arg == nil {
				fn.fallbacks[i](to, to)
			} else {
				sets[i](to, arg)
			}
		}
		v = body()(to)
		f.m.top--
		return v
	}
	return unboxed(fn.result, answer, at)
}
