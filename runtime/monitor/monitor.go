package monitor

import (
	"fmt"
	"slices"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// Options is what a monitor needs beside its declaration.
type Options struct {
	// Const evaluates an expression that names no metric: a limit, a floor.
	Const func(syntax.Expr) (value.Value, error)
	// Baseline is what `against` names; nil where none could be taken, and for
	// `against live`.
	Baseline *Baseline
	Interval time.Duration
	Window   time.Duration // 0: as long as the nodes in `while`
	Warmup   time.Duration
	// Only is the one rule to judge, of the monitor's; nil: all of them.
	Only *syntax.MonRule
}

// Monitor judges one window. It is used by one goroutine.
type Monitor struct {
	program     *check.Program
	decl        *syntax.Monitor
	o           Options
	block       string // name of the metrics
	metrics     []metric
	baseline    *Baseline
	usual       []quantity // what is typical of each metric of the baseline
	frozens     []*frozen  // other statistics of it
	comparisons []*comparison

	series  []*series // of each metric
	others  []*series // of what it is compared with side by side; nil: nothing is
	windows []*window
	trends  []*trend
	minutes []*minutes
	proofs  []*proof
	leaks   []*leak
	rules   []*rule
	memory  []memory // all of these, in the order of a snapshot

	now         time.Duration // of the last tick
	seen        int           // ticks
	given       map[string]Sample
	replayed    []int    // ticks of earlier runs that were taken, of each metric
	problem     []string // of each metric: why its last broken sample was
	ticks       int      // judged ones, the warm-up left out
	knownTicks  int      // of these, with every metric that a rule names
	missed      int      // of these, what counts as missing all the same
	missedTo    int      // which ticks were looked at for that, …
	missedKnown int      // … and how many known ones they had
	gaps        time.Duration
	ended       bool
	until       time.Duration // the end of the window; of a `while`, once its nodes are done
	warned      *Decision     // the first warning
	fired       *rule
	asked       *rule // of a monitor after a rollback: the rule that it is about
	passes      *rule // the last tick's `pass if` that held
}

// New prepares a monitor of a checked program. It fails where a limit can't be
// evaluated; the error is a *source.Diagnostic at the rule.
func New(p *check.Program, d *syntax.Monitor, o Options) (*Monitor, error) {
	home, block, err := Block(p, d)
	if err != nil {
		return nil, err
	}
	m := &Monitor{program: p, decl: d, o: o, block: block.Name.Text, metrics: metricsOf(home, block), baseline: o.Baseline}
	for i := range m.metrics {
		if f := m.metrics[i].floor; f != nil {
			v, err := o.Const(f)
			if err != nil {
				return nil, err
			}
			m.metrics[i].least, _ = number(v)
		}
		m.series = append(m.series, &series{events: m.metrics[i].events()})
		if m.beside() {
			m.others = append(m.others, &series{events: m.metrics[i].events()})
			m.replayed = append(m.replayed, 0)
		}
	}
	m.problem = make([]string, len(m.metrics))
	m.usual = make([]quantity, len(m.metrics))
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
	m.memory = slices.Concat(memories(m.series), memories(m.others), memories(m.windows), memories(m.trends), memories(m.minutes),
		memories(m.proofs), memories(m.leaks), memories(m.rules))
	m.Reset(o.Baseline)
	return m, nil
}

// Names are the metrics that its rules name, in the order of their block.
func (m *Monitor) Names() (names []string) {
	for i := range m.metrics {
		if slices.ContainsFunc(m.rules, func(r *rule) bool { return slices.Contains(r.used, i) }) {
			names = append(names, m.metrics[i].name)
		}
	}
	return names
}

// memory is a piece of a monitor that remembers ticks.
type memory interface {
	reset()
	state(*codec)
}

func memories[M memory](of []M) []memory {
	all := make([]memory, len(of))
	for i, m := range of {
		all[i] = m
	}
	return all
}

// Block finds the metrics block that a monitor is of, and the program that
// declares it.
func Block(p *check.Program, d *syntax.Monitor) (home *check.Program, block *syntax.Metrics, err error) {
	info := p.Info.Monitors[d]
	if info == nil || info.Metrics == nil {
		return nil, nil, fmt.Errorf("monitor %s has no metrics", p.Source.Slice(d.Title.Span()))
	}
	block, ok := info.Metrics.Decl.(*syntax.Metrics)
	if !ok {
		return nil, nil, fmt.Errorf("%s is not a block of metrics", info.Metrics.Name)
	}
	home = info.Metrics.Program
	if home == nil {
		home = p
	}
	return home, block, nil
}

// beside tells whether what the metrics are compared with moves with them: a
// second block that is sampled with them, or the same time of earlier runs.
func (m *Monitor) beside() bool {
	return m.decl.AgainstLive || m.baseline != nil && m.baseline.runs != nil
}

// Reset starts over, against another baseline of the same kind, as if no tick
// had been.
func (m *Monitor) Reset(b *Baseline) {
	m.baseline = b
	for i := range m.metrics {
		m.usual[i] = quantity{}
		if b != nil {
			m.usual[i] = b.typical(i)
		}
		m.problem[i] = ""
	}
	for _, f := range m.frozens {
		f.q = quantity{}
		if b != nil {
			f.q = b.statistic(f.metric, f.name)
		}
	}
	for _, p := range m.memory {
		p.reset()
	}
	for _, x := range m.comparisons {
		x.asked = 0
	}
	m.now, m.seen, m.given = 0, 0, nil
	clear(m.replayed)
	m.ticks, m.knownTicks, m.missed, m.missedTo, m.missedKnown, m.gaps = 0, 0, 0, 0, 0, 0
	m.ended, m.warned, m.fired, m.passes = false, nil, nil, nil
	m.until = 0
	if m.o.Window > 0 {
		m.until = m.o.Warmup + m.o.Window
	}
}

// frozen is a statistic of a baseline that stands still.
type frozen struct {
	metric int
	name   string
	q      quantity
}

func (m *Monitor) frozen(i int, name string) *frozen {
	for _, f := range m.frozens {
		if f.metric == i && f.name == name {
			return f
		}
	}
	f := &frozen{metric: i, name: name}
	m.frozens = append(m.frozens, f)
	return f
}

// window returns the one over the stretch, which rules that ask alike share.
func (m *Monitor) window(s *series, stretch, from time.Duration, least int, ordered bool) *window {
	for _, w := range m.windows {
		if w.s == s && w.stretch == stretch && w.from == from && w.least == least {
			w.ordered = w.ordered || ordered
			return w
		}
	}
	w := &window{s: s, stretch: stretch, from: from, least: least, ordered: ordered}
	m.windows = append(m.windows, w)
	return w
}

func (m *Monitor) trend(s *series, stretch, from time.Duration) *trend {
	for _, r := range m.trends {
		if r.s == s && r.stretch == stretch && r.from == from {
			return r
		}
	}
	r := &trend{s: s, stretch: stretch, from: from}
	if stretch/trendPoints > m.o.Interval {
		r.every = stretch / trendPoints
	}
	m.trends = append(m.trends, r)
	return r
}

func (m *Monitor) blockMedians(s *series, from time.Duration) *minutes {
	for _, r := range m.minutes {
		if r.s == s && r.from == from {
			return r
		}
	}
	r := &minutes{s: s, from: from}
	m.minutes = append(m.minutes, r)
	return r
}

// enoughBeside tells whether what is sampled beside has been seen often enough.
func (m *Monitor) enoughBeside(i int, from time.Duration) func() bool {
	w := m.window(m.others[i], 0, from, 0, false)
	return func() bool { return enough(w) }
}

// Tick takes the samples of the tick at the given time since the monitor's
// start, by the metrics' names; one that is left out was missed. It returns
// where everything stands and, where the monitor ends with this tick, its
// decision. Ticks come in order, those of the warm-up first.
func (m *Monitor) Tick(at time.Duration, samples map[string]Sample) (event.Ticked, *Decision) {
	d := m.Judge(at, samples)
	return m.Told(at, samples), d
}

// Judge is [Monitor.Tick] for those who ask the decision alone: it puts nothing
// into words, and allocates nothing once the monitor has its room.
func (m *Monitor) Judge(at time.Duration, samples map[string]Sample) *Decision {
	m.take(at, samples)
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
		fires := r.tick(m)
		if m.warned == nil && r.flaps() {
			m.warned = m.flapping(r)
		}
		if !fires {
			continue
		}
		switch {
		case r.decl.Action == Pass && (!r.decl.Now || m.mayPass(at)):
			m.passes = r
		case r.decl.Action == Warn && (m.warned == nil || m.warned.flaps):
			m.warned = m.end(Warn, r)
		}
		fired = stricter(fired, r)
	}
	switch {
	case fired == nil || m.ended:
	case fired.decl.Action == Rollback || fired.decl.Action == Fail:
		m.fired = fired
		return m.end(fired.decl.Action, fired)
	case m.passes != nil && m.passes.decl.Now:
		d := m.Finish()
		return &d
	}
	return nil
}

