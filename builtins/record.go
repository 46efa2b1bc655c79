package builtins

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// field is one field of a struct that a script sees: a parameter, or a field
// of a result.
type field struct {
	types.Field
	index   []int // in the struct, for reflect's FieldByIndex
	shape   *shape
	options []string // of its tag: named, constant, address, rest
	pieces  string   // which function's results may stand in a constant
	initial string   // its default as a script would write it

	standard value.Value // what initial is; nil: there is none
}

func (f *field) has(option string) bool { return slices.Contains(f.options, option) }

// fieldsOf reads the tags of a struct: `drl:"name[,optional][,named]
// [,constant][,address][,rest]" doc:"…" default:"…" pieces:"…"`. Fields of embedded structs are the
// struct's own; a field without a name is not the script's business.
func fieldsOf(t reflect.Type) []*field {
	var fields []*field
	for i := range t.NumField() {
		g := t.Field(i)
		if g.Anonymous {
			for _, f := range fieldsOf(g.Type) {
				f.index = append([]int{i}, f.index...)
				fields = append(fields, f)
			}
			continue
		}
		name, options, _ := strings.Cut(g.Tag.Get("drl"), ",")
		if name == "" {
			continue
		}
		f := &field{index: []int{i}, shape: shapeOf(g.Type), initial: g.Tag.Get("default"), pieces: g.Tag.Get("pieces")}
		if options != "" {
			f.options = strings.Split(options, ",")
		}
		f.Field = types.Field{
			Name: name, Type: f.shape.typ, Doc: g.Tag.Get("doc"),
			Optional: g.Type.Kind() == reflect.Pointer || f.initial != "" || f.has("optional"),
		}
		fields = append(fields, f)
	}
	return fields
}

// recordShape: an exported Go struct is a declared record type of its name, an
// unexported one a plain record.
func recordShape(t reflect.Type) *shape {
	fields := fieldsOf(t)
	typ := &types.Type{Kind: types.Record}
	if name := t.Name(); name != "" && strings.ToUpper(name[:1]) == name[:1] {
		typ.Name = name
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
		typ.Fields = append(typ.Fields, f.Field)
	}
	return &shape{
		typ: typ,
		into: func(dst reflect.Value, v value.Value, at string) error {
			r, ok := v.(*value.Record)
			if !ok || r.Handle != nil {
				return misfit(at, v, typ)
			}
			for _, name := range r.Names() {
				if !slices.Contains(names, name) {
					return fmt.Errorf("%s has a field %s, want %s", at, name, strings.Join(names, ", "))
				}
			}
			for _, f := range fields {
				given, ok := r.Get(f.Name)
				if !ok {
					if f.Optional {
						continue
					}
					return fmt.Errorf("%s has no field %s", at, f.Name)
				}
				if err := f.shape.into(dst.FieldByIndex(f.index), given, at+"."+f.Name); err != nil {
					return err
				}
			}
			return nil
		},
		from: func(src reflect.Value) value.Value {
			values := make([]value.Value, len(fields))
			for i, f := range fields {
				values[i] = f.shape.from(src.FieldByIndex(f.index))
			}
			return value.NewRecord(typ.Name, names, values)
		},
	}
}

func sortedKeys(m reflect.Value) []string {
	keys := make([]string, 0, m.Len())
	for _, k := range m.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	return keys
}
