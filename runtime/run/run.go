// Package run carries a plan out over an engine: phases, checks, steps,
// questions, policies, rollback and handlers. What comes in is a plan, what
// goes out are events and a result; report, journal and exit code read those.
// Before it is runtime/plan; the world is behind runtime/engine and the
// functions of [Options].
//
// It has no clock, goroutine, file or random number of its own, so that the
// same code runs on this machine, in virtual time and on a journal.
package run

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// Options is what a run needs beside its plan.
type Options struct {
	// Run is the run's id.
	Run string
	// Engine is the world of the run; required.
	Engine engine.Engine
	// Host is the world of built-ins. Its Now, Sleep, Print, Warn and Output
	// are the engine's whatever it holds. Nil: the empty world.
	Host *builtins.Host
	// Functions finds a built-in by the name of its signature; required by
	// scripts that call one.
	Functions func(name string) *builtins.Func
	// Commands runs a command line; nil: runtime/command's runner.
	Commands Commands
	// Env is the environment of commands, as "NAME=text".
	Env []string
	// Dir is the script's folder, in which commands run.
	Dir string
	// Operator is who started the run.
	Operator string
	// Yes has patterns (* is any text) of titles that are answered with yes.
	// Of a guarded target's none is answered by "*" alone.
	Yes []string
	// No has patterns of titles that are answered with no, whatever Yes says.
	No []string
	// Answers has answers to ask, by patterns of titles; and to what a node
	// `or ask` asks: retry, go on, stop, roll back.
	Answers map[string]string
	// Only leaves out nodes for which it returns false. Nil: all run.
	Only func(Candidate) (bool, error)
	// Secrets knows the secrets of the run, to mask what has to be masked
	// before it is cut or comes in lines; the sink masks all else. Nil: none
	// is known.
	Secrets *event.Redactor
	// Interrupts brings the signals that end a run. Nil: there are none.
	Interrupts <-chan Interrupt
	// Ends is called when one of them ends the run at once: it is over soon,
	// unless something doesn't listen. Nil: nothing is called.
	Ends func()
	// Baselines has what was measured before the run, by the names that the
	// script gives them.
	Baselines map[string]*monitor.Baseline
	// Past has the earlier runs of the same release and target that are on
	// record, the newest first, without those marked invalid. It is asked when
	// one is needed. Nil: none are.
	Past func() ([]Past, error)
	// NoTicks says that nobody reads the ticks of monitors: they are judged,
	// and no event tells of each.
	NoTicks bool
	// Again is the command line that started the run, for what to type next;
	// "": made from the plan.
	Again string
}

// Candidate is a node that Options.Only judges.
type Candidate struct{ Kind, Title, Phase, ID string }

// Result is how a run ended.
type Result struct {
	event.RunFinished
	// Wrong has what was found wrong at the start, where Exit is 2.
	Wrong source.Diagnostics
	// Err is what kept the last let that could not be evaluated from its value.
	Err error
	// Frame has the file's names as the run left them.
	Frame *compile.Frame
	// Baselines has what the run and those before it have measured.
	Baselines map[string]*monitor.Baseline
	// Undos are the undos that are still armed, the oldest first.
	Undos []*Undo
}

// Start carries the plan out and returns when everything that it started has
// ended. It emits a RunStarted first and a RunFinished last. When ctx ends,
// the run ends as it does on a second interrupt.
func Start(ctx context.Context, p *plan.Plan, o Options) Result {
	r := newRunner(p, o)
	r.started = r.engine.Now()
	r.hard, r.endHard = context.WithCancelCause(ctx)
	r.soft, r.endSoft = context.WithCancelCause(r.hard)
	r.haste, r.hurry = context.WithCancelCause(r.hard)
	over, end := context.WithCancelCause(context.WithoutCancel(ctx))
	var result Result
	all := []func(context.Context){func(context.Context) {
		defer end(errOver)
		result = r.all()
	}}
	if o.Interrupts != nil {
		all = append(all, func(context.Context) { r.watch(over) }, func(context.Context) { r.hasten(over) })
	}
	r.engine.Go(ctx, 0, all...)
	r.endHard(errOver)
	r.keep(&result)
	return result
}

