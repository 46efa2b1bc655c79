package value

import (
	"math"
	"sync/atomic"
)

// List is a list of values. The zero List is empty.
type List struct {
	items []Value
	// A list of numbers of one unit keeps them side by side, and makes values
	// of them all when these are first asked for.
	scalar Scalar
	nums   []uint64
	boxed  atomic.Pointer[[]Value]
}

// Scalar is what the numbers of a list all are.
type Scalar uint8

// The scalars that lists keep side by side. NoScalar: the items are values.
const (
	NoScalar Scalar = iota
	Ints
	Durations
	Sizes
	Numbers
	Ratios
	Percents
	PointsEach
)

// Whole tells whether the numbers are an int64, not a float64.
func (s Scalar) Whole() bool { return s == Ints || s == Durations || s == Sizes }

// Value makes a value of a number: of the bits of its int64 or float64.
func (s Scalar) Value(num uint64) Value {
	switch s {
	case Ints:
		return Int(num)
	case Durations:
		return Duration(num)
	case Sizes:
		return Size(num)
	case Ratios:
		return Ratio(math.Float64frombits(num))
	case Percents:
		return Percent(math.Float64frombits(num))
	case PointsEach:
		return Points(math.Float64frombits(num))
	}
	return Number(math.Float64frombits(num))
}

// NewList returns a list of items, which it keeps.
func NewList(items []Value) *List { return &List{items: items} }

// NewScalars returns a list of numbers that are all the same: the bits of
// their int64 or float64. It keeps nums.
func NewScalars(s Scalar, nums []uint64) *List { return &List{scalar: s, nums: nums} }

// Scalars returns what NewScalars was given; NoScalar for every other list.
// The caller must not change the numbers.
func (l *List) Scalars() (Scalar, []uint64) { return l.scalar, l.nums }

// Len returns the number of items.
func (l *List) Len() int {
	if l.scalar != NoScalar {
		return len(l.nums)
	}
	return len(l.items)
}

// At returns the i-th item, from 0.
func (l *List) At(i int) Value {
	if l.scalar != NoScalar {
		return l.scalar.Value(l.nums[i])
	}
	return l.items[i]
}

// First returns a list of the first n items.
func (l *List) First(n int) *List {
	if l.scalar != NoScalar {
		return NewScalars(l.scalar, l.nums[:n])
	}
	return NewList(l.items[:n])
}

// Items returns the items; the caller must not change them.
func (l *List) Items() []Value {
	if l.scalar == NoScalar {
		return l.items
	}
	if boxed := l.boxed.Load(); boxed != nil {
		return *boxed
	}
	items := make([]Value, len(l.nums))
	for i, num := range l.nums {
		items[i] = l.scalar.Value(num)
	}
	l.boxed.Store(&items) // two that ask at once store the same
	return items
}
