package check

import (
	"maps"
	"slices"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// member is the type of x.name and x?.name where it is a value: a field, a
// method without its parentheses, a let of an import, a statistic.
func (c *checker) member(e *syntax.Member) *types.Type {
	if t, ok := c.baselineMember(e); ok {
		return t
	}
	if m, ok := c.moduleMember(e); ok {
		return c.moduleValue(e, m)
	}
	if o := c.metricOf(e.X); o != nil {
		c.expr(e.X, nil)
		return c.statistic(e, o, e.Name.Text)
	}
	x := c.expr(e.X, nil)
	if !known(x) {
		return types.TUnknown
	}
	if p, root := pathOf(e); p != "" {
		if t := c.narrowed(p, root); t != nil {
			return t
		}
	}
	x, optional, ok := c.reach(e, x)
	if !ok {
		return types.TUnknown
	}
	t := c.memberOf(e, x, optional || e.Optional && x.Kind == types.Any)
	if optional && t != nil {
		t = types.OptionOf(t)
	}
	return t
}

// reach judges `.` and `?.` on a value that may be null: it returns the type
// that is there, and whether the result may be null for want of it.
func (c *checker) reach(e *syntax.Member, x *types.Type) (there *types.Type, optional, ok bool) {
	switch {
	case x.Kind == types.Null:
		c.errorf(codeMayBeNull, e.X, "null has no %s", e.Name.Text)
		return nil, false, false
	case x.Kind == types.Option && !e.Optional:
		d := c.errorf(codeMayBeNull, e, "%s may be null (%s)", c.text(e.X), x)
		d.Hint = c.fill("write {x}?."+e.Name.Text+", or put `require {x} != null` before", e.X, nil)
		c.saidOnce(e.X)
		return x.Elem, false, true
	case x.Kind == types.Option:
		return x.Elem, true, true
	case e.Optional && neverNull(x):
		c.ds.Warn(codeNeverNull, c.file, e.Span(), "%s is never null: ?. is not needed", c.text(e.X)).Hint = "write ."
	}
	return x, false, true
}

// memberOf is the type of a member of a value that is there. optional says
// that it might not have been.
func (c *checker) memberOf(e *syntax.Member, x *types.Type, optional bool) *types.Type {
	name := e.Name.Text
	switch x.Kind {
	case types.Unknown, types.Never:
		return x
	case types.Any:
		return types.TAny
	case types.Record:
		if f, ok := x.Field(name); ok {
			if f.Optional {
				return types.OptionOf(f.Type)
			}
			return f.Type
		}
		if x.Open && types.Method(x, name) == nil {
			return types.TAny
		}
	}
	fn := types.Method(x, name)
	if fn == nil {
		c.unknownMember(e, x)
		return types.TUnknown
	}
	for _, p := range fn.Params {
		if !p.Optional && !p.Variadic {
			c.errorf(codeMissing, e, "%s takes arguments: .%s(%s)", name, name, p.Name)
			return c.resultOf(e, fn, nil)
		}
	}
	call := &Call{Kind: CallMethod, Func: fn, Method: name, Recv: e.X, Args: make([]syntax.Expr, len(fn.Params)), Optional: optional}
	if x.Kind == types.Record {
		call.Kind = CallHandle
	}
	c.prog.Info.Members[e] = call
	c.doing(e, fn.Effect, fn.Name)
	return c.resultOf(e, fn, make([]*types.Type, len(fn.Params)))
}

// doing asks about the effect of a call that reads or writes.
func (c *checker) doing(at syntax.Element, e types.Effect, what string) {
	if e != types.Pure {
		c.effect(at, e, what)
	}
}

// unknownMember reports a field or method that a type doesn't have.
func (c *checker) unknownMember(e *syntax.Member, x *types.Type) {
	name := e.Name.Text
	d := c.errorf(codeUnknownMember, e.Name, "%s has no %s", x.A(), name)
	suggest(d, name, append(fieldNames(x), types.MethodNames(x)...))
	if d.Hint != "" {
		return
	}
	switch {
	case x.Kind == types.Map:
		d.Hint = c.fill(`a key is written {x}["`+name+`"]`, e.X, nil)
	case x.Kind == types.Secret && name == "length":
		d.Hint = "nothing about a secret is shown"
	case (x.Kind == types.List || x.Kind == types.Map) && (name == "length" || name == "size" || name == "len"):
		d.Hint = "write .count"
	case x.Kind == types.String && (name == "count" || name == "size" || name == "len"):
		d.Hint = "write .length"
	case (x.Kind == types.List || x.Kind == types.String) && (name == "includes" || name == "has"):
		d.Hint = c.fill("write {x} contains …", e.X, nil)
	case x.Kind == types.Record && len(x.Fields) > 0 && len(x.Fields) <= 16:
		d.Hint = "it has " + listed(append(fieldNames(x), types.MethodNames(x)...))
	}
	if id, ok := e.X.(*syntax.Ident); ok && c.pack(id.Name) != nil {
		d.Hint = id.Name + " hides the module of that name here: give it another name"
	}
}

// moduleMember finds what a member of a module or an import is. found is
// false when e is a member of a value.
func (c *checker) moduleMember(e *syntax.Member) (m callee, found bool) {
	id, ok := e.X.(*syntax.Ident)
	if !ok {
		return callee{}, false
	}
	o := c.find(id.Name)
	if o == nil {
		return callee{}, false
	}
	p := c.pack(id.Name)
	switch {
	case o.Kind == ObjImport && o.Program != nil:
		if p != nil && o.Adds() && o.Program.Exports[e.Name.Text] == nil {
			return c.packageMember(e, id, o, p), true
		}
		return c.importMember(e, id, o), true
	case o.Kind == ObjPackage, o.Kind == ObjBuiltin && p != nil:
		return c.packageMember(e, id, o, p), true
	}
	return callee{}, false
}

func (c *checker) packageMember(e *syntax.Member, id *syntax.Ident, o *Object, p *types.Package) callee {
	c.prog.Info.Uses[id] = o
	name := id.Name + "." + e.Name.Text
	functions := p.Funcs()
	names := make([]string, len(functions))
	for i, f := range functions {
		if f.Name == name {
			return callee{kind: CallBuiltin, fn: f, name: name}
		}
		names[i] = f.Name[len(id.Name)+1:]
	}
	suggest(c.errorf(codeUnknownFunction, e.Name, "module %s has no %s", id.Name, e.Name.Text), e.Name.Text, names)
	return callee{}
}

func (c *checker) importMember(e *syntax.Member, id *syntax.Ident, o *Object) callee {
	c.prog.Info.Uses[id] = o
	name := id.Name + "." + e.Name.Text
	member := o.Program.Exports[e.Name.Text]
	if member == nil {
		names := slices.Sorted(maps.Keys(o.Program.Exports))
		suggest(c.errorf(codeUnknownFunction, e.Name, "%s has no %s", id.Name, e.Name.Text), e.Name.Text, names)
		return callee{}
	}
	m := callee{object: member, fn: member.Func, name: name, kind: CallFn}
	if member.Kind == ObjRule {
		m.kind = CallRule
	}
	return m
}

// moduleValue is the type of a module's member that is not called.
func (c *checker) moduleValue(e *syntax.Member, m callee) *types.Type {
	switch {
	case m.object != nil && m.object.Kind == ObjLet:
		c.prog.Info.Members[e] = &Call{Kind: CallFn, Object: m.object}
		if m.object.Type == nil {
			return types.TUnknown
		}
		return m.object.Type
	case m.kind == CallRule && m.object != nil:
		c.errorf(codeNotAValue, e, "%s is a rule, not a value", m.name).Hint = "call it on a line of its own: " + m.name + "(…)"
	case m.fn != nil:
		c.errorf(codeNotAValue, e, "%s is a function, not a value", m.name).Hint = "call it: " + m.name + "(…)"
	case m.object != nil:
		c.errorf(codeNotAValue, e, "%s is %s, not a value", m.name, aKind(m.object.Kind))
	}
	return types.TUnknown
}

// index is the type of x[i].
func (c *checker) index(e *syntax.Index) *types.Type {
	x := c.expr(e.X, nil)
	var want *types.Type
	switch x.Kind {
	case types.List:
		want = types.TInt
	case types.Map:
		want = types.TString
	}
	i := c.expr(e.I, want)
	switch x.Kind {
	case types.Unknown, types.Never:
		return x
	case types.Any:
		if known(i) && !types.Fits(i, types.TInt) && !types.Fits(i, types.TString) {
			c.errorf(codeIndex, e.I, "found %s, want a key or a position", i.Word())
		}
		return types.TAny
	case types.List, types.Map:
		if !types.Fits(i, want) {
			what := "the position in a list"
			if x.Kind == types.Map {
				what = "the key of a map"
			}
			c.mismatch(e.I, i, want, what)
		}
		return x.Elem
	case types.Option:
		c.errorf(codeMayBeNull, e.X, "%s may be null (%s)", c.text(e.X), x).Hint = c.fill(types.NullHint("{x}"), e.X, nil)
		return types.TUnknown
	}
	d := c.errorf(codeIndex, e, "%s has no positions or keys", x.A())
	if s, ok := unparen(e.I).(*syntax.String); ok && x.Kind == types.Record {
		if name, constant := s.Constant(); constant {
			d.Hint = c.fill("write {x}."+name, e.X, nil)
		}
	}
	return types.TUnknown
}
