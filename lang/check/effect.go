package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// effect judges whether a call of what ("http.post") with effect e may stand
// where it stands, by c.context; it is asked about every call that reads or
// writes. A call that may not is reported with both places: its own and that
// of the declaration that limits it.
func (c *checker) effect(at syntax.Element, e types.Effect, what string) {
	if call, ok := at.(*syntax.Call); ok {
		if known := c.prog.Info.Calls[call]; known != nil && known.Kind == CallRule {
			return // a rule's nodes are judged where it is called: see called
		}
	}
	if e == types.Writes && c.context.safe {
		e = types.Reads
	}
	if body := c.context.fn; body != nil && min(e, c.context.allows) > body.effect {
		body.effect = min(e, c.context.allows)
		c.decls.session.looks[body.object] = look{c.file, at.Span()}
	}
	if e <= c.context.allows {
		if e == types.Writes {
			c.wrote(at)
		}
		return
	}
	var d *source.Diagnostic
	if c.context.allows == types.Pure {
		d = c.errorf(codeReads, at, "%s %s, and %s looks at nothing outside the script", what, e, c.context.place)
		d.Hint = "bind it with a let before, and use the name here"
		if c.context.rule != nil {
			d.Hint = "make it a metric: a rule decides from samples alone"
		}
	} else {
		d = c.errorf(codeWrites, at, "%s writes, and %s only reads", what, c.context.place)
		d.Hint = c.writeHint(at)
	}
	if c.context.because != nil {
		c.also(d, c.context.because, c.context.place+" only "+c.context.allows.String())
		if c.context.allows == types.Pure {
			d.Related[len(d.Related)-1].Message = "in this"
		}
	}
	if call, ok := at.(*syntax.Call); ok {
		if known := c.prog.Info.Calls[call]; known != nil && known.Kind == CallFn {
			if l, ok := c.decls.session.looks[known.Object]; ok {
				d.Related = append(d.Related, source.Related{File: l.file, Span: l.span, Message: "this is what " + what + " looks at"})
			}
		}
	}
}

// writeHint says where a write could go.
func (c *checker) writeHint(at syntax.Element) string {
	switch c.context.at {
	case inFile, inPhase, inWhile, inRule:
		return `writes stand in a step, which says how they are undone: let x = step "…" { undo { … } return … }`
	case inCheck, inCheckFinally, inFollow:
		return "move it into a step; safe " + firstWord(c.file.Slice(at.Span())) + "… vouches that repeating it does no harm"
	}
	return "let it return what is needed, and write in a step; safe vouches that repeating it does no harm"
}

// firstWord returns the name that a call begins with.
func firstWord(call string) string {
	for i, r := range call {
		if r == '(' || r == '\n' {
			return call[:i+1]
		}
	}
	return call
}
