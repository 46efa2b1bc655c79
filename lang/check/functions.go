package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// fnBody is what is known of a body with returns: of a fn, a rule or a step.
type fnBody struct {
	object  *Object      // of a fn; nil for a step
	decl    *syntax.Fn   // of a fn
	word    string       // "fn over", "the step": for messages
	result  *types.Type  // what a return has to fit; nil: the first return says
	none    bool         // a rule without a result: nothing to return
	returns int          // how many returns there are
	effect  types.Effect // the strongest call in it
	callees []*Object    // the fns that a fn calls
}

// parameters binds the parameters of a fn or rule.
func (c *checker) parameters(params []*syntax.Param) {
	for _, p := range params {
		c.bind(p.Name, &Object{Kind: ObjParam, Type: typed(c.typeExpr(p.Type)), Decl: p})
	}
}

// fnBodies checks the bodies of fns, and finds what each does to the world:
// what it calls, directly and through other fns.
func (c *checker) fnBodies() {
	for _, s := range c.decls.tree.Stmts {
		fn, ok := s.(*syntax.Fn)
		if !ok {
			continue
		}
		body := &fnBody{object: c.prog.Info.Defs[fn.Name], decl: fn, word: "fn " + fn.Name.Text, result: types.TUnknown}
		if fn.Result != nil {
			body.result = c.typeExpr(fn.Result)
		}
		c.decls.fns = append(c.decls.fns, body)
		unit := &Unit{}
		c.prog.Info.Units[fn] = unit
		pop := c.pushUnit("the fn "+fn.Name.Text, unit)
		leave := c.within(context{at: inFn, place: "a fn", allows: types.Reads, because: fn.Name, everywhere: true, fn: body,
			early: "a fn can be called from anywhere: give it a parameter, or move the let above the first node"})
		c.parameters(fn.Params)
		c.body(fn.Body, true)
		leave()
		pop()
		c.everyPathReturns(fn.Name, fn.Body, body.word)
	}
	for _, body := range c.decls.fns {
		body.callees = c.calledFns(body.decl)
	}
	// Effects are the least fixpoint over who calls whom: they only grow.
	for changed := true; changed; {
		changed = false
		for _, body := range c.decls.fns {
			effect := body.effect
			for _, callee := range body.callees {
				if callee.Effect > effect {
					effect = callee.Effect
					c.decls.session.looks[body.object] = c.decls.session.looks[callee]
				}
			}
			if body.object != nil && effect > body.object.Effect {
				body.object.Effect = effect
				if body.object.Func != nil {
					body.object.Func.Effect = effect
				}
				changed = true
			}
		}
	}
}

// calledFns lists the fns that a fn or an expression calls.
func (c *checker) calledFns(e syntax.Element) (callees []*Object) {
	syntax.Walk(e, func(e syntax.Element) bool {
		if call, ok := e.(*syntax.Call); ok {
			if known := c.prog.Info.Calls[call]; known != nil && known.Kind == CallFn && known.Object != nil {
				callees = append(callees, known.Object)
			}
		}
		return true
	})
	return callees
}

// preludeOrder reports a let above the first node that calls a fn which uses
// a let that is evaluated after it.
func (c *checker) preludeOrder() {
	type use struct {
		let *Object
		fn  *Object
	}
	uses := map[*Object][]use{}
	for _, body := range c.decls.fns {
		syntax.Walk(body.decl, func(e syntax.Element) bool {
			if id, ok := e.(*syntax.Ident); ok {
				if o := c.prog.Info.Uses[id]; o != nil && c.decls.prelude[o] {
					uses[body.object] = append(uses[body.object], use{o, body.object})
				}
			}
			return true
		})
	}
	for _, let := range c.decls.preludeLets {
		seen := map[*Object]bool{}
		queue := c.calledFns(let.Value)
		for len(queue) > 0 {
			fn := queue[0]
			queue = queue[1:]
			if seen[fn] {
				continue
			}
			seen[fn] = true
			for _, u := range uses[fn] {
				if u.let.Span.Start < let.Name.Span().Start {
					continue
				}
				d := c.errorf(codeTooEarly, let.Value, "%s needs %s, which %s uses and which is bound later", let.Name.Text, u.let.Name, u.fn.Name)
				d.Hint = "lets above the first node are evaluated from the first to the last: move " + u.let.Name + " up"
				c.alsoAt(d, u.let, "bound here")
				queue = nil
				break
			}
			if decl, ok := fn.Decl.(*syntax.Fn); ok && fn.Program == c.prog {
				queue = append(queue, c.calledFns(decl)...)
			}
		}
	}
}