// Beside gives the samples of what `against live` names at the tick that comes
// next.
func (m *Monitor) Beside(samples map[string]Sample) { m.given = samples }

// Gap tells that nothing was looked at for that long before the tick that
// comes next, because the machine slept or the run was killed. The time of
// ticks doesn't have it: holds go on where they were, and the window ends that
// much later by the clock on the wall.
func (m *Monitor) Gap(d time.Duration) {
	m.gaps += d
	for _, l := range m.leaks {
		l.interrupted()
	}
}

// Fired are the rules that have fired so far, in their order, whether or not
// one of them decided.
func (m *Monitor) Fired() (fired []*syntax.MonRule) {
	for _, r := range m.rules {
		if r.everFired {
			fired = append(fired, r.decl)
		}
	}
	return fired
}

// Warned tells whether a `warn if` has fired.
func (m *Monitor) Warned() bool { return m.warned != nil && !m.warned.flaps }

// Warning is what the monitor has warned of so far; "": of nothing.
func (m *Monitor) Warning() string {
	if m.warned == nil {
		return ""
	}
	return m.warned.Words
}

// take adds the samples of a tick to all that looks at them.
func (m *Monitor) take(at time.Duration, samples map[string]Sample) {
	m.now = at
	m.seen++
	for i := range m.metrics {
		sample := samples[m.metrics[i].name]
		m.add(m.series[i], at, sample)
		if sample.State == Broken {
			m.problem[i] = sample.Problem
		}
	}
	switch {
	case m.decl.AgainstLive:
		for i, s := range m.others {
			m.add(s, at, m.given[m.metrics[i].name])
		}
		m.given = nil
	case m.others != nil:
		m.replay(at)
	}
	for _, s := range m.series {
		m.forget(s)
	}
	for _, s := range m.others {
		m.forget(s)
	}
	for _, l := range m.leaks {
		l.add(at)
	}
	for _, p := range m.proofs {
		p.add(at)
	}
}

