package check

import (
	"fmt"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// title checks a node's title: it is computed, so that the plan can show it
// and a run can name the node by it.
func (c *checker) title(t *syntax.String, what string) {
	if t == nil {
		return
	}
	leave := c.within(c.context)
	c.context.place, c.context.allows, c.context.because = "a title", types.Pure, nil
	c.shown(t, what)
	leave()
	if text, ok := t.Constant(); ok && text == "" {
		d := c.errorf(codeTitle, t, "%s is empty", what)
		d.Hint = "say what it is for: reports and drl plan name it so"
	}
}

// owner is what a message calls a node's scope: `the step "deploy"`.
func (c *checker) owner(word string, t *syntax.String) string {
	if t == nil {
		return "the " + word
	}
	return "the " + word + " " + c.file.Slice(t.Span())
}

// mayGoOn tells whether the run may go on after a failure of a node with the
// policy: then what the node would have bound has no value.
func (c *checker) mayGoOn(p *syntax.Policy) bool {
	action := c.context.policy
	if p != nil {
		action = p.Action
	}
	return action == "warn" || action == "ask"
}

// phase checks a section: its lets are those of the scope around it.
func (c *checker) phase(p *syntax.Phase) {
	c.title(p.Title, "the phase's title")
	if p.Body == nil {
		return
	}
	defer c.within(c.context)()
	if c.context.at == inFile {
		c.context.at = inPhase
	}
	if p.Policy != nil {
		c.context.policy = p.Policy.Action
	}
	c.stmts(p.Body.Stmts, true)
}

// check checks a check: it observes.
func (c *checker) check(k *syntax.Check) {
	c.title(k.Title, "the check's title")
	c.duration(k.Within, "within")
	c.duration(k.Every, "every")
	c.duration(k.Timeout, "the timeout")
	c.shorter(k.Every, k.Within, "within")
	if k.Timeout != nil && k.Within != nil {
		c.limit(func(v []value.Value) *source.Diagnostic {
			timeout, ok := asDuration(v[0])
			within, ok2 := asDuration(v[1])
			if !ok || !ok2 || timeout <= within {
				return nil
			}
			d := c.problem(codeTimeout, k.Timeout, "timeout %s is for one try, and is longer than within %s, which all tries have", v[0], v[1])
			d.Severity = source.Warning
			d.Hint = "leave it out, or make it shorter"
			return d
		}, k.Timeout, k.Within)
	}
	if k.Body == nil {
		return
	}
	var because syntax.Element = c.head(k)
	if k.Title != nil {
		because = k.Title
	}
	defer c.push(c.owner("check", k.Title))()
	ctx := context{at: inCheck, place: "a check", allows: types.Reads, because: because}
	if c.context.at == inFollow {
		ctx.place = "a follow-up"
	}
	defer c.within(ctx)()
	c.context.step = &stepBody{word: "check"}
	c.body(k.Body, true)
	c.finallyOf(inCheckFinally)
	if len(k.Body.Stmts) == 0 {
		d := c.ds.Warn(codeEmpty, c.file, c.head(k).Span(), "this check looks at nothing, and always passes")
		d.Hint = "expect …, or confirm \"…\" where a person looks"
	}
}

// confirm checks a confirmation by a person.
func (c *checker) confirm(k *syntax.Confirm) {
	c.title(k.Title, "the question")
	if k.By != nil {
		c.exprAs(k.By, types.TString, "by")
	}
	c.atLeast(k.Approvals, 1, "approvals")
	c.duration(k.Timeout, "the timeout")
}

// ask checks a question to a person.
func (c *checker) ask(a *syntax.Ask) {
	c.title(a.Title, "the question")
	c.duration(a.Timeout, "the timeout")
}

// wait checks `wait D` and `wait until …`.
func (c *checker) wait(w *syntax.Wait) {
	c.duration(w.For, "wait")
	if w.Until == nil {
		return
	}
	c.cond(w.Until)
	if w.Within == nil {
		d := c.errorf(codeNoDeadline, w, "wait until needs a deadline")
		d.Hint = "wait until … within 10m"
	}
	c.duration(w.Within, "within")
	c.duration(w.Every, "every")
	c.shorter(w.Every, w.Within, "within")
}

// parallel checks what runs side by side. Each branch sees what was bound
// before them all, and nothing of its neighbours.
func (c *checker) parallel(p *syntax.Parallel) {
	c.atLeast(p.Max, 1, "max")
	defer c.within(c.context)()
	c.context.repeats = "parallel"
	if p.For != nil {
		c.forLoop(p.For)
	}
	if p.Body == nil {
		return
	}
	for _, s := range p.Body.Stmts {
		func() {
			defer c.push("this branch of parallel")()
			c.announce([]syntax.Stmt{s})
			c.stmt(s, false)
		}()
	}
}

// settle checks that the time in which a run may undo ends once.
func (c *checker) settle(s *syntax.Settle, misplaced bool) {
	c.title(s.Title, "the title of settle")
	if misplaced {
		return
	}
	if c.context.repeats != "" || c.context.at == inRule || c.context.at == inWhile {
		where := c.context.repeats
		if where == "" {
			where = c.context.at.String()
		}
		d := c.errorf(codeSettle, c.head(s), "settle cannot stand in %s: a run settles once", where)
		d.Hint = "write it in the file or in a phase"
		return
	}
	if first := c.decls.settle; first != nil {
		d := c.errorf(codeSettle, c.head(s), "a second settle: a run settles once")
		d.Hint = "keep the one after which nothing may be undone"
		c.also(d, first, "the first is here")
		return
	}
	c.decls.settle = s
}

// follow checks a follow-up: it comes after settle and only reads.
func (c *checker) follow(f *syntax.Follow, misplaced bool) {
	c.title(f.Title, "the follow-up's title")
	switch {
	case misplaced:
	case c.context.at == inRule || c.context.at == inWhile:
		d := c.errorf(codeFollow, c.head(f), "a follow-up cannot stand in %s: it is due after the run", c.context.at)
		d.Hint = "write it in the file, after settle"
	case c.decls.settle == nil:
		d := c.errorf(codeFollow, c.head(f), "a follow-up comes after settle, and none stands above it")
		d.Hint = `settle "…" says until when the run may undo: write it above`
	}
	if f.After == nil {
		d := c.errorf(codeNoDeadline, c.head(f), "a follow-up says when it is due")
		d.Hint = fmt.Sprintf("follow %s after 24h { … }", c.file.Slice(f.Title.Span()))
	}
	c.duration(f.After, "after")
	if f.By != nil {
		c.exprAs(f.By, types.TString, "by")
	}
	if f.Body == nil {
		return
	}
	defer c.push(c.owner("follow-up", f.Title))()
	defer c.within(context{at: inFollow, place: "a follow-up", allows: types.Reads, because: f.Title})()
	c.body(f.Body, true)
}
