package compile

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// binary compiles x op y.
func (c *compiler) binary(e *syntax.Binary) expr {
	switch e.Op {
	case "and":
		return c.and(e)
	case "or":
		return c.or(e)
	case "??":
		return c.coalesce(e)
	case "..":
		return c.span(e)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(e)
	case "in":
		return c.contains(e, e.Y, e.X)
	case "contains":
		return c.contains(e, e.X, e.Y)
	case "matches":
		return c.matches(e)
	}
	return c.arithmetic(e)
}

// overflow fails because a whole number has no room for the result.
func (f *frame) overflow(at *place, t *types.Type) {
	f.fail(at, Overflow, "the result of %s does not fit %s", at.text(), t.A())
}

func (c *compiler) arithmetic(e *syntax.Binary) expr {
	x, y, at := c.expr(e.X), c.expr(e.Y), c.at(e)
	t := c.typeOf(e)
	if t == nil || x.t == nil || y.t == nil || t.Kind == types.Any || t.Kind == types.Unknown || t.Kind == types.Never ||
		x.t.Kind == types.Any || y.t.Kind == types.Any {
		return c.dynamicArithmetic(e, x, y, t)
	}
	switch {
	case t.Kind == types.String || t.Kind == types.Secret:
		return c.concat(x, y, t, at)
	case t.Kind == types.List:
		return c.append(x, y, t, at)
	case x.t.Kind == types.Time || y.t.Kind == types.Time:
		return timeArithmetic(e.Op, x, y, t, at)
	case e.Op == "/":
		return c.divide(x, y, t, at, c.at(e.Y))
	case e.Op == "*":
		return c.multiply(x, y, t, at)
	case e.Op == "mod":
		return modulo(x, y, at, c.at(e.Y))
	}
	return sum(e.Op, x, y, t, at)
}

// sum compiles + and - of numbers and quantities.
func sum(op string, x, y expr, t *types.Type, at *place) expr {
	if x.k == kindInt && y.k == kindInt && kindOf(t) == kindInt {
		if op == "+" {
			return addInts(x, y, t, at)
		}
		return subtractInts(x, y, t, at)
	}
	a, b := x.float(at), y.float(at)
	if op == "+" {
		return floating(t, func(f *frame) float64 { return f.finite(a(f)+b(f), at) })
	}
	if x.slot > 0 && x.k == kindFloat && y.slot > 0 && y.k == kindFloat {
		i, j := x.slot-1, y.slot-1
		return floating(t, func(f *frame) float64 {
			return f.finite(math.Float64frombits(f.nums[i])-math.Float64frombits(f.nums[j]), at)
		})
	}
	return floating(t, func(f *frame) float64 { return f.finite(a(f)-b(f), at) })
}

func addInts(x, y expr, t *types.Type, at *place) expr {
	a, b := x.i, y.i
	if y.constant {
		m := int64(y.num)
		return integer(t, func(f *frame) int64 {
			n := a(f)
			s := n + m
			if (s > n) != (m > 0) && m != 0 {
				f.overflow(at, t)
			}
			return s
		})
	}
	return integer(t, func(f *frame) int64 {
		n, m := a(f), b(f)
		s := n + m
		if (n^s)&(m^s) < 0 {
			f.overflow(at, t)
		}
		return s
	})
}

func subtractInts(x, y expr, t *types.Type, at *place) expr {
	a, b := x.i, y.i
	if y.constant && x.slot > 0 {
		slot, m := x.slot-1, int64(y.num)
		return integer(t, func(f *frame) int64 {
			n := int64(f.nums[slot])
			s := n - m
			if (n^m)&(n^s) < 0 {
				f.overflow(at, t)
			}
			return s
		})
	}
	return integer(t, func(f *frame) int64 {
		n, m := a(f), b(f)
		s := n - m
		if (n^m)&(n^s) < 0 {
			f.overflow(at, t)
		}
		return s
	})
}

// finite lets a result through that is a number. x-x is 0 of these alone.
func (f *frame) finite(x float64, at *place) float64 {
	if x-x != 0 {
		f.notFinite(at)
	}
	return x
}

func (f *frame) notFinite(at *place) {
	f.fail(at, NotFinite, "the result of %s is not a finite number", at.text())
}

