package compile

import (
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
)

// mostInlined is how many parts a body may have that is put in place of a
// call: a formula with a name, such as (now - base) / base.
const mostInlined = 16

// inline compiles a call of a fn that is one small formula of its parameters
// as the formula itself, with the arguments in the parameters' places. That
// changes nothing that can be seen: the arguments are constants or in
// registers, and nothing is called in the formula.
func (c *compiler) inline(decl *syntax.Fn, fn *function, args []syntax.Expr) (expr, bool) {
	if len(decl.Body.Stmts) != 1 || c.recorder != nil || c.code.watch.Reached != nil {
		return expr{}, false
	}
	body, ok := decl.Body.Stmts[0].(*syntax.Return)
	if !ok || parts(body.Value) > mostInlined || len(args) != len(decl.Params) {
		return expr{}, false
	}
	inner := &compiler{code: c.code, info: c.info, unit: c.code.unitAt(decl.Span()), given: map[*check.Object]expr{}}
	for i, param := range decl.Params {
		o := c.info.Defs[param.Name]
		if args[i] == nil || parts(args[i]) > 1 || kindOf(o.Type) == kindRef {
			return expr{}, false
		}
		x := c.expr(args[i]).to(o.Type, c.at(args[i]))
		if !x.constant && x.slot == 0 {
			return expr{}, false
		}
		inner.given[o] = x
	}
	return inner.expr(body.Value).to(fn.result, c.at(body.Value)), true
}

// parts counts the parts of a formula: names, numbers and operators. It is too
// many for what is none.
func parts(e syntax.Expr) int {
	switch e := e.(type) {
	case *syntax.Ident, *syntax.Int, *syntax.Number, *syntax.Quantity, *syntax.Bool:
		return 1
	case *syntax.Paren:
		return parts(e.X)
	case *syntax.Unary:
		if e.Op == "-" || e.Op == "not" {
			return 1 + parts(e.X)
		}
	case *syntax.Binary:
		switch e.Op {
		case "+", "-", "*", "/", "mod", "==", "!=", "<", "<=", ">", ">=", "and", "or":
			return 1 + parts(e.X) + parts(e.Y)
		}
	case *syntax.IfExpr:
		return 1 + parts(e.Cond) + parts(e.Then) + parts(e.Else)
	}
	return mostInlined + 1
}
