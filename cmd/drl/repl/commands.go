package repl

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/query"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/runtime/report"
)

// command is a line that begins with a colon.
type command struct {
	name, args, short string
	do                func(r *repl, ctx context.Context, args string)
}

// commands are in the order of :help. To add one: a row here.
func commands() []command {
	return []command{
		{"doc", "NAME", "the manual page of a built-in: :doc http.get", (*repl).doc},
		{"type", "EXPR", "what an expression gives, without evaluating it", (*repl).typeOf},
		{"load", "FILE", "the declarations and values of a script; none of its nodes runs", func(r *repl, ctx context.Context, args string) { r.load(ctx, args) }},
		{"watch", "5s EXPR", "a value again and again, above the line being typed; :watch stop", (*repl).watch},
		{"time", "[STATEMENT]", "how long a statement takes; alone: what time it is", (*repl).time},
		{"edit", "", "the last statement in $EDITOR", (*repl).edit},
		{"undo", "[all]", "take the last step back, or all of them", func(r *repl, ctx context.Context, args string) { r.undo(ctx, args == "all") }},
		{"names", "", "what is bound", (*repl).names},
		{"timeline", "", "what was done when, and who allowed it", (*repl).timeline},
		{"save", "FILE", "the session as a script", (*repl).save},
		{"help", "", "this", (*repl).help},
		{"quit", "", "leave; so does Ctrl-D", func(r *repl, _ context.Context, _ string) { r.leave() }},
	}
}

func (r *repl) command(ctx context.Context, line string) {
	name, args, _ := strings.Cut(line[1:], " ")
	var names []string
	for _, c := range commands() {
		if c.name == name || name != "" && c.name[:1] == name {
			c.do(r, ctx, strings.TrimSpace(args))
			return
		}
		names = append(names, c.name)
	}
	if near := types.Near(name, names); near != "" {
		r.complain("there is no :%s; did you mean :%s?", report.Visible(name), near)
	} else {
		r.complain("there is no :%s; :help lists what there is", report.Visible(name))
	}
	r.failed = true
}

func (r *repl) help(context.Context, string) {
	p := painter(r.o.Color)
	for _, c := range commands() {
		head := ":" + c.name
		if c.args != "" {
			head += " " + c.args
		}
		r.say(p.paint(blue, pad(head, 19)) + "  " + c.short)
	}
	r.say("",
		"Everything else is the language: 1 + 2, let r = http.get(url), check \"…\" { … },",
		"$ command (asked for first), $(command) (only looks). _ is the last result.",
		"Tab completes, Alt-Enter begins a line, Ctrl-R searches, Ctrl-C ends what runs.")
}

func (r *repl) doc(_ context.Context, name string) {
	if name == "" {
		r.complain("of what? :doc http.get")
		return
	}
	for _, o := range r.declared() {
		if o.Name == name && o.Func != nil {
			r.say(query.Line(o.Func))
			if o.Func.Doc != "" {
				r.say("", o.Func.Doc)
			}
			return
		}
	}
	r.o.Doc(name)
}

// declared are the declarations of the session.
func (r *repl) declared() (objects []*check.Object) {
	st, _ := r.session.try(form{})
	for _, o := range st.program.Info.Defs {
		objects = append(objects, o)
	}
	return objects
}

func (r *repl) typeOf(_ context.Context, text string) {
	if text == "" {
		r.complain("of what? :type http.get(url).status")
		return
	}
	l := newLine(source.NewFile("typed", []byte(text)), source.Span{End: uint32(len(text))})
	if st, ds := r.session.try(form{before: "let _ = "}, l); !ds.HasErrors() {
		if objects := st.binds(); len(objects) == 1 {
			r.say(objects[0].Type.String())
		}
		if let, ok := st.stmts[0].(*syntax.Let); ok && let.Value != nil {
			end := let.Value.Span().End - 1
			if here, ok := r.world().Hover(st.program, end); ok && here.Doc != "" {
				r.say(r.faint(here.Doc))
			}
		}
		return
	}
	st, ds := r.session.check(l)
	if st == nil {
		// A function has no value, and a signature.
		for _, o := range r.declared() {
			if o.Name == text && o.Func != nil {
				r.say(query.Line(o.Func))
				return
			}
		}
		if f := r.o.Functions(text); f != nil {
			r.say(query.Line(f.Signature()))
			return
		}
		r.diagnostics(ds)
		return
	}
	if objects := st.binds(); len(objects) > 0 {
		r.say(objects[0].Type.String())
		return
	}
	r.say("no value")
}

