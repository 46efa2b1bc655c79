// Package repl is drl repl: statements of the language, typed one after the
// other, each checked with what came before it, announced where it writes,
// carried out, and its value shown. What comes in is a terminal or a pipe and
// the world of a run; what goes out stands on the terminal.
//
// A line becomes a tiny plan over the memory engine (session.go, form.go,
// carry.go); the editor is behind an interface of a few methods (editor.go),
// because readline holds the text and we draw it (typed.go, screen.go).
// lang/query answers what Tab asks. It is the last room, beside the other
// subcommands, and knows them not.
package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/run"
)

// Options is the world of a session.
type Options struct {
	In, Out, Err *os.File
	// Script is the name of a script to load; "": none.
	Script string
	// Load reads and checks a script by its name, and has shown what is wrong
	// with it where it returns false.
	Load func(name string) (*check.Program, bool)
	// Check is what the checker needs; its Given are the session's.
	Check check.Options
	// Functions, Host, LookupEnv, Env and Dir are as for a run.
	Functions func(name string) *builtins.Func
	Host      *builtins.Host
	LookupEnv func(name string) (string, bool)
	Env       []string
	Dir       string
	// Flags has the inputs that were given, Target the target's name.
	Flags  map[string]string
	Target string
	// Operator is who types.
	Operator string
	// Hide stands before all that is shown or kept.
	Hide *event.Redactor
	// Ask asks the person; live is what shows what runs, which the question
	// suspends.
	Ask func(ctx context.Context, live *report.Terminal, q event.Asked) (event.Answered, error)
	// Commands runs a command line; nil: as for a run.
	Commands run.Commands
	// Interrupts brings the signals that the process gets.
	Interrupts <-chan run.Interrupt
	// Suspends has Ctrl-Z call aside until done is called: it gives the terminal
	// back, calls stop, which returns when the process was called back, and
	// takes the terminal over. again is called after a stop that nobody is told
	// of.
	Suspends func(aside func(stop func()), again func()) (done func())
	// Ours tells whether the terminal is lent to nobody else.
	Ours func() bool
	// Color says that the terminal shows colours, Live that its cursor moves.
	Color, Live bool
	// Size is that of the terminal; nought columns where there is none.
	Size func() (columns, lines int)
	// History is the file of what was typed; "": nothing is kept.
	History string
	// Editor is the command line that edits a file; "": there is none.
	Editor string
	// Doc prints the manual page of a name.
	Doc func(name string)
}

// Exit codes of a session.
const (
	exitOK     = 0
	exitFailed = 1 // of a pipe: a statement did
	exitWrong  = 2 // nothing could be started
	exitSignal = 130
)

// repl is one session with what is around it.
type repl struct {
	o       *Options
	session *session
	editor  editor
	engine  *memory.Engine
	prompt  string
	target  string // its name; "": there is none
	guard   bool
	watches watches
	failed  bool
	leaving bool
	ended   atomic.Bool // by a signal
	last    *statement  // that went well

	mu       sync.Mutex
	progress *progress          // of what runs; nil: nothing does
	asking   *report.Terminal   // is suspended while a question is open
	signals  chan run.Interrupt // to what runs
}

// Run carries a session out and returns the exit code.
func Run(ctx context.Context, o Options) int {
	r := &repl{o: &o, session: newSession(&o)}
	r.watches.repl = r
	r.engine = memory.New(memory.Options{Run: "repl", Now: time.Now, AfterFunc: time.AfterFunc, Sink: r.event, Ask: r.ask})
	if !r.open() {
		return exitWrong
	}
	defer r.editor.Close()
	if o.Live {
		defer o.Suspends(r.suspend, r.editor.Again)()
	}
	if !r.start(ctx) {
		return exitWrong
	}
	ctx, end := context.WithCancel(ctx)
	var around sync.WaitGroup
	around.Go(func() { r.listen(ctx) })
	defer around.Wait()
	defer end()
	defer r.watches.stop()

	for !r.leaving {
		text, err := r.editor.Read(r.prompt)
		switch {
		case errors.Is(err, errInterrupted):
			continue
		case errors.Is(err, io.EOF) && !r.ended.Load():
			r.leave()
		case errors.Is(err, io.EOF):
		case err != nil:
			fmt.Fprintf(r.o.Err, "drl: %v\n", err)
			return exitWrong
		default:
			r.line(ctx, text)
			r.editor.Remember(text, r.o.Hide.Text(withoutLiterals(text)))
		}
		if r.ended.Load() {
			return exitSignal
		}
	}
	if r.failed {
		if _, person := r.editor.(*typed); !person {
			return exitFailed
		}
	}
	return exitOK
}

// start loads the script and says where we are.
func (r *repl) start(ctx context.Context) bool {
	if r.o.Script != "" && !r.load(ctx, r.o.Script) {
		return false
	}
	st, _ := r.session.try(form{})
	p, err := r.session.prepare(st)
	if err != nil {
		r.problem(err)
		return false
	}
	r.target, r.guard = p.TargetName, p.Guard
	color, name := green, "drl> "
	switch {
	case r.guard:
		color, name = red, r.target+"! "
	case r.target != "":
		name = r.target + "> "
	}
	r.prompt = painter(r.o.Color).paint(color, strings.TrimSpace(name)) + " "
	if _, person := r.editor.(*typed); person {
		fmt.Fprintf(r.o.Err, "%s\n", r.faint(":help lists what there is beside statements; Ctrl-D leaves"))
		if r.guard {
			fmt.Fprintf(r.o.Err, "%s is guarded: what writes wants its name typed\n", r.target)
		}
	}
	return true
}

