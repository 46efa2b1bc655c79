package builtins

import (
	"github.com/drl-lang/drl/lang/types"
)

// Module is the builtins of one outside system: http, file. The module
// without a name is the core, whose functions are called without a dot.
type Module struct {
	Name    string
	Doc     string // a sentence
	Funcs   []*Func
	Methods []*Func // of its handles, from NewHandle
}

// Universe returns everything that scripts can call of the modules.
func Universe(modules []Module) *types.Universe {
	u := &types.Universe{}
	declared := map[string]bool{}
	for _, m := range modules {
		var signatures []*types.Func
		for _, f := range m.Funcs {
			signatures = append(signatures, f.Signature)
		}
		if m.Name == "" {
			u.Core = append(u.Core, signatures...)
		} else {
			u.Packages = append(u.Packages, &types.Package{Name: m.Name, Doc: m.Doc, Funcs: signatures})
		}
		for _, f := range append(m.Funcs, m.Methods...) {
			eachDeclared(f.Signature, func(t *types.Type) {
				if !declared[t.Name] {
					declared[t.Name] = true
					u.Types = append(u.Types, t)
				}
			})
		}
	}
	return u
}

// eachDeclared calls f with the named record types of a signature, outer ones
// first.
func eachDeclared(s *types.Func, f func(*types.Type)) {
	var walk func(t *types.Type)
	walk = func(t *types.Type) {
		if t == nil {
			return
		}
		if t.Kind == types.Record && t.Name != "" {
			f(t)
		}
		walk(t.Elem)
		for _, field := range t.Fields {
			walk(field.Type)
		}
		for _, p := range t.Params {
			walk(p)
		}
	}
	walk(s.Result)
	for _, p := range s.Params {
		walk(p.Type)
	}
}
