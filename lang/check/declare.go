package check

import (
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// collect declares everything that is known in the whole file.
func (c *checker) collect(f *syntax.File) {
	var release *syntax.Release
	var targets *syntax.Targets
	for _, s := range f.Stmts {
		if use, ok := s.(*syntax.Use); ok {
			c.importFile(use)
		}
	}
	for _, s := range f.Stmts {
		switch s := s.(type) {
		case *syntax.Release:
			if release != nil {
				c.second(s, release, "release", "a script is one release")
				continue
			}
			release = s
			c.prog.Release = s
		case *syntax.Targets:
			if targets != nil {
				c.second(s, targets, "targets", "list them all in one block")
				continue
			}
			targets = s
			c.prog.Targets = &Targets{Decl: s}
		case *syntax.Input:
			c.declareInput(s)
		case *syntax.Fn:
			c.bind(s.Name, &Object{Kind: ObjFn, Decl: s, Program: c.prog})
		case *syntax.Rule:
			c.bind(s.Name, &Object{Kind: ObjRule, Decl: s, Program: c.prog, Effect: types.Writes})
		case *syntax.Metrics:
			c.declareOwnKind(c.decls.metrics, s.Name, &Object{Kind: ObjMetrics, Decl: s, Program: c.prog}, "metrics block")
		case *syntax.Handler:
			c.declareHandler(s)
		case *syntax.Test:
			c.prog.Tests = append(c.prog.Tests, s)
		case *syntax.Bad:
			c.declareBad(s)
		}
	}
	syntax.Walk(f, func(e syntax.Element) bool {
		if b, ok := e.(*syntax.Baseline); ok && b.Name != nil {
			c.declareOwnKind(c.decls.baselines, b.Name, &Object{Kind: ObjBaseline, Decl: b, Program: c.prog}, "baseline")
		}
		return true
	})
	// Signatures come after the names, so that a type may name an import.
	for _, s := range f.Stmts {
		switch s := s.(type) {
		case *syntax.Fn:
			c.signature(s.Name, s.Doc, s.Params, s.Result)
		case *syntax.Rule:
			c.signature(s.Name, s.Doc, s.Params, s.Result)
		}
	}
}

// second reports a declaration of which a file has at most one.
func (c *checker) second(s, first syntax.Stmt, word, hint string) {
	d := c.errorf(codeOnlyOne, c.head(s), "a second %s: a file has one", word)
	d.Hint = hint
	c.also(d, c.head(first), "the first is here")
}

// declareOwnKind declares metrics and baselines, whose names are of a kind of
// their own.
func (c *checker) declareOwnKind(names map[string]*Object, n *syntax.Name, o *Object, word string) {
	o.Name, o.File, o.Span = n.Text, c.file, n.Span()
	c.prog.Info.Defs[n] = o
	if other := names[n.Text]; other != nil {
		d := c.errorf(codeBoundTwice, n, "a second %s named %s", word, n.Text)
		d.Hint = "give it another name"
		c.alsoAt(d, other, "the first is here")
		return
	}
	names[n.Text] = o
}

// signature gives a fn or rule the types of its parameters and result.
func (c *checker) signature(name *syntax.Name, doc string, params []*syntax.Param, result *syntax.TypeExpr) {
	o := c.prog.Info.Defs[name]
	if o == nil {
		return
	}
	fn := &types.Func{Name: name.Text, Doc: doc}
	if result != nil {
		o.Type = c.typeExpr(result)
		fn.Result = o.Type
	}
	optional := (*syntax.Param)(nil)
	for _, p := range params {
		fn.Params = append(fn.Params, types.Param{Name: p.Name.Text, Type: c.typeExpr(p.Type), Optional: p.Default != nil, Default: c.defaultText(p)})
		switch {
		case p.Default != nil && optional == nil:
			optional = p
		case p.Default == nil && optional != nil:
			d := c.errorf(codeParamOrder, p, "%s has no default, and stands after %s, which has one", p.Name.Text, optional.Name.Text)
			d.Hint = "parameters that may be left out come last"
			c.also(d, optional, "may be left out")
		}
	}
	o.Func = fn
}

func (c *checker) defaultText(p *syntax.Param) string {
	if p.Default == nil {
		return ""
	}
	return c.file.Slice(p.Default.Span())
}

// paramDefaults checks the defaults of fns' and rules' parameters.
func (c *checker) paramDefaults(f *syntax.File) {
	defer c.within(context{at: inFile, place: "a parameter's default", allows: types.Pure, everywhere: true})()
	for _, s := range f.Stmts {
		var params []*syntax.Param
		switch s := s.(type) {
		case *syntax.Fn:
			params = s.Params
		case *syntax.Rule:
			params = s.Params
		}
		for _, p := range params {
			if p.Default != nil {
				c.context.because = p.Name
				c.exprAs(p.Default, c.typeExpr(p.Type), "the default of "+p.Name.Text)
			}
		}
	}
}

// within makes ctx the context until the function it returns is called.
func (c *checker) within(ctx context) (leave func()) {
	outer := c.context
	c.context = ctx
	return func() { c.context = outer }
}

func (c *checker) declareHandler(h *syntax.Handler) {
	if first := c.decls.handlers[h.Event.Text]; first != nil {
		c.second(h, first, "on "+h.Event.Text, "write both into one handler")
		return
	}
	c.decls.handlers[h.Event.Text] = h
	c.prog.Handlers = append(c.prog.Handlers, h)
}

// declaring finds what a statement that could not be read would have declared.
var declaring = lazy.Regexp(`(?m)^[ \t]*(?:let|input|fn|rule|use "[^"]*" as|for)[ \t]+([A-Za-z_][A-Za-z0-9_]*)`)

// declareBad gives names that a statement would have declared, had it been
// readable, an unknown type: one mistake, one message.
func (c *checker) declareBad(b *syntax.Bad) {
	for _, m := range declaring().FindAllStringSubmatchIndex(c.file.Slice(b.Span()), -1) {
		start := b.Span().Start
		name := c.file.Slice(source.Span{Start: start + uint32(m[2]), End: start + uint32(m[3])})
		if c.scope.names[name] == nil {
			c.scope.names[name] = &Object{Kind: ObjLet, Name: name, Type: types.TUnknown, Slot: c.scope.unit.Slots}
			c.scope.unit.Slots++
		}
	}
}
