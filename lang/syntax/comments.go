package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// attachDocs gives each declaration the "##" lines directly above it.
func attachDocs(f *File) {
	above := map[int]*Comment{} // by the line it stands in
	for _, c := range f.Comments {
		if c.Doc {
			line, _ := f.Source.Position(c.Start)
			above[line] = c
		}
	}
	if len(above) == 0 {
		return
	}
	Walk(f, func(e Element) bool {
		slot := docOf(e)
		if slot != nil {
			*slot = docAbove(f.Source, above, e.Span().Start)
			if let, ok := e.(*Let); ok && let.Step != nil {
				let.Step.Doc = *slot
				return true
			}
		}
		_, isExpr := e.(Expr)
		return !isExpr
	})
}

// docOf returns where an element keeps its documentation, or nil.
func docOf(e Element) *string {
	switch e := e.(type) {
	case *Input:
		return &e.Doc
	case *Fn:
		return &e.Doc
	case *Rule:
		return &e.Doc
	case *Metrics:
		return &e.Doc
	case *Phase:
		return &e.Doc
	case *Check:
		return &e.Doc
	case *Step:
		return &e.Doc
	case *Confirm:
		return &e.Doc
	case *Baseline:
		return &e.Doc
	case *Monitor:
		return &e.Doc
	case *Settle:
		return &e.Doc
	case *Follow:
		return &e.Doc
	case *Let:
		return &e.Doc
	}
	return nil
}

func docAbove(f *source.File, above map[int]*Comment, start uint32) string {
	line, _ := f.Position(start)
	first := line
	for above[first-1] != nil {
		first--
	}
	var lines []string
	for ; first < line; first++ {
		text := strings.TrimLeft(above[first].Text, "#")
		lines = append(lines, strings.TrimPrefix(text, " "))
	}
	return strings.Join(lines, "\n")
}
