package compile

import (
	"slices"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// recorder compiles an expression so that it remembers the values of its
// parts, each where it is evaluated.
type recorder struct {
	root    syntax.Expr
	spans   []source.Span
	skipped map[syntax.Expr]bool
	quiet   int // inside what is evaluated many times or has its text shown
}

// record compiles e and, where it is worth showing, the keeping of its value.
func (r *recorder) record(c *compiler, e syntax.Expr) expr {
	switch e := e.(type) { // of r.json.status the last alone
	case *syntax.Member:
		r.skip(c, e.X)
	case *syntax.Index:
		r.skip(c, e.X)
	}
	span, worth := r.worth(c, e)
	if !worth || r.quiet > 0 || r.skipped[e] {
		return c.plain(e)
	}
	i := len(r.spans)
	r.spans = append(r.spans, span)
	if _, text := e.(*syntax.String); text { // its holes are in it
		r.quiet++
		defer func() { r.quiet-- }()
	}
	return c.plain(e).keeping(i)
}

// skip leaves out the base of a chain through what came from outside.
func (r *recorder) skip(c *compiler, base syntax.Expr) {
	if t := types.Present(c.typeOf(base)); t != nil && t.Kind == types.Any {
		if r.skipped == nil {
			r.skipped = map[syntax.Expr]bool{}
		}
		r.skipped[base] = true
	}
}

// worth tells whether a part's value helps to see why the whole is what it is,
// and where to show it: operators at their sign.
func (r *recorder) worth(c *compiler, e syntax.Expr) (source.Span, bool) {
	t := c.typeOf(e)
	switch e := e.(type) {
	case *syntax.Quantity:
		return e.Span(), true
	case *syntax.String:
		_, constant := e.Constant()
		return e.Span(), !constant
	case *syntax.Binary:
		return e.OpAt, unparen(r.root) != e
	case *syntax.Unary:
		return source.Span{Start: e.Span().Start, End: e.Span().Start + uint32(len(e.Op))}, unparen(r.root) != e && e.Op != "safe"
	case *syntax.Is, *syntax.As:
		return e.Span(), unparen(r.root) != e
	case *syntax.Ident:
		o := c.info.Uses[e]
		if o == nil {
			return e.Span(), false
		}
		switch o.Kind {
		case check.ObjLet, check.ObjParam, check.ObjInput:
			return e.Span(), shown(t)
		}
		return e.Span(), false
	case *syntax.Member, *syntax.Index, *syntax.Call:
		return e.Span(), shown(t) || unparen(r.root) == e
	case *syntax.CommandValue:
		return e.Span(), false
	}
	return e.Span(), false
}

// shown tells whether values of the type are short enough to read: a reply
// is not, its status is.
func shown(t *types.Type) bool {
	t = types.Present(t)
	if t == nil {
		return false
	}
	switch t.Kind {
	case types.Record:
		return t.Name == "" && !t.Open
	case types.Lambda, types.Module:
		return false
	}
	return true
}

// keeping is x with its value remembered as part i.
func (x expr) keeping(i int) expr {
	y := x
	y.constant, y.slot = false, 0
	switch x.k {
	case kindInt:
		get, box := x.i, boxInt(x.t)
		y.i = func(f *frame) int64 {
			n := get(f)
			f.keep(i, box(n))
			return n
		}
	case kindFloat:
		get, box := x.f, boxFloat(x.t)
		y.f = func(f *frame) float64 {
			n := get(f)
			f.keep(i, box(n))
			return n
		}
	case kindBool:
		get := x.b
		y.b = func(f *frame) bool {
			b := get(f)
			f.keep(i, value.Bool(b))
			return b
		}
	default:
		get := x.r
		y.r = func(f *frame) value.Value {
			v := get(f)
			f.keep(i, v)
			return v
		}
	}
	return y
}

func (f *frame) keep(i int, v value.Value) {
	if i < len(f.m.parts) {
		f.m.parts[i] = v
	}
}

// sortParts orders parts as in the text.
func sortParts(parts []Part) {
	slices.SortStableFunc(parts, func(a, b Part) int {
		if a.Span.Start != b.Span.Start {
			return int(a.Span.Start) - int(b.Span.Start)
		}
		return int(a.Span.End) - int(b.Span.End)
	})
}
