package compile

import (
	"math"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// dynamicArithmetic compiles + - * / mod where a side came from outside: what
// it is shows when it runs, and the units are those of the checker.
func (c *compiler) dynamicArithmetic(e *syntax.Binary, x, y expr, t *types.Type) expr {
	a, b, at := x.boxed(), y.boxed(), c.at(e)
	left, right := c.at(e.X), c.at(e.Y)
	return unboxed(t, func(f *frame) value.Value {
		v, w := f.present(a(f), left), f.present(b(f), right)
		tx, ty := typeOfValue(v), typeOfValue(w)
		// Of two JSON values a number is what stands on the other side.
		result, problem, hint := types.Binary(e.Op, tx, ty)
		if problem != "" || result == nil || result.Kind == types.Any || result.Kind == types.Unknown {
			d := at.diagnostic(WrongType, "%s: %s is %s, %s is %s", words(problem, e.Op),
				x.named(f, left), value.Short(v, 60), y.named(f, right), value.Short(w, 60))
			d.Hint = fill(hint, left.text(), right.text())
			f.raise(d)
		}
		return f.compute(e.Op, v, w, tx, ty, result, at, right)
	}, at)
}

func words(problem, op string) string {
	if problem == "" {
		return op + " has no meaning for these"
	}
	return problem
}

// fill puts the operands as written into a message of the types.
func fill(text, x, y string) string {
	out := ""
	for i := 0; i < len(text); i++ {
		switch {
		case i+3 <= len(text) && text[i:i+3] == "{x}":
			out, i = out+x, i+2
		case i+3 <= len(text) && text[i:i+3] == "{y}":
			out, i = out+y, i+2
		default:
			out += text[i : i+1]
		}
	}
	return out
}

// typeOfValue is the type of a value as far as operators ask.
func typeOfValue(v value.Value) *types.Type {
	switch v := v.(type) {
	case value.Null:
		return types.TNull
	case value.Bool:
		return types.TBool
	case value.Int:
		return types.TInt
	case value.Number:
		return types.TNumber
	case value.Ratio:
		return types.TRatio
	case value.Percent:
		return types.TPercent
	case value.Points:
		return types.TPoints
	case value.Duration:
		return types.TDuration
	case value.Size:
		return types.TSize
	case value.Time:
		return types.TTime
	case value.String:
		return types.TString
	case value.Secret:
		return types.TSecret
	case value.Events:
		return types.TEvents
	case value.Rate:
		switch v.Of {
		case value.RateOfSize:
			return types.RateOf(types.TSize)
		case value.RateOfPoints:
			return types.RateOf(types.TPoints)
		}
		return types.RateOf(types.TNumber)
	case *value.List:
		return types.ListOf(types.TAny)
	case *value.Record:
		if v.IsMap {
			return types.MapOf(types.TAny)
		}
		return &types.Type{Kind: types.Record, Name: v.Type}
	}
	return types.TUnknown
}

// compute is arithmetic on values, by the same closures as on registers:
// constants that are compiled for once.
func (f *frame) compute(op string, v, w value.Value, tx, ty, t *types.Type, at, divisor *place) value.Value {
	switch {
	case tx.Kind == types.Int && ty.Kind == types.Int && t.Kind == types.Int:
		return f.computeInts(op, int64(v.(value.Int)), int64(w.(value.Int)), at, divisor)
	case plainNumber(tx) && plainNumber(ty):
		n, _ := asFloat(v)
		m, _ := asFloat(w)
		return f.computeFloats(op, n, m, t, at, divisor)
	}
	x, y := held(v, tx), held(w, ty)
	var result expr
	switch {
	case t.Kind == types.String || t.Kind == types.Secret:
		result = (*compiler)(nil).concat(x, y, t, at)
	case t.Kind == types.List:
		result = (*compiler)(nil).append(x, y, t, at)
	case tx.Kind == types.Time || ty.Kind == types.Time:
		result = timeArithmetic(op, x, y, t, at)
	case op == "/":
		result = (*compiler)(nil).divide(x, y, t, at, divisor)
	case op == "*":
		result = (*compiler)(nil).multiply(x, y, t, at)
	default:
		result = sum(op, x, y, t, at)
	}
	return result.boxed()(f)
}

func plainNumber(t *types.Type) bool {
	return t.Kind == types.Int || t.Kind == types.Number || t.Kind == types.Ratio
}

// held is a value as an expression of its type.
func held(v value.Value, t *types.Type) expr {
	switch kindOf(t) {
	case kindInt:
		n, _ := asInt(v)
		return constantInt(t, n)
	case kindFloat:
		n, _ := asFloat(v)
		return constantFloat(t, n)
	}
	return reference(t, func(*frame) value.Value { return v })
}

func (f *frame) computeInts(op string, n, m int64, at, divisor *place) value.Value {
	x, y := constantInt(types.TInt, n), integer(types.TInt, func(*frame) int64 { return m })
	switch op {
	case "+", "-":
		return value.Int(sum(op, x, y, types.TInt, at).i(f))
	case "*":
		return value.Int((*compiler)(nil).multiply(x, y, types.TInt, at).i(f))
	}
	return value.Int(modulo(x, y, at, divisor).i(f))
}

func (f *frame) computeFloats(op string, n, m float64, t *types.Type, at, divisor *place) value.Value {
	var r float64
	switch op {
	case "+":
		r = n + m
	case "-":
		r = n - m
	case "*":
		r = n * m
	default:
		if m == 0 {
			f.zero(divisor)
		}
		r = n / m
	}
	return boxFloat(t)(f.finite(r, at))
}

// numbers is a list of quantities of one kind, taken apart for a statistic.
type numbers struct {
	t      *types.Type // of the items; int and number together are number
	whole  []int64     // of ints, durations and sizes
	floats []float64   // of all others
}

// numbers takes a list apart. The items of a typed list are of one kind;
// those of list[any] are checked here.
func (f *frame) numbers(l *value.List, method string, x expr, at *place) numbers {
	f.m.burnMany(l.Len(), at)
	if s, nums := l.Scalars(); s != value.NoScalar && len(nums) > 0 {
		return numbersOf(s, nums)
	}
	var ns numbers
	for i, v := range l.Items() {
		t := typeOfValue(f.present(v, at))
		switch {
		case kindOf(t) != kindInt && kindOf(t) != kindFloat:
			f.raise(x.misfit(f, at, (&misfit{v: v, want: types.TNumber}).under("["+value.Int(i).String()+"]")))
		case ns.t == nil:
			ns.t = t
		case types.Same(ns.t, t):
		case plainNumber(ns.t) && plainNumber(t):
			ns.widen()
		default:
			f.fail(at, WrongType, "%s: item 0 is %s and item %d is %s: these don't go together",
				method, value.Quote(l.At(0)), i, value.Quote(v))
		}
		if n, ok := asInt(v); ok && kindOf(ns.t) == kindInt {
			ns.whole = append(ns.whole, n)
		} else {
			n, _ := asFloat(v)
			ns.floats = append(ns.floats, n)
		}
	}
	return ns
}

// numbersOf is numbers of a list that has them side by side.
func numbersOf(s value.Scalar, nums []uint64) numbers {
	ns := numbers{t: typeOfValue(s.Value(0))}
	if s.Whole() {
		ns.whole = make([]int64, len(nums))
		for i, num := range nums {
			ns.whole[i] = int64(num)
		}
		return ns
	}
	ns.floats = make([]float64, len(nums))
	for i, num := range nums {
		ns.floats[i] = math.Float64frombits(num)
	}
	return ns
}

// widen makes numbers of ints.
func (ns *numbers) widen() {
	ns.t = types.TNumber
	for _, n := range ns.whole {
		ns.floats = append(ns.floats, float64(n))
	}
	ns.whole = nil
}

// all returns the numbers as floats.
func (ns numbers) all() []float64 {
	if ns.whole == nil {
		return ns.floats
	}
	fs := make([]float64, len(ns.whole))
	for i, n := range ns.whole {
		fs[i] = float64(n)
	}
	return fs
}

// made is a statistic in the unit of the items; between ints there are other
// numbers, durations and sizes are whole.
func (ns numbers) made(x float64, f *frame, at *place) value.Value {
	switch ns.t.Kind {
	case types.Int:
		return value.Number(x)
	case types.Duration, types.Size:
		n := math.RoundToEven(x)
		if !(math.Abs(n) < 1<<63) {
			f.overflow(at, ns.t)
		}
		return boxInt(ns.t)(int64(n))
	}
	return boxFloat(ns.t)(f.finite(x, at))
}
