package compile

import (
	"math"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// path is how a value that came from outside is named in messages:
// $.items[3].price, where $ is the whole of it.
type path struct {
	root  string
	steps []step
}

// step is one part of a path: text as written, or the last index that the
// place numbered site (from 1) was given.
type step struct {
	text string
	site int
}

func (p *path) then(s step) *path {
	if p == nil {
		p = &path{root: "$"}
	}
	steps := make([]step, len(p.steps)+1)
	copy(steps, p.steps)
	steps[len(p.steps)] = s
	return &path{p.root, steps}
}

func (p *path) in(f *frame) string {
	if p == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.root)
	for _, s := range p.steps {
		b.WriteString(s.text)
		if s.site > 0 && f != nil && s.site < len(f.m.trail) && f.m.trail[s.site] != nil {
			b.WriteString("[" + value.Short(f.m.trail[s.site], 40) + "]")
		} else if s.site > 0 {
			b.WriteString("[…]")
		}
	}
	return b.String()
}

// misfit is a value, or a part of one, that can't be what is wanted.
type misfit struct {
	path   string // to the part: "[3].price"
	v      value.Value
	want   *types.Type
	absent string // the name of a field that isn't there
	hint   string
}

func (m *misfit) under(step string) *misfit {
	m.path = step + m.path
	return m
}

// misfit makes the diagnostic of a value of x that isn't what is wanted.
func (x expr) misfit(f *frame, at *place, m *misfit) *source.Diagnostic {
	name := x.path.in(f)
	if name == "" {
		name = "$"
		if m.path == "" {
			name = at.text()
		}
	}
	name += m.path
	if failed, ok := m.v.(value.Failed); ok {
		d := at.diagnostic(CallFailed, "%s: %v", name, failed.Err)
		d.Cause = failed.Err
		return d
	}
	if m.absent != "" {
		d := at.diagnostic(NotThere, "%s has no %s, wanted %s", name, m.absent, wanted(m.want))
		if r, ok := m.v.(*value.Record); ok {
			d.Hint = fieldsHint(m.absent, r)
		}
		return d
	}
	d := at.diagnostic(WrongType, "%s is %s, wanted %s", name, value.Short(m.v, 60), wanted(m.want))
	d.Hint = m.hint
	return d
}

// wanted is the word for a type that isn't there; of a list or map of anything
// that it is one.
func wanted(t *types.Type) string {
	switch {
	case t.Kind == types.List && t.Elem.Kind == types.Any:
		return "a list"
	case t.Kind == types.Map && t.Elem.Kind == types.Any:
		return "a map"
	}
	return t.A()
}

// fieldsHint says which names there are, the near one first.
func fieldsHint(name string, r *value.Record) string {
	if near := types.Near(name, r.Names()); near != "" {
		return "did you mean " + near + "?"
	}
	if r.Len() == 0 {
		return "it is empty"
	}
	names := r.Names()
	if len(names) > 10 {
		return "it has " + strings.Join(names[:10], ", ") + ", …"
	}
	return "it has " + strings.Join(names, ", ")
}

// convert makes a value of type to of v, or says what in it doesn't fit. With
// explicit it does what `as` does besides: fractions to percent and back, and
// quantities and times written as text.
func convert(v value.Value, to *types.Type, explicit bool) (value.Value, *misfit) {
	if _, failed := v.(value.Failed); failed {
		return nil, &misfit{v: v, want: to}
	}
	if to == nil {
		return v, nil
	}
	no := func() (value.Value, *misfit) { return nil, &misfit{v: v, want: to} }
	switch to.Kind {
	case types.Any, types.Unknown, types.Never, types.Lambda, types.Module:
		return v, nil
	case types.Option:
		if _, null := v.(value.Null); null || v == nil {
			return value.Null{}, nil
		}
		return convert(v, to.Elem, explicit)
	case types.Null:
		if _, ok := v.(value.Null); ok {
			return v, nil
		}
		return no()
	case types.List:
		return convertList(v, to, explicit)
	case types.Map:
		return convertMap(v, to, explicit)
	case types.Record:
		return convertRecord(v, to, explicit)
	case types.Rate:
		if r, ok := v.(value.Rate); ok && r.Of == RateOf(to) {
			return v, nil
		}
		return no()
	}
	return convertScalar(v, to, explicit)
}

