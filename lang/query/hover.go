package query

import (
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// Here is what stands at a place of a script.
type Here struct {
	Text   string        // "let r: Response", "http.get(url: …) -> Response"
	Doc    string        // a sentence or more; may be empty
	Span   source.Span   // of what it is about
	Object *check.Object // what is named; nil: nothing that a script declares
	Func   *types.Func   // what is called; nil: nothing
}

// Hover says what stands at an offset of a checked script; false: nothing that
// there is a word for.
func (w *World) Hover(p *check.Program, offset uint32) (Here, bool) {
	s := at(p, offset)
	for i := range s.path {
		if here, ok := w.describe(p, s.around(i), s.around(i+1)); ok {
			return here, true
		}
	}
	return Here{}, false
}

func (w *World) describe(p *check.Program, e, around syntax.Element) (Here, bool) {
	switch e := e.(type) {
	case *syntax.Name:
		if m, ok := around.(*syntax.Member); ok {
			return w.describeMember(p, m)
		}
		if o := p.Info.Defs[e]; o != nil {
			return ofObject(o, e.Span()), true
		}
	case *syntax.Ident:
		o := p.Info.Uses[e]
		if o != nil {
			if f := w.builtin(e.Name); o.Kind == check.ObjBuiltin && f != nil {
				return Here{Text: Line(f), Doc: f.Doc, Span: e.Span(), Func: f}, true
			}
			here := ofObject(o, e.Span())
			if t := p.Info.Types[e]; t != nil && o.Kind == check.ObjLet {
				here.Text = "let " + e.Name + ": " + t.String() // as far as tests before it have shown
			}
			return here, true
		}
	case syntax.Expr:
		if t := p.Info.Types[e]; t != nil {
			return Here{Text: t.String(), Span: e.Span()}, true
		}
	}
	return Here{}, false
}

func (w *World) describeMember(p *check.Program, m *syntax.Member) (Here, bool) {
	if x, ok := m.X.(*syntax.Ident); ok {
		if f := w.builtin(x.Name + "." + m.Name.Text); f != nil {
			return Here{Text: Line(f), Doc: f.Doc, Span: m.Span(), Func: f}, true
		}
		if q := p.Imports[x.Name]; q != nil && q.Exports[m.Name.Text] != nil {
			return ofObject(q.Exports[m.Name.Text], m.Span()), true
		}
	}
	t := p.Info.Types[m.X]
	if t == nil {
		return Here{}, false
	}
	if t.Kind == types.Option {
		t = t.Elem
	}
	if f, ok := t.Field(m.Name.Text); ok {
		return Here{Text: f.Name + ": " + f.Type.String(), Doc: f.Doc, Span: m.Name.Span()}, true
	}
	if f := types.Method(t, m.Name.Text); f != nil {
		return Here{Text: Line(f), Doc: f.Doc, Span: m.Name.Span(), Func: f}, true
	}
	return Here{}, false
}

func ofObject(o *check.Object, s source.Span) Here {
	i := object(o)
	here := Here{Text: i.Kind + " " + o.Name, Doc: i.Doc, Span: s, Object: o, Func: o.Func}
	switch {
	case o.Func != nil:
		here.Text = i.Kind + " " + Line(o.Func)
	case o.Type != nil:
		here.Text += ": " + i.Type
	}
	here.Text = strings.TrimSpace(here.Text)
	return here
}
