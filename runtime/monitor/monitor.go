package monitor

import (
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// Options is what a monitor needs beside its declaration.
type Options struct {
	// Const evaluates an expression that names no metric: a limit, a floor.
	Const func(syntax.Expr) (value.Value, error)
	// Baseline is what `against` names; nil where none could be taken.
	Baseline *Baseline
	Interval time.Duration
	Window   time.Duration // 0: as long as the nodes in `while`
	Warmup   time.Duration
	// Only is the one rule to judge, of the monitor's; nil: all of them.
	Only *syntax.MonRule
}

// Monitor judges one window. It is used by one goroutine.
type Monitor struct {
	program  *check.Program
	decl     *syntax.Monitor
	o        Options
	metrics  []metric
	series   []*series
	baseline *Baseline
	usual    []quantity   // what is typical of each metric of the baseline
	worse    []comparison // of each metric, the last
	problem  []string     // of each metric: why its last broken sample was
	rules    []*rule

	ticks      int // judged ones, the warm-up left out
	knownTicks int // of these, with every metric that a rule names
	ended      bool
	warned     *Decision // the first warning
	passes     *rule     // the last tick's `pass if` that held
	until      time.Duration
}

// rule is one line of a monitor.
type rule struct {
	decl     *syntax.MonRule
	text     string
	is       condition
	hold     hold
	used     []int
	relative bool
	bare     bool
	skipped  bool // relative, and there is no baseline

	now      truth
	everSaid bool // it was known at some tick
	worst    int  // 1 + the metric that a bare `degradation` is about
	dropped  int  // holds given up for want of data
}

// New prepares a monitor of a checked program. It fails where a limit can't be
// evaluated; the error is a *source.Diagnostic at the rule.
func New(p *check.Program, d *syntax.Monitor, o Options) (*Monitor, error) {
	block, err := blockOf(p, d)
	if err != nil {
		return nil, err
	}
	m := &Monitor{program: p, decl: d, o: o, metrics: metricsOf(block.program, block.decl), baseline: o.Baseline}
	for i := range m.metrics {
		if f := m.metrics[i].floor; f != nil {
			v, err := o.Const(f)
			if err != nil {
				return nil, err
			}
			m.metrics[i].least, _ = number(v)
		}
		m.series = append(m.series, &series{events: m.metrics[i].events(), scratch: new([]float64)})
	}
	m.worse = make([]comparison, len(m.metrics))
	if m.baseline != nil {
		for i := range m.baseline.metrics {
			m.baseline.metrics[i].least = m.metrics[i].least
			m.usual = append(m.usual, m.baseline.typical(i))
		}
	}
	m.problem = make([]string, len(m.metrics))
	for _, d := range d.Rules {
		if o.Only != nil && o.Only != d {
			continue
		}
		r, err := m.rule(d)
		if err != nil {
			return nil, err
		}
		m.rules = append(m.rules, r)
	}
	m.until = o.Warmup + o.Window
	return m, nil
}

type block struct {
	program *check.Program
	decl    *syntax.Metrics
}

// blockOf finds the metrics block that a monitor is of.
func blockOf(p *check.Program, d *syntax.Monitor) (block, error) {
	info := p.Info.Monitors[d]
	if info == nil || info.Metrics == nil {
		return block{}, fmt.Errorf("monitor %s has no metrics", p.Source.Slice(d.Title.Span()))
	}
	decl, ok := info.Metrics.Decl.(*syntax.Metrics)
	if !ok {
		return block{}, fmt.Errorf("%s is not a block of metrics", info.Metrics.Name)
	}
	home := info.Metrics.Program
	if home == nil {
		home = p
	}
	return block{home, decl}, nil
}

func (m *Monitor) rule(d *syntax.MonRule) (*rule, error) {
	c := &compiler{m: m, info: m.program.Info, o: m.o}
	r := &rule{decl: d, text: m.program.Source.Slice(d.Span())}
	is, err := c.condition(d.Cond)
	if err != nil {
		return nil, m.place(d.Cond, err)
	}
	r.is, r.used, r.relative, r.bare = is, c.used, c.relative, c.bare
	r.skipped = r.relative && m.baseline == nil
	if d.Hold != nil {
		x, err := c.constant(d.Hold)
		if err != nil {
			return nil, m.place(d.Hold, err)
		}
		if d.Of == nil {
			r.hold.d = time.Duration(x)
			return r, nil
		}
		n, err := c.constant(d.Of)
		if err != nil {
			return nil, m.place(d.Of, err)
		}
		r.hold.m, r.hold.n = int(x), int(n)
	}
	return r, nil
}

// place gives an error the place of an expression, unless it has one.
func (m *Monitor) place(e syntax.Expr, err error) error {
	if _, ok := err.(*source.Diagnostic); ok {
		return err
	}
	return &source.Diagnostic{File: m.program.Source, Span: e.Span(), Message: err.Error(), Cause: err}
}

// Tick takes the samples of the tick at the given time since the monitor's
// start, by the metrics' names; one that is left out was missed. It returns
// where everything stands and, where the monitor ends with this tick, its
// decision. Ticks come in order, those of the warm-up first.
func (m *Monitor) Tick(at time.Duration, samples map[string]Sample) (event.Ticked, *Decision) {
	d := m.Judge(at, samples)
	return m.ticked(at), d
}

// Judge is [Monitor.Tick] for those who ask the decision alone: it puts nothing
// into words.
func (m *Monitor) Judge(at time.Duration, samples map[string]Sample) *Decision {
	for i, metric := range m.metrics {
		sample := samples[metric.name]
		m.series[i].add(at, sample)
		if sample.State == Broken {
			m.problem[i] = sample.Problem
		}
	}
	warming := at < m.o.Warmup
	if !warming {
		m.ticks++
		if m.tickKnown() {
			m.knownTicks++
		}
	}
	m.passes = nil
	var fired *rule // the strictest
	for _, r := range m.rules {
		if r.skipped || (warming && !r.decl.Now) {
			continue
		}
		if !r.tick(m, at) {
			continue
		}
		switch {
		case r.decl.Action == Pass && (!r.decl.Now || m.mayPass(at)):
			m.passes = r
		case r.decl.Action == Warn && m.warned == nil:
			m.warned = m.end(Warn, r)
		}
		fired = stricter(fired, r)
	}
	switch {
	case fired == nil || m.ended:
	case fired.decl.Action == Rollback || fired.decl.Action == Fail:
		return m.end(fired.decl.Action, fired)
	case m.passes != nil && m.passes.decl.Now:
		d := m.Finish()
		return &d
	}
	return nil
}

// Warned tells whether a `warn if` has fired.
func (m *Monitor) Warned() bool { return m.warned != nil }

// mayPass tells whether `pass now if` may end the window early.
func (m *Monitor) mayPass(at time.Duration) bool {
	return m.o.Window > 0 && at >= m.o.Warmup+time.Duration(earliestPass*float64(m.o.Window)) && m.evidence() == ""
}

// tickKnown tells whether every metric that a rule names has a sample.
func (m *Monitor) tickKnown() bool {
	for _, r := range m.rules {
		for _, i := range r.used {
			ticks := m.series[i].ticks
			if !r.skipped && ticks[len(ticks)-1].state != Known {
				return false
			}
		}
	}
	return true
}

func (r *rule) tick(m *Monitor, at time.Duration) (fires bool) {
	v := view{m: m, at: at, from: m.o.Warmup}
	if r.decl.Now {
		v.from = 0
	}
	r.now = r.is(v)
	r.everSaid = r.everSaid || r.now != unknown
	if r.bare {
		r.worst = m.worstMetric(v)
	}
	fires, dropped := r.hold.tick(at, m.o.Interval, r.now)
	if dropped {
		r.dropped++
	}
	return fires && (r.now == yes || r.hold.n > 0)
}

// worstMetric names the metric that a bare `degradation` is about: 1 + its
// index, 0 for none.
func (m *Monitor) worstMetric(v view) int {
	worst, which := 0.0, 0
	for i := range m.metrics {
		if q := v.recentlyWorse(i); q.known && (which == 0 || q.x > worst) {
			worst, which = q.x, i+1
		}
	}
	return which
}

var strictness = map[string]int{"rollback": 4, "fail": 3, "warn": 2, "pass": 1}

// stricter returns the stricter of two rules that fire, the earlier of equals.
func stricter(a, b *rule) *rule {
	if a == nil || strictness[b.decl.Action] > strictness[a.decl.Action] {
		return b
	}
	return a
}

// earliestPass is the share of the window after which `pass now if` may end it.
const earliestPass = 0.8

// More tells, after the last tick of the window, whether a rule is held and
// not decided yet: then the monitor goes on, at most for the longest such
// hold, or a regression in the last minutes would pass.
func (m *Monitor) More(at time.Duration) bool {
	if m.ended || m.o.Window == 0 {
		return false
	}
	for _, r := range m.rules {
		if r.hold.open && r.hold.d > 0 && !r.skipped && r.decl.Action != "pass" && at < m.until+r.hold.d && r.hold.held < r.hold.d {
			return true
		}
	}
	return false
}
