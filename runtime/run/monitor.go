package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// watching is a monitor at work.
type watching struct {
	s       *strand
	n       *node
	decl    *syntax.Monitor
	m       *monitor.Monitor
	x       *sampler
	began   time.Time
	mu      sync.Mutex
	decided *monitor.Decision
}

// watchOver runs a monitor, and the nodes in its while.
func (s *strand) watchOver(ctx context.Context, n *node, d *syntax.Monitor) end {
	w, err := s.watching(ctx, n, d)
	if err != nil {
		return s.failed(d, err)
	}
	var h *halt
	if d.While == nil {
		w.sample(ctx, ctx)
	} else {
		h = w.during(ctx, d)
	}
	if w.decided == nil {
		interrupted := w.m.Interrupt()
		w.decided = &interrupted
	}
	s.r.engine.Emit(n.id, w.decided.Decided)
	for _, rule := range w.m.Fired() {
		s.code.Reached(rule, compile.Begun)
	}
	if h != nil && w.decided.Verdict == monitor.Interrupted {
		return end{status: event.Interrupted, reason: h.reason, halt: h}
	}
	e := w.verdict()
	if w.decided.Verdict == monitor.Rollback {
		s.r.mu.Lock()
		s.r.fired = w
		s.r.mu.Unlock()
	}
	if h != nil {
		e.halt = merge(e.halt, h)
	}
	return e
}

func (s *strand) watching(ctx context.Context, n *node, d *syntax.Monitor) (*watching, error) {
	every, err := s.duration(ctx, d.Every, mostEvery)
	if err != nil {
		return nil, err
	}
	var warmup time.Duration
	if d.Warmup != nil {
		if warmup, err = s.duration(ctx, d.Warmup, 0); err != nil {
			return nil, err
		}
	}
	info := s.program.Info.Monitors[d]
	if info == nil || info.Metrics == nil {
		return nil, fmt.Errorf("there are no metrics %s", d.Of.Text)
	}
	x, err := s.sampler(info.Metrics, every)
	if err != nil {
		return nil, err
	}
	o := monitor.Options{
		Const:    func(e syntax.Expr) (value.Value, error) { return s.constant(ctx, x, e) },
		Interval: every, Window: n.limit, Warmup: warmup,
	}
	switch {
	case d.AgainstLive:
		if x.beside, err = s.sampler(info.Baseline, every); err != nil {
			return nil, err
		}
	case info.Baseline != nil:
		if o.Baseline, err = s.against(info.Baseline, info.Metrics, n.id); err != nil {
			return nil, err
		}
	}
	s.ticking.share(x)
	m, err := monitor.New(s.program, d, o)
	if err != nil {
		return nil, err
	}
	return &watching{s: s, n: n, decl: d, m: m, x: x}, nil
}

// constant evaluates a limit of the monitor's rules, or a floor of the
// metrics', which may stand in another file.
func (s *strand) constant(ctx context.Context, x *sampler, e syntax.Expr) (value.Value, error) {
	if _, known := s.program.Info.Types[e]; !known && x.s.program != s.program {
		return x.s.eval(ctx, e)
	}
	return s.eval(ctx, e)
}

// sample takes ticks until the monitor has decided. When idle ends, the nodes
// in its while are done.
func (w *watching) sample(ctx, idle context.Context) {
	engine := w.s.r.engine
	w.began = engine.Now()
	var last time.Duration
	over := func() bool {
		if idle.Err() != nil {
			w.m.End(engine.Now().Sub(w.began))
		}
		if w.m.Over(last) {
			w.finish()
			return true
		}
		return false
	}
	_ = w.x.ticks(ctx, idle, over, func(t moment) bool {
		last = t.at
		if t.gap > 0 {
			w.m.Gap(t.gap)
		}
		if w.x.beside != nil {
			w.m.Beside(t.beside)
		}
		decision := w.m.Judge(t.at, t.own)
		w.tell(t)
		if decision != nil {
			w.mu.Lock()
			w.decided = decision
			w.mu.Unlock()
			return false
		}
		return !over()
	})
}

func (w *watching) finish() {
	d := w.m.Finish()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.decided = &d
}

