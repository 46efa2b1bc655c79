package repl

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// lastName is the name of the last result.
const lastName = "_"

// noUndo is what the steps that are made around a line say of their undo.
const noUndo = "undo none \"typed at the prompt\"\n"

// form is one way to make a statement of a script of what was typed.
type form struct {
	before, after string
	typed         source.Span // what stands between; the zero span is all
	// wrapped says that the node is ours: its passing is no news.
	wrapped bool
	// streams says that its value was shown while it came about.
	streams bool
}

// line is one statement as it was typed or loaded.
type line struct {
	file *source.File
	span source.Span // with the comments above it
	text string
}

// forms are the ways to read a line, the most likely first. The checker
// chooses: the first without mistakes, or else the first.
func (l line) forms() []form {
	f := source.NewFile("", []byte(l.text))
	if _, ds := syntax.ParseExpr(f); !ds.HasErrors() {
		return []form{
			{before: "let _ = "},
			{}, // of a rule
			{before: "check " + l.title() + " {\n", after: "\n}", wrapped: true},
			{before: "let _ = " + l.step() + "return ", after: "\n}", wrapped: true},
			{before: l.step(), after: "\n}", wrapped: true},
		}
	}
	tree, _ := syntax.Parse(f)
	if len(tree.Stmts) != 1 {
		return []form{{}}
	}
	inStep := form{before: l.step(), after: "\n}", wrapped: true}
	switch s := tree.Stmts[0].(type) {
	case *syntax.CommandStmt:
		return []form{{before: "let _ = " + l.step() + "let result = ", after: "\nreturn result\n}", wrapped: true, streams: true}}
	case *syntax.Let:
		return l.letForms(s)
	case *syntax.Expect:
		return []form{{before: "check " + l.title() + " {\n", after: "\n}"}}
	case *syntax.For, *syntax.If, *syntax.In:
		return []form{{}, inStep}
	}
	return []form{{}}
}

// letForms are the ways to read a let: what acts needs a step around it.
func (l line) letForms(s *syntax.Let) []form {
	var at source.Span
	after := "\n}"
	switch {
	case s.Command != nil:
		at, after = s.Command.Span(), "\nreturn result\n}"
	case s.Value != nil:
		at = s.Value.Span()
	default:
		return []form{{}}
	}
	head := "let " + s.Name.Text + " = " + l.step()
	at.End = uint32(len(l.text))
	if s.Command != nil {
		return []form{{before: head + "let result = ", after: after, typed: at, wrapped: true, streams: true}}
	}
	return []form{{}, {before: head + "return ", after: after, typed: at, wrapped: true}}
}

// step is the head of a step around the line.
func (l line) step() string { return "step " + l.title() + " {\n" + noUndo }

// title is the line as a title.
func (l line) title() string {
	words := strings.Join(strings.Fields(l.text), " ")
	if letters := []rune(words); len(letters) > 70 {
		words = string(letters[:69]) + "…"
	}
	return value.QuoteString(words)
}

// lines cuts a text into its statements, each with the comments above it.
func lines(f *source.File) []line {
	if _, ds := syntax.ParseExpr(f); !ds.HasErrors() {
		return []line{newLine(f, source.Span{End: uint32(len(f.Text))})}
	}
	tree, _ := syntax.Parse(f)
	var all []line
	at := uint32(0)
	for i, s := range tree.Stmts {
		end := s.Span().End
		if i == len(tree.Stmts)-1 {
			end = uint32(len(f.Text))
		}
		all = append(all, newLine(f, source.Span{Start: at, End: end}))
		at = end
	}
	return all
}

func newLine(f *source.File, s source.Span) line {
	text := f.Slice(s)
	trimmed := strings.TrimLeft(text, " \n\r")
	s.Start += uint32(len(text) - len(trimmed))
	trimmed = strings.TrimRight(trimmed, " \n\r")
	s.End = s.Start + uint32(len(trimmed))
	return line{f, s, trimmed}
}

// put adds the line to a text in a form.
func (l line) put(t *text, f form) {
	t.glue(f.before)
	s := l.span
	if f.typed != (source.Span{}) {
		s = source.Span{Start: l.span.Start + f.typed.Start, End: l.span.Start + f.typed.End}
	}
	t.take(l.file, s)
	t.glue(f.after + "\n")
}
