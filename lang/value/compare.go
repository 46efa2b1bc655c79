package value

import (
	"cmp"
	"math"
	"strings"
	"time"
)

// Equal tells whether a and b are the same value. Numbers are equal across
// int, number and ratio; a ratio also equals the percent of its fraction; a
// secret equals the text it holds. Records are equal when they have the same
// fields, whatever their order.
func Equal(a, b Value) bool {
	if x, ok := secretText(a); ok {
		y, fits := text(b)
		return fits && x == y
	}
	if _, ok := b.(Secret); ok {
		return Equal(b, a)
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case Null:
		_, ok := b.(Null)
		return ok
	case Bool:
		return a == b
	case Events:
		return a == b
	case *List:
		l, ok := b.(*List)
		if !ok || l.Len() != a.Len() {
			return false
		}
		for i, x := range a.Items() {
			if !Equal(x, l.At(i)) {
				return false
			}
		}
		return true
	case *Record:
		r, ok := b.(*Record)
		if !ok || r.Len() != a.Len() {
			return false
		}
		if a.Handle != nil || r.Handle != nil {
			return a == r
		}
		for i, n := range a.names {
			if v, ok := r.Get(n); !ok || !Equal(a.values[i], v) {
				return false
			}
		}
		return true
	case *Func:
		return a == b
	}
	c, ok := Compare(a, b)
	return ok && c == 0
}

// Compare orders two values of one kind: -1, 0 or +1. It reports false for
// values that have no order, or none with each other.
func Compare(a, b Value) (order int, ok bool) {
	switch a := a.(type) {
	case Int:
		switch b := b.(type) {
		case Int:
			return cmp.Compare(a, b), true
		case Number:
			return compareIntFloat(int64(a), float64(b))
		case Ratio:
			return compareIntFloat(int64(a), float64(b))
		}
	case Number:
		switch b := b.(type) {
		case Int:
			c, ok := compareIntFloat(int64(b), float64(a))
			return -c, ok
		case Number:
			return compareFloats(float64(a), float64(b))
		case Ratio:
			return compareFloats(float64(a), float64(b))
		}
	case Ratio:
		switch b := b.(type) {
		case Int, Number:
			return Compare(Number(a), b)
		case Ratio:
			return compareFloats(float64(a), float64(b))
		case Percent:
			return compareFloats(float64(a), float64(b))
		}
	case Percent:
		switch b := b.(type) {
		case Percent:
			return compareFloats(float64(a), float64(b))
		case Ratio:
			return compareFloats(float64(a), float64(b))
		}
	case Points:
		if b, ok := b.(Points); ok {
			return compareFloats(float64(a), float64(b))
		}
	case Duration:
		if b, ok := b.(Duration); ok {
			return cmp.Compare(a, b), true
		}
	case Size:
		if b, ok := b.(Size); ok {
			return cmp.Compare(a, b), true
		}
	case Time:
		if b, ok := b.(Time); ok {
			return time.Time(a).Compare(time.Time(b)), true
		}
	case String:
		if b, ok := b.(String); ok {
			return strings.Compare(string(a), string(b)), true
		}
	case Rate:
		if b, ok := b.(Rate); ok && a.Of == b.Of {
			return compareFloats(a.PerSecond, b.PerSecond)
		}
	}
	return 0, false
}

func compareFloats(a, b float64) (int, bool) {
	if a != a || b != b {
		return 0, false
	}
	return cmp.Compare(a, b), true
}

// compareIntFloat compares exactly: a conversion to float64 would make
// 2^53 and 2^53+1 equal.
func compareIntFloat(i int64, f float64) (int, bool) {
	switch {
	case f != f:
		return 0, false
	case f >= math.MaxInt64: // the constant rounds up to 2^63
		return -1, true
	case f < math.MinInt64:
		return 1, true
	}
	whole := math.Floor(f)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c, true
	}
	return cmp.Compare(whole, f), true
}

func secretText(v Value) (string, bool) {
	s, ok := v.(Secret)
	return s.text, ok
}

func text(v Value) (string, bool) {
	switch v := v.(type) {
	case String:
		return string(v), true
	case Secret:
		return v.text, true
	}
	return "", false
}
