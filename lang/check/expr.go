package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// expr checks an expression, records what it found out in Info, and returns
// its type. want is the type that its place asks for, or nil: it gives empty
// lists, null, lambdas and literals their types, and is not enforced. What was
// reported has the type Unknown; a call without a value has a nil type only
// where the caller is callStmt.
func (c *checker) expr(e syntax.Expr, want *types.Type) *types.Type {
	return types.TUnknown
}

// exprAs is expr, and reports when the value does not fit want. what names
// the place in messages: "the timeout".
func (c *checker) exprAs(e syntax.Expr, want *types.Type, what string) {
	c.expr(e, want)
}

// callStmt checks a call on a line of its own: the one place where a call
// may have no value and where a rule may be called without a let. It returns
// the type of the value, or nil.
func (c *checker) callStmt(e syntax.Expr) *types.Type {
	return types.TUnknown
}

// ruleValue checks the right side of a let, where a rule may be called.
func (c *checker) ruleValue(e syntax.Expr, want *types.Type) *types.Type {
	return types.TUnknown
}

// narrowing is what a condition proves: the types of names and of member
// paths ("r.backup").
type narrowing map[string]*types.Type

// cond checks a condition, which must be a bool, and returns what it proves
// where it is true and where it is false.
func (c *checker) cond(e syntax.Expr) (whenTrue, whenFalse narrowing) {
	return nil, nil
}

// narrow makes what a condition proves known from here on in the scope.
func (c *checker) narrow(n narrowing) {}

// typeExpr returns the meaning of a written type.
func (c *checker) typeExpr(t *syntax.TypeExpr) *types.Type {
	return types.TUnknown
}

// use resolves a name and records it, or reports that nothing has it and
// returns nil.
func (c *checker) use(id *syntax.Ident) *Object {
	return nil
}
