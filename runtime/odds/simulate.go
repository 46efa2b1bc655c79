package odds

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
)

// Deployments is how many deployments are played unless something else is
// said: what they find is right to within 1% nineteen times out of twenty.
const Deployments = 10_000

// Options is what a monitor is played with.
type Options struct {
	Program *check.Program
	Monitor *syntax.Monitor
	// Const evaluates an expression that names no metric: a limit, a floor.
	Const    func(syntax.Expr) (value.Value, error)
	Interval time.Duration
	Window   time.Duration
	Warmup   time.Duration
	// Noise is that of the metrics, by name. One that has none is never known.
	Noise map[string]Noise
	// Factors are how many times worse the metrics are in what is played: 1 is
	// a healthy release. Nil: Factors.
	Factors     []float64
	Deployments int    // 0: Deployments
	Seed        uint64 // the same seed gives the same table
	Workers     int    // 0: one
}

// Factors are those of a table.
var Factors = []float64{1, 1.5, 2, 3}

// Table is what came of a monitor's deployments.
type Table struct {
	Deployments int
	Ticks       int // of the window
	Rules       []Rule
	// Stops is how often any of its rollbacks and fails fired: what the monitor
	// as a whole does to a release.
	Stops []Outcome
}

// Rule is what one rule did, judged as if it stood alone.
type Rule struct {
	Text     string
	Action   string    // rollback fail warn pass
	Outcomes []Outcome // one for each of the factors
	// Unknown are the metrics that it names and of which no noise is known: a
	// rule with one may never fire whatever happens.
	Unknown []string
}

// Outcome is how often a rule fired under one factor.
type Outcome struct {
	Factor float64
	Fired  int
	// Took is how long it took, from the window's begin, in half of those
	// deployments at most; 0 where none fired.
	Took time.Duration
}

// baselineTicks is how many ticks the baseline has: so many that its own noise
// is a fiftieth of one tick's.
const baselineTicks = 2_500

// Simulate plays a monitor. It fails where a limit can't be evaluated, and
// with ctx.
func Simulate(ctx context.Context, o Options) (Table, error) {
	if o.Deployments == 0 {
		o.Deployments = Deployments
	}
	if o.Factors == nil {
		o.Factors = Factors
	}
	o.Workers = max(o.Workers, 1)
	if o.Window <= 0 || o.Interval <= 0 {
		return Table{}, errors.New("only a monitor with a window can be played")
	}
	t := Table{Deployments: o.Deployments, Ticks: int((o.Warmup+o.Window)/o.Interval) + 1}
	var rules []*syntax.MonRule
	for _, r := range o.Monitor.Rules {
		if r.Action != "pass" {
			rules = append(rules, r)
			t.Rules = append(t.Rules, Rule{Text: o.Program.Source.Slice(r.Span()), Action: r.Action})
		}
	}
	if err := o.unknown(&t, rules); err != nil {
		return Table{}, err
	}
	for _, factor := range o.Factors {
		took, err := o.play(ctx, rules, factor)
		if err != nil {
			return Table{}, err
		}
		for i := range rules {
			t.Rules[i].Outcomes = append(t.Rules[i].Outcomes, outcome(factor, took[i]))
		}
		t.Stops = append(t.Stops, outcome(factor, took[len(rules)]))
	}
	return t, nil
}

// unknown finds out which rules name a metric that has no noise.
func (o *Options) unknown(t *Table, rules []*syntax.MonRule) error {
	p, err := newPlayer(o, rules, 1)
	if err != nil {
		return err
	}
	for i, m := range p.monitors {
		for _, name := range m.Names() {
			if _, ok := o.Noise[name]; !ok {
				t.Rules[i].Unknown = append(t.Rules[i].Unknown, name)
			}
		}
	}
	return nil
}

// outcome sums up when something happened, in those deployments in which it
// did.
func outcome(factor float64, took []time.Duration) Outcome {
	o := Outcome{Factor: factor, Fired: len(took)}
	if len(took) > 0 {
		slices.Sort(took)
		o.Took = took[len(took)/2]
	}
	return o
}

