package compile

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// member compiles x.name and x?.name: a field, or a method that needs no
// parentheses.
func (c *compiler) member(e *syntax.Member) expr {
	if call := c.info.Members[e]; call != nil {
		if call.Kind == check.CallFn && call.Object.Kind != check.ObjFn {
			return c.imported(call.Object, e)
		}
		return c.called(call, e, c.typeOf(e))
	}
	x := c.expr(e.X)
	t := c.typeOf(e)
	if t == nil {
		t = types.TAny
	}
	field := c.field(x, e, t)
	field.path = x.stepTo("."+e.Name.Text, 0, t)
	return field
}

// imported compiles the name of a let of an import.
func (c *compiler) imported(o *check.Object, e *syntax.Member) expr {
	t, home := c.typeOf(e), c.code
	for p, code := range c.code.linked {
		if p.Source == o.File {
			home = code
		}
	}
	x := bound(o, t, c.at(e), func(f *frame) []value.Value { return f.fileOf(home).refs })
	x.path = &path{root: c.at(e).text()}
	return x
}

// field reads a field. Where it stands in the record is guessed from the
// type, so that the names are compared once.
func (c *compiler) field(x expr, e *syntax.Member, t *types.Type) expr {
	get, at, name := x.boxed(), c.atSpan(e.Name.Span()), e.Name.Text
	xAt := c.at(e.X)
	base := types.Present(x.t)
	guess, optional := -1, e.Optional
	if base != nil && base.Kind == types.Record {
		for i, f := range base.Fields {
			if f.Name == name {
				guess, optional = i, optional || f.Optional || f.Type.Kind == types.Option
			}
		}
	}
	var method func(*frame, value.Value) (value.Value, bool)
	if base == nil || base.Kind == types.Any {
		method = c.bareMethod(x, e)
	}
	return unboxed(t, func(f *frame) value.Value {
		v := get(f)
		r, ok := v.(*value.Record)
		if !ok {
			if e.Optional && isNull(v) {
				return value.Null{}
			}
			if method != nil {
				if got, ok := method(f, v); ok {
					return got
				}
			}
			f.noField(x, v, name, xAt)
			return nil
		}
		var got value.Value
		if guess >= 0 && guess < r.Len() && r.Names()[guess] == name {
			got = r.At(guess)
		} else if got, ok = r.Get(name); !ok {
			if optional {
				return value.Null{}
			}
			d := at.diagnostic(NotThere, "%s has no %s", x.named(f, xAt), name)
			d.Hint = fieldsHint(name, r)
			if guess < 0 && types.Method(types.MapOf(types.TAny), name) != nil {
				d.Hint = "for the method write " + name + "()"
			}
			f.raise(d)
		}
		if failed, ok := got.(value.Failed); ok {
			d := at.diagnostic(CallFailed, "%s.%s: %v", x.named(f, xAt), name, failed.Err)
			d.Cause = failed.Err
			f.raise(d)
		}
		return got
	}, at)
}

// bareMethod compiles x.count and the like of an any: a field where x is a
// record, the method without its parentheses where it is a list or text.
func (c *compiler) bareMethod(x expr, e *syntax.Member) func(*frame, value.Value) (value.Value, bool) {
	var list, text func(*frame) value.Value
	m := &methodCall{call: &check.Call{Kind: check.CallMethod, Method: e.Name.Text, Recv: e.X}, x: x, at: c.at(e), recvAt: c.at(e.X)}
	m.recv = func(f *frame) value.Value { return f.m.received }
	for _, of := range []*types.Type{types.ListOf(types.TAny), types.TString} {
		fn := types.Method(of, e.Name.Text)
		if fn == nil || slices.ContainsFunc(fn.Params, func(p types.Param) bool { return !p.Optional }) {
			continue
		}
		if of.Kind == types.List {
			list = c.listMethod(m, types.TAny).boxed()
		} else {
			text = c.textMethod(m).boxed()
		}
	}
	if list == nil && text == nil {
		return nil
	}
	return func(f *frame, v value.Value) (value.Value, bool) {
		f.m.received = v
		switch v.(type) {
		case *value.List:
			if list != nil {
				return list(f), true
			}
		case value.String, value.Secret:
			if text != nil {
				return text(f), true
			}
		}
		return nil, false
	}
}

// noField fails because v, which came from outside, has no fields at all.
func (f *frame) noField(x expr, v value.Value, name string, at *place) {
	f.present(v, at)
	if v == nil {
		f.fail(at, NoValue, "%s has no value", at.text())
	}
	hint := ""
	if isNull(v) {
		hint = "reach into it with ?. where it may be null"
	}
	f.failHint(at, NotThere, hint, "%s is %s, wanted something with the field %s", x.named(f, at), value.Short(v, 60), name)
}