// everyPathReturns reports a body that has a value to give and an end that it
// can reach without a return.
func (c *checker) everyPathReturns(at syntax.Element, b *syntax.Block, word string) {
	if b == nil || c.ends(b) || hasBad(b) {
		return
	}
	d := c.errorf(codeNoReturn, at, "%s can end without a return", word)
	d.Hint = "every path through it needs one"
	if n := len(b.Stmts); n > 0 {
		if last, ok := b.Stmts[n-1].(*syntax.If); ok {
			d.Hint = "the last if can be left without one: add an else, or a return after it"
			c.also(d, c.head(last), "this may not return")
		}
	}
}

func hasBad(b *syntax.Block) (bad bool) {
	syntax.Walk(b, func(e syntax.Element) bool {
		if _, ok := e.(*syntax.Bad); ok {
			bad = true
		}
		return !bad
	})
	return bad
}

// ends tells whether control never reaches the end of b.
func (c *checker) ends(b *syntax.Block) bool {
	if b == nil {
		return false
	}
	for _, s := range b.Stmts {
		if c.endsAt(s) {
			return true
		}
	}
	return false
}

func (c *checker) endsAt(s syntax.Stmt) bool {
	switch s := s.(type) {
	case *syntax.Return:
		return true
	case *syntax.If:
		return s.Else != nil && c.ends(s.Then) && c.endsAt(s.Else)
	case *syntax.ElseBlock:
		return c.ends(s.Block)
	case *syntax.In:
		return c.ends(s.Body)
	case *syntax.Phase:
		return c.ends(s.Body)
	case *syntax.CallStmt:
		t := c.prog.Info.Types[s.Call]
		return t != nil && t.Kind == types.Never
	}
	return false
}

// returned checks a return against the body it stands in.
func (c *checker) returned(r *syntax.Return) {
	body := c.context.fn
	if r.Value == nil {
		return
	}
	switch {
	case body == nil:
		c.expr(r.Value, nil)
	case body.none:
		c.expr(r.Value, nil)
		d := c.errorf(codeReturnsNothing, r, "%s has no result to return", body.word)
		d.Hint = "say its type before the block: -> string"
	case body.result != nil:
		if body.decl == nil && body.object == nil {
			// A step's later returns may widen the type of its first: null and
			// a text are a text or null.
			t := typed(c.expr(r.Value, body.result))
			joined := types.Join(body.result, t)
			if joined == nil {
				d := c.errorf(codeReturnTypes, r.Value, "%s returns %s here, and %s above", body.word, t.A(), body.result.A())
				d.Hint = "a step has one value, of one type"
			} else {
				body.result = joined
			}
		} else {
			c.exprAs(r.Value, body.result, "the result of "+body.word)
		}
	default:
		body.result = typed(c.expr(r.Value, nil))
	}
	if body != nil {
		body.returns++
	}
}

// ruleCall is one rule's call of another.
type ruleCall struct {
	at     *syntax.Call
	callee *syntax.Rule
}

// ruleBodies checks the bodies of rules and that none reaches itself.
func (c *checker) ruleBodies(f *syntax.File) {
	for _, s := range f.Stmts {
		rule, ok := s.(*syntax.Rule)
		if !ok {
			continue
		}
		body := &fnBody{object: c.prog.Info.Defs[rule.Name], word: "rule " + rule.Name.Text, none: rule.Result == nil}
		if rule.Result != nil {
			body.result = c.typeExpr(rule.Result)
		}
		unit := &Unit{}
		c.prog.Info.Units[rule] = unit
		pop := c.pushUnit("the rule "+rule.Name.Text, unit)
		leave := c.within(context{at: inRule, place: "a let outside of a step", allows: types.Reads, everywhere: true, fn: body, rules: rule,
			early: "a rule can be called from anywhere: give it a parameter, or move the let above the first node"})
		c.parameters(rule.Params)
		c.body(rule.Body, true)
		leave()
		pop()
		if rule.Result != nil {
			c.everyPathReturns(rule.Name, rule.Body, body.word)
		}
	}
	c.rings(f)
}