// multiply compiles x * y.
func (c *compiler) multiply(x, y expr, t *types.Type, at *place) expr {
	if kindOf(t) == kindFloat && x.t.Kind != types.Duration && y.t.Kind != types.Duration {
		a, b := x.float(at), y.float(at)
		return floating(t, func(f *frame) float64 { return f.finite(a(f)*b(f), at) })
	}
	if x.t.Kind == types.Rate || y.t.Kind == types.Rate {
		if y.t.Kind == types.Rate {
			x, y = y, x
		}
		return rateTimes(x, y, t, at)
	}
	if x.k == kindInt && y.k == kindInt {
		a, b := x.i, y.i
		return integer(t, func(f *frame) int64 {
			n, m := a(f), b(f)
			hi, lo := bits.Mul64(magnitude(n), magnitude(m))
			p := n * m
			if hi != 0 || lo > 1<<63 || lo != 0 && (p < 0) != ((n < 0) != (m < 0)) {
				f.overflow(at, t)
			}
			return p
		})
	}
	if x.k == kindFloat { // 1.5 * 2s
		x, y = y, x
	}
	a, b := x.int(at), y.float(at)
	return integer(t, func(f *frame) int64 { return f.scaled(a(f), b(f), t, at) })
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// exactFloats is up to where every int64 is a float64.
const exactFloats = 1 << 53

// scaled returns n times by, rounded half to even.
func (f *frame) scaled(n int64, by float64, t *types.Type, at *place) int64 {
	p := math.RoundToEven(float64(n) * by)
	if n > -exactFloats && n < exactFloats && math.Abs(p) < exactFloats {
		return int64(p)
	}
	exact, ok := scaleExactly(n, by)
	if !ok {
		f.overflow(at, t)
	}
	return exact
}

// scaleExactly is scaled for numbers that float64 can't hold.
func scaleExactly(n int64, by float64) (int64, bool) {
	ratio := new(big.Rat)
	if ratio.SetFloat64(by) == nil || math.Abs(by) > 1<<63 {
		return 0, false
	}
	return roundRat(ratio.Mul(ratio, new(big.Rat).SetInt64(n)))
}

// roundRat rounds half to even.
func roundRat(r *big.Rat) (int64, bool) {
	floor, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	rest.Lsh(rest, 1)
	switch rest.Cmp(r.Denom()) {
	case 1:
		floor.Add(floor, big.NewInt(1))
	case 0:
		if floor.Bit(0) == 1 {
			floor.Add(floor, big.NewInt(1))
		}
	}
	return floor.Int64(), floor.IsInt64()
}

// rateTimes compiles rate * duration, which is what the rate counts.
func rateTimes(rate, over expr, t *types.Type, at *place) expr {
	a, d := rate.float(at), over.int(at)
	if kindOf(t) == kindFloat {
		return floating(t, func(f *frame) float64 { return f.finite(a(f)*(float64(d(f))/1e9), at) })
	}
	return integer(t, func(f *frame) int64 {
		p := math.RoundToEven(a(f) * (float64(d(f)) / 1e9))
		if !(math.Abs(p) < 1<<63) {
			f.overflow(at, t)
		}
		return int64(p)
	})
}

// divide compiles x / y; a zero is reported where it stands.
func (c *compiler) divide(x, y expr, t *types.Type, at, divisor *place) expr {
	switch {
	case kindOf(t) == kindInt && y.k == kindInt: // a quantity by an int
		a, b := x.int(at), y.i
		return integer(t, func(f *frame) int64 {
			n, m := a(f), b(f)
			if m == 0 {
				f.zero(divisor)
			}
			q, ok := divideHalfEven(n, m)
			if !ok {
				f.overflow(at, t)
			}
			return q
		})
	case kindOf(t) == kindInt:
		a, b := x.int(at), y.float(at)
		return integer(t, func(f *frame) int64 { return f.shrunk(a(f), b(f), t, at, divisor) })
	case t.Kind == types.Rate && y.t.Kind == types.Duration:
		a, d := x.float(at), y.int(at)
		return floating(t, func(f *frame) float64 {
			n, over := a(f), d(f)
			if over == 0 {
				f.zero(divisor)
			}
			return f.finite(n/(float64(over)/1e9), at)
		})
	}
	if x.slot > 0 && y.slot > 0 && x.k == kindFloat && y.k == kindFloat {
		i, j := x.slot-1, y.slot-1
		return floating(t, func(f *frame) float64 {
			d := math.Float64frombits(f.nums[j])
			if d == 0 {
				f.zero(divisor)
			}
			return f.finite(math.Float64frombits(f.nums[i])/d, at)
		})
	}
	if y.slot > 0 && y.k == kindFloat {
		a, j := x.float(at), y.slot-1
		return floating(t, func(f *frame) float64 {
			n, d := a(f), math.Float64frombits(f.nums[j])
			if d == 0 {
				f.zero(divisor)
			}
			return f.finite(n/d, at)
		})
	}
	a, b := x.float(at), y.float(at)
	return floating(t, func(f *frame) float64 {
		n, d := a(f), b(f)
		if d == 0 {
			f.zero(divisor)
		}
		return f.finite(n/d, at)
	})
}

// zero fails because a divisor is zero.
func (f *frame) zero(divisor *place) {
	switch text := divisor.text(); text {
	case "0", "0.0":
		f.fail(divisor, DivisionByZero, "can't divide by zero")
	default:
		f.fail(divisor, DivisionByZero, "can't divide by zero: %s is 0", text)
	}
}

// shrunk returns n divided by by, rounded half to even.
func (f *frame) shrunk(n int64, by float64, t *types.Type, at, divisor *place) int64 {
	if by == 0 {
		f.zero(divisor)
	}
	q := math.RoundToEven(float64(n) / by)
	if n > -exactFloats && n < exactFloats && math.Abs(q) < exactFloats {
		return int64(q)
	}
	r := new(big.Rat)
	if r.SetFloat64(by) == nil {
		f.overflow(at, t)
	}
	exact, ok := roundRat(r.Quo(new(big.Rat).SetInt64(n), r))
	if !ok {
		f.overflow(at, t)
	}
	return exact
}

// divideHalfEven returns n/m rounded half to even; m is not 0.
func divideHalfEven(n, m int64) (int64, bool) {
	if n == math.MinInt64 && m == -1 {
		return 0, false
	}
	q, r := n/m, n%m
	if r == 0 {
		return q, true
	}
	away := int64(1)
	if (n < 0) != (m < 0) {
		away = -1
	}
	// The rest against what is left of the divisor: 2r against m without its overflow.
	switch rest, left := magnitude(r), magnitude(m)-magnitude(r); {
	case rest > left, rest == left && q&1 != 0:
		q += away
	}
	return q, true
}

// modulo compiles x mod y, whose sign is that of x.
func modulo(x, y expr, at, divisor *place) expr {
	a, b := x.int(at), y.int(at)
	return integer(types.TInt, func(f *frame) int64 {
		n, m := a(f), b(f)
		switch m {
		case 0:
			f.zero(divisor)
		case -1: // the least int mod -1 traps in the processor
			return 0
		}
		return n % m
	})
}

// concat compiles + of texts; with a secret the result is one.
func (c *compiler) concat(x, y expr, t *types.Type, at *place) expr {
	a, b := x.present(at).boxed(), y.present(at).boxed()
	sure := t.Kind == types.Secret
	return reference(t, func(f *frame) value.Value {
		p, first := value.Text(a(f))
		q, second := value.Text(b(f))
		f.room(len(p)+len(q), at)
		return value.NewText(p+q, sure || first || second)
	})
}

// rawText is the text of a string or secret, for what shows none of it.
func rawText(v value.Value) string {
	text, _ := value.Text(v)
	return text
}

// append compiles + of lists.
func (c *compiler) append(x, y expr, t *types.Type, at *place) expr {
	a, b := x.to(t, at).boxed(), y.to(t, at).boxed()
	return reference(t, func(f *frame) value.Value {
		p, q := f.list(a(f), at), f.list(b(f), at)
		f.items(p.Len()+q.Len(), at)
		items := make([]value.Value, 0, p.Len()+q.Len())
		return value.NewList(append(append(items, p.Items()...), q.Items()...))
	})
}

// list is v, which has to be a list.
func (f *frame) list(v value.Value, at *place) *value.List {
	l, ok := v.(*value.List)
	if !ok {
		f.wrongKind(v, types.ListOf(types.TAny), at)
	}
	return l
}

// span compiles x..y.
func (c *compiler) span(e *syntax.Binary) expr {
	from := c.expr(e.X).to(types.TInt, c.at(e.X)).int(c.at(e.X))
	to := c.expr(e.Y).to(types.TInt, c.at(e.Y)).int(c.at(e.Y))
	at := c.at(e)
	return reference(types.ListOf(types.TInt), func(f *frame) value.Value {
		low, high := from(f), to(f)
		n := f.rangeLength(low, high, at)
		f.items(n, at)
		nums := make([]uint64, n)
		for i := range nums {
			nums[i] = uint64(low + int64(i))
		}
		return value.NewScalars(value.Ints, nums)
	})
}

// rangeLength is how many ints a range has; one that goes down has none.
func (f *frame) rangeLength(low, high int64, at *place) int {
	if low > high {
		return 0
	}
	if n := uint64(high) - uint64(low); n >= value.MaxItems {
		f.fail(at, TooLarge, "%s has more than %d items", at.text(), value.MaxItems)
	}
	return int(high - low + 1)
}
