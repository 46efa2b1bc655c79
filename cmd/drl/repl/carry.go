package repl

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/run"
)

// carryOut runs one statement and shows its value. It reports whether it went
// well.
func (r *repl) carryOut(ctx context.Context, st *statement) bool {
	p, err := r.session.prepare(st)
	if err != nil {
		r.problem(err)
		return false
	}
	began := time.Now()
	writes := writesOf(p)
	if len(writes) == 0 {
		p.Program.Release = nil // what is written to needn't be identified
	} else if !r.announce(ctx, p, st, writes) {
		return false
	}
	result := r.run(ctx, p, st)
	r.session.declare(st)
	r.session.bind(st, result)
	r.record(st, result, began, len(writes) > 0)
	ok := result.Outcome == run.Passed
	if ok {
		r.result(st)
		r.session.log = append(r.session.log, logged{st, began})
		r.last = st
	} else {
		r.said(st, result)
	}
	r.armed(result)
	return ok
}

// run carries a plan out over the session's engine.
func (r *repl) run(ctx context.Context, p *plan.Plan, st *statement) run.Result {
	r.session.mu.Lock()
	baselines := r.session.baselines
	r.session.mu.Unlock()
	interrupts, done := r.begin(st)
	defer done()
	return run.Start(ctx, p, run.Options{
		Run: "repl", Engine: r.engine, Host: r.o.Host, Functions: r.o.Functions, Env: r.o.Env, Dir: r.o.Dir,
		Operator: r.o.Operator, Interrupts: interrupts, Baselines: baselines, Secrets: r.o.Hide, Commands: r.o.Commands,
	})
}

// begin shows what happens from here on, and has signals go there, until done
// is called.
func (r *repl) begin(st *statement) (interrupts <-chan run.Interrupt, done func()) {
	shown := newProgress(r.o, st)
	signals := make(chan run.Interrupt, 8) // a signal waits for nobody
	r.mu.Lock()
	r.progress, r.signals = shown, signals
	r.mu.Unlock()
	return signals, func() {
		r.mu.Lock()
		r.progress, r.signals = nil, nil
		r.mu.Unlock()
		shown.close()
	}
}

// writesOf lists what a plan would change, in its order.
func writesOf(p *plan.Plan) (writes []string) {
	plan.Each(p.Nodes, func(n *plan.Node) {
		for _, e := range n.Effects {
			if e.Writes {
				writes = append(writes, e.Text)
			}
		}
	})
	return writes
}

// announce shows what a statement would change, and asks for it.
func (r *repl) announce(ctx context.Context, p *plan.Plan, st *statement, writes []string) bool {
	where := ""
	if r.target != "" {
		where = " to " + r.target
	}
	r.complain("%s", r.faint("this writes"+where+":"))
	for _, w := range writes {
		r.complain("  %s", report.Visible(w))
	}
	q := event.Asked{ID: "run it?", Question: "run it?", Type: "confirm"}
	if r.guard {
		q.Typed = r.target
	}
	what := strings.Join(writes, "; ")
	answer, err := r.ask(ctx, q)
	switch {
	case err != nil:
		r.complain("nothing was done: %v", err)
		r.session.note("not asked for: " + what)
		return false
	case answer.Answer != "yes":
		r.complain("nothing was done")
		r.session.note("declined by " + answer.By + ": " + what)
		return false
	}
	note := "allowed by " + answer.By + ": " + what
	if answer.Note != "" {
		note += " (" + answer.Note + ")"
	}
	r.session.note(note)
	return true
}

// record adds how a statement went to the timeline.
func (r *repl) record(st *statement, result run.Result, began time.Time, wrote bool) {
	how := result.Outcome
	if result.Reason != "" {
		how += ": " + result.Reason
	}
	text := oneLine(st.source())
	if wrote || result.Outcome != run.Passed {
		text += " " + how
	}
	r.session.timeline = append(r.session.timeline, moment{began, r.o.Hide.Text(text)})
}