// stepTo is the path of a part of x. What a typed value has of type any is
// the whole of what came from outside: $.
func (x expr) stepTo(text string, site int, t *types.Type) *path {
	base := types.Present(x.t)
	fromTyped := base != nil && base.Kind != types.Any && base.Kind != types.List
	if fromTyped && t != nil && types.Present(t).Kind == types.Any {
		return &path{root: "$"}
	}
	return x.path.then(step{text, site})
}

// index compiles x[i].
func (c *compiler) index(e *syntax.Index) expr {
	x, i := c.expr(e.X), c.expr(e.I)
	t := c.typeOf(e)
	if t == nil {
		t = types.TAny
	}
	at, xAt := c.at(e.I), c.at(e.X)
	get := x.boxed()
	site, stepText := 0, ""
	switch lit := e.I.(type) {
	case *syntax.Int:
		stepText = "[" + value.Int(lit.Value).String() + "]"
	case *syntax.String:
		if text, ok := lit.Constant(); ok {
			stepText = "[" + value.QuoteString(text) + "]"
		}
	}
	if stepText == "" {
		site = int(c.code.sites.Add(1))
	}
	key := i.boxed()
	var item expr
	if i.k == kindInt && x.t != nil && x.t.Kind == types.List {
		n := i.i
		item = unboxed(t, func(f *frame) value.Value {
			l := f.list(get(f), xAt)
			at0 := n(f)
			f.visited(site, value.Int(at0))
			return f.itemAt(l, at0, x, xAt, at)
		}, at)
	} else {
		item = unboxed(t, func(f *frame) value.Value {
			v := f.present(get(f), xAt)
			k := f.present(key(f), at)
			f.visited(site, k)
			return f.lookUp(v, k, x, xAt, at)
		}, at)
	}
	item.path = x.stepTo(stepText, site, t)
	return item
}

// visited remembers an index for the path of a message.
func (f *frame) visited(site int, k value.Value) {
	if site == 0 {
		return
	}
	for len(f.m.trail) <= site {
		f.m.trail = append(f.m.trail, nil)
	}
	f.m.trail[site] = k
}

func (f *frame) itemAt(l *value.List, i int64, x expr, xAt, at *place) value.Value {
	if i < 0 || i >= int64(l.Len()) {
		hint := "items are counted from 0"
		if i == -1 {
			hint = "write .last for the last item"
		}
		count := value.Int(l.Len()).String() + " items"
		if l.Len() == 1 {
			count = "1 item"
		}
		f.failHint(at, OutOfRange, hint, "%s has %s, none at %d", x.named(f, xAt), count, i)
	}
	return f.present(l.At(int(i)), at)
}

// lookUp finds an item of a list or the value of a key.
func (f *frame) lookUp(v, k value.Value, x expr, xAt, at *place) value.Value {
	switch v := v.(type) {
	case *value.List:
		i, ok := wholeNumber(k)
		if !ok {
			f.fail(at, WrongType, "%s is a list, wanted an int as its index, found %s", x.named(f, xAt), value.Short(k, 60))
		}
		return f.itemAt(v, int64(i), x, xAt, at)
	case *value.Record:
		name, ok := k.(value.String)
		if !ok || v.Handle != nil {
			f.fail(at, WrongType, "%s has keys that are text, found %s", x.named(f, xAt), value.Short(k, 60))
		}
		got, there := v.Get(string(name))
		if !there {
			f.noKey(v, string(name), x, xAt, at)
		}
		return f.present(got, at)
	}
	f.noField(x, v, value.Short(k, 60), xAt)
	return nil
}

// noKey fails with the keys that are near the one that isn't there.
func (f *frame) noKey(r *value.Record, name string, x expr, xAt, at *place) {
	hint := fieldsHint(name, r)
	if r.Len() > 0 && !strings.HasPrefix(hint, "did") {
		hint += "; " + xAt.text() + ".get(…) is null where there is none"
	}
	f.failHint(at, NotThere, hint, "%s has no key %s", x.named(f, xAt), value.Short(value.String(name), 60))
}

// call compiles f(args).
func (c *compiler) call(e *syntax.Call) expr {
	call := c.info.Calls[e]
	if call == nil {
		panic("compile: nothing is known of the call at " + c.code.program.Source.Place(e.Span()).String())
	}
	return c.called(call, e, c.typeOf(e))
}

