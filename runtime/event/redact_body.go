package event

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Masked returns a copy of v, a struct, slice or map, with every secret in its
// texts masked; what it points to is as it was.
func Masked[T any](r *Redactor, v T) T {
	if r.current() == nil {
		return v
	}
	return r.masked(reflect.ValueOf(v)).Interface().(T)
}

// body returns a copy of b in which texts are masked.
func (r *Redactor) body(b Body) Body { return r.masked(reflect.ValueOf(b)).Interface().(Body) }

var rawType = reflect.TypeFor[json.RawMessage]()

// masked returns a copy of v in which texts are masked. Reflection, so that a
// field that is added to a body can't be forgotten here.
func (r *Redactor) masked(v reflect.Value) reflect.Value {
	switch {
	case v.Type() == rawType:
		return reflect.ValueOf(r.json(v.Bytes()))
	case v.Kind() == reflect.String:
		return reflect.ValueOf(r.Text(v.String())).Convert(v.Type())
	case v.Kind() == reflect.Slice && !v.IsNil():
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(r.masked(v.Index(i)))
		}
		return out
	case v.Kind() == reflect.Map && !v.IsNil():
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(r.masked(it.Key()), r.masked(it.Value()))
		}
		return out
	case v.Kind() == reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("mask") != "no" {
				out.Field(i).Set(r.masked(v.Field(i)))
			}
		}
		return out
	}
	return v
}

// json masks a JSON text and keeps it JSON: a number that is a secret becomes
// a string.
func (r *Redactor) json(raw json.RawMessage) json.RawMessage {
	text := r.Text(string(raw))
	if text == string(raw) {
		return raw
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		v = text
	}
	out, err := marshal(r.jsonValue(v))
	if err != nil {
		return json.RawMessage(`"` + Mask + `"`)
	}
	return out
}

func (r *Redactor) jsonValue(v any) any {
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case json.Number:
		if masked := r.Text(v.String()); masked != v.String() {
			return masked
		}
		return v
	case []any:
		for i := range v {
			v[i] = r.jsonValue(v[i])
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[r.Text(name)] = r.jsonValue(value)
		}
		return out
	}
	return v
}
