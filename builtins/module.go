package builtins

import (
	"sync"

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
	u := &types.Universe{Types: sync.OnceValue(func() []*types.Type { return declaredTypes(modules) })}
	for _, m := range modules {
		functions := signatures(m.Funcs)
		if m.Name == "" {
			u.Core = append(u.Core, functions()...)
		} else {
			u.Packages = append(u.Packages, &types.Package{Name: m.Name, Doc: m.Doc, Funcs: functions})
		}
	}
	return u
}

// declaredTypes are the types that the functions of the modules take and give.
func declaredTypes(modules []Module) []*types.Type {
	var all []*types.Type
	declared := map[string]bool{}
	for _, m := range modules {
		for _, f := range append(m.Funcs, m.Methods...) {
			eachDeclared(f.Signature(), func(t *types.Type) {
				if !declared[t.Name] {
					declared[t.Name] = true
					all = append(all, t)
				}
			})
		}
	}
	return all
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
