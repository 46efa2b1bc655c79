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
	if e == types.Writes && c.context.safe {
		e = types.Reads
	}
	if e <= c.context.allows {
		return
	}
	d := c.errorf(codeEffect, at, "%s %s, and %s only %s", what, e, c.context.place, c.context.allows)
	if c.context.because != nil {
		d.Related = append(d.Related, source.Related{File: c.file, Span: c.context.because.Span(), Message: "limited here"})
	}
}

var codeEffect = &source.Code{ID: "DRL0400", Name: "a write where nothing may be written"}