// open chooses the editor: a person at a terminal, or a pipe.
func (r *repl) open() bool {
	if !term.IsTerminal(int(r.o.In.Fd())) || !r.o.Live {
		r.editor = newPlain(r.o.In, r.o.Err)
		return true
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		r.editor = newPlain(r.o.In, r.o.Err)
		return true
	}
	h, err := readHistory(r.o.History)
	if err != nil {
		fmt.Fprintf(r.o.Err, "drl: %v\n", err)
	}
	s := &screen{out: tty, size: r.o.Size, highlight: highlighter(r.o.Color)}
	e, err := newTyped(tty, s, r, h)
	if err != nil {
		fmt.Fprintf(r.o.Err, "drl: %v\n", err)
		return false
	}
	r.editor = e
	return true
}

// suspend has stop stop the process, when nothing of ours stands where others
// will write, and nothing that happens meanwhile is shown.
func (r *repl) suspend(stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	aside := func() { r.editor.Suspend(stop) }
	switch {
	case r.asking != nil:
		r.asking.Aside(aside)
	case r.progress != nil:
		r.progress.terminal.Aside(aside)
	default:
		aside()
	}
}

// listen takes signals until ctx ends: to what runs, or as a wish to leave.
func (r *repl) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case i := <-r.o.Interrupts:
			r.mu.Lock()
			to := r.signals
			r.mu.Unlock()
			i.Person = false // who types here decides at the next prompt
			if i.Signal != "SIGINT" {
				r.ended.Store(true)
			}
			select {
			case to <- i: // nil where nothing runs
			default:
				if r.ended.Load() {
					r.editor.Leave()
				}
			}
		}
	}
}

// leave ends the session, and says what it leaves behind.
func (r *repl) leave() {
	r.leaving = true
	if n := len(r.session.undos); n > 0 {
		fmt.Fprintf(r.o.Err, "%s not undone: %s\n", plural(n, "step was", "steps were"), strings.Join(r.undoTitles(), ", "))
	}
}

// line carries out what was typed: a command of the prompt, or statements.
func (r *repl) line(ctx context.Context, text string) {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
	case strings.HasPrefix(trimmed, ":"):
		r.command(ctx, trimmed)
	default:
		r.statements(ctx, text)
	}
}

// statements checks all of a text and, if there is nothing wrong with it,
// carries its statements out one after the other until one fails.
func (r *repl) statements(ctx context.Context, text string) bool {
	f := source.NewFile("typed", []byte(text))
	all := lines(f)
	ahead := r.session.fork()
	var ds source.Diagnostics
	for _, l := range all {
		st, found := ahead.check(l)
		ds = append(ds, found...)
		if st != nil {
			ahead.declare(st)
		}
	}
	r.diagnostics(ds)
	if ds.HasErrors() {
		r.failed = true
		return false
	}
	for _, l := range all {
		st, ds := r.session.check(l)
		if st == nil { // a value that came made the difference
			r.diagnostics(ds)
			r.failed = true
			return false
		}
		if !r.carryOut(ctx, st) {
			r.failed = true
			return false
		}
	}
	return true
}

// event brings what happens to whoever shows it.
func (r *repl) event(e event.Event) {
	r.mu.Lock()
	p := r.progress
	r.mu.Unlock()
	if p != nil {
		p.event(e)
	}
}

// ask asks the person, with the terminal as it was before the session.
func (r *repl) ask(ctx context.Context, q event.Asked) (answer event.Answered, err error) {
	r.mu.Lock()
	live := report.NewTerminal(io.Discard, report.TerminalOptions{}) // nothing runs
	if r.progress != nil {
		live = r.progress.terminal
	}
	r.asking = live
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.asking = nil
		r.mu.Unlock()
	}()
	if r.o.Ask == nil {
		return event.Answered{}, engine.ErrNobody
	}
	r.editor.Forget()
	err = r.editor.Aside(func() error {
		answer, err = r.o.Ask(ctx, live, q)
		return err
	})
	return answer, err
}

// ---- what is said

func (r *repl) faint(text string) string { return painter(r.o.Color).paint(faint, text) }

// shower lays values out for the terminal.
func (r *repl) shower() shower {
	columns, _ := r.o.Size()
	if columns < 1 {
		columns = 100
	}
	return shower{painter(r.o.Color), columns}
}

func (r *repl) say(lines ...string) {
	for _, l := range lines {
		fmt.Fprintln(r.o.Out, r.o.Hide.Text(l))
	}
}

func (r *repl) complain(format string, args ...any) {
	fmt.Fprintln(r.o.Err, r.o.Hide.Text(fmt.Sprintf(format, args...)))
}

func (r *repl) diagnostics(ds source.Diagnostics) {
	if len(ds) == 0 {
		return
	}
	var b strings.Builder
	columns, _ := r.o.Size()
	source.PrintAll(&b, ds, source.Style{Color: r.o.Color, Width: columns})
	fmt.Fprint(r.o.Err, r.o.Hide.Text(b.String()))
}

// problem shows an error: with its place, where it has one.
func (r *repl) problem(err error) {
	var ds source.Diagnostics
	var d *source.Diagnostic
	switch {
	case errors.As(err, &ds):
		r.diagnostics(ds)
	case errors.As(err, &d):
		r.diagnostics(source.Diagnostics{d})
	default:
		r.complain("drl: %v", err)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
