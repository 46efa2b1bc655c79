package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
)

// leastTicks is how many ticks a monitor with `while` takes, however soon its
// nodes are done.
const leastTicks = 3

// watching is a monitor at work.
type watching struct {
	s       *strand
	n       *node
	m       *monitor.Monitor
	x       *sampler
	window  time.Duration // with its warm-up; 0: as long as the nodes in while
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
	if h != nil && w.decided.Verdict == monitor.Interrupted {
		return end{status: event.Interrupted, reason: h.reason, halt: h}
	}
	e := s.verdict(n, d, w.decided.Decided)
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
	if info.Baseline != nil && !d.AgainstLive {
		s.r.mu.Lock()
		o.Baseline = s.r.baselines[info.Baseline]
		s.r.mu.Unlock()
	}
	m, err := monitor.New(s.program, d, o)
	if err != nil {
		return nil, err
	}
	w := &watching{s: s, n: n, m: m, x: x}
	if n.limit > 0 {
		w.window = n.limit + warmup
	}
	return w, nil
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
	count := 0
	enough := func() bool {
		if count >= leastTicks {
			w.finish()
		}
		return count >= leastTicks
	}
	_ = w.x.ticks(ctx, idle, enough, func(at time.Duration, samples map[string]monitor.Sample) bool {
		count++
		ticked, decision := w.m.Tick(at, samples)
		w.s.r.engine.Emit(w.n.id, ticked)
		w.keep(ticked)
		switch {
		case decision != nil:
			w.mu.Lock()
			w.decided = decision
			w.mu.Unlock()
			return false
		case w.window > 0 && at+w.x.interval > w.window && !w.m.More(at):
			w.finish()
			return false
		case w.window == 0 && idle.Err() != nil && enough():
			return false
		}
		return true
	})
}

func (w *watching) finish() {
	d := w.m.Finish()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.decided = &d
}

// keep notes the last samples for `run.metrics`.
func (w *watching) keep(t event.Ticked) {
	var names []string
	var values []value.Value
	for _, m := range t.Metrics {
		names, values = append(names, m.Name), append(values, value.String(m.Value))
	}
	w.s.r.mu.Lock()
	defer w.s.r.mu.Unlock()
	w.s.r.metrics[w.n.title] = value.NewMap(names, values)
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
func (s *strand) verdict(n *node, d *syntax.Monitor, v event.Decided) end {
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
		e.status = event.Warned
		s.r.handle(s.r.hard, "warn", n.title+": "+v.Words)
	case monitor.NotCompared:
		return s.notCompared(d, e)
	}
	return e
}

// notCompared is the end of a monitor that had no baseline, by its `on no
// baseline`: ask, unless it says pass or fail.
func (s *strand) notCompared(d *syntax.Monitor, e end) end {
	e.reason = "not compared"
	action := "ask"
	if d.OnNoBaseline != nil {
		action = d.OnNoBaseline.Text
	}
	switch action {
	case "pass":
		return end{status: event.Passed, reason: "not compared: there was no baseline"}
	case "fail":
		e.halt = &halt{kind: haltStop, reason: e.failures[0].Message}
	default:
		e.mustAsk = true
	}
	return e
}
