package query

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Item is one thing that could stand at the cursor.
type Item struct {
	Name string // what to write; an argument's ends with ": "
	Kind string // let input fn rule module function field method argument word type
	Type string // of its value; of a function, of its result
	Doc  string
	// Call says that a ( follows.
	Call bool
}

// Complete lists what could stand at the cursor, by name, and where the word
// begins that it would take the place of. Only what the word is the beginning
// of is listed.
func (w *World) Complete(text string, cursor int) (items []Item, start int) {
	start = word(text, cursor)
	s, found := w.marked(text, start, cursor)
	if !found {
		return nil, start
	}
	prefix := text[start:cursor]
	all := w.items(s)
	all = slices.DeleteFunc(all, func(i Item) bool { return !strings.HasPrefix(i.Name, prefix) || strings.HasPrefix(i.Name, mark) })
	slices.SortStableFunc(all, func(a, b Item) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b Item) bool { return a.Name == b.Name }), start
}

func (w *World) items(s spot) []Item {
	switch s.last().(type) {
	case *syntax.TypeExpr:
		return w.typeNames()
	case *syntax.Name:
		switch around := s.around(1).(type) {
		case *syntax.Member:
			return w.members(s.program, around.X)
		case *syntax.Arg:
			return w.arguments(s)
		}
		return nil
	}
	return append(w.arguments(s), w.names(s)...)
}

// names are those that are known where the cursor is.
func (w *World) names(s spot) (items []Item) {
	p := s.program
	for _, o := range p.Given {
		items = append(items, Item{Name: o.Name, Kind: "let", Type: o.Type.String()})
	}
	for n, o := range p.Info.Defs {
		if n.Text == mark || !s.sees(o) {
			continue
		}
		items = append(items, object(o))
	}
	for _, name := range sorted(p.Imports) {
		items = append(items, Item{Name: name, Kind: "module"})
	}
	if p.Targets != nil {
		items = append(items, Item{Name: "target", Kind: "let", Type: "what is released to"})
	}
	if w.Universe != nil {
		for _, f := range w.Universe.Core {
			items = append(items, function(f, "function"))
		}
		for _, m := range w.Universe.Packages {
			items = append(items, Item{Name: m.Name, Kind: "module", Doc: m.Doc})
		}
	}
	for _, word := range []string{"true", "false", "null", "not", "if", "try", "safe"} {
		items = append(items, Item{Name: word, Kind: "word"})
	}
	if s.begins() {
		for _, word := range statements {
			items = append(items, Item{Name: word, Kind: "word"})
		}
	}
	return items
}

// statements are the words that a line can begin with.
var statements = strings.Fields("let expect require check step phase confirm wait parallel for in with fn rule use input metrics baseline monitor undo done finally return")

// begins tells whether the word is all of its line so far.
func (s spot) begins() bool {
	text := s.program.Source.Text[:min(int(s.offset), len(s.program.Source.Text))]
	line := string(text[strings.LastIndexByte(string(text), '\n')+1:])
	line = strings.TrimPrefix(strings.TrimSpace(line), "let _ =")
	return strings.TrimSpace(line) == "" || strings.HasSuffix(strings.TrimSpace(line), "{")
}

// sees tells whether an object can be named at the spot: a declaration of the
// file, or a let above in a block around.
func (s spot) sees(o *check.Object) bool {
	switch o.Kind {
	case check.ObjFn, check.ObjRule, check.ObjInput, check.ObjMetrics, check.ObjBaseline:
		return true
	case check.ObjLet, check.ObjParam:
	default:
		return false
	}
	if o.Span.Start >= s.offset {
		return false
	}
	// The innermost block around the name has to be around the spot too.
	for _, e := range at(s.program, o.Span.Start).path {
		switch e.(type) {
		case *syntax.Block, *syntax.Fn, *syntax.Rule, *syntax.For, *syntax.Lambda:
			if !e.Span().Contains(s.offset) && !phaseBody(s.program, e) {
				return false
			}
		}
	}
	return true
}

// phaseBody tells whether a block is that of a phase, whose names are the
// file's.
func phaseBody(p *check.Program, e syntax.Element) bool {
	for _, stmt := range p.Tree.Stmts {
		if phase, ok := stmt.(*syntax.Phase); ok && syntax.Element(phase.Body) == e {
			return true
		}
	}
	return false
}

