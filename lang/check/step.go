package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// stepBody is what is seen of a step (or a check) while its body is checked.
type stepBody struct {
	word   string         // "step" or "check"
	writes syntax.Element // the first write; nil: none so far
	undo   *syntax.Undo
	// strayUndo says that there is an undo in the wrong place, which was
	// reported: the step does not lack one.
	strayUndo bool
	doneIf    *syntax.Done
	finally   *syntax.Finally
}

// stepNode checks a step whose value nobody asks for.
func (c *checker) stepNode(s *syntax.Step) { c.step(s, nil) }

// step checks a step and returns the type of its value. name is that of the
// let that keeps it, or nil.
func (c *checker) step(s *syntax.Step, name *syntax.Name) *types.Type {
	c.title(s.Title, "the step's title")
	c.duration(s.Timeout, "the timeout")
	c.atLeast(s.Retry, 1, "retry")
	c.duration(s.Every, "every")
	c.duration(s.Grace, "grace")
	c.title(s.Leaves, "what the step leaves")
	c.title(s.Irreversible, "why it is irreversible")
	if s.Body == nil {
		return types.TUnknown
	}
	mayGoOn, strayed := c.mayGoOn(s.Policy), c.context.strayed
	body := &stepBody{word: "step"}
	fn := &fnBody{word: "the step"}

	pop := c.push(c.owner("step", s.Title))
	leave := c.within(context{at: inStep, place: "a step", allows: types.Writes, step: body, fn: fn})
	c.body(s.Body, true)
	c.doneKnows(body)
	c.undoOf(body)
	c.finallyOf(inStepFinally)
	leave()
	pop()

	if body.writes != nil && body.undo == nil && !body.strayUndo && s.Irreversible == nil && !strayed {
		at := c.head(s)
		if s.Title != nil {
			at = s.Title
		}
		d := c.ds.Warn(codeNoUndo, c.file, at.Span(), "this step writes and does not say how it is undone")
		d.Hint = `undo { … }, undo none "why nothing has to be", or irreversible "why" after the title`
		c.also(d, body.writes, "its first write")
	}
	if name == nil {
		return nil
	}
	switch {
	case fn.returns == 0:
		if !hasBad(s.Body) {
			d := c.errorf(codeStepValue, name, "%s has no value: its step returns none", name.Text)
			d.Hint = "return what is needed of it at the end of the step, or leave out the let"
			c.also(d, c.head(s), "the step")
		}
		return types.TUnknown
	case !c.ends(s.Body), body.doneIf != nil, mayGoOn:
		// Skipped, failed and gone on, or ended without a return: no value.
		return types.OptionOf(typed(fn.result))
	}
	return typed(fn.result)
}

// wrote notes the first write of a step's body.
func (c *checker) wrote(at syntax.Element) {
	if c.context.at == inStep && c.context.step != nil && c.context.step.writes == nil {
		c.context.step.writes = at
	}
}

// undoIn keeps a step's undo until its body was checked: it sees all names.
func (c *checker) undoIn(u *syntax.Undo, misplaced bool) {
	step := c.context.step
	if misplaced || step == nil {
		if step != nil {
			step.strayUndo = true
		}
		c.undoBody(u)
		return
	}
	if step.undo != nil {
		d := c.errorf(codeOnlyOne, c.head(u), "a second undo: a step has one")
		d.Hint = "write both into one undo, or make two steps of it"
		c.also(d, c.head(step.undo), "the first is here")
		c.undoBody(u)
		return
	}
	step.undo = u
}

// undoOf checks the undo of a step, in the scope of its body.
func (c *checker) undoOf(step *stepBody) {
	if step.undo == nil {
		return
	}
	c.undoBody(step.undo)
	if step.writes == nil {
		return
	}
	for _, o := range c.prog.Info.UndoNames[step.undo] {
		if _, isLet := o.Decl.(*syntax.Let); !isLet || c.scope.names[o.Name] != o || o.Span.Start < step.writes.Span().Start {
			continue
		}
		d := c.ds.Warn(codeLateLet, c.file, o.Span, "the undo needs %s, which is bound after the step's first write", o.Name)
		d.Hint = "move the let above the write: what fails in between could not be undone"
		c.also(d, step.writes, "the first write")
	}
}

// undoBody checks what undoes a step, and notes which names it needs.
func (c *checker) undoBody(u *syntax.Undo) {
	if u.None != nil {
		c.title(u.None, "why there is nothing to undo")
	}
	if u.Body == nil {
		return
	}
	defer c.push("the undo")()
	defer c.within(context{at: inUndo, place: "an undo", allows: types.Writes})()
	c.body(u.Body, false)
	if len(u.Body.Stmts) == 0 {
		d := c.ds.Warn(codeEmpty, c.file, u.Span(), "this undo does nothing")
		d.Hint = `undo none "why nothing has to be undone" says so`
	}
	seen := map[*Object]bool{}
	inside := u.Span()
	syntax.Walk(u.Body, func(e syntax.Element) bool {
		if id, ok := e.(*syntax.Ident); ok {
			o := c.prog.Info.Uses[id]
			if o != nil && (o.Kind == ObjLet || o.Kind == ObjParam) && !seen[o] && !inside.Contains(o.Span.Start) {
				seen[o] = true
				c.prog.Info.UndoNames[u] = append(c.prog.Info.UndoNames[u], o)
			}
		}
		return true
	})
}

