package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// string is the type of a string literal: with a secret in it, it is one.
func (c *checker) string(e *syntax.String) *types.Type {
	t := types.TString
	for _, p := range e.Parts {
		if p.Expr == nil {
			continue
		}
		secret, problem, hint := types.Interpolate(c.expr(p.Expr, nil))
		if problem != "" {
			c.errorf(codeInterpolation, p.Expr, "%s", c.fill(problem, p.Expr, nil)).Hint = c.fill(hint, p.Expr, nil)
			c.saidOnce(p.Expr)
		}
		if secret {
			t = types.TSecret
		}
	}
	return t
}

// list is the type of [a, b]. Where a list is wanted, each item is held
// against what is wanted, so that the message points at the item.
func (c *checker) list(e *syntax.List, want *types.Type) *types.Type {
	var item *types.Type
	switch w := types.Present(want); {
	case w == nil:
	case w.Kind == types.List:
		item = w.Elem
	case w.Kind == types.Any:
		item = types.TAny
	}
	elem := c.items(e.Items, item, "the items of a list")
	if len(e.Items) == 0 && item != nil {
		elem = item
	}
	return types.ListOf(elem)
}

// items is the common type of the values; never, where there is none.
func (c *checker) items(values []syntax.Expr, want *types.Type, what string) *types.Type {
	elem := types.TNever
	var first syntax.Expr
	for _, v := range values {
		t := c.expr(v, want)
		switch {
		case known(want) && !types.Fits(t, want):
			c.mismatch(v, t, want, "")
			elem = types.TUnknown
		case t.Kind == types.Unknown:
			elem = types.TUnknown
		case elem.Kind == types.Unknown:
		default:
			joined := types.Join(elem, t)
			if joined == nil && want != nil {
				joined = want
			}
			if joined == nil {
				d := c.errorf(codeNoCommonType, v, "found %s, and before it %s: %s have one type", t.Word(), elem.Word(), what)
				d.Hint = c.mismatchHint(v, t, elem)
				c.also(d, first, "this one is "+elem.Word())
				joined = types.TUnknown
			}
			elem = joined
		}
		if first == nil {
			first = v
		}
	}
	return elem
}

// record is the type of { name: value } and { "key": value }.
func (c *checker) record(e *syntax.Record, want *types.Type) *types.Type {
	want = types.Present(want)
	if mixed(e) { // the parser said so
		for _, f := range e.Fields {
			c.expr(f.Value, nil)
		}
		return types.TUnknown
	}
	c.doubles(e)
	if e.IsMap && len(e.Fields) > 0 || want != nil && want.Kind == types.Map {
		return c.mapLiteral(e, want)
	}
	fields := make([]types.Field, 0, len(e.Fields))
	for _, f := range e.Fields {
		fields = append(fields, types.Field{Name: f.Name.Text, Type: c.fieldValue(f, want)})
	}
	if want != nil && want.Kind == types.Record {
		c.unknownFields(e, want)
	}
	return types.RecordOf(fields...)
}

// mixed tells whether some names have quotes and some don't.
func mixed(e *syntax.Record) bool {
	for _, f := range e.Fields {
		if (f.Name == nil) != e.IsMap {
			return true
		}
	}
	return false
}

func (c *checker) fieldValue(f *syntax.Field, want *types.Type) *types.Type {
	var wantField *types.Type
	switch {
	case want == nil:
	case want.Kind == types.Any:
		wantField = types.TAny
	case want.Kind == types.Record:
		if g, ok := want.Field(f.Name.Text); ok {
			wantField = g.Type
			if g.Optional {
				wantField = types.OptionOf(g.Type)
			}
		}
	}
	t := c.expr(f.Value, wantField)
	if wantField != nil && !types.Fits(t, wantField) {
		c.mismatch(f.Value, t, wantField, f.Name.Text)
		return types.TUnknown
	}
	return t
}

// unknownFields reports names that a wanted record doesn't have: most often
// they are misspelled.
func (c *checker) unknownFields(e *syntax.Record, want *types.Type) {
	if want.Open || len(want.Fields) == 0 {
		return
	}
	names := fieldNames(want)
	for _, f := range e.Fields {
		if _, ok := want.Field(f.Name.Text); !ok {
			suggest(c.errorf(codeUnknownMember, f.Name, "%s has no field %s", want, f.Name.Text), f.Name.Text, names)
		}
	}
}

func fieldNames(t *types.Type) []string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return names
}

func (c *checker) mapLiteral(e *syntax.Record, want *types.Type) *types.Type {
	var elem *types.Type
	switch {
	case want == nil:
	case want.Kind == types.Map:
		elem = want.Elem
	case want.Kind == types.Any:
		elem = types.TAny
	}
	values := make([]syntax.Expr, 0, len(e.Fields))
	for _, f := range e.Fields {
		if f.Key != nil {
			if t := c.expr(f.Key, types.TString); t.Kind == types.Secret {
				c.mismatch(f.Key, t, types.TString, "the key of a map")
			}
		}
		values = append(values, f.Value)
	}
	t := c.items(values, elem, "the values of a map")
	if len(values) == 0 && elem != nil {
		t = elem
	}
	return types.MapOf(t)
}

// doubles reports a name or constant key that is written twice.
func (c *checker) doubles(e *syntax.Record) {
	first := map[string]syntax.Element{}
	for _, f := range e.Fields {
		var at syntax.Element
		name := ""
		if f.Name != nil {
			at, name = f.Name, f.Name.Text
		} else if f.Key != nil {
			text, constant := f.Key.Constant()
			if !constant {
				continue
			}
			at, name = f.Key, text
		} else {
			continue
		}
		if first[name] != nil {
			d := c.errorf(codeTwice, at, "%s is written twice", name)
			c.also(d, first[name], "first here")
			continue
		}
		first[name] = at
	}
}

// choice is the type of `if c then a else b`.
func (c *checker) choice(e *syntax.IfExpr, want *types.Type) *types.Type {
	whenTrue, whenFalse := c.cond(e.Cond)
	var then, otherwise *types.Type
	c.assuming(whenTrue, func() { then = c.expr(e.Then, want) })
	if want == nil && known(then) && then.Kind != types.Null {
		want = then
	}
	c.assuming(whenFalse, func() { otherwise = c.expr(e.Else, want) })
	t := types.Join(then, otherwise)
	if t == nil {
		d := c.errorf(codeNoCommonType, e, "this is %s or %s: both branches have one type", then.Word(), otherwise.Word())
		c.also(d, e.Then, "this is "+then.Word())
		c.also(d, e.Else, "this is "+otherwise.Word())
		return types.TUnknown
	}
	return t
}