func convertScalar(v value.Value, to *types.Type, explicit bool) (value.Value, *misfit) {
	ok := false
	switch to.Kind {
	case types.Bool:
		_, ok = v.(value.Bool)
	case types.Int:
		if n, whole := wholeNumber(v); whole {
			return n, nil
		}
	case types.Number, types.Ratio:
		switch n := v.(type) {
		case value.Number:
			return n, nil
		case value.Ratio:
			if to.Kind == types.Ratio {
				return n, nil
			}
			return value.Number(n), nil
		case value.Int:
			return value.Number(n), nil
		case value.Percent:
			if explicit {
				return value.Number(n), nil
			}
		}
	case types.Percent:
		switch n := v.(type) {
		case value.Percent:
			return n, nil
		case value.Ratio:
			return value.Percent(n), nil
		case value.Number, value.Int:
			if explicit {
				f, _ := asFloat(n)
				return value.Percent(f), nil
			}
			return nil, &misfit{v: v, want: to, hint: "write as percent if it is a fraction (0.5 is 50%), percent(…) if it counts hundredths"}
		}
	case types.Points:
		_, ok = v.(value.Points)
	case types.Duration:
		_, ok = v.(value.Duration)
	case types.Size:
		_, ok = v.(value.Size)
	case types.Time:
		_, ok = v.(value.Time)
	case types.String:
		if _, secret := v.(value.Secret); secret {
			return nil, &misfit{v: v, want: to, hint: "it is computed from a secret, which goes where a secret is wanted"}
		}
		_, ok = v.(value.String)
	case types.Secret:
		if s, text := v.(value.String); text {
			if to == types.TText {
				return s, nil
			}
			return value.NewSecret(string(s)), nil
		}
		_, ok = v.(value.Secret)
	case types.Events:
		_, ok = v.(value.Events)
	}
	if ok {
		return v, nil
	}
	if s, text := v.(value.String); text && explicit {
		if parsed := parseScalar(string(s), to); parsed != nil {
			return parsed, nil
		}
	}
	return nil, &misfit{v: v, want: to}
}

// parseScalar reads what JSON has only as text: durations, sizes, percents as
// the language writes them, times as RFC 3339 does.
func parseScalar(text string, to *types.Type) value.Value {
	switch to.Kind {
	case types.Duration:
		if d, err := value.ParseDuration(text); err == nil {
			return d
		}
	case types.Size:
		if s, err := value.ParseSize(text); err == nil {
			return s
		}
	case types.Percent:
		if p, err := value.ParsePercent(text); err == nil {
			return p
		}
	case types.Time:
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return value.Time(t)
		}
	}
	return nil
}

// wholeNumber accepts 3.0 as 3: JSON knows no difference.
func wholeNumber(v value.Value) (value.Int, bool) {
	switch n := v.(type) {
	case value.Int:
		return n, true
	case value.Number:
		if f := float64(n); f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return value.Int(f), true
		}
	}
	return 0, false
}

func convertList(v value.Value, to *types.Type, explicit bool) (value.Value, *misfit) {
	l, ok := v.(*value.List)
	if !ok {
		return nil, &misfit{v: v, want: to}
	}
	if to.Elem.Kind == types.Any {
		return l, nil
	}
	items, bad := convertAll(l.Items(), func(int) *types.Type { return to.Elem }, explicit,
		func(i int) string { return "[" + value.Int(i).String() + "]" })
	switch {
	case bad != nil:
		return nil, bad
	case items == nil:
		return l, nil
	}
	return value.NewList(items), nil
}

func convertMap(v value.Value, to *types.Type, explicit bool) (value.Value, *misfit) {
	r, ok := v.(*value.Record)
	if !ok || r.Handle != nil {
		return nil, &misfit{v: v, want: to}
	}
	items, bad := convertAll(r.Values(), func(int) *types.Type { return to.Elem }, explicit,
		func(i int) string { return "." + r.Names()[i] })
	switch {
	case bad != nil:
		return nil, bad
	case items == nil && r.IsMap:
		return r, nil
	case items == nil:
		items = r.Values()
	case r.IgnoreCase:
		return value.NewHeaders(r.Names(), items), nil
	}
	return value.NewMap(r.Names(), items), nil
}

// convertAll converts items; nil when nothing changed.
func convertAll(items []value.Value, to func(int) *types.Type, explicit bool, step func(int) string) ([]value.Value, *misfit) {
	var changed []value.Value
	for i, item := range items {
		v, bad := convert(item, to(i), explicit)
		if bad != nil {
			return nil, bad.under(step(i))
		}
		if changed == nil && !identical(v, item) {
			changed = append(make([]value.Value, 0, len(items)), items[:i]...)
		}
		if changed != nil {
			changed = append(changed, v)
		}
	}
	return changed, nil
}

// identical tells whether convert gave back the very value it was given.
func identical(a, b value.Value) bool {
	switch a := a.(type) {
	case value.Time:
		_, same := b.(value.Time)
		return same // times are never changed
	default:
		return a == b
	}
}

