package compile

import (
	"fmt"
	"math"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// name compiles a name that stands for a value. A type that was narrowed, or
// that became T? where control may not have bound the name, is that of the
// expression; the register has the object's.
func (c *compiler) name(e *syntax.Ident) expr {
	o, at := c.info.Uses[e], c.at(e)
	t := c.typeOf(e)
	if o == nil {
		panic(fmt.Sprintf("compile: nothing is known of %s at %s", e.Name, c.code.program.Source.Place(e.Span())))
	}
	if t == nil || t.Kind == types.Unknown {
		t = o.Type
	}
	var x expr
	switch o.Kind {
	case check.ObjTarget:
		x = unboxed(t, func(f *frame) value.Value {
			if v := f.m.thread.Target; v != nil {
				return v
			}
			f.fail(at, NoValue, "there is no target here")
			return nil
		}, at)
	case check.ObjRun:
		x = unboxed(t, func(f *frame) value.Value {
			if run := f.m.thread.Run; run != nil {
				return run()
			}
			f.fail(at, NoValue, "run is known in handlers alone")
			return nil
		}, at)
	case check.ObjLet, check.ObjParam, check.ObjInput:
		x = c.register(o, t, at)
	default:
		x = reference(t, func(f *frame) value.Value {
			f.fail(at, NoValue, "%s is no value", o.Name)
			return nil
		})
	}
	x.path = &path{root: e.Name}
	return x
}

// register reads an object's slot, from the own activation or the file's.
func (c *compiler) register(o *check.Object, t *types.Type, at *place) expr {
	owner := c.code.unitOf(o)
	x, given := c.given[o]
	switch {
	case given:
		return x.retyped(t, at)
	case c.lambda[o] || c.inFn && owner.decl == c.unit.decl:
		return c.own(o, t, at)
	case owner.decl == c.unit.decl && c.needs != nil && o.Slot < readySlots && kindOf(o.Type) != kindRef:
		*c.needs |= 1 << o.Slot
		return c.own(o, t, at)
	case owner.decl == c.unit.decl:
		return bound(o, t, at, func(f *frame) []value.Value { return f.refs })
	}
	return bound(o, t, at, func(f *frame) []value.Value { return f.file.refs })
}

// own reads a register that holds its value in the kind of the object's type:
// everything in functions, and what lambdas bind.
func (c *compiler) own(o *check.Object, t *types.Type, at *place) expr {
	slot := o.Slot
	var x expr
	switch kindOf(o.Type) {
	case kindInt:
		x = integer(o.Type, func(f *frame) int64 { return int64(f.nums[slot]) })
		x.slot = slot + 1
	case kindFloat:
		x = floating(o.Type, func(f *frame) float64 { return math.Float64frombits(f.nums[slot]) })
		x.slot = slot + 1
	case kindBool:
		x = boolean(func(f *frame) bool { return f.nums[slot] != 0 })
	default:
		return unboxed(t, func(f *frame) value.Value {
			v := f.refs[slot]
			if v == nil {
				f.fail(at, NoValue, "%s has no value yet", o.Name)
			}
			return v
		}, at)
	}
	if kindOf(t) != x.k {
		return reference(t, x.boxed())
	}
	x.t = t
	return x
}

// bound reads a register of a Frame, which may not be bound yet: null where
// the type has it, else a failure.
func bound(o *check.Object, t *types.Type, at *place, registers func(*frame) []value.Value) expr {
	slot, option := o.Slot, types.MayBeNull(t)
	return unboxed(t, func(f *frame) value.Value {
		refs := registers(f)
		if slot < len(refs) && refs[slot] != nil {
			return refs[slot]
		}
		if option {
			return value.Null{}
		}
		f.fail(at, NoValue, "%s has no value yet", o.Name)
		return nil
	}, at)
}

// setter returns what stores a boxed value in an object's own register, in
// the kind of its type.
func setter(o *check.Object, at *place) func(*frame, value.Value) {
	slot, t := o.Slot, o.Type
	switch kindOf(t) {
	case kindInt:
		return func(f *frame, v value.Value) {
			i, ok := asInt(v)
			if !ok {
				i = f.wrongInt(v, t, at)
			}
			f.nums[slot] = uint64(i)
		}
	case kindFloat:
		return func(f *frame, v value.Value) {
			n, ok := asFloat(v)
			if !ok {
				n = f.wrongFloat(v, t, at)
			}
			f.nums[slot] = math.Float64bits(n)
		}
	case kindBool:
		return func(f *frame, v value.Value) {
			b, ok := v.(value.Bool)
			if !ok {
				f.wrongKind(v, t, at)
			}
			f.nums[slot] = bit(bool(b))
		}
	}
	return func(f *frame, v value.Value) { f.refs[slot] = v }
}

// store returns what evaluates x in one activation and stores it in an
// object's register of another, which may be the same.
func (x expr) store(o *check.Object, at *place) func(from, to *frame) {
	slot := o.Slot
	y := x
	if o.Type != nil {
		y = x.to(o.Type, at)
	}
	switch y.k {
	case kindInt:
		i := y.i
		return func(from, to *frame) { to.nums[slot] = uint64(i(from)) }
	case kindFloat:
		n := y.f
		return func(from, to *frame) { to.nums[slot] = math.Float64bits(n(from)) }
	case kindBool:
		b := y.b
		return func(from, to *frame) { to.nums[slot] = bit(b(from)) }
	}
	r := y.r
	return func(from, to *frame) { to.refs[slot] = r(from) }
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