// done checks `done if`: it is asked before the step's first write too.
func (c *checker) done(s *syntax.Done, misplaced bool) {
	step := c.context.step
	if !misplaced && step != nil {
		if step.doneIf != nil {
			c.second(s, step.doneIf, "done if", "join both with and")
		} else {
			step.doneIf = s
		}
	}
	if s.Cond != nil {
		leave := c.within(c.context)
		c.context.place, c.context.allows = "done if", types.Reads
		c.cond(s.Cond)
		leave()
	}
}

// doneKnows reports a `done if` that uses what only the step's work gives.
func (c *checker) doneKnows(step *stepBody) {
	if step.doneIf == nil || step.doneIf.Cond == nil || step.writes == nil {
		return
	}
	syntax.Walk(step.doneIf.Cond, func(e syntax.Element) bool {
		id, ok := e.(*syntax.Ident)
		if !ok {
			return true
		}
		o := c.prog.Info.Uses[id]
		if o == nil || o.Kind != ObjLet || c.scope.names[o.Name] != o {
			return true
		}
		if let, ok := o.Decl.(*syntax.Let); ok && let.Span().End > step.writes.Span().Start {
			d := c.errorf(codeDoneLate, id, "done if is asked before the step's first write, when %s is not known", id.Name)
			d.Hint = "ask the world whether it has happened: what the step itself found out is not there yet"
			d.Related = append(d.Related, source.Related{File: c.file, Span: step.writes.Span(), Message: "the first write"})
		}
		return true
	})
}

// finallyIn keeps a finally until the body before it was checked.
func (c *checker) finallyIn(f *syntax.Finally, misplaced bool) {
	owner := c.context.step
	if misplaced || owner == nil {
		c.inner(f.Body, "the finally")
		return
	}
	if owner.finally != nil {
		c.second(f, owner.finally, "finally", "write both into one")
		return
	}
	owner.finally = f
}

// finallyOf checks the finally of the check or step at hand. It runs whether
// or not the body got to its end: its lets may have no value.
func (c *checker) finallyOf(at place) {
	owner := c.context.step
	if owner == nil || owner.finally == nil {
		return
	}
	body := c.scope
	defer c.push("the finally")()
	c.maybeUnbound(body, func(o *Object) bool { return false })
	defer c.within(context{at: at, place: at.String(), allows: c.context.allows, because: c.context.because})()
	c.body(owner.finally.Body, false)
}

// handlersOf checks the file's handlers: they see how the run went, and of
// the lets below the first node what control may not have passed is null.
func (c *checker) handlersOf(f *syntax.File) {
	for _, h := range c.prog.Handlers {
		if h.Body == nil {
			continue
		}
		pop := c.push("the handler")
		c.maybeUnbound(c.decls.scope, func(o *Object) bool { return c.decls.prelude[o] })
		c.scope.names["run"] = &Object{Kind: ObjRun, Name: "run", Type: RunType, Decl: h}
		inner := c.push("on " + h.Event.Text)
		leave := c.within(context{at: inHandler, place: "a handler", allows: types.Writes, because: h.Event})
		c.body(h.Body, false)
		leave()
		inner()
		pop()
	}
}

// RunType is the type of `run` in handlers.
var RunType = &types.Type{Kind: types.Record, Name: "Run", Fields: []types.Field{
	{Name: "id", Type: types.TString, Doc: "names the run: drl show ID"},
	{Name: "release", Type: types.TString, Doc: "the release's name"},
	{Name: "target", Type: types.TString, Doc: "the target's name; empty without targets"},
	{Name: "version", Type: types.TString, Doc: "the release's version; empty where it says none"},
	{Name: "reason", Type: types.TString, Doc: "why it went wrong; empty where nothing did"},
	{Name: "started", Type: types.TTime, Doc: "when it began"},
	{Name: "duration", Type: types.TDuration, Doc: "how long it has run"},
	{Name: "outcome", Type: types.TString, Doc: "passed, failed, rolled_back, …"},
	{Name: "nodes", Type: types.ListOf(types.TAny), Doc: "what ran: kind, title, status and duration of each"},
	{Name: "metrics", Type: types.TAny, Doc: "the last samples of each monitor, by its title"},
	{Name: "operator", Type: types.TString, Doc: "who started it"},
	{Name: "downtime", Type: types.TDuration, Doc: "how long checks of the target failed"},
	{Name: "waiting_for", Type: types.TString, Doc: "the open question; empty where none is"},
}}
