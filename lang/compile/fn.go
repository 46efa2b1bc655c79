package compile

import (
	"fmt"
	"math"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// function is a compiled fn. Its body is one closure when all it does is
// return an expression, else a list of statements.
type function struct {
	name      string
	result    *types.Type
	slots     int
	fallbacks []func(from, to *frame) // defaults of the parameters; nil: required
	simple    bool
	value     expr // the body, where simple
	body      []statement
	end       *place
}

// statement is one statement of a body. It tells whether it returned; what,
// is in the frame.
type statement func(*frame) (returned bool)

// compileFn compiles a function that link has announced.
func (c *Code) compileFn(decl *syntax.Fn, fn *function) {
	fn.slots = c.program.Info.Units[decl].Slots
	comp := &compiler{code: c, info: c.program.Info, unit: c.unitAt(decl.Span()), inFn: true, lambda: map[*check.Object]bool{}}
	for _, p := range decl.Params {
		if p.Default == nil {
			fn.fallbacks = append(fn.fallbacks, nil)
			continue
		}
		fn.fallbacks = append(fn.fallbacks, comp.expr(p.Default).store(comp.info.Defs[p.Name], comp.at(p.Default)))
	}
	fn.end = comp.at(decl.Name)
	if len(decl.Body.Stmts) == 1 {
		if r, ok := decl.Body.Stmts[0].(*syntax.Return); ok {
			fn.simple = true
			fn.value = comp.expr(r.Value).to(fn.result, comp.at(r.Value))
			return
		}
	}
	fn.body = comp.block(decl.Body, fn)
}

func (c *compiler) block(b *syntax.Block, fn *function) []statement {
	var body []statement
	for _, s := range b.Stmts {
		body = append(body, c.statement(s, fn))
	}
	return body
}

// statement compiles what may stand in a fn: let, if, for, return and calls.
func (c *compiler) statement(s syntax.Stmt, fn *function) statement {
	switch s := s.(type) {
	case *syntax.Let:
		set := c.expr(s.Value).store(c.info.Defs[s.Name], c.at(s.Value))
		return func(f *frame) bool {
			set(f, f)
			return false
		}
	case *syntax.Return:
		return returned(c.expr(s.Value).to(fn.result, c.at(s.Value)))
	case *syntax.CallStmt:
		call := c.expr(s.Call).boxed()
		return func(f *frame) bool {
			call(f)
			return false
		}
	case *syntax.If:
		return c.ifStatement(s, fn)
	case *syntax.ElseBlock:
		body := c.block(s.Block, fn)
		return func(f *frame) bool { return f.runAll(body) }
	case *syntax.For:
		return c.forStatement(s, fn)
	}
	panic(fmt.Sprintf("compile: unexpected statement %T in a fn at %s", s, c.code.program.Source.Place(s.Span())))
}

// returned keeps the value of a return in the frame, in the kind of its type.
func returned(x expr) statement {
	switch x.k {
	case kindInt:
		i := x.i
		return func(f *frame) bool {
			f.num = uint64(i(f))
			return true
		}
	case kindFloat:
		n := x.f
		return func(f *frame) bool {
			f.num = math.Float64bits(n(f))
			return true
		}
	case kindBool:
		b := x.b
		return func(f *frame) bool {
			f.num = bit(b(f))
			return true
		}
	}
	r := x.r
	return func(f *frame) bool {
		f.ref = r(f)
		return true
	}
}

func (f *frame) runAll(body []statement) bool {
	for _, s := range body {
		if s(f) {
			return true
		}
	}
	return false
}

func (c *compiler) ifStatement(s *syntax.If, fn *function) statement {
	cond, then := c.expr(s.Cond).bool(c.at(s.Cond)), c.block(s.Then, fn)
	var otherwise statement
	if s.Else != nil {
		otherwise = c.statement(s.Else, fn)
	}
	return func(f *frame) bool {
		if cond(f) {
			return f.runAll(then)
		}
		return otherwise != nil && otherwise(f)
	}
}

func (c *compiler) forStatement(s *syntax.For, fn *function) statement {
	at := c.at(s.List)
	o := c.info.Defs[s.Name]
	if r, ok := unparen(s.List).(*syntax.Binary); ok && r.Op == ".." && kindOf(o.Type) == kindInt {
		return c.forRange(r, o, s, fn)
	}
	list := c.expr(s.List)
	if list.t != nil && list.t.Kind == types.Any {
		list = list.to(types.ListOf(types.TAny), at)
	}
	get, set := list.boxed(), setter(o, c.at(s.Name))
	body := c.block(s.Body, fn)
	return func(f *frame) bool {
		for _, item := range f.list(get(f), at).Items() {
			f.m.burn(at)
			set(f, f.present(item, at))
			if f.runAll(body) {
				return true
			}
		}
		return false
	}
}

// forRange goes over a range without making a list of it.
func (c *compiler) forRange(r *syntax.Binary, o *check.Object, s *syntax.For, fn *function) statement {
	from := c.expr(r.X).to(types.TInt, c.at(r.X)).int(c.at(r.X))
	to := c.expr(r.Y).to(types.TInt, c.at(r.Y)).int(c.at(r.Y))
	body, slot, at := c.block(s.Body, fn), o.Slot, c.at(r)
	return func(f *frame) bool {
		low, high := from(f), to(f)
		for i := range int64(f.rangeLength(low, high, at)) {
			f.m.burn(at)
			f.nums[slot] = uint64(low + i)
			if f.runAll(body) {
				return true
			}
		}
		return false
	}
}

func unparen(e syntax.Expr) syntax.Expr {
	for {
		p, ok := e.(*syntax.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// callFn compiles a call of a fn, here or in an import. The activation is
// taken before the arguments are evaluated, so that these may hold calls.
func (c *compiler) callFn(call *check.Call, e syntax.Expr, t *types.Type) expr {
	decl := call.Object.Decl.(*syntax.Fn)
	home := c.code
	if p := call.Object.Program; p != nil && c.code.linked[p] != nil {
		home = c.code.linked[p]
	}
	fn, at := home.fns[decl], c.at(e)
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
			to := invoke.enter(f)
			var n int64
			if fn.simple {
				n = fn.value.i(to)
			} else {
				to.run(fn)
				n = int64(to.num)
			}
			f.m.top, f.m.depth = f.m.top-1, f.m.depth-1
			return n
		})
	case kindFloat:
		x = floating(fn.result, func(f *frame) float64 {
			to := invoke.enter(f)
			var n float64
			if fn.simple {
				n = fn.value.f(to)
			} else {
				to.run(fn)
				n = math.Float64frombits(to.num)
			}
			f.m.top, f.m.depth = f.m.top-1, f.m.depth-1
			return n
		})
	case kindBool:
		x = boolean(func(f *frame) bool {
			to := invoke.enter(f)
			var b bool
			if fn.simple {
				b = fn.value.b(to)
			} else {
				to.run(fn)
				b = to.num != 0
			}
			f.m.top, f.m.depth = f.m.top-1, f.m.depth-1
			return b
		})
	default:
		x = reference(fn.result, func(f *frame) value.Value {
			to := invoke.enter(f)
			var v value.Value
			if fn.simple {
				v = fn.value.r(to)
			} else {
				to.run(fn)
				v = to.ref
			}
			f.m.top, f.m.depth = f.m.top-1, f.m.depth-1
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
	if m.depth >= maxDepth {
		d := v.at.diagnostic(TooDeep, "%s: more than %d calls deep", fn.name, maxDepth)
		d.Hint = "a fn that calls itself needs a case that doesn't"
		panic(&trap{err: d, fatal: true})
	}
	to := m.push()
	if cap(to.ownNums) < fn.slots {
		to.ownNums, to.ownRefs = make([]uint64, fn.slots), make([]value.Value, fn.slots)
	}
	to.nums, to.refs = to.ownNums[:fn.slots], to.ownRefs[:fn.slots]
	to.file = f.file
	if v.home != nil {
		to.file = f.fileOf(v.home)
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
	m.depth++
	return to
}

// fileOf returns the names of an imported file. Without the frame that the
// thread should have, none of them is bound.
func (f *frame) fileOf(home *Code) *Frame {
	if file := f.m.thread.Files[home.program]; file != nil {
		return file
	}
	return home.FileFrame()
}

// run carries out a body. The checker saw to it that it returns.
func (f *frame) run(fn *function) {
	if !f.runAll(fn.body) {
		f.fail(fn.end, NoValue, "%s ended without a return", fn.name)
	}
}
