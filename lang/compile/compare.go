package compile

import (
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// compare compiles == != < <= > >=.
func (c *compiler) compare(e *syntax.Binary) expr {
	x, y, at := c.expr(e.X), c.expr(e.Y), c.at(e)
	switch {
	case x.k == kindInt && y.k == kindInt:
		return compareInts(e.Op, x, y)
	case x.k == kindFloat && y.k == kindFloat, x.exactly() && y.k == kindFloat, y.exactly() && x.k == kindFloat:
		return compareFloats(e.Op, x, y, at)
	case x.k == kindInt && y.k == kindFloat, x.k == kindFloat && y.k == kindInt:
		return compareMixed(e.Op, x, y)
	case x.k == kindBool && y.k == kindBool:
		a, b, equal := x.b, y.b, e.Op == "=="
		return boolean(func(f *frame) bool { return (a(f) == b(f)) == equal })
	case e.Op == "==" || e.Op == "!=":
		return c.equal(e, x, y)
	}
	return c.order(e, x, y)
}

// exactly tells whether x is a constant int that is a float64, too.
func (x expr) exactly() bool {
	n := int64(x.num)
	return x.constant && x.k == kindInt && -exactFloats < n && n < exactFloats
}

func compareInts(op string, x, y expr) expr {
	a, b := x.i, y.i
	if y.constant {
		m := int64(y.num)
		if x.slot > 0 && op == "<" {
			slot := x.slot - 1
			return boolean(func(f *frame) bool { return int64(f.nums[slot]) < m })
		}
		switch op {
		case "==":
			return boolean(func(f *frame) bool { return a(f) == m })
		case "!=":
			return boolean(func(f *frame) bool { return a(f) != m })
		case "<":
			return boolean(func(f *frame) bool { return a(f) < m })
		case "<=":
			return boolean(func(f *frame) bool { return a(f) <= m })
		case ">":
			return boolean(func(f *frame) bool { return a(f) > m })
		}
		return boolean(func(f *frame) bool { return a(f) >= m })
	}
	switch op {
	case "==":
		return boolean(func(f *frame) bool { return a(f) == b(f) })
	case "!=":
		return boolean(func(f *frame) bool { return a(f) != b(f) })
	case "<":
		return boolean(func(f *frame) bool { return a(f) < b(f) })
	case "<=":
		return boolean(func(f *frame) bool { return a(f) <= b(f) })
	case ">":
		return boolean(func(f *frame) bool { return a(f) > b(f) })
	}
	return boolean(func(f *frame) bool { return a(f) >= b(f) })
}

func compareFloats(op string, x, y expr, at *place) expr {
	a, b := x.float(at), y.float(at)
	if y.constant {
		m := y.float(at)(nil)
		switch op {
		case "<":
			return boolean(func(f *frame) bool { return a(f) < m })
		case ">":
			return boolean(func(f *frame) bool { return a(f) > m })
		}
	}
	switch op {
	case "==":
		return boolean(func(f *frame) bool { return a(f) == b(f) })
	case "!=":
		return boolean(func(f *frame) bool { return a(f) != b(f) })
	case "<":
		return boolean(func(f *frame) bool { return a(f) < b(f) })
	case "<=":
		return boolean(func(f *frame) bool { return a(f) <= b(f) })
	case ">":
		return boolean(func(f *frame) bool { return a(f) > b(f) })
	}
	return boolean(func(f *frame) bool { return a(f) >= b(f) })
}

// compareMixed compares an int with a number exactly, as value.Compare does:
// above 2^53 a conversion would make unlike ones equal.
func compareMixed(op string, x, y expr) expr {
	holds := orders[op]
	if x.k == kindInt {
		a, b := x.i, y.f
		return boolean(func(f *frame) bool {
			n, m := a(f), b(f)
			if n > -exactFloats && n < exactFloats {
				return holds(threeWay(float64(n), m))
			}
			order, _ := value.Compare(value.Int(n), value.Number(m))
			return holds(order)
		})
	}
	a, b := x.f, y.i
	return boolean(func(f *frame) bool {
		n, m := a(f), b(f)
		if m > -exactFloats && m < exactFloats {
			return holds(threeWay(n, float64(m)))
		}
		order, _ := value.Compare(value.Number(n), value.Int(m))
		return holds(order)
	})
}

func threeWay(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

var orders = map[string]func(int) bool{
	"==": func(o int) bool { return o == 0 },
	"!=": func(o int) bool { return o != 0 },
	"<":  func(o int) bool { return o < 0 },
	"<=": func(o int) bool { return o <= 0 },
	">":  func(o int) bool { return o > 0 },
	">=": func(o int) bool { return o >= 0 },
}

// equal compiles == and != of what is held as references.
func (c *compiler) equal(e *syntax.Binary, x, y expr) expr {
	same := e.Op == "=="
	if x.t != nil && x.t.Kind == types.Null {
		x, y = y, x
	}
	a := x.boxed()
	if y.t != nil && y.t.Kind == types.Null {
		return boolean(func(f *frame) bool { return isNull(a(f)) == same })
	}
	// What came from outside is first made what it is compared with, where
	// that has a unit: a bare 500 is no duration.
	if united(y.t) {
		a = asUnited(x, y.t, c.at(e.X))
	}
	b := y.boxed()
	if united(x.t) {
		b = asUnited(y, x.t, c.at(e.Y))
	}
	at := c.at(e)
	return boolean(func(f *frame) bool {
		v, w := f.present(a(f), at), f.present(b(f), at)
		f.m.burn(at)
		return value.Equal(v, w) == same
	})
}

// present fails for a value that could not be had.
func (f *frame) present(v value.Value, at *place) value.Value {
	if failed, ok := v.(value.Failed); ok {
		f.raiseFailed(failed, at)
	}
	return v
}

// united tells whether t is a quantity or time that JSON has no form for.
func united(t *types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case types.Percent, types.Points, types.Duration, types.Size, types.Time, types.Rate:
		return true
	}
	return false
}

func asUnited(x expr, t *types.Type, at *place) func(*frame) value.Value {
	if x.t == nil || x.t.Kind != types.Any {
		return x.boxed()
	}
	return x.convert(types.OptionOf(t), at, false).boxed()
}

// order compiles < and its kin of what is held as references: times, texts,
// and what came from outside.
func (c *compiler) order(e *syntax.Binary, x, y expr) expr {
	holds, at := orders[e.Op], c.at(e)
	switch { // an any is made what it is compared with
	case x.t != nil && y.t != nil && x.t.Kind == types.Any && y.t.Kind != types.Any:
		x = x.to(orderable(y.t), c.at(e.X))
	case x.t != nil && y.t != nil && y.t.Kind == types.Any && x.t.Kind != types.Any:
		y = y.to(orderable(x.t), c.at(e.Y))
	}
	a, b := x.boxed(), y.boxed()
	return boolean(func(f *frame) bool {
		v, w := f.present(a(f), at), f.present(b(f), at)
		order, ok := value.Compare(v, w)
		if !ok {
			f.fail(at, WrongType, "%s is %s and %s is %s: these have no order",
				x.named(f, c.at(e.X)), value.Short(v, 60), y.named(f, c.at(e.Y)), value.Short(w, 60))
		}
		return holds(order)
	})
}

// orderable is what an any has to be to be compared with a t: any number with
// an int.
func orderable(t *types.Type) *types.Type {
	if t.Kind == types.Int || t.Kind == types.Ratio {
		return types.TNumber
	}
	return t
}

// contains compiles `whole contains item` and `item in whole`.
func (c *compiler) contains(e *syntax.Binary, whole, item syntax.Expr) expr {
	x, y, at := c.expr(whole), c.expr(item), c.at(e)
	if x.t != nil && x.t.Kind == types.List && x.t.Elem != nil && united(x.t.Elem) {
		y = y.convert(types.OptionOf(x.t.Elem), c.at(item), false)
	}
	a, b := x.boxed(), y.boxed()
	wholeAt, itemAt := c.at(whole), c.at(item)
	itemFirst := whole.Span().Start > item.Span().Start
	return boolean(func(f *frame) bool {
		var v, w value.Value
		if itemFirst {
			w, v = b(f), a(f)
		} else {
			v, w = a(f), b(f)
		}
		w = f.present(w, itemAt)
		switch v := f.present(v, wholeAt).(type) {
		case *value.List:
			f.m.burnMany(v.Len(), at)
			for _, item := range v.Items() {
				if value.Equal(item, w) {
					return true
				}
			}
			return false
		case *value.Record:
			if name, ok := w.(value.String); ok && v.Handle == nil {
				return v.Index(string(name)) >= 0
			}
			f.raise(y.misfit(f, itemAt, &misfit{v: w, want: types.TString}))
		case value.String, value.Secret:
			if !isText(w) {
				f.raise(y.misfit(f, itemAt, &misfit{v: w, want: types.TString}))
			}
			f.m.burn(at)
			return strings.Contains(rawText(v), rawText(w))
		default:
			f.raise(x.misfit(f, wholeAt, &misfit{v: v, want: types.ListOf(types.TAny)}))
		}
		return false
	})
}

func isText(v value.Value) bool {
	switch v.(type) {
	case value.String, value.Secret:
		return true
	}
	return false
}

// matches compiles `text matches pattern`.
func (c *compiler) matches(e *syntax.Binary) expr {
	x, at := c.expr(e.X), c.at(e)
	text, pattern, xAt := x.boxed(), c.pattern(e.Y), c.at(e.X)
	return boolean(func(f *frame) bool {
		v := f.present(text(f), at)
		if !isText(v) {
			f.raise(x.misfit(f, xAt, &misfit{v: v, want: types.TString}))
		}
		s := rawText(v)
		f.m.burnMany(1+len(s)/64, at)
		return pattern(f).MatchString(s)
	})
}

// pattern compiles a constant pattern, once: a literal now, a name that
// stands for one when it is first used.
func (c *compiler) pattern(e syntax.Expr) func(*frame) *regexp.Regexp {
	at := c.at(e)
	if s, ok := e.(*syntax.String); ok {
		if text, ok := s.Constant(); ok {
			if re, err := regexp.Compile(text); err == nil {
				return func(*frame) *regexp.Regexp { return re }
			}
		}
	}
	var last atomic.Pointer[regexp.Regexp]
	text := c.expr(e).boxed()
	return func(f *frame) *regexp.Regexp {
		s := text(f).String()
		if re := last.Load(); re != nil && re.String() == s {
			return re
		}
		re, err := regexp.Compile(s)
		if err != nil {
			f.fail(at, BadArgument, "%s is no pattern: %v", value.QuoteString(s), err)
		}
		last.Store(re)
		return re
	}
}