// called compiles a resolved call, with parentheses or without.
func (c *compiler) called(call *check.Call, e syntax.Expr, t *types.Type) expr {
	switch call.Kind {
	case check.CallBuiltin:
		if x, ok := c.intrinsic(call, t, c.at(e)); ok {
			return x
		}
		return c.builtin(call, nil, e, t)
	case check.CallHandle:
		recv := c.expr(call.Recv)
		return c.builtin(call, &recv, e, t)
	case check.CallMethod:
		return c.method(call, e, t)
	case check.CallFn:
		return c.callFn(call, e, t)
	}
	at := c.at(e)
	return reference(t, func(f *frame) value.Value {
		f.fail(at, NoValue, "%s can't be evaluated here", at.text())
		return nil
	})
}

// builtin compiles a call of a built-in or of a handle's method.
func (c *compiler) builtin(call *check.Call, recv *expr, e syntax.Expr, t *types.Type) expr {
	at, safe, fn := c.at(e), c.safe, call.Func
	site := Site{c.code.program.Source, e.Span()}
	args := make([]func(*frame) value.Value, len(call.Args))
	for i, arg := range call.Args {
		if arg != nil {
			args[i] = c.argument(fn, i, arg)
		}
	}
	total := max(len(args), len(fn.Params))
	if n := len(fn.Params); n > 0 && fn.Params[n-1].Variadic && total == n && (len(args) < n || args[n-1] == nil) {
		total-- // none of a variadic parameter is no argument
	}
	var get func(*frame) value.Value
	if recv != nil {
		get = recv.boxed()
	}
	return unboxed(t, func(f *frame) value.Value {
		var on value.Value
		if get != nil {
			if on = get(f); call.Optional && isNull(on) {
				return value.Null{}
			}
		}
		values := make([]value.Value, total)
		for i, arg := range args[:min(total, len(args))] {
			if arg != nil {
				values[i] = arg(f)
			}
		}
		return f.outside(at, fn.Name, fn.Effect, func(m *machine) (value.Value, error) {
			return m.thread.World.Call(m.ctx, site, fn, on, values, safe)
		})
	}, at)
}

// argument compiles the i-th argument of a built-in as its parameter wants it.
func (c *compiler) argument(fn *types.Func, i int, arg syntax.Expr) func(*frame) value.Value {
	if l, ok := unparen(arg).(*syntax.Lambda); ok {
		return c.function(l)
	}
	var param types.Param
	if n := len(fn.Params); n > 0 {
		param = fn.Params[min(i, n-1)]
	}
	x, at, want := expr{}, c.at(arg), param.Type
	if s, ok := unparen(arg).(*syntax.String); ok && param.Address {
		x = c.address(s)
	} else {
		x = c.expr(arg)
	}
	if want != nil && want.Kind == types.Any {
		get := x.boxed()
		return func(f *frame) value.Value { return f.present(get(f), at) }
	}
	return x.to(want, at).boxed()
}

// function compiles a lambda that a built-in is given. The built-in may keep
// it, so it has a copy of the registers as they are now.
func (c *compiler) function(l *syntax.Lambda) func(*frame) value.Value {
	set := make([]func(*frame, value.Value), len(l.Params))
	for i, name := range l.Params {
		set[i] = c.bind(name)
	}
	body := c.expr(l.Body).boxed()
	return func(f *frame) value.Value {
		kept := &Frame{code: c.code, nums: append([]uint64(nil), f.nums...), refs: append([]value.Value(nil), f.refs...)}
		if f.file != nil {
			kept.file = f.file
		}
		thread := *f.m.thread
		ctx := f.m.ctx
		return &value.Func{Call: func(args ...value.Value) (v value.Value, err error) {
			t := thread // a strand of its own, whoever calls
			t.Fuel = 0
			inner := &Frame{code: kept.code, file: kept.file,
				nums: append([]uint64(nil), kept.nums...), refs: append([]value.Value(nil), kept.refs...)}
			fr := t.enter(ctx, inner)
			defer fr.rescue(&err)
			for i, set := range set {
				if i < len(args) {
					set(fr, args[i])
				}
			}
			v = body(fr)
			fr.leave()
			return v, nil
		}}
	}
}

// bind makes a lambda's parameter known and returns what sets its register.
func (c *compiler) bind(name *syntax.Name) func(*frame, value.Value) {
	o := c.info.Defs[name]
	if o == nil || name.Text == "_" {
		return func(*frame, value.Value) {}
	}
	c.lambda[o] = true
	return setter(o, c.at(name))
}
