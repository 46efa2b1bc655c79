package check

import (
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// fold returns the value of an expression that is known before any input is,
// or nil: literals, arithmetic on them, and lets of such.
func (c *checker) fold(e syntax.Expr) value.Value {
	return c.foldDeep(e, 0)
}

// foldDepth bounds how far names of names are followed.
const foldDepth = 64

func (c *checker) foldDeep(e syntax.Expr, depth int) value.Value {
	if depth > foldDepth {
		return nil
	}
	switch e := e.(type) {
	case *syntax.Int:
		return value.Int(e.Value)
	case *syntax.Number:
		return value.Number(e.Value)
	case *syntax.Bool:
		return value.Bool(e.Value)
	case *syntax.Quantity:
		switch e.Unit {
		case syntax.UnitDuration:
			return value.Duration(e.Int)
		case syntax.UnitSize:
			return value.Size(e.Int)
		case syntax.UnitPercent:
			return value.Percent(e.Float)
		case syntax.UnitPoints:
			return value.Points(e.Float)
		}
	case *syntax.String:
		if text, ok := e.Constant(); ok {
			return value.String(text)
		}
	case *syntax.Paren:
		return c.foldDeep(e.X, depth+1)
	case *syntax.List:
		items := make([]value.Value, len(e.Items))
		for i, item := range e.Items {
			if items[i] = c.foldDeep(item, depth+1); items[i] == nil {
				return nil
			}
		}
		return value.NewList(items)
	case *syntax.Unary:
		if e.Op == "-" {
			return foldArithmetic("-", value.Int(0), c.foldDeep(e.X, depth+1))
		}
	case *syntax.Binary:
		x := c.foldDeep(e.X, depth+1)
		if x == nil {
			return nil
		}
		y := c.foldDeep(e.Y, depth+1)
		if y == nil {
			return nil
		}
		if e.Op == ".." {
			return nil
		}
		return foldArithmetic(e.Op, x, y)
	case *syntax.Ident:
		o := c.prog.Info.Uses[e]
		if o == nil || o.Kind != ObjLet || o.File != c.file {
			return nil
		}
		let, ok := o.Decl.(*syntax.Let)
		if !ok || let.Value == nil {
			return nil
		}
		// Each let is folded once: names of names of names would double the
		// work at every step.
		known, done := c.decls.folded[o]
		if !done {
			known = c.foldDeep(let.Value, depth+1)
			c.decls.folded[o] = known
		}
		return known
	}
	return nil
}

// foldArithmetic computes + - * / where no rounding or overflow can matter to
// a limit; nil elsewhere.
func foldArithmetic(op string, x, y value.Value) value.Value {
	switch y := y.(type) {
	case value.Int:
		switch x := x.(type) {
		case value.Int:
			return foldInts(op, x, y)
		case value.Number:
			return foldFloats(op, float64(x), float64(y))
		case value.Duration:
			return scaled[value.Duration](op, int64(x), float64(y))
		case value.Size:
			return scaled[value.Size](op, int64(x), float64(y))
		}
	case value.Number:
		switch x := x.(type) {
		case value.Int:
			return foldFloats(op, float64(x), float64(y))
		case value.Number:
			return foldFloats(op, float64(x), float64(y))
		case value.Duration:
			return scaled[value.Duration](op, int64(x), float64(y))
		case value.Size:
			return scaled[value.Size](op, int64(x), float64(y))
		}
	case value.Duration:
		switch x := x.(type) {
		case value.Duration:
			return added[value.Duration](op, int64(x), int64(y))
		case value.Int:
			if op == "*" || op == "-" && x == 0 {
				return negatedOrScaled[value.Duration](op, int64(x), int64(y))
			}
		}
	case value.Size:
		switch x := x.(type) {
		case value.Size:
			return added[value.Size](op, int64(x), int64(y))
		case value.Int:
			if op == "*" || op == "-" && x == 0 {
				return negatedOrScaled[value.Size](op, int64(x), int64(y))
			}
		}
	case value.Percent:
		switch x := x.(type) {
		case value.Int:
			if op == "-" && x == 0 {
				return -y
			}
		case value.Duration:
			return scaled[value.Duration](op, int64(x), float64(y))
		case value.Size:
			return scaled[value.Size](op, int64(x), float64(y))
		}
	case value.Points:
		if x, ok := x.(value.Int); ok && op == "-" && x == 0 {
			return -y
		}
	}
	return nil
}

const foldLimit = 1 << 52 // whole numbers up to here survive a detour over float64

func small(n int64) bool { return -foldLimit < n && n < foldLimit }

func foldInts(op string, x, y value.Int) value.Value {
	if !small(int64(x)) || !small(int64(y)) {
		return nil
	}
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		if small(int64(float64(x) * float64(y))) {
			return x * y
		}
	}
	return nil
}

func foldFloats(op string, x, y float64) value.Value {
	switch op {
	case "+":
		return value.Number(x + y)
	case "-":
		return value.Number(x - y)
	case "*":
		return value.Number(x * y)
	case "/":
		if y != 0 {
			return value.Number(x / y)
		}
	}
	return nil
}

func added[T interface {
	value.Duration | value.Size
	value.Value
}](op string, x, y int64) value.Value {
	if !small(x/2) || !small(y/2) {
		return nil
	}
	switch op {
	case "+":
		return T(x + y)
	case "-":
		return T(x - y)
	}
	return nil
}

func scaled[T interface {
	value.Duration | value.Size
	value.Value
}](op string, x int64, by float64) value.Value {
	result := float64(x)
	switch op {
	case "*":
		result *= by
	case "/":
		if by == 0 {
			return nil
		}
		result /= by
	default:
		return nil
	}
	if result > 1<<62 || result < -1<<62 {
		return nil
	}
	return T(int64(result))
}

func negatedOrScaled[T interface {
	value.Duration | value.Size
	value.Value
}](op string, x, y int64) value.Value {
	if op == "-" {
		return T(-y)
	}
	return scaled[T]("*", y, float64(x))
}

// asDuration returns the duration that v is.
func asDuration(v value.Value) (time.Duration, bool) {
	d, ok := v.(value.Duration)
	return time.Duration(d), ok
}