// play returns, for each rule and for any that stops a release, when it fired
// in the deployments in which it did.
func (o *Options) play(ctx context.Context, rules []*syntax.MonRule, factor float64) ([][]time.Duration, error) {
	took := make([][]time.Duration, len(rules)+1)
	players := make([]*player, o.Workers)
	for i := range players {
		var err error
		if players[i], err = newPlayer(o, rules, factor); err != nil {
			return nil, err
		}
	}
	var wait sync.WaitGroup
	for first, p := range players {
		wait.Go(func() {
			for i := first; i < o.Deployments && ctx.Err() == nil; i += o.Workers {
				p.deploy(i)
			}
		})
	}
	wait.Wait()
	for _, p := range players {
		for i := range took {
			took[i] = append(took[i], p.took[i]...)
		}
	}
	return took, context.Cause(ctx)
}

// player plays deployments one after the other.
type player struct {
	o        *Options
	factor   float64
	names    []string // of the metrics, in their order
	higher   map[string]bool
	samples  map[string]monitor.Sample
	baseline *monitor.Baseline  // nil: the monitor has none
	monitors []*monitor.Monitor // one for each rule
	stops    []bool             // which rules stop a release
	took     [][]time.Duration  // of each rule, and of any that stops
}

func newPlayer(o *Options, rules []*syntax.MonRule, factor float64) (*player, error) {
	home, block, err := monitor.Block(o.Program, o.Monitor)
	if err != nil {
		return nil, err
	}
	p := &player{o: o, factor: factor, higher: map[string]bool{}, samples: map[string]monitor.Sample{}, took: make([][]time.Duration, len(rules)+1)}
	for _, m := range block.Metrics {
		p.names = append(p.names, m.Name.Text)
		p.higher[m.Name.Text] = m.Direction == "higher"
	}
	if o.Monitor.Against != nil {
		p.baseline = monitor.NewBaseline(home, block)
		r, from := rand.New(rand.NewPCG(o.Seed, 1<<63)), p.streams(1)
		for i := range baselineTicks {
			p.draw(r, from)
			p.baseline.Add(time.Duration(i)*o.Interval, p.samples)
		}
	}
	for _, rule := range rules {
		m, err := monitor.New(o.Program, o.Monitor, monitor.Options{
			Const: o.Const, Baseline: p.baseline, Interval: o.Interval, Window: o.Window, Warmup: o.Warmup, Only: rule,
		})
		if err != nil {
			return nil, fmt.Errorf("play %s: %w", o.Program.Source.Slice(rule.Span()), err)
		}
		p.monitors = append(p.monitors, m)
		p.stops = append(p.stops, rule.Action == monitor.Rollback || rule.Action == monitor.Fail)
	}
	return p, nil
}

// streams returns the metrics' streams, worse by factor.
func (p *player) streams(factor float64) map[string]*stream {
	all := map[string]*stream{}
	for _, name := range p.names {
		n, ok := p.o.Noise[name]
		if !ok {
			continue
		}
		worse := factor
		if p.higher[name] {
			worse = 1 / factor
		}
		all[name] = &stream{noise: n, worse: worse}
	}
	return all
}

func (p *player) draw(r *rand.Rand, from map[string]*stream) {
	// In the order of the block, so that a seed gives the same samples.
	for _, name := range p.names {
		if s := from[name]; s != nil {
			p.samples[name] = s.draw(r)
		}
	}
}

// deploy plays one deployment: each rule is a monitor of its own, and all see
// the same samples.
func (p *player) deploy(number int) {
	r, from := rand.New(rand.NewPCG(p.o.Seed, uint64(number))), p.streams(p.factor)
	for _, m := range p.monitors {
		m.Reset(p.baseline)
	}
	over, stopped := make([]bool, len(p.monitors)), false
	end := p.o.Warmup + p.o.Window
	for at, open := time.Duration(0), len(p.monitors); open > 0; at += p.o.Interval {
		p.draw(r, from)
		for i, m := range p.monitors {
			if over[i] {
				continue
			}
			fired := m.Judge(at, p.samples) != nil || m.Warned()
			took := max(at-p.o.Warmup, 0)
			if fired {
				p.took[i] = append(p.took[i], took)
			}
			if fired && p.stops[i] && !stopped {
				stopped = true
				p.took[len(p.monitors)] = append(p.took[len(p.monitors)], took)
			}
			if fired || at+p.o.Interval > end && !m.More(at) {
				over[i] = true
				open--
			}
		}
	}
}
