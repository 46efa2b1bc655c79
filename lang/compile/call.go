package compile

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// outside calls a built-in or command and makes a diagnostic of its error.
// After an effect all that the machine may use up is full again.
func (f *frame) outside(at *place, name string, effect types.Effect, do func(*machine) (value.Value, error)) value.Value {
	m := f.m
	m.burn(at)
	if m.thread.World == nil {
		f.fail(at, CallFailed, "%s can't be called here", name)
	}
	v, err := do(m)
	if effect != types.Pure {
		m.refill()
	}
	if err != nil {
		f.callFailed(at, name, err)
	}
	if v == nil {
		return value.Null{}
	}
	return v
}

// refill gives the next stretch of evaluation its whole budget: an effect lies
// between it and the last one.
func (m *machine) refill() {
	m.fuel, m.memory = m.full, maxMemory
	m.watch = max(0, m.fuel-watchEvery)
}

// callFailed makes a trap of what a built-in or command returned.
func (f *frame) callFailed(at *place, name string, err error) {
	if f.m.ctx.Err() != nil {
		panic(&trap{err: context.Cause(f.m.ctx), fatal: true})
	}
	var inner *source.Diagnostic
	if errors.As(err, &inner) && error(inner) == err {
		f.raise(inner)
	}
	text := err.Error()
	if name != "fail" && !strings.HasPrefix(text, name) {
		text = name + ": " + text
	}
	d := at.diagnostic(CallFailed, "%s", text)
	d.Cause = err
	f.raise(d)
}

// reason is the text of an error for `try`: without its place and code.
func reason(err error) string {
	var d *source.Diagnostic
	if errors.As(err, &d) {
		return d.Message
	}
	return err.Error()
}

// intrinsic compiles the pure core functions that rules are full of. Those of
// values from outside, and all others, go through World.
func (c *compiler) intrinsic(call *check.Call, t *types.Type, at *place) (expr, bool) {
	if call.Func == nil || len(call.Args) == 0 || t == nil {
		return expr{}, false
	}
	name := call.Func.Name
	switch name {
	case "abs", "min", "max", "round", "floor", "ceil", "percent":
	default:
		return expr{}, false
	}
	for _, arg := range call.Args {
		if arg == nil || kindOf(c.typeOf(arg)) != kindInt && kindOf(c.typeOf(arg)) != kindFloat {
			return expr{}, false
		}
	}
	xs := make([]expr, len(call.Args))
	for i, arg := range call.Args {
		xs[i] = c.expr(arg)
	}
	switch name {
	case "abs":
		return absolute(xs[0], at), true
	case "min", "max":
		return extreme(name, xs, t, at), true
	case "percent":
		x := xs[0].float(at)
		return floating(types.TPercent, func(f *frame) float64 { return x(f) / 100 }), true
	}
	if xs[0].k == kindInt && xs[0].t.Kind == types.Int {
		return xs[0], true
	}
	round := map[string]func(float64) float64{"round": math.RoundToEven, "floor": math.Floor, "ceil": math.Ceil}[name]
	x := xs[0].float(at)
	return integer(types.TInt, func(f *frame) int64 {
		n := round(x(f))
		if !(n >= -1<<63 && n < 1<<63) {
			f.fail(at, Overflow, "the result of %s does not fit an int", at.text())
		}
		return int64(n)
	}), true
}

func absolute(x expr, at *place) expr {
	if x.k == kindFloat {
		n := x.f
		return floating(x.t, func(f *frame) float64 { return math.Abs(n(f)) })
	}
	n := x.i
	return integer(x.t, func(f *frame) int64 {
		i := n(f)
		if i == -1<<63 {
			f.overflow(at, x.t)
		}
		return max(i, -i)
	})
}

// extreme compiles min and max of quantities of one kind.
func extreme(name string, xs []expr, t *types.Type, at *place) expr {
	if kindOf(t) == kindInt {
		best := xs[0].int(at)
		for _, x := range xs[1:] {
			a, b := best, x.int(at)
			if name == "min" {
				best = func(f *frame) int64 { return min(a(f), b(f)) }
			} else {
				best = func(f *frame) int64 { return max(a(f), b(f)) }
			}
		}
		return integer(t, best)
	}
	best := xs[0].float(at)
	for _, x := range xs[1:] {
		a, b := best, x.float(at)
		if name == "min" {
			best = func(f *frame) float64 { return min(a(f), b(f)) }
		} else {
			best = func(f *frame) float64 { return max(a(f), b(f)) }
		}
	}
	return floating(t, best)
}
