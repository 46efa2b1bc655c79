package builtins

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// shape is what a Go type is in the language, and the way there and back.
type shape struct {
	typ *types.Type
	// into sets dst to v. at names the argument in the error: "headers.Accept".
	into func(dst reflect.Value, v value.Value, at string) error
	from func(src reflect.Value) value.Value
}

// Handle is a Go value that scripts hold on to and call methods of, like a
// session. HandleType returns the type that [NewHandle] completed, and works
// on a nil receiver.
type Handle interface{ HandleType() *types.Type }

// Headers is a map of header names, in lower case, to values; a script finds
// them whatever the case it writes them in.
type Headers map[string]string

// shapes are those that were worked out, by their reflect.Type: a reply is
// what a dozen built-ins return.
var shapes sync.Map

// shapeOf returns the shape of a Go type. It panics for a type that the
// language has no word for: a broken declaration.
func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s, _ := shapes.LoadOrStore(t, newShape(t))
	return s.(*shape)
}

func newShape(t reflect.Type) *shape {
	if t.Implements(reflect.TypeFor[Handle]()) {
		return handleShape(t)
	}
	if s := scalarShape(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return optionShape(t)
	case reflect.Slice:
		return listShape(t)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return mapShape(t)
		}
	case reflect.Struct:
		return recordShape(t)
	case reflect.Func:
		return lambdaShape(t)
	}
	panic(fmt.Sprintf("builtins: the language has no type for %s", t))
}

// scalarShape returns the shape of the types without parts, nil for others.
func scalarShape(t reflect.Type) *shape {
	switch t {
	case reflect.TypeFor[value.Value]():
		return scalar(types.TAny,
			func(v value.Value) (value.Value, bool) { return v, true },
			func(v value.Value) value.Value {
				if v == nil {
					return value.Null{}
				}
				return v
			})
	case reflect.TypeFor[Text]():
		return scalar(types.TText, textOf, Text.value)
	case reflect.TypeFor[value.Secret]():
		return scalar(types.TSecret, func(v value.Value) (value.Secret, bool) {
			text, ok := textOf(v)
			return value.NewSecret(text.Reveal()), ok
		}, same)
	case reflect.TypeFor[string]():
		return scalar(types.TString, func(v value.Value) (string, bool) {
			s, ok := v.(value.String)
			return string(s), ok
		}, func(s string) value.Value { return value.String(s) })
	case reflect.TypeFor[bool]():
		return scalar(types.TBool, func(v value.Value) (bool, bool) {
			b, ok := v.(value.Bool)
			return bool(b), ok
		}, func(b bool) value.Value { return value.Bool(b) })
	case reflect.TypeFor[int]():
		return scalar(types.TInt, func(v value.Value) (int, bool) {
			i, ok := v.(value.Int)
			return int(i), ok
		}, func(i int) value.Value { return value.Int(i) })
	case reflect.TypeFor[float64]():
		return scalar(types.TNumber, number, func(f float64) value.Value { return value.Number(f) })
	case reflect.TypeFor[time.Duration]():
		return scalar(types.TDuration, func(v value.Value) (time.Duration, bool) {
			d, ok := v.(value.Duration)
			return time.Duration(d), ok
		}, func(d time.Duration) value.Value { return value.Duration(d) })
	case reflect.TypeFor[time.Time]():
		return scalar(types.TTime, func(v value.Value) (time.Time, bool) {
			at, ok := v.(value.Time)
			return time.Time(at), ok
		}, func(at time.Time) value.Value { return value.Time(at) })
	case reflect.TypeFor[value.Size]():
		return scalar(types.TSize, cast[value.Size], same)
	case reflect.TypeFor[value.Points]():
		return scalar(types.TPoints, cast[value.Points], same)
	case reflect.TypeFor[value.Events]():
		return scalar(types.TEvents, cast[value.Events], same)
	case reflect.TypeFor[value.Rate]():
		return scalar(types.RateOf(types.TNumber), cast[value.Rate], same)
	case reflect.TypeFor[value.Percent]():
		return scalar(types.TPercent, func(v value.Value) (value.Percent, bool) {
			if r, ok := v.(value.Ratio); ok {
				return value.Percent(r), true
			}
			return cast[value.Percent](v)
		}, same)
	}
	return nil
}

func scalar[T any](typ *types.Type, into func(value.Value) (T, bool), from func(T) value.Value) *shape {
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			x, ok := into(v)
			if !ok {
				return misfit(at, v, typ)
			}
			dst.Set(reflect.ValueOf(&x).Elem())
			return nil
		},
		from: func(src reflect.Value) value.Value {
			x, _ := src.Interface().(T)
			return from(x)
		},
	}
}

