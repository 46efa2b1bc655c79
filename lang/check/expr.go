package check

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// expr checks an expression, records what it found out in Info, and returns
// its type. want is the type that its place asks for, or nil: it gives empty
// lists, null, lambdas and literals their types; whether the value fits is the
// caller's question. What was reported has the type Unknown, which fits
// everything, so that one mistake gives one error.
func (c *checker) expr(e syntax.Expr, want *types.Type) *types.Type {
	t, _, _ := c.judge(e, want)
	return t
}

// exprAs is expr, and reports when the value does not fit want. what names
// the place in messages: "the timeout".
func (c *checker) exprAs(e syntax.Expr, want *types.Type, what string) {
	if t := c.expr(e, want); !types.Fits(t, want) {
		c.mismatch(e, t, want, what)
	}
}

// callStmt checks a call on a line of its own: the one place where a call
// may have no value, and one of the two where a rule may be called. It returns
// the type of the value, or nil.
func (c *checker) callStmt(e syntax.Expr) *types.Type {
	call, ok := e.(*syntax.Call)
	if !ok {
		return c.expr(e, nil)
	}
	c.ruleCall = call
	t := c.call(call)
	if t != nil {
		c.prog.Info.Types[call] = t
	}
	return t
}

// ruleValue is expr for the right side of a let, where a rule may be called.
func (c *checker) ruleValue(e syntax.Expr, want *types.Type) *types.Type {
	if call, ok := e.(*syntax.Call); ok {
		c.ruleCall = call
	}
	return c.expr(e, want)
}

// judge is expr, and returns what a condition proves.
func (c *checker) judge(e syntax.Expr, want *types.Type) (t *types.Type, whenTrue, whenFalse narrowing) {
	switch e := e.(type) {
	case nil:
		return types.TUnknown, nil, nil
	case *syntax.Paren:
		t, whenTrue, whenFalse = c.judge(e.X, want)
		if n, ok := c.numbers[e.X]; ok {
			c.note(e, n)
		}
	case *syntax.Unary:
		t, whenTrue, whenFalse = c.unary(e, want)
	case *syntax.Binary:
		t, whenTrue, whenFalse = c.binary(e, want)
	case *syntax.Is:
		t, whenTrue, whenFalse = c.is(e)
	default:
		t = c.value(e, want)
	}
	if t == nil {
		c.errorf(codeNoValue, e, "%s gives no value", c.text(e)).Hint = "call it on a line of its own"
		t = types.TUnknown
	}
	c.prog.Info.Types[e] = t
	return t, whenTrue, whenFalse
}

