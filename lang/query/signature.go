package query

import (
	"maps"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// Signature is the call that the cursor is in.
type Signature struct {
	Func *types.Func
	// Param is the index of the parameter at the cursor; -1: there is none.
	Param int
}

// Signature returns the innermost call around the cursor; false: there is none.
func (w *World) Signature(text string, cursor int) (Signature, bool) {
	s, found := w.marked(text, word(text, cursor), cursor)
	if !found {
		return Signature{Param: -1}, false
	}
	call, fn := s.call(w)
	if fn == nil {
		return Signature{Param: -1}, false
	}
	sig := Signature{Func: fn, Param: -1}
	for i, a := range call.Args {
		switch {
		case !a.Span().Contains(s.offset):
		case a.Name != nil && a.Name.Text != mark:
			sig.Param = slices.IndexFunc(fn.Params, func(p types.Param) bool { return p.Name == a.Name.Text })
		case i < len(fn.Params) && !fn.Params[i].NamedOnly:
			sig.Param = i
		}
	}
	return sig, true
}

// call returns the innermost call in whose arguments the spot is, and what it
// calls.
func (s spot) call(w *World) (*syntax.Call, *types.Func) {
	for i := range s.path {
		call, ok := s.around(i).(*syntax.Call)
		if !ok || call.Fn != nil && call.Fn.Span().Contains(s.offset) {
			continue
		}
		return call, w.callee(s.program, call)
	}
	return nil, nil
}

// callee is the signature of what is called, also where the checker gave up.
func (w *World) callee(p *check.Program, call *syntax.Call) *types.Func {
	if c := p.Info.Calls[call]; c != nil {
		switch {
		case c.Func != nil:
			return c.Func
		case c.Object != nil && c.Object.Func != nil:
			return c.Object.Func
		}
	}
	switch fn := call.Fn.(type) {
	case *syntax.Ident:
		if o := p.Info.Uses[fn]; o != nil && o.Func != nil {
			return o.Func
		}
		for n, o := range p.Info.Defs {
			if n.Text == fn.Name && o.Func != nil {
				return o.Func
			}
		}
		return w.builtin(fn.Name)
	case *syntax.Member:
		if fn.Name == nil {
			return nil
		}
		if x, ok := fn.X.(*syntax.Ident); ok {
			if f := w.builtin(x.Name + "." + fn.Name.Text); f != nil {
				return f
			}
			if q := p.Imports[x.Name]; q != nil && q.Exports[fn.Name.Text] != nil {
				return q.Exports[fn.Name.Text].Func
			}
		}
		if t := p.Info.Types[fn.X]; t != nil {
			return types.Method(t, fn.Name.Text)
		}
	}
	return nil
}

func (w *World) builtin(name string) *types.Func {
	if w.Universe == nil {
		return nil
	}
	for _, f := range w.Universe.Core {
		if f.Name == name {
			return f
		}
	}
	for _, m := range w.Universe.Packages {
		for _, f := range m.Funcs() {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// arguments are the parameters that the call at the spot could still be given
// by name.
func (w *World) arguments(s spot) (items []Item) {
	// The spot is an argument of its own, or the name of one.
	if _, isArg := s.around(1).(*syntax.Arg); !isArg {
		return nil
	}
	call, fn := s.call(w)
	if fn == nil {
		return nil
	}
	given := map[string]bool{}
	for i, a := range call.Args {
		switch {
		case a.Span().Contains(s.offset):
		case a.Name != nil:
			given[a.Name.Text] = true
		case i < len(fn.Params):
			given[fn.Params[i].Name] = true
		}
	}
	for _, p := range fn.Params {
		if given[p.Name] || p.Variadic {
			continue
		}
		t := p.Type
		if t != nil && t.Kind == types.Option {
			t = t.Elem
		}
		items = append(items, Item{Name: p.Name + ": ", Kind: "argument", Type: t.String(), Doc: p.Doc})
	}
	return items
}

// Line is a signature in one line, with what may be left out in brackets.
func Line(f *types.Func) string {
	var b strings.Builder
	b.WriteString(f.Name + "(")
	for i, p := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		text := p.Name + ": " + p.Type.String()
		switch {
		case p.Default != "":
			text = p.Name + " = " + p.Default
		case p.Variadic:
			text = p.Name + "…"
		case p.Optional:
			text = p.Name + "?"
		}
		b.WriteString(text)
	}
	b.WriteString(")")
	if f.Result != nil {
		b.WriteString(" -> " + f.Result.String())
	}
	return b.String()
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