// source is what was typed.
func (st *statement) source() string {
	var texts []string
	for _, l := range st.lines {
		texts = append(texts, l.text)
	}
	return strings.Join(texts, "\n")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// result shows the value of a statement that went well.
func (r *repl) result(st *statement) {
	if len(st.lines) > 1 {
		return // of a script that was loaded
	}
	for _, o := range st.binds() {
		v := r.session.value(o.Name)
		if v == nil {
			continue
		}
		switch {
		case o.Name == lastName && st.form.streams:
		case o.Name == lastName:
			r.say(r.shower().show(v)...)
		default:
			s := r.shower()
			head := o.Name + " = "
			r.say(head + s.inline(v, s.columns-width(head)))
		}
	}
	for _, stmt := range st.stmts {
		switch stmt := stmt.(type) {
		case *syntax.Handler:
			r.complain("%s", r.faint("handlers run at the end of drl run, not here"))
		case *syntax.Fn:
			r.complain("%s", r.faint(stmt.Name.Text+" is known from here on"))
		case *syntax.Rule:
			r.complain("%s", r.faint(stmt.Name.Text+" is known from here on"))
		}
	}
}

// said shows what kept a statement from going well, where no node has.
func (r *repl) said(st *statement, result run.Result) {
	switch {
	case result.Outcome == run.Interrupted:
		r.complain("%s interrupted", painter(r.o.Color).paint(yellow, "■"))
	case len(result.Wrong) > 0:
		r.diagnostics(st.text.diagnostics(result.Wrong))
	case result.Err != nil:
		r.problem(st.text.problem(result.Err))
	case result.Outcome == run.Refused:
		r.complain("drl: %s", result.Reason)
	}
}

// problem is an error with its place as it was typed.
func (t *text) problem(err error) error {
	if d, ok := err.(*source.Diagnostic); ok {
		return t.diagnostic(d)
	}
	return err
}

// armed says what can be undone.
func (r *repl) armed(result run.Result) {
	for _, u := range result.Undos {
		r.complain("%s", r.faint(":undo takes back "+report.Visible(u.Title)))
	}
}

func (r *repl) undoTitles() (titles []string) {
	for _, u := range r.session.undos {
		titles = append(titles, report.Visible(u.Title))
	}
	return titles
}

// undo carries out the newest undo, or all of them, newest first.
func (r *repl) undo(ctx context.Context, all bool) {
	undos := r.session.undos
	if len(undos) == 0 {
		r.complain("there is nothing to undo")
		return
	}
	if !all {
		undos = undos[len(undos)-1:]
	}
	for i := len(undos) - 1; i >= 0; i-- {
		u := undos[i]
		q := event.Asked{ID: u.Title, Question: "undo " + u.Title + "?", Type: "undo"}
		if r.guard {
			q.Typed = r.target
		}
		answer, err := r.ask(ctx, q)
		if err != nil || answer.Answer != "yes" {
			r.complain("nothing was undone")
			return
		}
		r.session.undos = r.session.undos[:len(r.session.undos)-1]
		ok := r.takeBack(ctx, u)
		how := "undone by " + answer.By + ": "
		if !ok {
			how = "could not be undone: "
			r.failed = true
		}
		r.session.note(how + u.Title)
	}
}

// takeBack runs an undo. One Ctrl-C is answered with a word: what is undone by
// half is a mess.
func (r *repl) takeBack(ctx context.Context, u *run.Undo) bool {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	interrupts, done := r.begin(nil)
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for n := 0; ; n++ {
			select {
			case i := <-interrupts:
				if n > 0 {
					cancel(fmt.Errorf("interrupted by %s", i.Signal))
					continue
				}
				r.event(event.Event{Time: time.Now(), Body: event.Noted{Level: "warning", Text: "an undo is at work and goes on; once more ends it as it is"}})
			case <-over:
				return
			}
		}
	}()
	ok := u.Run(inner)
	close(over)
	<-ended
	done()
	return ok
}