func cast[T value.Value](v value.Value) (T, bool) {
	x, ok := v.(T)
	return x, ok
}

func same[T value.Value](v T) value.Value { return v }

func number(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Int:
		return float64(v), true
	case value.Number:
		return float64(v), true
	case value.Ratio:
		return float64(v), true
	}
	return 0, false
}

// misfit says that an argument, which the checker could not know, has the
// wrong type.
func misfit(at string, v value.Value, want *types.Type) error {
	return fmt.Errorf("%s is %s, want %s", at, show(v), want.A())
}

// Quoted prints a text for a message as a script would write it; a long one is
// cut.
func Quoted(text string) string { return show(value.String(text)) }

// show prints a value for a message; a long one is cut.
func show(v value.Value) string {
	const most = 80
	text := value.Quote(v)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

func handleShape(t reflect.Type) *shape {
	typ := reflect.Zero(t).Interface().(Handle).HandleType()
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			r, ok := v.(*value.Record)
			if !ok || r.Handle == nil || reflect.TypeOf(r.Handle) != t {
				return misfit(at, v, typ)
			}
			dst.Set(reflect.ValueOf(r.Handle))
			return nil
		},
		from: func(src reflect.Value) value.Value {
			r := value.NewRecord(typ.Name, nil, nil)
			r.Handle = src.Interface()
			return r
		},
	}
}

func optionShape(t reflect.Type) *shape {
	elem := shapeOf(t.Elem())
	return &shape{
		typ: types.OptionOf(elem.typ),
		into: func(dst reflect.Value, v value.Value, at string) error {
			if _, null := v.(value.Null); null {
				return nil
			}
			p := reflect.New(t.Elem())
			dst.Set(p)
			return elem.into(p.Elem(), v, at)
		},
		from: func(src reflect.Value) value.Value {
			if src.IsNil() {
				return value.Null{}
			}
			return elem.from(src.Elem())
		},
	}
}

func listShape(t reflect.Type) *shape {
	elem := shapeOf(t.Elem())
	typ := types.ListOf(elem.typ)
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			l, ok := v.(*value.List)
			if !ok {
				return misfit(at, v, typ)
			}
			s := reflect.MakeSlice(t, l.Len(), l.Len())
			for i, item := range l.Items() {
				if err := elem.into(s.Index(i), item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
					return err
				}
			}
			dst.Set(s)
			return nil
		},
		from: func(src reflect.Value) value.Value {
			items := make([]value.Value, src.Len())
			for i := range items {
				items[i] = elem.from(src.Index(i))
			}
			return value.NewList(items)
		},
	}
}

// mapShape: maps go out sorted by key, so that two runs print the same.
func mapShape(t reflect.Type) *shape {
	elem := shapeOf(t.Elem())
	typ := types.MapOf(elem.typ)
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			r, ok := v.(*value.Record)
			if !ok || r.Handle != nil {
				return misfit(at, v, typ)
			}
			m := reflect.MakeMapWithSize(t, r.Len())
			for i, name := range r.Names() {
				item := reflect.New(t.Elem()).Elem()
				if err := elem.into(item, r.At(i), at+"."+name); err != nil {
					return err
				}
				m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), item)
			}
			dst.Set(m)
			return nil
		},
		from: func(src reflect.Value) value.Value {
			keys := sortedKeys(src)
			values := make([]value.Value, len(keys))
			for i, k := range keys {
				values[i] = elem.from(src.MapIndex(reflect.ValueOf(k).Convert(t.Key())))
			}
			if t == reflect.TypeFor[Headers]() {
				return value.NewHeaders(keys, values)
			}
			return value.NewMap(keys, values)
		},
	}
}

func lambdaShape(t reflect.Type) *shape {
	if t.NumOut() != 2 || t.Out(1) != reflect.TypeFor[error]() {
		panic(fmt.Sprintf("builtins: %s must return a value and an error", t))
	}
	result := shapeOf(t.Out(0))
	var params []*shape
	for i := range t.NumIn() {
		params = append(params, shapeOf(t.In(i)))
	}
	typ := types.LambdaOf(result.typ)
	for _, p := range params {
		typ.Params = append(typ.Params, p.typ)
	}
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			f, ok := v.(*value.Func)
			if !ok {
				return misfit(at, v, typ)
			}
			dst.Set(reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
				args := make([]value.Value, len(in))
				for i := range in {
					args[i] = params[i].from(in[i])
				}
				out := reflect.New(t.Out(0)).Elem()
				got, err := f.Call(args...)
				if err == nil {
					err = result.into(out, got, "the result of "+at)
				}
				return []reflect.Value{out, reflect.ValueOf(&err).Elem()}
			}))
			return nil
		},
		from: func(reflect.Value) value.Value { return value.Null{} },
	}
}
