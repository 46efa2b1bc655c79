package plan

import (
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// quiet are built-ins that read, and that no plan needs to show.
var quiet = map[string]bool{"env": true, "now": true, "print": true}

// effects lists what a body does to the world, without its undo.
func (l *layer) effects(body syntax.Element) (effects []Effect) {
	p := l.eval.program
	add := func(e syntax.Element, writes bool, text string) {
		effects = append(effects, Effect{Writes: writes, Text: text, Place: PlaceOf(p, e)})
	}
	safe := map[syntax.Expr]bool{}
	syntax.Walk(body, func(n syntax.Element) bool {
		switch n := n.(type) {
		case *syntax.Undo:
			return syntax.Element(n) == body
		case *syntax.Unary:
			if n.Op == "safe" {
				safe[n.X] = true
			}
		case *syntax.CommandStmt:
			add(n, true, "$ "+l.command(n.Command))
		case *syntax.Let:
			if n.Command != nil {
				add(n, true, "$ "+l.command(n.Command))
			}
		case *syntax.CommandValue:
			add(n, false, "$("+l.command(n.Command)+")")
		case *syntax.Call:
			if reads, writes := reaches(p.Info.Calls[n]); reads {
				add(n, writes && !safe[n], l.call(n))
			}
		}
		return true
	})
	return effects
}

// reaches tells whether a call looks at the world, and whether it changes it.
func reaches(c *check.Call) (reads, writes bool) {
	if c == nil {
		return false, false
	}
	effect := types.Pure
	switch c.Kind {
	case check.CallBuiltin, check.CallHandle:
		if c.Func == nil || quiet[c.Func.Name] {
			return false, false
		}
		effect = c.Func.Effect
	case check.CallFn:
		effect = c.Object.Effect
	}
	return effect >= types.Reads, effect == types.Writes
}

// call is a call as written, with the texts in it that are known.
func (l *layer) call(c *syntax.Call) string {
	file := l.eval.program.Source
	var b strings.Builder
	at := c.Span().Start
	for _, a := range c.Args {
		s, ok := a.Value.(*syntax.String)
		if !ok || !l.eval.known(s) {
			continue
		}
		if _, constant := s.Constant(); constant {
			continue
		}
		v, err := l.eval.value(s)
		if err != nil {
			continue
		}
		span := s.Span()
		b.Write(file.Text[at:span.Start])
		b.WriteString(`"` + v.String() + `"`)
		at = span.End
	}
	b.Write(file.Text[at:c.Span().End])
	return oneLine(b.String())
}

// command is a command's text with the values that are known.
func (l *layer) command(c *syntax.Command) string {
	file := l.eval.program.Source
	var b strings.Builder
	at := c.Text.Start
	for _, h := range c.Holes {
		span := h.Span()
		if span.Start < at || !l.eval.known(h.Expr) {
			continue
		}
		v, err := l.eval.value(h.Expr)
		if err != nil {
			continue
		}
		b.Write(file.Text[at:span.Start])
		b.WriteString(v.String())
		at = span.End
	}
	b.Write(file.Text[at:c.Text.End])
	return oneLine(b.String())
}
