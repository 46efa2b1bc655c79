package virtual

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// shapes makes the values of mocks whole. It remembers what records of a type
// are like; the zero shapes remembers nothing yet.
type shapes struct{ records map[*types.Type]*blank }

// blank is a record of a type of which a mock says nothing.
type blank struct {
	names   []string
	neutral []value.Value // of fields that hold no time; else nil
}

func (s *shapes) blank(t *types.Type) *blank {
	if b := s.records[t]; b != nil {
		return b
	}
	b := &blank{neutral: make([]value.Value, len(t.Fields))}
	for i, f := range t.Fields {
		b.names = append(b.names, f.Name)
		if !tellsTime(f.Type) {
			b.neutral[i] = s.neutral(f.Type, time.Time{})
		}
	}
	if s.records == nil {
		s.records = map[*types.Type]*blank{}
	}
	s.records[t] = b
	return b
}

// neutral is the value that stands where a mock says nothing: nothing is
// there, nothing went wrong, and no time passed. Numbers are 0, texts and
// lists empty, times now, what may be null is, events are none bad of one; a
// reply's status is 200, and it is ok as its status says.
func (s *shapes) neutral(t *types.Type, now time.Time) value.Value {
	if t == nil {
		return value.Null{}
	}
	switch t.Kind {
	case types.Bool:
		return value.Bool(false)
	case types.Int:
		return value.Int(0)
	case types.Number:
		return value.Number(0)
	case types.Ratio:
		return value.Ratio(0)
	case types.Percent:
		return value.Percent(0)
	case types.Points:
		return value.Points(0)
	case types.Duration:
		return value.Duration(0)
	case types.Size:
		return value.Size(0)
	case types.Time:
		return value.Time(now)
	case types.Rate:
		return value.Rate{Of: compile.RateOf(t)}
	case types.String:
		return value.String("")
	case types.Secret:
		return value.NewSecret("")
	case types.Events:
		return value.Events{Total: 1}
	case types.List:
		return value.NewList(nil)
	case types.Map:
		return value.NewMap(nil, nil)
	case types.Record:
		r, _ := s.wholeRecord(value.NewRecord("", nil, nil), t, now)
		return r
	}
	return value.Null{}
}

// tellsTime tells whether a value of type t holds a time, which is neutral at
// another moment in another way.
func tellsTime(t *types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case types.Time:
		return true
	case types.List, types.Map, types.Option:
		return tellsTime(t.Elem)
	case types.Record:
		return slices.ContainsFunc(t.Fields, func(f types.Field) bool { return f.Type != t && tellsTime(f.Type) })
	}
	return false
}

// whole makes a value of type t of what a mock gave: what it left out is
// neutral, at any depth.
func (s *shapes) whole(v value.Value, t *types.Type, now time.Time) (value.Value, error) {
	if t == nil {
		return value.Null{}, nil
	}
	if _, null := v.(value.Null); v == nil || null {
		return s.neutral(t, now), nil
	}
	no := func() (value.Value, error) {
		return nil, fmt.Errorf("the mock gives %s, want %s", value.Short(v, 60), t.A())
	}
	switch t.Kind {
	case types.Option:
		return s.whole(v, t.Elem, now)
	case types.List:
		l, ok := v.(*value.List)
		if !ok {
			return no()
		}
		items, err := s.wholes(l.Len(), l.At, t.Elem, now)
		if err != nil {
			return nil, err
		}
		return value.NewList(items), nil
	case types.Map:
		r, ok := v.(*value.Record)
		if !ok {
			return no()
		}
		values, err := s.wholes(r.Len(), r.At, t.Elem, now)
		if err != nil {
			return nil, err
		}
		return value.NewMap(r.Names(), values), nil
	case types.Record:
		r, ok := v.(*value.Record)
		if !ok {
			return no()
		}
		return s.wholeRecord(r, t, now)
	}
	if fitted, ok := scalar(v, t); ok {
		return fitted, nil
	}
	return no()
}

