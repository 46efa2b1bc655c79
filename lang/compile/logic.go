package compile

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// unary compiles `- x`, `not x`, `try x` and `safe x`.
func (c *compiler) unary(e *syntax.Unary) expr {
	switch e.Op {
	case "safe":
		outer := c.safe
		c.safe = true
		x := c.expr(e.X)
		c.safe = outer
		return x
	case "try":
		return c.try(e)
	case "not":
		b := c.expr(e.X).bool(c.at(e.X))
		return boolean(func(f *frame) bool { return !b(f) })
	}
	return c.negate(e)
}

func (c *compiler) negate(e *syntax.Unary) expr {
	x, at := c.expr(e.X), c.at(e)
	switch x.k {
	case kindInt:
		i := x.i
		if x.constant && int64(x.num) != -1<<63 {
			return constantInt(x.t, -int64(x.num))
		}
		return integer(x.t, func(f *frame) int64 {
			n := i(f)
			if n == -1<<63 {
				f.overflow(at, x.t)
			}
			return -n
		})
	case kindFloat:
		g := x.f
		return floating(x.t, func(f *frame) float64 { return -g(f) })
	}
	get := x.boxed()
	return reference(x.t, func(f *frame) value.Value {
		v := get(f)
		n, ok := negated(v)
		if !ok {
			f.raise(x.misfit(f, at, &misfit{v: v, want: types.TNumber}))
		}
		return n
	})
}

func negated(v value.Value) (value.Value, bool) {
	switch v := v.(type) {
	case value.Int:
		return -v, v != -1<<63
	case value.Duration:
		return -v, v != -1<<63
	case value.Size:
		return -v, v != -1<<63
	case value.Number:
		return -v, true
	case value.Ratio:
		return -v, true
	case value.Percent:
		return -v, true
	case value.Points:
		return -v, true
	case value.Rate:
		return value.Rate{PerSecond: -v.PerSecond, Of: v.Of}, true
	}
	return nil, false
}

// try compiles `try x`: a failure becomes a value. What ends the evaluation
// as a whole (its context, its fuel, its memory, its depth) is not caught.
func (c *compiler) try(e *syntax.Unary) expr {
	x := c.expr(e.X)
	get := x.boxed()
	names := []string{"ok", "value", "error"}
	return reference(c.typeOf(e), func(f *frame) value.Value {
		v, err := attempt(f, get)
		if err != nil {
			return value.NewRecord("", names, []value.Value{value.Bool(false), value.Null{}, value.String(reason(err))})
		}
		if v == nil {
			v = value.Null{}
		}
		return value.NewRecord("", names, []value.Value{value.Bool(true), v, value.Null{}})
	})
}

func attempt(f *frame, get func(*frame) value.Value) (v value.Value, err error) {
	m := f.m
	here := mark{top: m.top, loops: len(m.loops)}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *trap:
			if r.fatal {
				panic(r)
			}
			m.back(here)
			err = r.err
		default:
			panic(r)
		}
	}()
	v = get(f)
	if failed, ok := v.(value.Failed); ok {
		return nil, failed.Err
	}
	return v, nil
}

// ifExpr compiles `if c then a else b`.
func (c *compiler) ifExpr(e *syntax.IfExpr) expr {
	cond := c.expr(e.Cond).bool(c.at(e.Cond))
	t := c.typeOf(e)
	x, y := c.expr(e.Then).to(t, c.at(e.Then)), c.expr(e.Else).to(t, c.at(e.Else))
	return choose(t, cond, x.watched(c.reaching(e, Then)), y.watched(c.reaching(e, Else)), c.at(e))
}

// choose is x where cond holds and else y; both are of type t.
func choose(t *types.Type, cond func(*frame) bool, x, y expr, at *place) expr {
	switch {
	case t != nil && x.k == kindInt && y.k == kindInt:
		a, b := x.i, y.i
		return integer(t, func(f *frame) int64 {
			if cond(f) {
				return a(f)
			}
			return b(f)
		})
	case t != nil && x.k == kindFloat && y.k == kindFloat:
		a, b := x.f, y.f
		return floating(t, func(f *frame) float64 {
			if cond(f) {
				return a(f)
			}
			return b(f)
		})
	case t != nil && x.k == kindBool && y.k == kindBool:
		a, b := x.b, y.b
		return boolean(func(f *frame) bool {
			if cond(f) {
				return a(f)
			}
			return b(f)
		})
	}
	a, b := x.boxed(), y.boxed()
	return reference(t, func(f *frame) value.Value {
		if cond(f) {
			return a(f)
		}
		return b(f)
	}).retyped(t, at)
}

func (c *compiler) and(e *syntax.Binary) expr {
	x, y := c.expr(e.X).bool(c.at(e.X)), c.expr(e.Y).bool(c.at(e.Y))
	return boolean(func(f *frame) bool { return x(f) && y(f) })
}

func (c *compiler) or(e *syntax.Binary) expr {
	x, y := c.expr(e.X).bool(c.at(e.X)), c.expr(e.Y).bool(c.at(e.Y))
	return boolean(func(f *frame) bool { return x(f) || y(f) })
}

// coalesce compiles `x ?? y`.
func (c *compiler) coalesce(e *syntax.Binary) expr {
	t := c.typeOf(e)
	x, y := c.expr(e.X), c.expr(e.Y).to(t, c.at(e.Y)).boxed()
	left := x.boxed()
	if t != nil && x.t != nil && changes(types.Present(x.t), types.Present(t)) && t.Kind != types.Any {
		left = x.to(types.OptionOf(t), c.at(e.X)).boxed()
	}
	z := unboxed(t, func(f *frame) value.Value {
		if v := left(f); !isNull(v) {
			return v
		}
		return y(f)
	}, c.at(e))
	z.path = x.path
	return z
}
