package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/stdlib"
)

func prepareDoc(a *app, f *pflag.FlagSet) func([]string) int {
	markdown := f.Bool("markdown", false, "print the whole manual as Markdown")
	return func(args []string) int {
		switch {
		case *markdown:
			a.out.Write(builtins.Markdown(standard.Modules()))
		case len(args) == 0:
			docList(a.out)
		default:
			code := exitOK
			for i, name := range args {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				code = max(code, a.doc(name))
			}
			return code
		}
		return exitOK
	}
}

// docList lists everything that has a page.
func docList(w io.Writer) {
	for _, m := range standard.Modules() {
		name := m.Name
		if name == "" {
			name = "core"
		}
		fmt.Fprintf(w, "%s: %s\n", name, m.Doc)
		for _, fn := range slices.Concat(m.Funcs, m.Methods) {
			docRow(w, fn.Signature())
		}
		fmt.Fprintln(w)
	}
	for _, k := range methodKinds {
		fmt.Fprintf(w, "%s: methods of a value\n", k.name)
		for _, fn := range types.Methods(k.kind) {
			docRow(w, fn)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "libraries: %s\n\nOne of them: drl doc http.get · drl doc list.percentile · drl doc std/web\n", strings.Join(stdlib.Names(), " "))
}

func docRow(w io.Writer, fn *types.Func) {
	mark := " "
	if fn.Effect == types.Writes {
		mark = "W"
	}
	fmt.Fprintf(w, "  %s %-22s %s\n", mark, fn.Name, fn.Doc)
}

// methodKinds are the kinds of value that have methods of the language.
var methodKinds = []struct {
	name string
	kind types.Kind
}{
	{"list", types.List}, {"map", types.Map}, {"string", types.String}, {"time", types.Time}, {"events", types.Events},
}

// doc prints the page of a function, a method, a module, or a library.
func (a *app) doc(name string) int {
	name = strings.TrimSuffix(name, "()")
	if fn := standard.Lookup(name); fn != nil {
		io.WriteString(a.out, builtins.Manual(fn.Signature(), fn.Example))
		return exitOK
	}
	if a.docMethod(name) || a.docModule(name) || a.docType(name) {
		return exitOK
	}
	if strings.HasPrefix(name, libraryPrefix) {
		if text, err := stdlib.Read(name); err == nil {
			a.out.Write(text)
			return exitOK
		}
	}
	if near := types.Near(name, docNames()); near != "" {
		return a.fail(exitUsage, "there is no page for %s; did you mean drl doc %s?", name, near)
	}
	return a.fail(exitUsage, "there is no page for %s; drl doc lists them", name)
}

// docMethod prints list.map, or every method of that name.
func (a *app) docMethod(name string) bool {
	of, method, dotted := strings.Cut(strings.TrimPrefix(name, "."), ".")
	if !dotted {
		of, method = "", of
	}
	found := false
	for _, k := range methodKinds {
		if of != "" && of != k.name {
			continue
		}
		for _, fn := range types.Methods(k.kind) {
			if fn.Name != method {
				continue
			}
			if found {
				fmt.Fprintln(a.out)
			}
			found = true
			io.WriteString(a.out, methodManual(k.name, fn))
		}
	}
	return found
}

// methodManual is the page of a method, under the kind of value that has it.
func methodManual(of string, fn *types.Func) string {
	named := *fn
	named.Name = of + "." + fn.Name
	return builtins.Manual(&named, "")
}

func (a *app) docModule(name string) bool {
	for _, m := range standard.Modules() {
		if m.Name == name || m.Name == "" && name == "core" {
			fmt.Fprintf(a.out, "%s: %s\n\n", name, m.Doc)
			for _, fn := range slices.Concat(m.Funcs, m.Methods) {
				docRow(a.out, fn.Signature())
			}
			return true
		}
	}
	for _, k := range methodKinds {
		if k.name == name {
			fmt.Fprintf(a.out, "%s: methods of a value\n\n", name)
			for _, fn := range types.Methods(k.kind) {
				docRow(a.out, fn)
			}
			return true
		}
	}
	return false
}

// docType prints the fields of a type that a built-in declares.
func (a *app) docType(name string) bool {
	for _, t := range standard.Universe().Declared() {
		if t.Name != name {
			continue
		}
		fmt.Fprintf(a.out, "%s\n\n", t.Name)
		for _, field := range t.Fields {
			fmt.Fprintf(a.out, "  %-14s %-18s %s\n", field.Name, field.Type, field.Doc)
		}
		for _, fn := range types.MethodsOf(t) {
			docRow(a.out, fn)
		}
		return true
	}
	return false
}

func docNames() []string {
	var names []string
	for _, m := range standard.Modules() {
		if m.Name != "" {
			names = append(names, m.Name)
		}
		for _, fn := range slices.Concat(m.Funcs, m.Methods) {
			names = append(names, fn.Name)
		}
	}
	for _, k := range methodKinds {
		for _, fn := range types.Methods(k.kind) {
			names = append(names, k.name+"."+fn.Name)
		}
	}
	for _, t := range standard.Universe().Declared() {
		names = append(names, t.Name)
	}
	return append(names, stdlib.Names()...)
}