// load takes a script's declarations over, and evaluates the lets above its
// first node.
func (r *repl) load(ctx context.Context, name string) bool {
	if name == "" {
		r.complain("which script? :load release.drl")
		return false
	}
	program, ok := r.o.Load(name)
	if !ok {
		r.failed = true
		return false
	}
	var all []line
	nodes := 0
	f := program.Source
	at := uint32(0)
	for _, stmt := range program.Tree.Stmts {
		_, isLet := stmt.(*syntax.Let)
		_, isTest := stmt.(*syntax.Test)
		_, isHandler := stmt.(*syntax.Handler)
		_, isBaseline := stmt.(*syntax.Baseline)
		switch {
		case isHandler, isTest:
		case declares(stmt) != "" && !isBaseline, isLet && nodes == 0 && plainLet(program, stmt.(*syntax.Let)):
			all = append(all, newLine(f, source.Span{Start: at, End: stmt.Span().End}))
		default:
			nodes++
		}
		at = stmt.Span().End
	}
	if len(all) == 0 {
		r.complain("there is nothing to load in %s: it has only nodes", name)
		return true
	}
	st, ds := r.session.try(form{}, all...)
	if ds.HasErrors() {
		r.diagnostics(ds)
		r.failed = true
		return false
	}
	if !r.carryOut(ctx, st) {
		r.failed = true
		return false
	}
	if nodes > 0 {
		r.complain("%s", r.faint(fmt.Sprintf("%s: declarations and values are known; its nodes don't run here", name)))
	}
	return true
}

// plainLet tells whether a let is of an expression, not of a node.
func plainLet(p *check.Program, l *syntax.Let) bool {
	call, isCall := l.Value.(*syntax.Call)
	rule := isCall && p.Info.Calls[call] != nil && p.Info.Calls[call].Kind == check.CallRule
	return l.Value != nil && !rule
}

func (r *repl) time(ctx context.Context, text string) {
	if text == "" {
		r.say(clock(time.Now()))
		return
	}
	began := time.Now()
	if r.statements(ctx, text) {
		r.complain("%s", r.faint("took "+time.Since(began).Round(10*time.Microsecond).String()))
	}
}

// edit opens the last statement in the person's editor; what it leaves stands
// at the prompt.
func (r *repl) edit(context.Context, string) {
	text := ""
	if r.last != nil {
		text = r.last.source()
	}
	edited, err := r.edited(text)
	if err != nil {
		r.complain("drl: %v", err)
		return
	}
	r.editor.Preset(strings.TrimRight(edited, "\n"))
}

func (r *repl) edited(text string) (string, error) {
	if r.o.Editor == "" {
		return "", fmt.Errorf("no editor is known: set EDITOR")
	}
	f, err := os.CreateTemp("", "drl-*.drl") // 0600
	if err != nil {
		return "", fmt.Errorf("make a file to edit: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("write a file to edit: %w", err)
	}
	words := append(strings.Fields(r.o.Editor), f.Name())
	err = r.editor.Aside(func() error {
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = r.o.In, r.o.Out, r.o.Err
		return cmd.Run()
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.o.Editor, err)
	}
	edited, err := os.ReadFile(f.Name())
	if err != nil {
		return "", fmt.Errorf("read what was edited: %w", err)
	}
	return tame(string(edited)), nil
}

func (r *repl) names(context.Context, string) {
	s := r.shower()
	r.session.mu.Lock()
	given := slices.Clone(r.session.names)
	r.session.mu.Unlock()
	slices.SortFunc(given, func(a, b check.Given) int { return strings.Compare(a.Name, b.Name) })
	for _, g := range given {
		head := g.Name + ": " + fit(g.Type.String(), s.columns/3)
		if v := r.session.value(g.Name); v != nil {
			head += " = "
			head += s.inline(v, max(8, s.columns-width(head)))
		}
		r.say(head)
	}
	for _, o := range r.declared() {
		if (o.Kind == check.ObjFn || o.Kind == check.ObjRule) && o.Func != nil {
			r.say(fit(query.Line(o.Func), s.columns))
		}
	}
}

func (r *repl) timeline(context.Context, string) {
	s := r.shower()
	for _, m := range r.session.timeline {
		r.say(s.paint(faint, m.at.Format("15:04:05")) + "  " + fit(report.Visible(m.what), max(20, s.columns-10)))
	}
	if len(r.session.timeline) == 0 {
		r.say("nothing was done yet")
	}
}