// tell emits a tick, and keeps it for `run.metrics`.
func (w *watching) tell(t moment) {
	r := w.s.r
	last := func() value.Value { return lastSamples(w.m.Told(t.at, t.own)) }
	if !r.opts.NoTicks {
		ticked := w.m.Told(t.at, t.own)
		ticked.Gap = t.gap
		r.engine.Emit(w.n.id, ticked)
		known := lastSamples(ticked)
		last = func() value.Value { return known }
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.metrics[w.n.title] = last
}

// lastSamples are those of a tick, for `run.metrics`.
func lastSamples(t event.Ticked) value.Value {
	var names []string
	var values []value.Value
	for _, m := range t.Metrics {
		names, values = append(names, m.Name), append(values, value.String(m.Value))
	}
	return value.NewMap(names, values)
}

// during runs the nodes in while beside the ticks. A verdict that ends the
// release keeps further nodes from starting; nodes that end the run end the
// monitor.
func (w *watching) during(ctx context.Context, d *syntax.Monitor) *halt {
	r := w.s.r
	sampling, stopSampling := context.WithCancelCause(ctx)
	idle, wake := context.WithCancelCause(sampling)
	defer stopSampling(errOver)
	defer wake(errOver)
	in := w.s.same()
	in.monitor = func() *halt {
		w.mu.Lock()
		decided := w.decided
		w.mu.Unlock()
		if decided != nil && (decided.Verdict == monitor.Rollback || decided.Verdict == monitor.Fail) {
			return w.halt(decided.Decided)
		}
		if w.s.monitor != nil {
			return w.s.monitor()
		}
		return nil
	}
	var nodes *halt
	r.side(ctx, 0,
		func(ctx context.Context) *halt {
			defer wake(errOver)
			nodes = r.guarded(func() *halt {
				if h := in.nodes(ctx, d.While.Stmts, &plan.Namer{Parent: w.n.id}); h != nil {
					return h
				}
				return in.barrier()
			})
			if nodes != nil {
				stopSampling(nodes)
			}
			return nil
		},
		func(context.Context) *halt { w.sample(sampling, idle); return nil })
	return nodes
}

// halt is what a verdict that ends the release asks for.
func (w *watching) halt(d event.Decided) *halt {
	reason := fmt.Sprintf("%s: %s", w.n.title, d.Words)
	if d.Verdict == monitor.Rollback {
		return &halt{kind: haltRollback, reason: reason}
	}
	return &halt{kind: haltStop, reason: reason}
}

// verdict makes the end of a monitor of what it decided.
func (w *watching) verdict() end {
	n, v := w.n, w.decided.Decided
	failure := event.Failure{Place: v.Place, Message: v.Words, Source: v.Rule}
	e := end{status: event.Failed, reason: v.Verdict, failures: []event.Failure{failure}, policy: "ask"}
	switch v.Verdict {
	case monitor.Pass:
		return end{status: event.Passed, reason: v.Words}
	case monitor.Rollback:
		e.halt = &halt{kind: haltRollback, reason: n.title + ": " + v.Words}
	case monitor.Fail:
		e.halt = &halt{kind: haltStop, reason: n.title + ": " + v.Words}
	case monitor.Warn:
		return w.warned(e)
	case monitor.NotCompared:
		return w.notCompared(e)
	}
	return e
}

// warned is the end of a monitor that passed with a warning.
func (w *watching) warned(e end) end {
	e.status = event.Warned
	w.s.r.handle(w.s.r.hard, "warn", w.n.title+": "+e.failures[0].Message)
	return e
}

// notCompared is the end of a monitor that had no baseline, by its `on no
// baseline`: ask, unless it says pass or fail.
func (w *watching) notCompared(e end) end {
	e.reason = "not compared"
	action := "ask"
	if w.decl.OnNoBaseline != nil {
		action = w.decl.OnNoBaseline.Text
	}
	switch action {
	case "pass":
		if warning := w.m.Warning(); warning != "" {
			e.failures[0].Message = warning + "; the rest was not compared, there was no baseline"
			return w.warned(e)
		}
		return end{status: event.Passed, reason: "not compared: there was no baseline"}
	case "fail":
		e.halt = &halt{kind: haltStop, reason: e.failures[0].Message}
	default:
		e.mustAsk = true
	}
	return e
}