func object(o *check.Object) Item {
	i := Item{Name: o.Name, Kind: kindWords[o.Kind], Type: o.Type.String()}
	switch o.Kind {
	case check.ObjFn, check.ObjRule:
		i.Call = true
		if o.Func != nil {
			i.Doc = o.Func.Doc
		}
	case check.ObjInput:
		if decl, ok := o.Decl.(*syntax.Input); ok {
			i.Doc = decl.Doc
		}
	case check.ObjMetrics, check.ObjBaseline:
		i.Type = ""
	}
	i.Doc = strings.Join(strings.Fields(i.Doc), " ")
	return i
}

var kindWords = map[check.ObjectKind]string{
	check.ObjLet: "let", check.ObjParam: "parameter", check.ObjInput: "input", check.ObjFn: "fn", check.ObjRule: "rule",
	check.ObjMetrics: "metrics", check.ObjBaseline: "baseline", check.ObjPackage: "module", check.ObjImport: "module",
	check.ObjBuiltin: "function", check.ObjTarget: "target", check.ObjRun: "run", check.ObjMetric: "metric",
}

func function(f *types.Func, kind string) Item {
	name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	return Item{Name: name, Kind: kind, Type: f.Result.String(), Doc: f.Doc, Call: true}
}

// members are what can follow the dot after x.
func (w *World) members(p *check.Program, x syntax.Expr) (items []Item) {
	if id, ok := x.(*syntax.Ident); ok {
		if o := p.Info.Uses[id]; o != nil && o.Kind == check.ObjImport && o.Program != nil {
			for _, name := range sorted(o.Program.Exports) {
				items = append(items, object(o.Program.Exports[name]))
			}
			if o.Adds() {
				items = append(items, w.module(id.Name)...)
			}
			return items
		}
		if o := p.Info.Uses[id]; o == nil || o.Kind == check.ObjPackage || o.Kind == check.ObjBuiltin {
			if functions := w.module(id.Name); len(functions) > 0 {
				return functions
			}
		}
	}
	t := p.Info.Types[x]
	if t == nil {
		return nil
	}
	if t.Kind == types.Option {
		t = t.Elem
	}
	for _, f := range t.Fields {
		items = append(items, Item{Name: f.Name, Kind: "field", Type: f.Type.String(), Doc: f.Doc})
	}
	items = append(items, w.live(x)...)
	for _, name := range types.MethodNames(t) {
		f := types.Method(t, name)
		i := function(f, "method")
		i.Call = slices.ContainsFunc(f.Params, func(p types.Param) bool { return !p.Optional })
		items = append(items, i)
	}
	return items
}

func (w *World) module(name string) (items []Item) {
	if w.Universe == nil {
		return nil
	}
	for _, m := range w.Universe.Packages {
		if m.Name == name {
			for _, f := range m.Funcs() {
				items = append(items, function(f, "function"))
			}
		}
	}
	return items
}

// live are the fields of the value that x has now, of which the checker knows
// nothing: JSON, rows.
func (w *World) live(x syntax.Expr) (items []Item) {
	r, ok := w.valueOf(x).(*value.Record)
	if !ok || r == nil {
		return nil
	}
	for i, name := range r.Names() {
		if name == "" || strings.IndexFunc(name, func(c rune) bool { return c > 127 || !isNameByte(byte(c)) }) >= 0 {
			continue
		}
		items = append(items, Item{Name: name, Kind: "field", Type: value.TypeName(r.At(i))})
	}
	return items
}

// valueOf follows names, fields and indexes through values that are there;
// nil where that leads nowhere. It evaluates nothing.
func (w *World) valueOf(x syntax.Expr) value.Value {
	switch x := x.(type) {
	case *syntax.Ident:
		if w.Value != nil {
			return w.Value(x.Name)
		}
	case *syntax.Paren:
		return w.valueOf(x.X)
	case *syntax.Member:
		if r, ok := w.valueOf(x.X).(*value.Record); ok && r != nil && x.Name != nil {
			v, _ := r.Get(x.Name.Text)
			return v
		}
	case *syntax.Index:
		switch of := w.valueOf(x.X).(type) {
		case *value.List:
			if i, ok := x.I.(*syntax.Int); ok && of != nil && i.Value >= 0 && i.Value < int64(of.Len()) {
				return of.At(int(i.Value))
			}
		case *value.Record:
			if key, ok := x.I.(*syntax.String); ok && of != nil {
				text, _ := key.Constant()
				v, _ := of.Get(text)
				return v
			}
		}
	}
	return nil
}

// typeNames are the types that can be written.
func (w *World) typeNames() (items []Item) {
	for _, name := range strings.Fields("bool int number string duration size percent points time secret list map any") {
		items = append(items, Item{Name: name, Kind: "type"})
	}
	if w.Universe != nil {
		for _, t := range w.Universe.Declared() {
			items = append(items, Item{Name: t.Name, Kind: "type"})
		}
	}
	return items
}
