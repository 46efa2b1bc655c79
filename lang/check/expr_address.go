package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// looseAddress warns of a let given as an address in which values stand as
// they are: only in a literal that stands in the call are they encoded.
func (c *checker) looseAddress(e syntax.Expr) {
	id, ok := unparen(e).(*syntax.Ident)
	if !ok {
		return
	}
	o := c.prog.Info.Uses[id]
	if o == nil || o.Program != nil {
		return
	}
	let, ok := o.Decl.(*syntax.Let)
	if !ok || let.Value == nil {
		return
	}
	text, ok := unparen(let.Value).(*syntax.String)
	if !ok {
		return
	}
	for i, part := range text.Parts {
		if i == 0 || part.Expr == nil || !c.mayHoldAnything(part.Expr) {
			continue
		}
		d := c.ds.Warn(codeLooseAddress, c.file, e.Span(), "%s goes out as it is: / ? # or .. in %s would make another address of it", id.Name, c.text(part.Expr))
		d.Hint = "write the address here, or {url.encode(" + c.text(part.Expr) + ")} in " + id.Name
		c.also(d, part.Expr, "here")
		return
	}
}

// mayHoldAnything tells whether a value's text may hold what the author of the
// script did not choose: it is no constant, no item of a constant list, no
// field of the target and no input with a constraint.
func (c *checker) mayHoldAnything(e syntax.Expr) bool {
	e = unparen(e)
	t := c.prog.Info.Types[e]
	if t == nil || t.Kind != types.String && t.Kind != types.Secret && t.Kind != types.Any || c.fold(e) != nil {
		return false
	}
	switch e := e.(type) {
	case *syntax.Call:
		known := c.prog.Info.Calls[e]
		return known == nil || known.Func == nil || known.Func.Name != "url.encode" && known.Func.Name != "url.query"
	case *syntax.Member:
		id, ok := e.X.(*syntax.Ident)
		return !ok || id.Name != "target"
	case *syntax.Ident:
		if o := c.prog.Info.Uses[e]; o != nil {
			switch decl := o.Decl.(type) {
			case *syntax.For:
				return c.fold(decl.List) == nil
			case *syntax.Input:
				return len(decl.Constraints) == 0
			}
		}
	}
	return true
}
