package plan

import (
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
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

// call is a call as written, with the values in its arguments that are known.
func (l *layer) call(c *syntax.Call) string {
	var args []syntax.Expr
	for _, a := range c.Args {
		args = append(args, a.Value)
	}
	return l.filled(c, args...)
}

// filled is a piece of the script as written, with what is known of the
// expressions in it in their place.
func (l *layer) filled(e syntax.Element, in ...syntax.Expr) string {
	file := l.eval.program.Source
	var b strings.Builder
	at := e.Span().Start
	for _, x := range in {
		syntax.Walk(x, func(n syntax.Element) bool {
			x, ok := n.(syntax.Expr)
			if !ok {
				return true
			}
			if text := l.shown(x); text != "" {
				span := x.Span()
				b.Write(file.Text[at:span.Start])
				b.WriteString(text)
				at = span.End
				return false
			}
			_, isText := x.(*syntax.String)
			return !isText // a value within a text would need no quotes
		})
	}
	b.Write(file.Text[at:e.Span().End])
	return oneLine(b.String())
}

// longestShown is the longest value that stands in a call in place of its
// name: more would hide the call.
const longestShown = 120

// shown is what a plan shows of an argument in place of its words, "" where
// they say more: a name, what is computed from names, or a text with names in
// it, if its value is known and fits into the line.
func (l *layer) shown(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.String:
		if first, lines := l.firstLine(x); lines > 1 {
			return `"""` + first + ` …"""`
		}
		if _, constant := x.Constant(); constant {
			return ""
		}
	case *syntax.Ident:
		if l.eval.program.Info.Uses[x] == nil {
			return "" // the name of what is called, as in proven(latency, …)
		}
	case *syntax.Member, *syntax.Binary:
	default:
		return ""
	}
	if !l.eval.known(x) {
		return ""
	}
	v, err := l.eval.value(x)
	if err != nil {
		return ""
	}
	switch v.(type) {
	case value.String, value.Secret, value.Int, value.Number, value.Duration, value.Size, value.Percent, value.Bool:
	default:
		return ""
	}
	if text := value.Quote(v); len(text) <= longestShown {
		return text
	}
	return ""
}

// firstLine is the first line of a text that spans lines, as it is written,
// and how many lines it has.
func (l *layer) firstLine(s *syntax.String) (first string, lines int) {
	text := l.eval.program.Source.Slice(s.Span())
	lines = strings.Count(text, "\n") + 1
	for line := range strings.Lines(strings.Trim(text, `"'`)) {
		if first = strings.TrimSpace(line); first != "" {
			break
		}
	}
	return first, lines
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