func convertRecord(v value.Value, to *types.Type, explicit bool) (value.Value, *misfit) {
	r, ok := v.(*value.Record)
	if !ok {
		return nil, &misfit{v: v, want: to}
	}
	if to.Name != "" && r.Type == to.Name {
		return r, nil
	}
	if r.Handle != nil || to.Methods != nil {
		return nil, &misfit{v: v, want: to}
	}
	var names []string
	var values []value.Value
	for _, field := range to.Fields {
		item, there := r.Get(field.Name)
		if !there {
			if !field.Optional && field.Type.Kind != types.Option {
				return nil, &misfit{v: v, want: to, absent: field.Name}
			}
			item = value.Null{}
		}
		want := field.Type
		if field.Optional {
			want = types.OptionOf(want)
		}
		fitted, bad := convert(item, want, explicit)
		if _, failed := item.(value.Failed); failed {
			fitted, bad = item, nil // fails when it is read
		}
		if bad != nil {
			return nil, bad.under("." + field.Name)
		}
		names, values = append(names, field.Name), append(values, fitted)
	}
	if to.Open {
		for i, name := range r.Names() {
			if _, known := to.Field(name); !known {
				names, values = append(names, name), append(values, r.At(i))
			}
		}
	}
	return value.NewRecord(to.Name, names, values), nil
}

// changes tells whether a value of type from has to be looked at or changed to
// be one of type to.
func changes(from, to *types.Type) bool {
	if from == nil || to == nil || from == to {
		return false
	}
	switch to.Kind {
	case types.Any, types.Unknown, types.Never, types.Lambda, types.Module:
		return false
	case types.Option:
		return from.Kind != types.Null && from.Kind != types.Never && changes(types.Present(from), to.Elem)
	}
	switch from.Kind {
	case types.Never:
		return false
	case types.Any, types.Unknown, types.Option:
		return true
	}
	if from.Kind != to.Kind {
		return true
	}
	switch to.Kind {
	case types.List, types.Map:
		return changes(from.Elem, to.Elem)
	case types.Record:
		return changesRecord(from, to)
	}
	return false
}

func changesRecord(from, to *types.Type) bool {
	if to.Name != "" && from.Name == to.Name {
		return false
	}
	for _, field := range to.Fields {
		have, ok := from.Field(field.Name)
		if !ok || changes(have.Type, field.Type) {
			return true
		}
	}
	return to.Name != from.Name
}

// to is x where a value of type want is wanted.
func (x expr) to(want *types.Type, at *place) expr { return x.convert(want, at, false) }

func (x expr) convert(want *types.Type, at *place, explicit bool) expr {
	if want == nil || x.t == nil {
		return x
	}
	switch want.Kind {
	case types.Unknown, types.Never, types.Lambda:
		return x
	}
	if x.t.Kind == types.Never || !changes(x.t, want) {
		return x.retyped(want, at)
	}
	switch k := kindOf(want); {
	case k == kindFloat && x.k == kindFloat:
		y := x
		y.t = want
		return y
	case k == kindFloat && x.k == kindInt:
		y := floating(want, x.float(at))
		if x.constant {
			y.constant, y.num = true, math.Float64bits(float64(int64(x.num)))
		}
		return y
	}
	get := x.boxed()
	converted := unboxed(want, func(f *frame) value.Value {
		v, bad := convert(get(f), want, explicit)
		if bad != nil {
			f.raise(x.misfit(f, at, bad))
		}
		return v
	}, at)
	converted.path = x.path
	return converted
}

// retyped gives x the type want, which its values have already, in want's
// kind.
func (x expr) retyped(want *types.Type, at *place) expr {
	switch k := kindOf(want); {
	case k == x.k:
		if k != kindRef {
			x.t = want
			return x
		}
		return expr{t: want, k: kindRef, r: x.r, path: x.path}
	case k == kindRef:
		return expr{t: want, k: kindRef, r: x.boxed(), path: x.path}
	default:
		return unboxed(want, x.boxed(), at)
	}
}

// as compiles `x as T`.
func (c *compiler) as(e *syntax.As) expr {
	x, want := c.expr(e.X), c.info.TypeExprs[e.Type]
	y := x.convert(want, c.at(e), true)
	y.t = want
	return y
}

// is compiles `x is T` and `x is null`.
func (c *compiler) is(e *syntax.Is) expr {
	x := c.expr(e.X).boxed()
	if e.Type == nil {
		return boolean(func(f *frame) bool { return isNull(x(f)) })
	}
	want := c.info.TypeExprs[e.Type]
	return boolean(func(f *frame) bool { return isOf(x(f), want) })
}

func isNull(v value.Value) bool {
	_, null := v.(value.Null)
	return null || v == nil
}

// isOf tells whether v is a T as it stands, for `is`.
func isOf(v value.Value, t *types.Type) bool {
	switch v.(type) {
	case value.Failed:
		return false
	case value.String: // which would fit where a secret is wanted
		if t.Kind == types.Secret {
			return false
		}
	case value.Null:
		return t.Kind == types.Option || t.Kind == types.Null || t.Kind == types.Any
	}
	_, bad := convert(v, t, false)
	return bad == nil
}