// value is the type of the expressions that prove nothing; nil for a call
// that gives no value.
func (c *checker) value(e syntax.Expr, want *types.Type) *types.Type {
	switch e := e.(type) {
	case *syntax.Ident:
		return c.ident(e)
	case *syntax.Int:
		c.note(e, number{kind: types.Int, whole: e.Value})
		return types.TInt
	case *syntax.Number:
		c.note(e, number{kind: types.Number, float: e.Value})
		return types.TNumber
	case *syntax.Quantity:
		return c.quantity(e)
	case *syntax.Bool:
		return types.TBool
	case *syntax.Null:
		return types.TNull
	case *syntax.String:
		return c.string(e)
	case *syntax.List:
		return c.list(e, want)
	case *syntax.Record:
		return c.record(e, want)
	case *syntax.As:
		return c.as(e)
	case *syntax.IfExpr:
		return c.choice(e, want)
	case *syntax.Member:
		return c.member(e)
	case *syntax.Index:
		return c.index(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.Lambda:
		return c.strayLambda(e)
	case *syntax.CommandValue:
		return c.command(e)
	case *syntax.BadExpr:
		return types.TUnknown
	}
	panic(fmt.Sprintf("check: unexpected expression %T", e))
}

// mismatch reports that a value of type have stands where want is wanted.
func (c *checker) mismatch(at syntax.Element, have, want *types.Type, what string) *source.Diagnostic {
	for_ := ""
	if what != "" {
		for_ = " for " + what
	}
	switch {
	case have.Kind == types.Null:
		return c.errorf(codeMayBeNull, at, "found null, want %s%s", want.Word(), for_)
	case have.Kind == types.Option && types.Fits(have.Elem, want):
		d := c.errorf(codeMayBeNull, at, "found %s, which may be null, want %s%s", have, want.Word(), for_)
		d.Hint = c.fill(types.NullHint("{x}"), at, nil)
		c.saidOnce(at)
		return d
	case have.Kind == types.Secret:
		d := c.errorf(codeSecretAsText, at, "found a secret, want %s%s", want.Word(), for_)
		if want.Kind == types.String {
			d.Hint = "it would be shown: give it to what takes a secret"
		}
		return d
	}
	d := c.errorf(codeWrongType, at, "found %s, want %s%s", have.Word(), want.Word(), for_)
	d.Hint = c.mismatchHint(at, have, want)
	return d
}

func (c *checker) mismatchHint(at syntax.Element, have, want *types.Type) string {
	have, want = types.Present(have), types.Present(want)
	if have.Kind == types.Record && want.Kind == types.Record {
		for _, f := range want.Fields {
			g, ok := have.Field(f.Name)
			switch {
			case !ok && !f.Optional:
				return "it has no " + f.Name
			case ok && !types.Fits(g.Type, f.Type):
				return "its " + f.Name + " is " + g.Type.Word() + ", want " + f.Type.Word()
			}
		}
		return ""
	}
	if have.Kind == types.Int || have.Kind == types.Number || have.Kind == types.Ratio {
		if e, ok := at.(syntax.Expr); ok {
			if k, ok := c.numbers[e]; ok {
				switch want.Kind {
				case types.Duration:
					return "give it a unit: " + k.String() + "s, " + k.String() + "m"
				case types.Size:
					return "give it a unit: " + k.String() + "MiB"
				case types.Percent:
					return "write " + k.String() + "%"
				case types.Points:
					return "write " + k.String() + "pp"
				}
			}
		}
		if want.Kind == types.Percent {
			return c.fill("write percent({x}) if it counts hundredths (50 is 50%), {x} as percent if it is a fraction (0.5 is 50%)", at, nil)
		}
	}
	if want.Kind == types.List && types.Fits(have, want.Elem) {
		return c.fill("write [{x}]", at, nil)
	}
	if want.Kind == types.Bool {
		if _, _, hint := types.Unary("not", have); hint != "" {
			return c.fill(hint, at, nil)
		}
	}
	if e, ok := at.(syntax.Expr); ok {
		if _, literal := unparen(e).(*syntax.String); literal {
			return "" // to convert a text that stands in the script is never meant
		}
	}
	_, _, hint := types.Convert(have, want)
	return c.fill(hint, at, nil)
}

// text returns an element as it is written, cut where a message would become
// long.
func (c *checker) text(e syntax.Element) string {
	s := c.file.Slice(e.Span())
	if first, _, more := strings.Cut(s, "\n"); more {
		return strings.TrimSpace(first) + " …"
	}
	if runes := []rune(s); len(runes) > 48 {
		return string(runes[:47]) + "…"
	}
	return s
}

// fill puts the operands, as they are written, into a hint of package types.
func (c *checker) fill(hint string, x, y syntax.Element) string {
	if x != nil {
		hint = strings.ReplaceAll(hint, "{x}", c.text(x))
	}
	if y != nil {
		hint = strings.ReplaceAll(hint, "{y}", c.text(y))
	}
	return hint
}

// unparen returns what stands in the parentheses, if there are any.
func unparen(e syntax.Expr) syntax.Expr {
	for {
		p, ok := e.(*syntax.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// known tells whether a type was found out.
func known(t *types.Type) bool { return t != nil && t.Kind != types.Unknown }