// wholes is whole for n values of one type.
func (s *shapes) wholes(n int, at func(int) value.Value, t *types.Type, now time.Time) ([]value.Value, error) {
	all := make([]value.Value, n)
	for i := range all {
		var err error
		if all[i], err = s.whole(at(i), t, now); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// scalar is v as a value of a type without parts, if it is one.
func scalar(v value.Value, t *types.Type) (value.Value, bool) {
	ok := true
	switch t.Kind {
	case types.Bool:
		_, ok = v.(value.Bool)
	case types.Int:
		_, ok = v.(value.Int)
	case types.Number, types.Ratio, types.Percent:
		return fraction(v, t)
	case types.Points:
		_, ok = v.(value.Points)
	case types.Duration:
		_, ok = v.(value.Duration)
	case types.Size:
		_, ok = v.(value.Size)
	case types.Time:
		_, ok = v.(value.Time)
	case types.Rate:
		_, ok = v.(value.Rate)
	case types.String:
		_, ok = v.(value.String)
	case types.Events:
		_, ok = v.(value.Events)
	case types.Secret:
		if text, plain := v.(value.String); plain {
			return value.NewSecret(string(text)), true
		}
		_, ok = v.(value.Secret)
	}
	return v, ok
}

// fraction is v as a number, ratio or percent.
func fraction(v value.Value, t *types.Type) (value.Value, bool) {
	switch v := v.(type) {
	case value.Int:
		if t.Kind == types.Number {
			return value.Number(v), true
		}
	case value.Number:
		return v, t.Kind == types.Number
	case value.Percent:
		return v, t.Kind == types.Percent
	case value.Ratio:
		switch t.Kind {
		case types.Number:
			return value.Number(v), true
		case types.Percent:
			return value.Percent(v), true
		}
		return v, true
	}
	return v, false
}

// wholeRecord has all fields of t: those of r, and neutral ones.
func (s *shapes) wholeRecord(r *value.Record, t *types.Type, now time.Time) (*value.Record, error) {
	b := s.blank(t)
	names, values := b.names, make([]value.Value, len(b.names))
	var left leftOut
	found := 0
	for i, f := range t.Fields {
		given, ok := r.Get(f.Name)
		if ok {
			found++
		}
		if _, null := given.(value.Null); !ok || null {
			left.add(i)
			if values[i] = b.neutral[i]; values[i] != nil {
				continue
			}
		}
		v, err := s.whole(given, f.Type, now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if m, ok := v.(*value.Record); ok && f.Name == "headers" && f.Type.Kind == types.Map {
			v = headers(m)
		}
		values[i] = v
	}
	if found < r.Len() && t.Open {
		names = slices.Clone(names)
		for i, name := range r.Names() {
			if _, known := t.Field(name); !known {
				names, values = append(names, name), append(values, r.At(i))
			}
		}
	}
	made := value.NewRecord(t.Name, names, values)
	switch {
	case t == check.CommandResult:
		followRaw(made, left)
	case t.Name == "Response":
		followStatus(made, left)
	}
	return made, nil
}

// leftOut has a bit for each field that a mock says nothing of.
type leftOut uint64

func (l *leftOut) add(i int) { *l |= 1 << i }

func (l leftOut) has(r *value.Record, name string) bool {
	i := r.Index(name)
	return i >= 0 && l&(1<<i) != 0
}

// headers are found in any case.
func headers(m *value.Record) *value.Record {
	keys := make([]string, m.Len())
	for i, name := range m.Names() {
		keys[i] = strings.ToLower(name)
	}
	return value.NewHeaders(keys, m.Values())
}

// followRaw gives a command's raw output what its stdout says.
func followRaw(r *value.Record, left leftOut) {
	out, _ := r.Get("stdout")
	if left.has(r, "raw") && out.String() != "" {
		r.Values()[r.Index("raw")] = value.String(out.String() + "\n")
	}
}

// followStatus makes a reply agree with itself: a mock says its status and one
// of json and body.
func followStatus(r *value.Record, left leftOut) {
	set := func(name string, v value.Value) {
		if i := r.Index(name); left.has(r, name) {
			r.Values()[i] = v
		}
	}
	set("status", value.Int(200))
	if status, ok := r.Get("status"); ok {
		code, _ := status.(value.Int)
		set("ok", value.Bool(code >= 200 && code < 300))
	}
	noBody, noJSON := left.has(r, "body"), left.has(r, "json")
	if noBody && !noJSON {
		json, _ := r.Get("json")
		set("body", value.String(value.JSON(json)))
	} else if !noBody && noJSON {
		body, _ := r.Get("body")
		parsed, err := value.FromJSON([]byte(body.String()))
		if err != nil {
			parsed = value.Failed{Err: fmt.Errorf("the body is no JSON: %w", err)}
		}
		set("json", parsed)
	}
	if body, ok := r.Get("body"); ok {
		set("size", value.Size(len(body.String())))
	}
}
