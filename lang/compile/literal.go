package compile

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// text compiles a string literal. What is made with a secret is one.
func (c *compiler) text(e *syntax.String) expr {
	if text, ok := e.Constant(); ok {
		v := value.Value(value.String(text))
		return reference(types.TString, func(*frame) value.Value { return v })
	}
	at, parts := c.at(e), make([]func(*frame) value.Value, len(e.Parts))
	for i, p := range e.Parts {
		if p.Expr == nil {
			v := value.Value(value.String(p.Text))
			parts[i] = func(*frame) value.Value { return v }
			continue
		}
		x := c.expr(p.Expr)
		parts[i] = x.present(c.at(p.Expr)).boxed()
	}
	t := c.typeOf(e)
	sure := t != nil && t.Kind == types.Secret
	if !sure {
		t = types.TString
	}
	return reference(t, func(f *frame) value.Value {
		var few [8]string // most texts have few parts
		texts, n, secret := few[:0], 0, sure
		for _, part := range parts {
			text, hidden := value.Text(part(f)) // of type any, it may be one, too
			secret = secret || hidden
			texts = append(texts, text)
			n += len(text)
		}
		f.room(n, at)
		whole := make([]byte, 0, n)
		for _, text := range texts {
			whole = append(whole, text...)
		}
		return value.NewText(string(whole), secret)
	})
}

// present is x for a place that can't take null or a value that could not be
// had: the inside of a text.
func (x expr) present(at *place) expr {
	if x.k != kindRef {
		return x
	}
	r := x.r
	return reference(x.t, func(f *frame) value.Value {
		v := r(f)
		switch v := v.(type) {
		case nil:
			f.fail(at, NoValue, "%s has no value", at.text())
		case value.Failed:
			f.raiseFailed(v, at)
		case value.Null:
			f.failHint(at, WrongType, `give a text for null: `+at.text()+` ?? "…"`, "%s is null, and null has no text", x.named(f, at))
		}
		return v
	})
}

// named is how messages call the value of x.
func (x expr) named(f *frame, at *place) string {
	if name := x.path.in(f); name != "" {
		return name
	}
	return at.text()
}

// room accounts for a text of n bytes, which may not be too long.
func (f *frame) room(n int, at *place) {
	if n > value.MaxString {
		f.fail(at, TooLarge, "this text would have %s, more than %s", value.Size(n), value.Size(value.MaxString))
	}
	f.m.take(n, at)
}

// items accounts for a list of n items, which may not be too long.
func (f *frame) items(n int, at *place) {
	if n > value.MaxItems {
		f.fail(at, TooLarge, "this list would have %d items, more than %d", n, value.MaxItems)
	}
	f.m.take(24*n, at) // an interface and, for most, what it points to
	f.m.burnMany(n, at)
}

// list compiles [a, b].
func (c *compiler) list(e *syntax.List) expr {
	t := c.typeOf(e)
	at, items := c.at(e), make([]func(*frame) value.Value, len(e.Items))
	for i, item := range e.Items {
		x := c.expr(item)
		if t != nil && t.Kind == types.List {
			x = x.to(t.Elem, c.at(item))
		}
		items[i] = x.boxed()
	}
	return reference(t, func(f *frame) value.Value {
		f.items(len(items), at)
		values := make([]value.Value, len(items))
		for i, item := range items {
			values[i] = item(f)
		}
		return value.NewList(values)
	})
}

// record compiles { name: value } and { "key": value }. Fields that its type
// lets out are null.
func (c *compiler) record(e *syntax.Record) expr {
	t := c.typeOf(e)
	isMap := e.IsMap && len(e.Fields) > 0
	typeName := ""
	if t != nil {
		isMap = isMap || t.Kind == types.Map
		typeName = t.Name
	}
	at := c.at(e)
	var names []string
	var values []func(*frame) value.Value
	for _, field := range e.Fields {
		var name string
		if field.Name != nil {
			name = field.Name.Text
		} else {
			name, _ = field.Key.Constant()
		}
		x := c.expr(field.Value)
		switch {
		case t == nil:
		case t.Kind == types.Map:
			x = x.to(t.Elem, c.at(field.Value))
		default:
			if want, ok := t.Field(name); ok && (!want.Optional || x.t == nil || x.t.Kind != types.Null) {
				x = x.to(want.Type, c.at(field.Value))
			}
		}
		names, values = append(names, name), append(values, x.boxed())
	}
	if t != nil && t.Kind == types.Record {
		names, values = withAbsent(t, names, values)
	}
	return reference(t, func(f *frame) value.Value {
		f.items(len(values), at)
		got := make([]value.Value, len(values))
		for i, v := range values {
			got[i] = v(f)
		}
		if isMap {
			return value.NewMap(names, got)
		}
		return value.NewRecord(typeName, names, got)
	})
}

// withAbsent adds the fields of t that a literal left out, as null.
func withAbsent(t *types.Type, names []string, values []func(*frame) value.Value) ([]string, []func(*frame) value.Value) {
	given := map[string]bool{}
	for _, name := range names {
		given[name] = true
	}
	for _, field := range t.Fields {
		if !given[field.Name] {
			names = append(names, field.Name)
			values = append(values, func(*frame) value.Value { return value.Null{} })
		}
	}
	return names, values
}

// command compiles $( … ): the holes are evaluated here, the line is World's.
func (c *compiler) command(e *syntax.CommandValue) expr {
	at := Site{c.code.program.Source, e.Span()}
	here := c.at(e)
	var holes []func(*frame) value.Value
	for _, h := range e.Command.Holes {
		x := c.expr(h.Expr)
		holes = append(holes, x.present(c.at(h.Expr)).boxed())
	}
	return reference(c.typeOf(e), func(f *frame) value.Value {
		values := make([]value.Value, len(holes))
		for i, h := range holes {
			values[i] = h(f)
		}
		return f.outside(here, "the command", types.Reads, func(m *machine) (value.Value, error) {
			return m.thread.World.Command(m.ctx, at, e, values)
		})
	})
}