// rings reports rules that reach themselves, each ring once.
func (c *checker) rings(f *syntax.File) {
	done := map[*syntax.Rule]bool{}
	var path []*syntax.Rule
	var edges []*syntax.Call
	var visit func(r *syntax.Rule)
	visit = func(r *syntax.Rule) {
		for i, on := range path {
			if on != r {
				continue
			}
			names := make([]string, 0, len(path)-i+1)
			for _, p := range path[i:] {
				names = append(names, p.Name.Text)
			}
			last := edges[len(edges)-1]
			if len(names) == 1 {
				d := c.errorf(codeRuleRing, last, "rule %s calls itself", r.Name.Text)
				d.Hint = "a rule's nodes are known before the run: for … in … repeats, and a fn may recurse"
				return
			}
			d := c.errorf(codeRuleRing, last, "rule %s reaches itself: %s", r.Name.Text, strings.Join(append(names, r.Name.Text), " → "))
			d.Hint = "a rule's nodes are known before the run: take one of these calls out"
			for k, at := range edges[i : len(edges)-1] {
				d.Related = append(d.Related, source.Related{File: c.file, Span: at.Span(), Message: path[i+k].Name.Text + " calls " + path[i+k+1].Name.Text})
			}
			return
		}
		if done[r] {
			return
		}
		path = append(path, r)
		for _, call := range c.decls.calls[r] {
			edges = append(edges, call.at)
			visit(call.callee)
			edges = edges[:len(edges)-1]
		}
		path = path[:len(path)-1]
		done[r] = true
	}
	for _, s := range f.Stmts {
		if rule, ok := s.(*syntax.Rule); ok {
			visit(rule)
		}
	}
}

// called judges the call of a rule: its nodes stand where nodes stand.
func (c *checker) called(e syntax.Expr) {
	call, ok := e.(*syntax.Call)
	if !ok {
		return
	}
	known := c.prog.Info.Calls[call]
	if known == nil || known.Kind != CallRule || known.Object == nil {
		return
	}
	if !c.context.at.holdsNodes() {
		// That it gives no value matters no more.
		*c.ds = slices.DeleteFunc(*c.ds, func(d *source.Diagnostic) bool {
			return d.Code == codeNoValue && d.File == c.file && d.Span == call.Span()
		})
		d := c.errorf(codeMisplaced, call, "a call of rule %s cannot stand in %s", known.Object.Name, c.context.at)
		d.Hint = "a rule is a group of nodes: call it where nodes stand, in the file, a phase or a rule"
		c.alsoAt(d, known.Object, "the rule")
		return
	}
	if callee, ok := known.Object.Decl.(*syntax.Rule); ok && c.context.rules != nil && known.Object.Program == c.prog {
		c.decls.calls[c.context.rules] = append(c.decls.calls[c.context.rules], ruleCall{call, callee})
	}
}

// calledAmongNodes reports a call of a function on a line of its own where
// nodes stand: nothing would run it there. One that writes was reported for
// that.
func (c *checker) calledAmongNodes(e syntax.Expr) {
	call, ok := e.(*syntax.Call)
	if !ok || !c.context.at.holdsNodes() || c.context.strayed {
		return
	}
	known := c.prog.Info.Calls[call]
	if known == nil || known.Kind == CallRule || known.Func != nil && known.Func.Effect == types.Writes {
		return
	}
	name := c.text(call.Fn)
	d := c.errorf(codeMisplaced, call, "a call of %s cannot stand in %s", name, c.context.at)
	if c.context.at == inFile {
		d.Message = "a call of " + name + " cannot stand on its own in the file"
	}
	d.Hint = fmt.Sprintf(`put it into a check or step: check "…" { %s(…) }; calls of rules stand here`, name)
}
