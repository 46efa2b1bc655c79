package check

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// number is the value of a literal with a unit or none, or of arithmetic on
// such, kept to find what can only fail.
type number struct {
	kind  types.Kind
	whole int64   // of an int; nanoseconds of a duration; bytes of a size
	float float64 // of all others; the fraction of a percent or points
}

// String returns the number as a script would write it, without a unit.
func (n number) String() string {
	if n.isWhole() {
		return strconv.FormatInt(n.whole, 10)
	}
	return strconv.FormatFloat(n.float, 'f', -1, 64)
}

// isWhole tells whether the number is exact: an int, nanoseconds, bytes.
func (n number) isWhole() bool {
	return n.kind == types.Int || n.kind == types.Duration || n.kind == types.Size
}

func (n number) asFloat() float64 {
	if n.isWhole() {
		return float64(n.whole)
	}
	return n.float
}

// note keeps what an expression is known to be.
func (c *checker) note(e syntax.Expr, n number) {
	if c.numbers == nil {
		c.numbers = map[syntax.Expr]number{}
	}
	c.numbers[e] = n
}

func (c *checker) quantity(e *syntax.Quantity) *types.Type {
	t := types.TPercent
	switch e.Unit {
	case syntax.UnitDuration:
		t = types.TDuration
	case syntax.UnitSize:
		t = types.TSize
	case syntax.UnitPoints:
		t = types.TPoints
	}
	c.note(e, number{kind: t.Kind, whole: e.Int, float: e.Float})
	return t
}

// noteNegative keeps -x.
func (c *checker) noteNegative(e *syntax.Unary) {
	n, ok := c.numbers[e.X]
	if !ok {
		return
	}
	if n.isWhole() && n.whole == math.MinInt64 {
		c.overflow(e, n.kind)
		return
	}
	n.whole, n.float = -n.whole, -n.float
	c.note(e, n)
}

// noteArithmetic keeps the value of arithmetic on literals, and reports what
// can only fail: a division by zero, an overflow.
func (c *checker) noteArithmetic(e *syntax.Binary, t *types.Type) {
	y, ok := c.numbers[e.Y]
	if !ok {
		return
	}
	if (e.Op == "/" || e.Op == "mod") && y.asFloat() == 0 {
		c.errorf(codeDivision, e.Y, "a division by zero")
		return
	}
	x, ok := c.numbers[e.X]
	if !ok {
		return
	}
	switch t.Kind {
	case types.Int, types.Duration, types.Size:
		if v, ok := wholeResult(e.Op, x, y); ok {
			c.note(e, number{kind: t.Kind, whole: v})
		} else {
			c.overflow(e, t.Kind)
		}
	case types.Number, types.Ratio, types.Percent, types.Points:
		v := floatResult(e.Op, x.asFloat(), y.asFloat())
		if math.IsInf(v, 0) || math.IsNaN(v) {
			c.overflow(e, t.Kind)
			return
		}
		c.note(e, number{kind: t.Kind, float: v})
	}
}

func (c *checker) overflow(at syntax.Expr, k types.Kind) {
	c.errorf(codeOverflow, at, "%s is too large for %s", c.text(at), (&types.Type{Kind: k}).A())
}

// wholeResult is x op y as a whole number; false when it does not fit in 64
// bits. Scaling rounds half to even, as it does when the script runs.
func wholeResult(op string, x, y number) (int64, bool) {
	if !x.isWhole() || !y.isWhole() || op == "/" {
		v := math.RoundToEven(floatResult(op, x.asFloat(), y.asFloat()))
		return int64(v), math.Abs(v) < math.MaxInt64
	}
	a, b := x.whole, y.whole
	switch op {
	case "+":
		return a + b, (a+b > a) == (b > 0)
	case "-":
		return a - b, (a-b < a) == (b > 0)
	case "*":
		high, low := bits.Mul64(unsigned(a), unsigned(b))
		negative := (a < 0) != (b < 0)
		return a * b, high == 0 && (low < 1<<63 || low == 1<<63 && negative)
	}
	if b == -1 { // mod; MinInt64 mod -1 would overflow on the way
		return 0, true
	}
	return a % b, true
}

func unsigned(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func floatResult(op string, x, y float64) float64 {
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	return x / y
}
