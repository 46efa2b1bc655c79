package compile

import (
	"math"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// callFn compiles a call of a fn, here or in an import. The activation is
// taken before the arguments are evaluated, so that these may hold calls.
func (c *compiler) callFn(call *check.Call, e syntax.Expr, t *types.Type) expr {
	decl := call.Object.Decl.(*syntax.Fn)
	home := c.code
	if p := call.Object.Program; p != nil && c.code.linked[p] != nil {
		home = c.code.linked[p]
	}
	fn, at := home.fns[decl], c.at(e)
	if c.code.watch.Instead != nil {
		x := c.callWatched(call, home, fn, at)
		if t == nil {
			return x
		}
		return x.retyped(t, at)
	}
	if home == c.code {
		if x, ok := c.inline(decl, fn, call.Args); ok {
			return x.to(t, at)
		}
	}
	var args []binding
	for i, param := range decl.Params {
		if i < len(call.Args) && call.Args[i] != nil {
			o := home.program.Info.Defs[param.Name]
			args = append(args, c.expr(call.Args[i]).binding(o, c.at(call.Args[i])))
			continue
		}
		// A default stands in the function's file and sees the parameters
		// before it.
		args = append(args, binding{how: bindAny, set: func(_, to *frame) { fn.fallbacks[i](to, to) }})
	}
	invoke := &invocation{fn: fn, at: at, args: args}
	if home != c.code {
		invoke.home = home
	}
	var x expr
	switch kindOf(fn.result) {
	case kindInt:
		x = integer(fn.result, func(f *frame) int64 {
			n := fn.body.i(invoke.enter(f))
			f.m.top--
			return n
		})
	case kindFloat:
		x = floating(fn.result, func(f *frame) float64 {
			n := fn.body.f(invoke.enter(f))
			f.m.top--
			return n
		})
	case kindBool:
		x = boolean(func(f *frame) bool {
			b := fn.body.b(invoke.enter(f))
			f.m.top--
			return b
		})
	default:
		x = reference(fn.result, func(f *frame) value.Value {
			v := fn.body.r(invoke.enter(f))
			f.m.top--
			return v
		})
	}
	if t == nil {
		return x
	}
	return x.retyped(t, at)
}

// invocation is what the calls of one place have in common.
type invocation struct {
	fn   *function
	home *Code // nil: the caller's own
	at   *place
	args []binding
}

// binding is how one parameter gets its argument. Those of rules are mostly
// numbers that the caller has in a register.
type binding struct {
	how  uint8
	slot int // of the parameter
	num  uint64
	f    func(*frame) float64
	i    func(*frame) int64
	set  func(from, to *frame)
}

const (
	bindAny      uint8 = iota // by set
	bindRegister              // of the caller, whose slot is num
	bindConstant              // num
	bindFloat
	bindInt
)

func (x expr) binding(o *check.Object, at *place) binding {
	y := x.to(o.Type, at)
	b := binding{slot: o.Slot}
	switch {
	case y.constant:
		b.how, b.num = bindConstant, y.num
	case y.slot > 0:
		b.how, b.num = bindRegister, uint64(y.slot-1)
	case y.k == kindFloat:
		b.how, b.f = bindFloat, y.f
	case y.k == kindInt:
		b.how, b.i = bindInt, y.i
	default:
		b.set = x.store(o, at)
	}
	return b
}

// enter makes the activation of a call and binds the parameters.
func (v *invocation) enter(f *frame) *frame {
	m, fn := f.m, v.fn
	m.burn(v.at)
	if m.top > maxDepth { // the way into evaluation is one of them
		v.tooDeep()
	}
	to := m.push()
	if to.of != nil || len(to.nums) < fn.slots {
		to.own(fn.slots)
	}
	if v.home != nil {
		to.file = f.fileOf(v.home)
	} else if to.file != f.file {
		to.file = f.file
	}
	for i := range v.args {
		switch b := &v.args[i]; b.how {
		case bindRegister:
			to.nums[b.slot] = f.nums[b.num]
		case bindConstant:
			to.nums[b.slot] = b.num
		case bindFloat:
			to.nums[b.slot] = math.Float64bits(b.f(f))
		case bindInt:
			to.nums[b.slot] = uint64(b.i(f))
		default:
			b.set(f, to)
		}
	}
	return to
}

func (v *invocation) tooDeep() {
	d := v.at.diagnostic(TooDeep, "%s: more than %d calls deep", v.fn.name, maxDepth)
	d.Hint = "a fn that calls itself needs a case that doesn't"
	panic(&trap{err: d, fatal: true})
}

// fileOf returns the names of an imported file. Without the frame that the
// thread should have, none of them is bound.
func (f *frame) fileOf(home *Code) *Frame {
	if file := f.m.thread.Files[home.program]; file != nil {
		return file
	}
	return home.FileFrame()
}