// runner is the state of one run.
type runner struct {
	plan      *plan.Plan
	opts      Options
	engine    engine.Engine
	host      *builtins.Host
	started   time.Time
	imported  map[*check.Program]*compile.Frame
	top       *strand // of the file
	hard      context.Context
	endHard   context.CancelCauseFunc
	soft      context.Context // ends at the first interrupt
	endSoft   context.CancelCauseFunc
	haste     context.Context // ends when commands that are being ended get no more grace
	hurry     context.CancelCauseFunc
	stopped   interruption
	baselines map[*check.Object]*monitor.Baseline
	earlier   map[*check.Object]int // baselines from earlier runs: of how many

	mu         sync.Mutex
	counts     event.RunFinished             // Passed, Failed, Warned, Skipped
	nodes      []value.Value                 // what ended, for run.nodes
	metrics    map[string]func() value.Value // the last samples of each monitor
	armed      []*armed                      // in the order they were armed
	follows    []event.Follow
	outcome    string
	reason     string
	unfinished string // why a rollback failed
	waiting    string // the open question
	next       string
	wrote      bool // the run's first write was let through
	settled    bool
	unbound    error     // of the last let that has no value
	fired      *watching // the monitor that asked for a rollback

	shortInputs map[string]bool // secrets under 8 characters that were told of
	shortOnce   sync.Once       // for all others
}

func newRunner(p *plan.Plan, o Options) *runner {
	r := &runner{
		plan: p, opts: o, engine: o.Engine, outcome: "running",
		imported:  map[*check.Program]*compile.Frame{},
		baselines: map[*check.Object]*monitor.Baseline{},
		earlier:   map[*check.Object]int{},
		metrics:   map[string]func() value.Value{},
	}
	host := builtins.Host{}
	if o.Host != nil {
		host = *o.Host
	}
	host.Now, host.Sleep = r.engine.Now, r.engine.Sleep
	r.host = &host
	if r.opts.Secrets == nil {
		r.opts.Secrets = event.NewRedactor()
	}
	for name, measured := range o.Baselines {
		if declared := p.Program.Baselines[name]; declared != nil {
			r.baselines[declared] = measured
		}
	}
	if r.opts.Commands == nil {
		r.opts.Commands = commands(r.engine.Now)
	}
	r.top = r.newStrand()
	return r
}

// all is the run from its first event to its last.
func (r *runner) all() Result {
	r.engine.Emit("", r.first())
	r.tellShortInputs()
	wrong, h := r.prelude()
	if len(wrong) > 0 {
		return r.refuse(exitWrong, wrong)
	}
	if h != nil {
		r.outcome, r.reason = outcomeOf(h), h.reason // before anything started: no handlers
		return r.finish(h)
	}
	if h := r.identify(r.soft); h != nil {
		return r.end(h)
	}
	r.handle(r.soft, "start", "")
	h = r.guarded(func() *halt {
		names := &plan.Namer{}
		if h := r.top.nodes(r.soft, r.plan.Program.Tree.Stmts, names); h != nil {
			return h
		}
		return r.top.barrier()
	})
	return r.end(h)
}

// first is the event that a run begins with.
func (r *runner) first() event.RunStarted {
	p := r.plan
	inputs := map[string]string{}
	for _, in := range p.Inputs {
		inputs[in.Name] = in.Text
		r.host.ConcealIn(in.Value)
	}
	if p.Target != nil {
		r.host.ConcealIn(p.Target)
	}
	return event.RunStarted{
		Release: p.Program.Name, Target: p.TargetName, Guard: p.Guard, Version: p.Version,
		Script: p.Program.Source.Name, Operator: r.opts.Operator, Inputs: inputs, Nodes: p.Summary().Nodes,
	}
}

// side runs functions side by side. A bug in one becomes its halt, and the
// others end as they would.
func (r *runner) side(ctx context.Context, max int, fns ...func(context.Context) *halt) []*halt {
	halts := make([]*halt, len(fns))
	wrapped := make([]func(context.Context), len(fns))
	for i, fn := range fns {
		wrapped[i] = func(ctx context.Context) {
			defer r.catch(&halts[i])
			halts[i] = fn(ctx)
		}
	}
	r.engine.Go(ctx, max, wrapped...)
	return slices.DeleteFunc(halts, func(h *halt) bool { return h == nil })
}
