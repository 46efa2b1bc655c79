package syntax

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// Tree writes a file's tree, one element a line, without places: two files
// that read the same have the same tree. It is for tests and for people who
// look into the parser.
func Tree(f *File) string {
	w := treeWriter{file: f.Source}
	for _, s := range f.Stmts {
		w.value("", reflect.ValueOf(s))
	}
	return w.String()
}

type treeWriter struct {
	strings.Builder
	file  *source.File
	depth int
}

func (w *treeWriter) line(name, format string, args ...any) {
	w.WriteString(strings.Repeat("  ", w.depth))
	if name != "" {
		w.WriteString(name + ": ")
	}
	fmt.Fprintf(w, format+"\n", args...)
}

// value writes v, unless it is empty.
func (w *treeWriter) value(name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch e := v.Interface().(type) {
		case *Name:
			w.line(name, "%s", e.Text)
		case *Command:
			w.line(name, "command %q", w.file.Slice(e.Text))
			w.fields(reflect.ValueOf(e).Elem())
		case *ShellLine:
			// It follows from the text.
		default:
			w.value(name, v.Elem())
		}
	case reflect.Struct:
		w.line(name, "%s", v.Type().Name())
		w.fields(v)
	case reflect.Slice:
		for i := range v.Len() {
			w.value(name, v.Index(i))
		}
	default:
		if !v.IsZero() {
			w.line(name, "%#v", v.Interface())
		}
	}
}

func (w *treeWriter) fields(v reflect.Value) {
	w.depth++
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Type != reflect.TypeFor[At]() && field.Type != reflect.TypeFor[source.Span]() {
			w.value(field.Name, v.Field(i))
		}
	}
	w.depth--
}