// add adds a sample to a series and what follows it.
func (m *Monitor) add(s *series, at time.Duration, x Sample) {
	i := s.add(at, x)
	for _, w := range m.windows {
		if w.s == s {
			w.add(i)
		}
	}
	for _, r := range m.trends {
		if r.s == s {
			r.take(s.latest())
		}
	}
	for _, r := range m.minutes {
		if r.s == s {
			r.add(s.latest())
		}
	}
}

// replay takes what earlier runs had seen up to now. Once they have nothing
// more, it is missing.
func (m *Monitor) replay(at time.Duration) {
	for i, s := range m.others {
		before := m.baseline.series[i]
		missing := true
		for ; m.replayed[i] < len(before.ticks) && before.ticks[m.replayed[i]].at <= at; m.replayed[i]++ {
			t := &before.ticks[m.replayed[i]]
			m.add(s, t.at, before.sample(t))
			missing = false
		}
		if missing {
			m.add(s, at, Sample{})
		}
	}
}

// forget lets the series' ticks go that nothing looks at any more.
func (m *Monitor) forget(s *series) {
	if len(s.ticks) <= 2*liveTicks {
		return
	}
	oldest := s.end() - liveTicks
	for _, w := range m.windows {
		if w.s == s {
			oldest = min(oldest, w.pins())
		}
	}
	s.forget(oldest)
}

// tickKnown tells whether every metric that a rule names has a sample.
func (m *Monitor) tickKnown() bool {
	for _, r := range m.rules {
		for _, i := range r.used {
			if m.series[i].latest().state != Known {
				return false
			}
		}
	}
	return true
}
