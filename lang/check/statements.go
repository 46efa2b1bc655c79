package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// body checks a block's statements in the scope at hand. direct says that the
// block is that of the place itself, not of an `if` or `for` in it.
func (c *checker) body(b *syntax.Block, direct bool) {
	if b == nil {
		return
	}
	c.announce(b.Stmts)
	c.stmts(b.Stmts, direct)
}

// stmts checks statements, and reports the first that control never reaches.
func (c *checker) stmts(list []syntax.Stmt, direct bool) {
	var end syntax.Stmt
	for _, s := range list {
		if end != nil {
			switch s.(type) {
			case *syntax.Undo, *syntax.Done, *syntax.Finally, *syntax.Bad:
				// They say something of the whole step, wherever they stand.
			default:
				if _, reported := end.(*syntax.Bad); !reported {
					d := c.errorf(codeUnreachable, c.head(s), "this is never reached")
					d.Hint = "take it out, or move it up"
					c.also(d, end, "control ends here")
					end = &syntax.Bad{}
				}
			}
		}
		c.stmt(s, direct)
		if _, isReturn := s.(*syntax.Return); isReturn && standing[c.context.at]&sorts(sReturn) == 0 {
			continue // reported: it cannot stand here
		}
		if end == nil && c.endsAt(s) {
			end = s
		}
	}
}

// inner checks a block in a scope of its own.
func (c *checker) inner(b *syntax.Block, owner string, narrowed ...narrowing) {
	if b == nil {
		return
	}
	defer c.push(owner)()
	for _, n := range narrowed {
		c.narrow(n)
	}
	c.body(b, false)
}

// stmt checks one statement where it stands.
func (c *checker) stmt(s syntax.Stmt, direct bool) {
	if _, bad := s.(*syntax.Bad); bad {
		return
	}
	misplaced := c.misplaced(s, direct)
	if misplaced {
		// What stands in it would be in the right place if it were.
		defer c.within(c.context)()
		c.context.strayed = true
	}
	switch s := s.(type) {
	case *syntax.Phase:
		c.phase(s)
	case *syntax.Check:
		c.check(s)
	case *syntax.Step:
		c.stepNode(s)
	case *syntax.Confirm:
		c.confirm(s)
	case *syntax.Wait:
		c.wait(s)
	case *syntax.Parallel:
		c.parallel(s)
	case *syntax.For:
		c.forLoop(s)
	case *syntax.If:
		c.ifStmt(s)
	case *syntax.In:
		c.in(s)
	case *syntax.Baseline:
		c.baseline(s)
	case *syntax.Monitor:
		c.monitor(s)
	case *syntax.Settle:
		c.settle(s, misplaced)
	case *syntax.Follow:
		c.follow(s, misplaced)
	case *syntax.Let:
		c.let(s)
	case *syntax.Expect:
		c.expect(s)
	case *syntax.Return:
		if misplaced {
			c.expr(s.Value, nil)
			return
		}
		c.returned(s)
	case *syntax.Undo:
		c.undoIn(s, misplaced)
	case *syntax.Done:
		c.done(s, misplaced)
	case *syntax.Finally:
		c.finallyIn(s, misplaced)
	case *syntax.Mock:
		c.mock(s)
	case *syntax.CallStmt:
		c.callStmt(s.Call)
		c.called(s.Call)
		c.calledAmongNodes(s.Call)
	case *syntax.CommandStmt:
		c.acts(s.Command, misplaced)
	}
}

// acts checks a command that stands on its own or is a let's value: a write in
// steps, undos and handlers, an observation in checks.
func (c *checker) acts(cmd *syntax.Command, misplaced bool) {
	if cmd == nil {
		return
	}
	if !misplaced {
		c.wrote(cmd)
	}
	c.commandLine(cmd)
}

// let checks a let and binds its name.
func (c *checker) let(l *syntax.Let) {
	var t *types.Type
	switch {
	case l.Command != nil:
		c.acts(l.Command, standing[c.context.at]&sorts(sLetCommand) == 0)
		t = CommandResult
	case l.Step != nil:
		t = c.step(l.Step, l.Name)
	case l.Confirm != nil:
		c.confirm(l.Confirm)
		t = Confirmation
		if c.mayGoOn(l.Confirm.Policy) {
			t = types.OptionOf(t)
		}
	case l.Ask != nil:
		c.ask(l.Ask)
		t = types.TString
		if l.Ask.Secret {
			t = types.TSecret
		}
	case l.Value != nil:
		t = c.ruleValue(l.Value, nil)
		c.called(l.Value)
	}
	if l.Name != nil {
		c.bind(l.Name, &Object{Kind: ObjLet, Type: typed(t), Decl: l})
	}
}

