package compile

import (
	"fmt"
	"math"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// function is a compiled fn.
type function struct {
	name      string
	result    *types.Type
	slots     int
	fallbacks []func(from, to *frame) // defaults of the parameters; nil: required
	body      expr                    // of the kind of result
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
	if isStraight(decl.Body.Stmts) {
		fn.body = comp.straight(decl.Body.Stmts, fn)
		return
	}
	fn.body = comp.steps(decl, fn)
}

// isStraight tells whether statements are lets, calls and ifs that all end in
// a return: then they are one expression.
func isStraight(stmts []syntax.Stmt) bool {
	for i, s := range stmts {
		switch s := s.(type) {
		case *syntax.Return:
			return true
		case *syntax.Let, *syntax.CallStmt:
		case *syntax.If:
			return isStraight(s.Then.Stmts) && isStraight(otherwise(s, stmts[i+1:]))
		default:
			return false
		}
	}
	return false
}

// otherwise returns what follows where the condition of an if doesn't hold;
// rest is what stands below it.
func otherwise(s *syntax.If, rest []syntax.Stmt) []syntax.Stmt {
	switch e := s.Else.(type) {
	case *syntax.If:
		return append([]syntax.Stmt{e}, rest...)
	case *syntax.ElseBlock:
		return e.Block.Stmts
	}
	return rest
}

// straight compiles straight statements into the expression that they are.
func (c *compiler) straight(stmts []syntax.Stmt, fn *function) expr {
	rest := stmts[1:]
	switch s := stmts[0].(type) {
	case *syntax.Return:
		return c.expr(s.Value).to(fn.result, c.at(s.Value)).watched(c.reaching(s, Begun))
	case *syntax.If:
		cond := c.expr(s.Cond).bool(c.at(s.Cond))
		yes := c.straight(s.Then.Stmts, fn).watched(c.reaching(s, Then))
		no := c.straight(otherwise(s, rest), fn).watched(c.reaching(s, Else))
		return choose(fn.result, cond, yes, no, c.at(s)).watched(c.reaching(s, Begun))
	}
	first := c.statement(stmts[0], fn)
	return c.straight(rest, fn).after(func(f *frame) { first(f) })
}

// after is x with something to do before.
func (x expr) after(first func(*frame)) expr {
	switch x.k {
	case kindInt:
		return integer(x.t, func(f *frame) int64 { first(f); return x.i(f) })
	case kindFloat:
		return floating(x.t, func(f *frame) float64 { first(f); return x.f(f) })
	case kindBool:
		return boolean(func(f *frame) bool { first(f); return x.b(f) })
	}
	return reference(x.t, func(f *frame) value.Value { first(f); return x.r(f) })
}

// steps compiles a body statement by statement. A return leaves its value in
// the frame.
func (c *compiler) steps(decl *syntax.Fn, fn *function) expr {
	body, end := c.block(decl.Body, fn), c.at(decl.Name)
	run := func(f *frame) {
		if !f.runAll(body) { // the checker saw to it that it returns
			f.fail(end, NoValue, "%s ended without a return", fn.name)
		}
	}
	switch kindOf(fn.result) {
	case kindInt:
		return integer(fn.result, func(f *frame) int64 { run(f); return int64(f.num) })
	case kindFloat:
		return floating(fn.result, func(f *frame) float64 { run(f); return math.Float64frombits(f.num) })
	case kindBool:
		return boolean(func(f *frame) bool { run(f); return f.num != 0 })
	}
	return reference(fn.result, func(f *frame) value.Value { run(f); return f.ref })
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
	return c.watchedStatement(s, Begun, c.unwatched(s, fn))
}

func (c *compiler) unwatched(s syntax.Stmt, fn *function) statement {
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
	otherwise = c.watchedStatement(s, Else, otherwise)
	taken := c.watchedStatement(s, Then, func(f *frame) bool { return f.runAll(then) })
	return func(f *frame) bool {
		if cond(f) {
			return taken(f)
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
