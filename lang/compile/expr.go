package compile

import (
	"fmt"
	"math"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// expr is a compiled expression: the closure of its kind is set, the others
// are nil.
type expr struct {
	t *types.Type // nil: a call without a value
	k kind
	i func(*frame) int64
	f func(*frame) float64
	b func(*frame) bool
	r func(*frame) value.Value

	constant bool   // i or f always gives num
	num      uint64 // as in a register
	slot     int    // 1 + the register of the own activation that i or f reads; 0: none
	path     *path  // how to name the value in messages; nil: by the type alone
}

// compiler compiles one expression or function.
type compiler struct {
	code     *Code
	info     *check.Info
	unit     unit // where the expression stands
	safe     bool // under `safe`
	inFn     bool // registers hold all names, unboxed
	lambda   map[*check.Object]bool
	needs    *uint64                // collects the slots of the Frame that have to be ready; nil: none may be relied on
	given    map[*check.Object]expr // parameters of a formula that stands in place of a call
	recorder *recorder              // of Explain; nil otherwise
}

func (c *compiler) at(e syntax.Element) *place { return &place{c.code.program.Source, e.Span()} }

func (c *compiler) atSpan(s source.Span) *place { return &place{c.code.program.Source, s} }

// typeOf is the static type of an expression, after narrowing.
func (c *compiler) typeOf(e syntax.Expr) *types.Type { return c.info.Types[e] }

// expr compiles any expression.
func (c *compiler) expr(e syntax.Expr) expr {
	if c.recorder != nil {
		return c.recorder.record(c, e)
	}
	return c.plain(e)
}

func (c *compiler) plain(e syntax.Expr) expr {
	switch e := e.(type) {
	case *syntax.Paren:
		return c.expr(e.X)
	case *syntax.Int:
		return constantInt(types.TInt, e.Value)
	case *syntax.Number:
		return constantFloat(types.TNumber, e.Value)
	case *syntax.Quantity:
		return quantity(e)
	case *syntax.Bool:
		v := e.Value
		return expr{t: types.TBool, k: kindBool, b: func(*frame) bool { return v }}
	case *syntax.Null:
		return reference(types.TNull, func(*frame) value.Value { return value.Null{} })
	case *syntax.String:
		return c.text(e)
	case *syntax.List:
		return c.list(e)
	case *syntax.Record:
		return c.record(e)
	case *syntax.Ident:
		return c.name(e)
	case *syntax.Unary:
		return c.unary(e)
	case *syntax.Binary:
		return c.binary(e)
	case *syntax.Is:
		return c.is(e)
	case *syntax.As:
		return c.as(e)
	case *syntax.IfExpr:
		return c.ifExpr(e)
	case *syntax.Member:
		return c.member(e)
	case *syntax.Index:
		return c.index(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.CommandValue:
		return c.command(e)
	}
	panic(fmt.Sprintf("compile: unexpected expression %T at %s", e, c.code.program.Source.Place(e.Span())))
}

func constantInt(t *types.Type, v int64) expr {
	return expr{t: t, k: kindInt, i: func(*frame) int64 { return v }, constant: true, num: uint64(v)}
}

func constantFloat(t *types.Type, v float64) expr {
	return expr{t: t, k: kindFloat, f: func(*frame) float64 { return v }, constant: true, num: math.Float64bits(v)}
}

func quantity(e *syntax.Quantity) expr {
	switch e.Unit {
	case syntax.UnitDuration:
		return constantInt(types.TDuration, e.Int)
	case syntax.UnitSize:
		return constantInt(types.TSize, e.Int)
	case syntax.UnitPercent:
		return constantFloat(types.TPercent, e.Float)
	}
	return constantFloat(types.TPoints, e.Float)
}

func integer(t *types.Type, i func(*frame) int64) expr { return expr{t: t, k: kindInt, i: i} }

func floating(t *types.Type, f func(*frame) float64) expr { return expr{t: t, k: kindFloat, f: f} }

func boolean(b func(*frame) bool) expr { return expr{t: types.TBool, k: kindBool, b: b} }

// reference is an expression whose closure gives a value.Value; where t is a
// scalar type it is unboxed.
func reference(t *types.Type, r func(*frame) value.Value) expr {
	return expr{t: t, k: kindRef, r: r}
}

// boxed returns the closure that gives the value, whatever the kind.
func (x expr) boxed() func(*frame) value.Value {
	switch x.k {
	case kindInt:
		return x.boxedInt()
	case kindFloat:
		return x.boxedFloat()
	case kindBool:
		b := x.b
		return func(f *frame) value.Value { return value.Bool(b(f)) }
	}
	return x.r
}

func (x expr) boxedInt() func(*frame) value.Value {
	i, box := x.i, boxInt(x.t)
	if x.constant {
		v := box(int64(x.num))
		return func(*frame) value.Value { return v }
	}
	return func(f *frame) value.Value { return box(i(f)) }
}

func (x expr) boxedFloat() func(*frame) value.Value {
	g, box := x.f, boxFloat(x.t)
	if x.constant {
		v := box(math.Float64frombits(x.num))
		return func(*frame) value.Value { return v }
	}
	return func(f *frame) value.Value { return box(g(f)) }
}

// boxInt returns the function that makes a value of type t.
func boxInt(t *types.Type) func(int64) value.Value {
	switch t.Kind {
	case types.Duration:
		return func(i int64) value.Value { return value.Duration(i) }
	case types.Size:
		return func(i int64) value.Value { return value.Size(i) }
	}
	return func(i int64) value.Value { return value.Int(i) }
}

// boxFloat returns the function that makes a value of type t.
func boxFloat(t *types.Type) func(float64) value.Value {
	switch t.Kind {
	case types.Ratio:
		return func(x float64) value.Value { return value.Ratio(x) }
	case types.Percent:
		return func(x float64) value.Value { return value.Percent(x) }
	case types.Points:
		return func(x float64) value.Value { return value.Points(x) }
	case types.Rate:
		of := RateOf(t)
		return func(x float64) value.Value { return value.Rate{PerSecond: x, Of: of} }
	}
	return func(x float64) value.Value { return value.Number(x) }
}

// RateOf is what a rate of type t counts a second.
func RateOf(t *types.Type) value.RateOf {
	switch t.Elem.Kind {
	case types.Size:
		return value.RateOfSize
	case types.Points:
		return value.RateOfPoints
	}
	return value.RateOfNumber
}

// unboxed returns the expression of a reference in the kind of its type, for
// registers: values come out of lists, records, built-ins and names boxed.
func unboxed(t *types.Type, r func(*frame) value.Value, at *place) expr {
	x := expr{t: t, k: kindOf(t)}
	switch x.k {
	case kindInt:
		x.i = func(f *frame) int64 {
			v := r(f)
			if i, ok := asInt(v); ok {
				return i
			}
			return f.wrongInt(v, t, at)
		}
	case kindFloat:
		x.f = func(f *frame) float64 {
			v := r(f)
			if n, ok := asFloat(v); ok {
				return n
			}
			return f.wrongFloat(v, t, at)
		}
	case kindBool:
		x.b = func(f *frame) bool {
			v := r(f)
			if b, ok := v.(value.Bool); ok {
				return bool(b)
			}
			f.wrongKind(v, t, at)
			return false
		}
	default:
		x.r = r
	}
	return x
}

func asInt(v value.Value) (int64, bool) {
	switch v := v.(type) {
	case value.Int:
		return int64(v), true
	case value.Duration:
		return int64(v), true
	case value.Size:
		return int64(v), true
	}
	return 0, false
}

func asFloat(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Number:
		return float64(v), true
	case value.Ratio:
		return float64(v), true
	case value.Percent:
		return float64(v), true
	case value.Int:
		return float64(v), true
	case value.Points:
		return float64(v), true
	case value.Rate:
		return v.PerSecond, true
	}
	return 0, false
}

// wrongInt, wrongFloat and wrongKind are reached where a built-in gave a value
// of another type than it declares.
func (f *frame) wrongInt(v value.Value, t *types.Type, at *place) int64 {
	f.wrongKind(v, t, at)
	return 0
}

func (f *frame) wrongFloat(v value.Value, t *types.Type, at *place) float64 {
	f.wrongKind(v, t, at)
	return 0
}

func (f *frame) wrongKind(v value.Value, t *types.Type, at *place) {
	if failed, ok := v.(value.Failed); ok {
		f.raiseFailed(failed, at)
	}
	if v == nil {
		f.fail(at, NoValue, "%s has no value", at.text())
	}
	f.fail(at, WrongType, "%s is %s, wanted %s", at.text(), value.Short(v, 60), t.A())
}

// raiseFailed fails with why a value could not be had.
func (f *frame) raiseFailed(v value.Failed, at *place) {
	d := at.diagnostic(CallFailed, "%s: %v", at.text(), v.Err)
	d.Cause = v.Err
	f.raise(d)
}

// int returns the closure of an expression whose static type is held as an
// int64; float and bool likewise.
func (x expr) int(at *place) func(*frame) int64 {
	if x.k == kindInt {
		return x.i
	}
	return unboxed(types.TInt, x.boxed(), at).i
}

func (x expr) float(at *place) func(*frame) float64 {
	switch x.k {
	case kindFloat:
		return x.f
	case kindInt:
		i := x.i
		if x.constant {
			n := float64(int64(x.num))
			return func(*frame) float64 { return n }
		}
		return func(f *frame) float64 { return float64(i(f)) }
	}
	return unboxed(types.TNumber, x.boxed(), at).f
}

func (x expr) bool(at *place) func(*frame) bool {
	if x.k == kindBool {
		return x.b
	}
	return x.to(types.TBool, at).b
}
