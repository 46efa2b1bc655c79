package compile

import (
	"math"
	"slices"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Frame holds the values of the names of one activation: of the file, of a
// rule or of a test. Expressions are evaluated in a frame by one goroutine at
// a time; what runs side by side uses Forks.
type Frame struct {
	code *Code
	decl syntax.Stmt // nil: the file
	file *Frame      // of a rule or test: the names of its file
	nums []uint64    // what lambdas bind while they run, and what is ready
	refs []value.Value
	// ready has a bit for each of the first slots whose value is in nums too,
	// in the kind of its name's type: closures then read it without a look at
	// what it could be instead.
	ready uint64
}

// readySlots is how many slots may be ready.
const readySlots = 64

// FileFrame returns a new frame for the names of the file itself.
func (c *Code) FileFrame() *Frame {
	n := 0
	if u := c.program.Info.Units[nil]; u != nil {
		n = u.Slots
	}
	return &Frame{code: c, nums: make([]uint64, n), refs: make([]value.Value, n)}
}

// RuleFrame returns a new frame for a call of the rule, whose file's names
// are in file.
func (c *Code) RuleFrame(r *syntax.Rule, file *Frame) *Frame { return c.unitFrame(r, file) }

// TestFrame returns a new frame for a test of the file.
func (c *Code) TestFrame(t *syntax.Test, file *Frame) *Frame { return c.unitFrame(t, file) }

func (c *Code) unitFrame(decl syntax.Stmt, file *Frame) *Frame {
	n := 0
	if u := c.program.Info.Units[decl]; u != nil {
		n = u.Slots
	}
	return &Frame{code: c, decl: decl, file: file, nums: make([]uint64, n), refs: make([]value.Value, n)}
}

// holder returns the frame among f and its file's that has the object's slot.
func (f *Frame) holder(o *check.Object) *Frame {
	if u := f.code.unitOf(o); u.decl != f.decl && u.decl == nil && f.file != nil {
		return f.file
	}
	return f
}

// Set binds a name. The object belongs to f's unit, or to its file's. A nil
// value unbinds it.
func (f *Frame) Set(o *check.Object, v value.Value) {
	h := f.holder(o)
	if o.Slot >= len(h.refs) {
		return
	}
	if v != nil && o.Type != nil {
		// What the checker let pass fits; an int where a number is declared
		// becomes one here.
		if fitted, bad := convert(v, o.Type, false); bad == nil {
			v = fitted
		}
	}
	h.refs[o.Slot] = v
	h.prepare(o, v)
}

// prepare makes a name's slot ready where its value is as its type says.
func (f *Frame) prepare(o *check.Object, v value.Value) {
	if o.Slot >= readySlots {
		return
	}
	bit := uint64(1) << o.Slot
	num, ok := unbox(v, kindOf(o.Type))
	if !ok {
		f.ready &^= bit
		return
	}
	f.nums[o.Slot] = num
	f.ready |= bit
}

// Get returns a name's value; nil where control has not bound it yet.
func (f *Frame) Get(o *check.Object) value.Value {
	h := f.holder(o)
	if o.Slot >= len(h.refs) {
		return nil
	}
	return h.refs[o.Slot]
}

// Fork returns a copy with the same bindings, for what runs side by side.
// Of a rule's frame the file's names stay shared: nothing in a rule binds one.
func (f *Frame) Fork() *Frame {
	g := *f
	g.nums, g.refs = slices.Clone(f.nums), slices.Clone(f.refs)
	return &g
}

// File returns the frame with the names of f's file: f itself, or that of the
// rule or test that f is of.
func (f *Frame) File() *Frame {
	if f.file != nil {
		return f.file
	}
	return f
}

// kind is how values of a type are held while closures work on them.
type kind uint8

const (
	kindRef   kind = iota // a value.Value
	kindInt               // int, duration, size
	kindFloat             // number, ratio, percent, points, rate
	kindBool
)

func kindOf(t *types.Type) kind {
	if t == nil {
		return kindRef
	}
	switch t.Kind {
	case types.Int, types.Duration, types.Size:
		return kindInt
	case types.Number, types.Ratio, types.Percent, types.Points, types.Rate:
		return kindFloat
	case types.Bool:
		return kindBool
	}
	return kindRef
}

// unbox returns a scalar as a register holds it.
func unbox(v value.Value, k kind) (num uint64, ok bool) {
	switch k {
	case kindInt:
		i, ok := asInt(v)
		return uint64(i), ok
	case kindFloat:
		x, ok := asFloat(v)
		return math.Float64bits(x), ok
	case kindBool:
		b, ok := v.(value.Bool)
		return bit(bool(b)), ok
	}
	return 0, false
}

// scalarOf returns how lists keep values of a type side by side.
func scalarOf(t *types.Type) value.Scalar {
	switch t.Kind {
	case types.Int:
		return value.Ints
	case types.Duration:
		return value.Durations
	case types.Size:
		return value.Sizes
	case types.Number:
		return value.Numbers
	case types.Ratio:
		return value.Ratios
	case types.Percent:
		return value.Percents
	case types.Points:
		return value.PointsEach
	}
	return value.NoScalar
}
