package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/run"
)

// runFlags are those of drl run, beside the inputs of the script.
type runFlags struct {
	target  string
	yes     []string
	answers []string
	only    string
	json    bool
	dryRun  bool
}

func prepareRun(a *app, f *pflag.FlagSet) func([]string) int {
	var flags runFlags
	f.StringVarP(&flags.target, "target", "t", "", "the target to release to")
	f.StringArrayVarP(&flags.yes, "yes", "y", nil, "say yes ahead to the confirms of that `title`; * is any text")
	f.StringArrayVar(&flags.answers, "answer", nil, "answer an ask ahead: `title=text`")
	f.StringVar(&flags.only, "only", "", "run only the nodes for which the `expression` holds: kind, title, phase, id")
	f.BoolVar(&flags.json, "json", false, "print the events of the run as JSON lines")
	f.BoolVar(&flags.dryRun, "dry-run", false, "only plan: the same as drl plan")
	return func(args []string) int { return a.run(f, flags, args) }
}

func (a *app) run(f *pflag.FlagSet, flags runFlags, args []string) int {
	answers := map[string]string{}
	for _, text := range flags.answers {
		title, answer, ok := strings.Cut(text, "=")
		if !ok {
			return a.usage("run", `--answer is %q, want "title=text"`, text)
		}
		answers[title] = answer
	}
	only, err := onlyFilter(flags.only)
	if err != nil {
		return a.usage("run", "%v", err)
	}
	p, w, code := a.build(f, flags.target, args)
	if p == nil {
		return code
	}
	if only != nil && leavesNothing(p.Nodes, only) {
		return a.fail(exitUsage, "nothing ran: --only '%s' fits no node; drl plan shows their kinds, titles and phases", flags.only)
	}
	if flags.dryRun {
		return a.printPlan(p, w, flags.json)
	}
	record, id := &report.Record{}, newRunID()
	kept := a.recorder(id)
	o := run.Options{Run: id, Yes: flags.yes, Answers: answers, Only: only, Past: func() ([]run.Past, error) { return kept.past(p, id) }}
	code = a.start(p, w, o, record, flags.json, kept)
	kept.close()
	a.tellGitHub(record.Run())
	return code
}

// start runs a plan in the real world, keeps what reports tell in record, and
// returns the exit code. More sinks come before the terminal.
func (a *app) start(p *plan.Plan, w *world, o run.Options, record *report.Record, asJSON bool, more ...report.Sink) int {
	defer w.close()
	stdout, stderr := openOutlets(a.out.File, a.err)
	terminal, ticking := a.terminal(p, asJSON, stdout, stderr)
	defer ticking()
	if live(a.err) {
		aside := func(stop func()) {
			terminal.Aside(func() {
				stderr.drain()
				stop()
			})
		}
		defer suspends(aside, func() {})()
	}
	trap := &bugTrap{}
	sinks := append(report.Sinks{record}, more...)
	if asJSON {
		sinks = append(sinks, report.NewJSON(stdout))
	}
	sinks = append(sinks, terminal)
	sink := func(e event.Event) {
		if trap.catch(e) {
			return
		}
		sinks.Event(w.hide.Event(e))
	}

	who := operator()
	people := &prompt{terminal: terminal, drain: stderr.drain, where: whereOf(p), operator: who, text: w.hide.Text,
		open: func() (*tty, error) { return openTTY(a.in) }}
	o.Engine = memory.New(memory.Options{Run: o.Run, Now: time.Now, AfterFunc: time.AfterFunc, Sink: sink, Ask: people.ask})
	w.private.what = fmt.Sprintf("drl run %s (process %d, since %s)", p.Program.Source.Name, os.Getpid(), time.Now().Format(time.RFC3339))
	o.Host = w.host()
	o.Commands = w.commands
	o.Secrets = w.hide
	o.Host.Report = record.Write
	o.Functions = standard.Lookup
	o.Env = os.Environ()
	o.Dir = w.dir
	o.Operator = who
	interrupts, stop := a.interrupts()
	defer stop()
	a.tellRemains()
	o.Interrupts = interrupts
	ends, ended := a.forceEnd(w)
	defer ended()
	o.Ends = ends

	result := run.Start(context.Background(), p, o)
	ticking()
	closeOutlets(result.Outcome == run.Interrupted, interrupts, stdout, stderr)
	if problem := stdout.problem("standard output"); problem != "" {
		a.fail(result.Exit, "%s", problem)
	}
	if len(result.Wrong) > 0 {
		a.diagnostics(a.err, result.Wrong)
	}
	if trap.caught != "" {
		return a.bug(trap.caught, []byte(trap.trace))
	}
	return result.Exit
}

// whereOf is what questions say of the target.
func whereOf(p *plan.Plan) string {
	if p.Guard {
		return p.TargetName + " (guarded)"
	}
	return p.TargetName
}

// terminal makes the sink for the person, with the plan's summary above it,
// and keeps it ticking until the function that it returns is called.
func (a *app) terminal(p *plan.Plan, asJSON bool, stdout, stderr io.Writer) (*report.Terminal, func()) {
	o := report.TerminalOptions{Live: live(a.err), Color: a.colored(a.err), Level: a.flags.level(), Data: stdout,
		ASCII: onlyASCII(a.err), Size: func() (int, int) { return size(a.err) }, Ours: func() bool { return foreground(a.err) }}
	if asJSON {
		o.Data = io.Discard // what the script prints is among the events
		if o.Level == report.Normal {
			o.Level = report.Quiet
		}
	}
	if o.Level >= report.Normal {
		columns, _ := size(a.err)
		a.shown(p).PrintSummary(a.err, plan.PrintOptions{Color: o.Color, Width: columns})
		o.Introduced = true
	}
	terminal := report.NewTerminal(stderr, o)

	ticker := time.NewTicker(100 * time.Millisecond)
	done := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case now := <-ticker.C:
				terminal.Tick(now)
			case <-done:
				return
			}
		}
	})
	var once sync.Once
	return terminal, func() {
		once.Do(func() {
			ticker.Stop()
			close(done)
			ended.Wait()
			terminal.Close()
		})
	}
}

// bugTrap keeps the trace of a bug that the run has reported from the log.
type bugTrap struct {
	mu            sync.Mutex
	caught, trace string
}

func (t *bugTrap) catch(e event.Event) bool {
	noted, ok := e.Body.(event.Noted)
	if !ok || !strings.HasPrefix(noted.Text, "drl has a bug: ") {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.caught == "" {
		t.caught, t.trace, _ = strings.Cut(strings.TrimPrefix(noted.Text, "drl has a bug: "), "\n")
	}
	return true
}
