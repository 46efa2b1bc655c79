package check

import (
	"slices"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// callee is what a call calls.
type callee struct {
	kind     CallKind
	fn       *types.Func // nil: it was reported
	object   *Object     // of a fn or rule
	recv     syntax.Expr // of a method
	optional bool        // reached through ?.
	mayBe    bool        // … and that may be null
	name     string      // for messages
}

// call checks a call and returns the type of its value; nil for none.
func (c *checker) call(e *syntax.Call) *types.Type {
	mayBeRule := c.ruleCall == e
	if t, ok := c.metricCall(e); ok {
		return t
	}
	f := c.callee(e.Fn)
	if f.fn == nil {
		c.looseArgs(e)
		return types.TUnknown
	}
	if f.kind == CallRule && !mayBeRule {
		d := c.errorf(codeRuleInExpression, e, "%s is a rule: it is called on a line of its own, or as the whole value of a let", f.name)
		d.Hint = "write let x = " + c.text(e) + " where nodes stand, and use x here"
	}
	call := &Call{Kind: f.kind, Func: f.fn, Object: f.object, Recv: f.recv, Optional: f.optional}
	if f.kind == CallMethod {
		call.Method = f.fn.Name
	}
	var given []*types.Type
	call.Args, given = c.args(e, f.fn, f.name)
	c.prog.Info.Calls[e] = call
	effect := f.fn.Effect
	if f.kind == CallFn {
		effect = f.object.Effect
	}
	if f.kind != CallRule {
		c.doing(e, effect, f.name)
	}
	t := c.resultOf(e, f.fn, given)
	if f.fn.ByText != nil && len(call.Args) > 0 && call.Args[0] != nil {
		text := ""
		if s, ok := c.fold(call.Args[0]).(value.String); ok {
			text = string(s)
		}
		t = f.fn.ByText(text)
	}
	if f.mayBe && t != nil {
		t = types.OptionOf(t)
	}
	return t
}

// resultOf is the type of what fn returns for arguments of these types.
func (c *checker) resultOf(at syntax.Element, fn *types.Func, given []*types.Type) *types.Type {
	if fn.Infer == nil || given == nil && len(fn.Params) > 0 {
		return fn.Result
	}
	if slices.ContainsFunc(given, func(t *types.Type) bool { return t != nil && t.Kind == types.Unknown }) {
		return types.TUnknown
	}
	t, problem := fn.Infer(given)
	if problem != "" {
		c.errorf(codeArgumentTypes, at, "%s", problem)
		return types.TUnknown
	}
	return t
}

// callee finds what is called; its fn is nil when that was reported.
func (c *checker) callee(e syntax.Expr) callee {
	switch e := unparen(e).(type) {
	case *syntax.Ident:
		return c.namedCallee(e)
	case *syntax.Member:
		if m, ok := c.moduleMember(e); ok {
			if m.object != nil && m.fn == nil {
				c.errorf(codeNotCallable, e, "%s is a %s, and can't be called", m.name, kindWord(m.object.Kind))
			}
			return m
		}
		return c.method(e)
	default:
		if t := c.expr(e, nil); known(t) {
			c.errorf(codeNotCallable, e, "%s can't be called", t.A())
		}
		return callee{}
	}
}

func (c *checker) namedCallee(id *syntax.Ident) callee {
	o := c.use(id)
	if o == nil {
		return callee{}
	}
	f := callee{object: o, fn: o.Func, name: id.Name}
	switch o.Kind {
	case ObjFn:
		f.kind = CallFn
	case ObjRule:
		f.kind = CallRule
	case ObjBuiltin:
		f.kind, f.object = CallBuiltin, nil
	default:
		if o.Type == nil || o.Type.Kind != types.Unknown {
			d := c.errorf(codeNotCallable, id, "%s is a %s, and can't be called", id.Name, kindWord(o.Kind))
			if o.Kind == ObjPackage {
				d.Hint = "call one of its functions: " + id.Name + ".…(…)"
			}
		}
		return callee{}
	}
	return f
}

// method finds a method of a value.
func (c *checker) method(e *syntax.Member) callee {
	x := c.expr(e.X, nil)
	if !known(x) {
		return callee{}
	}
	x, mayBe, ok := c.reach(e, x)
	if !ok || !known(x) {
		return callee{}
	}
	if x.Kind == types.Never { // [].mean.x: it ends before, but has to be a method
		x = types.TAny
	}
	f := callee{kind: CallMethod, recv: e.X, optional: mayBe || e.Optional && x.Kind == types.Any, mayBe: mayBe, name: e.Name.Text}
	if x.Kind == types.Record {
		f.kind = CallHandle
		if field, ok := x.Field(e.Name.Text); ok {
			c.errorf(codeNotCallable, e.Name, "%s is %s, and can't be called", e.Name.Text, field.Type.A()).Hint = "write it without ( )"
			return callee{}
		}
	}
	f.fn = types.Method(x, e.Name.Text)
	switch {
	case f.fn == nil:
		c.unknownMember(e, x)
	case f.kind == CallHandle:
		f.name = f.fn.Name
	}
	return f
}

// looseArgs checks the arguments of a call of nothing.
func (c *checker) looseArgs(e *syntax.Call) {
	for _, a := range e.Args {
		if _, isLambda := a.Value.(*syntax.Lambda); !isLambda {
			c.expr(a.Value, nil)
		}
	}
}

// args holds the arguments of a call against the parameters. It returns them
// in the parameters' order, with nil for those left out and the further ones
// of a variadic parameter at the end, and their types.
func (c *checker) args(e *syntax.Call, fn *types.Func, name string) ([]syntax.Expr, []*types.Type) {
	params := fn.Params
	args := make([]syntax.Expr, len(params))
	given := make([]*types.Type, len(params))
	broken := false // an argument has no parameter: don't say that another is missing
	next, named := 0, (*syntax.Arg)(nil)
	for _, a := range e.Args {
		if a.Name != nil {
			named = a
			i := slices.IndexFunc(params, func(p types.Param) bool { return p.Name == a.Name.Text })
			switch {
			case i < 0:
				broken = true
				c.unknownArgument(a, params, name)
				c.looseArg(a)
			case args[i] != nil:
				d := c.errorf(codeTwiceGiven, a.Name, "%s is given twice", a.Name.Text)
				c.also(d, args[i], "first here")
				c.looseArg(a)
			default:
				args[i], given[i] = a.Value, c.arg(a.Value, params[i])
			}
			continue
		}
		if named != nil {
			d := c.errorf(codeArgumentOrder, a, "an argument without a name after %s, which has one", named.Name.Text)
			d.Hint = "arguments without names come first"
			c.looseArg(a)
			broken = true
			continue
		}
		for next < len(params) && params[next].NamedOnly {
			next++
		}
		if next >= len(params) {
			if !broken {
				c.tooMany(a, params, name)
			}
			broken = true
			c.looseArg(a)
			continue
		}
		p := params[next]
		t := c.arg(a.Value, p)
		if p.Variadic && args[next] != nil {
			args, given = append(args, a.Value), append(given, t)
			continue
		}
		args[next], given[next] = a.Value, t
		if !p.Variadic {
			next++
		}
	}
	if !broken {
		c.missing(e, params, args, name)
	}
	return args, given
}

func (c *checker) looseArg(a *syntax.Arg) {
	if _, isLambda := a.Value.(*syntax.Lambda); !isLambda {
		c.expr(a.Value, nil)
	}
}

func (c *checker) unknownArgument(a *syntax.Arg, params []types.Param, name string) {
	d := c.errorf(codeUnknownArgument, a.Name, "%s has no argument %s", name, a.Name.Text)
	names := paramNames(params)
	suggest(d, a.Name.Text, names)
	if d.Hint == "" {
		d.Hint = "it takes " + listed(names)
	}
}

func paramNames(params []types.Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

func (c *checker) tooMany(a *syntax.Arg, params []types.Param, name string) {
	most := 0
	var byName []string
	for _, p := range params {
		if p.NamedOnly {
			byName = append(byName, p.Name)
		} else {
			most++
		}
	}
	d := c.errorf(codeTooMany, a, "%s takes %s, this is one more", name, counted(most, "argument"))
	switch {
	case most == 0 && len(byName) == 0:
		d.Message = name + " takes no arguments"
	case len(byName) > 0:
		d.Message = name + " takes " + counted(most, "argument") + " without a name, this is one more"
		d.Hint = "these are given by name: " + listed(byName)
	}
}

// missing reports the required parameters that got no argument.
func (c *checker) missing(e *syntax.Call, params []types.Param, args []syntax.Expr, name string) {
	var without []string
	for i, p := range params {
		if args[i] == nil && !p.Optional && !p.Variadic {
			without = append(without, p.Name+": "+p.Type.Word())
		}
	}
	if len(without) == 0 {
		return
	}
	at := syntax.Element(e)
	if m, ok := unparen(e.Fn).(*syntax.Member); ok {
		at = spanned{source.Span{Start: m.Name.Span().Start, End: e.Span().End}}
	}
	c.errorf(codeMissing, at, "%s lacks %s", name, listed(without))
}

// spanned is a place that no element of the tree has.
type spanned struct{ span source.Span }

func (s spanned) Span() source.Span { return s.span }

// arg checks one argument against its parameter.
func (c *checker) arg(e syntax.Expr, p types.Param) *types.Type {
	if p.Type.Kind == types.Lambda {
		return c.lambda(e, p)
	}
	t := c.expr(e, p.Type)
	want := p.Type
	if p.Optional && p.Default == "" && t.Kind == types.Null {
		// null for what may be left out is leaving it out.
		return t
	}
	if !types.Fits(t, want) {
		c.mismatch(e, t, want, p.Name)
		return types.TUnknown
	}
	if p.Constant {
		c.constantArg(e, t, p)
	}
	if p.Address {
		c.looseAddress(e)
	}
	return t
}

// constantArg reports a text that has to be known before the run: a query, a
// pattern. What is put into it by { } would be read again.
func (c *checker) constantArg(e syntax.Expr, t *types.Type, p types.Param) {
	if !known(t) {
		return
	}
	if c.fold(e) != nil {
		if p.Name == "pattern" {
			c.pattern(e)
		}
		return
	}
	s, ok := unparen(e).(*syntax.String)
	if ok && c.ofPieces(s, p) {
		return
	}
	d := c.errorf(codeConstant, e, "%s is a literal or a constant, so that no value in it is read as more than a value", p.Name)
	if !ok {
		d.Hint = "write the text here"
		return
	}
	for _, part := range s.Parts {
		if part.Expr == nil || c.isPiece(part.Expr, p) {
			continue
		}
		d.Span = part.Span
		switch p.Name {
		case "pattern":
			d.Hint = "compare with contains, starts_with(…) or ends_with(…) what is known only when the script runs"
		case "query", "metric":
			d.Hint = "write the text as it is, and bind the value to a label: prometheus.increase('…', where: { label: " + c.text(part.Expr) + " })"
		default:
			d.Hint = "bind the value: leave a placeholder in the text, such as $1, and give " + c.text(part.Expr) + " as an argument after it"
			if p.Pieces != "" {
				d.Hint += "; what is the name of a table or column goes in as {" + p.Pieces + "(" + c.text(part.Expr) + ")}"
			}
		}
		return
	}
}

// ofPieces tells whether all that { } puts into a constant text is quoted for
// it by the parameter's own function, called right there.
func (c *checker) ofPieces(s *syntax.String, p types.Param) bool {
	for _, part := range s.Parts {
		if part.Expr != nil && !c.isPiece(part.Expr, p) {
			return false
		}
	}
	return true
}

func (c *checker) isPiece(e syntax.Expr, p types.Param) bool {
	call, ok := unparen(e).(*syntax.Call)
	if !ok || p.Pieces == "" {
		return false
	}
	known := c.prog.Info.Calls[call]
	return known != nil && known.Kind == CallBuiltin && known.Func != nil && known.Func.Name == p.Pieces
}