// Confirmation is the type of `let ok = confirm …`.
var Confirmation = &types.Type{Kind: types.Record, Name: "Confirmation", Fields: []types.Field{
	{Name: "by", Type: types.TString, Doc: "who said yes"},
	{Name: "at", Type: types.TTime, Doc: "when"},
	{Name: "note", Type: types.TString, Doc: "what they wrote with it; may be empty"},
}}

// expect checks `expect` and `require`. After a require, and after an expect
// that ends what it stands in, what the condition proves is known.
func (c *checker) expect(e *syntax.Expect) {
	if e.Cond == nil {
		return
	}
	yes, no := c.cond(e.Cond)
	if e.Else != nil {
		func() {
			defer c.push("else")()
			c.narrow(no)
			c.shown(e.Else, "the text after else")
		}()
	}
	if e.Require || c.context.at != inCheck && c.context.at != inTest && c.context.at != inCheckFinally {
		c.narrow(yes)
	}
}

// shown checks a text that people read. A secret in it is masked there.
func (c *checker) shown(e syntax.Expr, what string) {
	if t := c.expr(e, types.TString); t.Kind != types.Secret && !types.Fits(t, types.TString) {
		c.mismatch(e, t, types.TString, what)
	}
}

// ifStmt checks an if; what its condition proves is known in its branches,
// and after it where one of them ends.
func (c *checker) ifStmt(s *syntax.If) {
	if s.Cond == nil {
		return
	}
	yes, no := c.cond(s.Cond)
	c.inner(s.Then, "the if", yes)
	switch e := s.Else.(type) {
	case *syntax.ElseBlock:
		c.inner(e.Block, "the else", no)
	case *syntax.If:
		func() {
			defer c.push("the else")()
			c.narrow(no)
			c.ifStmt(e)
		}()
	}
	thenEnds, elseEnds := c.ends(s.Then), s.Else != nil && c.endsAt(s.Else)
	switch {
	case thenEnds && !elseEnds:
		c.narrow(no)
	case elseEnds && !thenEnds:
		c.narrow(yes)
	}
}

// forLoop checks a for over a list.
func (c *checker) forLoop(f *syntax.For) {
	elem := types.TUnknown
	if f.List != nil {
		t := typed(c.expr(f.List, nil))
		switch t.Kind {
		case types.List:
			elem = t.Elem
		case types.Any:
			elem = types.TAny
		case types.Unknown, types.Never:
		case types.Map:
			d := c.errorf(codeNotAList, f.List, "for goes over a list, not %s", t.A())
			d.Hint = "its keys or its values are lists: .keys, .values"
		case types.Option:
			d := c.errorf(codeNotAList, f.List, "for goes over a list, and this may be null")
			d.Hint = "for " + f.Name.Text + " in … ?? []"
		default:
			d := c.errorf(codeNotAList, f.List, "for goes over a list, not %s", t.A())
			if t.Kind == types.Int {
				d.Hint = "1..n is the list of the numbers from 1 to n"
			}
		}
	}
	defer c.push("the for")()
	defer c.within(c.context)()
	if c.context.repeats == "" {
		c.context.repeats = "a for"
	}
	c.bind(f.Name, &Object{Kind: ObjLet, Type: elem, Decl: f})
	c.body(f.Body, false)
}

// in checks `in dir with { … } { … }`.
func (c *checker) in(s *syntax.In) {
	if s.Dir != nil {
		c.exprAs(s.Dir, types.TString, "the folder")
	}
	if s.With != nil {
		c.variables(s.With)
	}
	c.inner(s.Body, "in … { }")
}

// variables checks the environment that `with` gives to commands.
func (c *checker) variables(with *syntax.Record) {
	c.expr(with, nil)
	for _, f := range with.Fields {
		t := typed(c.prog.Info.Types[f.Value])
		name := ""
		switch {
		case f.Name != nil:
			name = f.Name.Text
		case f.Key != nil:
			name, _ = f.Key.Constant()
		}
		switch t.Kind {
		case types.String, types.Secret, types.Int, types.Number, types.Bool, types.Any, types.Unknown, types.Never:
		case types.Option, types.Null:
			d := c.errorf(codeVariable, f.Value, "%s may be null, and a variable is a text", name)
			d.Hint = `give it a value for that case: … ?? ""`
		default:
			d := c.errorf(codeVariable, f.Value, "%s is %s, and a variable is a text", name, t.A())
			d.Hint = `write the text that the program expects: "{…}"`
		}
	}
}
