package builtins

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/lang/types"
)

// Manual returns the manual page of a builtin or a method as text for a
// terminal: its signature, what it does, its parameters, the fields of its
// result and an example, if there is one.
func Manual(s *types.Func, example string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", signature(s))
	b.WriteString(wrap(s.Doc+" "+effectText(s), 0))
	if len(s.Params) > 0 {
		b.WriteString("\nParameters\n")
		for _, p := range s.Params {
			b.WriteString("    " + paramText(p) + "\n" + wrap(p.Doc, 8))
		}
	}
	for i, t := range declared(s.Result) {
		title := "Result"
		if t.Name != "" {
			title = t.Name
		}
		if i > 0 && t.Name == "" {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for _, field := range t.Fields {
			fmt.Fprintf(&b, "    %s: %s\n%s", field.Name, field.Type, wrap(field.Doc, 8))
		}
		for _, m := range types.MethodsOf(t) {
			fmt.Fprintf(&b, "    %s\n%s", signature(m), wrap(m.Doc, 8))
		}
	}
	if example != "" {
		b.WriteString("\nExample\n    " + strings.ReplaceAll(example, "\n", "\n    ") + "\n")
	}
	return b.String()
}

// signature is one line: the parameters that must be given, and the result.
// An ellipsis stands for what may be given by name.
func signature(s *types.Func) string {
	var params []string
	more := false
	for _, p := range s.Params {
		switch {
		case p.Variadic:
			params = append(params, p.Name+"…")
		case p.NamedOnly:
			more = true
		case p.Default != "":
			params = append(params, p.Name+" = "+p.Default)
		case p.Optional:
			params = append(params, p.Name+"?")
		default:
			params = append(params, p.Name)
		}
	}
	if more {
		params = append(params, "…")
	}
	text := s.Name + "(" + strings.Join(params, ", ") + ")"
	if s.Result != nil {
		text += " -> " + resultText(s)
	}
	return text
}

func resultText(s *types.Func) string {
	switch {
	case s.ByText != nil:
		return "string | secret"
	case s.Infer != nil && s.Result.Kind == types.Any:
		return "the same"
	case s.Infer != nil && s.Result.Kind == types.String:
		return "string | secret"
	}
	return s.Result.String()
}

func effectText(s *types.Func) string {
	switch s.Effect {
	case types.Pure:
		return "Pure: it looks at nothing outside."
	case types.Reads:
		return "It reads: it may stand in checks."
	}
	return "It writes: it stands in steps, undos and handlers."
}

func paramText(p types.Param) string {
	t := p.Type
	if t.Kind == types.Option && p.Optional {
		t = t.Elem
	}
	text := p.Name + ": " + t.String()
	if p.Default != "" {
		text += " = " + p.Default
	}
	var notes []string
	if p.Optional && p.Default == "" && !p.Variadic {
		notes = append(notes, "optional")
	}
	if p.NamedOnly {
		notes = append(notes, "by name")
	}
	if p.Variadic {
		notes = append(notes, "any number of them")
	}
	if p.Constant && p.Pieces != "" {
		notes = append(notes, "a literal, with {"+p.Pieces+"(…)} where need be")
	} else if p.Constant {
		notes = append(notes, "a literal")
	}
	if p.Address {
		notes = append(notes, "an address: values in a literal are encoded")
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// declared returns the record types within t, outer ones first.
func declared(t *types.Type) []*types.Type {
	var all []*types.Type
	var walk func(t *types.Type)
	walk = func(t *types.Type) {
		if t == nil {
			return
		}
		if t.Kind == types.Record {
			all = append(all, t)
		}
		walk(t.Elem)
		for _, f := range t.Fields {
			walk(f.Type)
		}
	}
	walk(t)
	return all
}

// wrap breaks text at spaces into lines of at most 78 letters with the indent
// before each, and ends the last one.
func wrap(text string, indent int) string {
	const width = 78
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case at == 0:
			b.WriteString(strings.Repeat(" ", indent))
			at = indent
		case at+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += n
	}
	if at > 0 {
		b.WriteString("\n")
	}
	return b.String()
}
