package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// lambda checks an argument that is a function of its own.
func (c *checker) lambda(e syntax.Expr, p types.Param) *types.Type {
	l, ok := unparen(e).(*syntax.Lambda)
	if !ok {
		t := c.lambdaName(e, p)
		return t
	}
	if len(l.Params) != len(p.Type.Params) {
		d := c.errorf(codeLambda, l, "this function has %s, want %s", counted(len(l.Params), "parameter"), counted(len(p.Type.Params), "parameter"))
		if p.Doc != "" {
			d.Hint = "write " + p.Doc
		}
	}
	pop := c.push("this function")
	defer pop()
	for i, name := range l.Params {
		t := types.TUnknown
		if len(l.Params) == len(p.Type.Params) {
			t = p.Type.Params[i]
		}
		c.bind(name, &Object{Kind: ObjParam, Type: t, Decl: l})
	}
	var want *types.Type
	if known(p.Type.Elem) {
		want = p.Type.Elem
	}
	var result *types.Type
	if want != nil && want.Kind == types.Bool {
		c.cond(l.Body)
		result = types.TBool
	} else {
		result = c.expr(l.Body, want)
		if want != nil && !types.Fits(result, want) {
			c.mismatch(l.Body, result, want, "what "+p.Name+" gives")
			result = types.TUnknown
		}
	}
	t := types.LambdaOf(result, p.Type.Params...)
	c.prog.Info.Types[e] = t
	c.prog.Info.Types[l] = t
	return t
}

// lambdaName reports what is no x => … where one is wanted.
func (c *checker) lambdaName(e syntax.Expr, p types.Param) *types.Type {
	want := "x => …"
	if len(p.Type.Params) == 0 {
		want = "() => …"
	}
	if id, ok := unparen(e).(*syntax.Ident); ok {
		if o := c.find(id.Name); o != nil && (o.Kind == ObjFn || o.Kind == ObjBuiltin) {
			c.prog.Info.Uses[id] = o
			c.errorf(codeLambda, e, "found the name of a function, want %s", want).Hint = "write x => " + id.Name + "(x)"
			return types.TUnknown
		}
	}
	if t := c.expr(e, nil); known(t) {
		c.errorf(codeLambda, e, "found %s, want a function: %s", t.Word(), want)
	}
	return types.TUnknown
}

// strayLambda reports x => … outside of a call's arguments.
func (c *checker) strayLambda(e *syntax.Lambda) *types.Type {
	c.errorf(codeLambda, e, "x => … stands only as an argument of what takes a function").Hint = "write a fn to name a computation"
	return types.TUnknown
}
