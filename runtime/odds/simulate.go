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
	// Metrics is the block that the monitor is of, Home the program with it.
	Metrics *syntax.Metrics
	Home    *check.Program
	// Const evaluates an expression that names no metric: a limit, a floor.
	Const    func(syntax.Expr) (value.Value, error)
	Interval time.Duration
	Window   time.Duration
	Warmup   time.Duration
	// Noise is that of the metrics, by name. One that has none is never known.
	Noise map[string]Noise
	// Baseline is how many ticks the baseline is taken for; 0: it has so many
	// that its own noise doesn't matter.
	Baseline    int
	Deployments int    // 0: Deployments
	Seed        uint64 // the same seed gives the same table
	Workers     int    // 0: one
}

// Factors are how many times worse the metrics are in what is played: 1 is a
// healthy release.
var Factors = []float64{1, 1.5, 2, 3}

// Table is what came of a monitor's deployments.
type Table struct {
	Deployments int
	Ticks       int // of the window
	Rules       []Rule
}

// Rule is what one rule did, judged as if it stood alone.
type Rule struct {
	Text     string
	Action   string    // rollback fail warn pass
	Outcomes []Outcome // one for each of Factors
}

// Outcome is how often a rule fired under one factor.
type Outcome struct {
	Factor float64
	Fired  int
	// Took is how long it took, from the window's begin, in half of those
	// deployments at most; 0 where none fired.
	Took time.Duration
}

// enough ticks that a baseline's own noise is a fiftieth of one tick's.
const exactBaseline = 2_500

// Simulate plays a monitor. It fails where a limit can't be evaluated, and
// with ctx.
func Simulate(ctx context.Context, o Options) (Table, error) {
	if o.Deployments == 0 {
		o.Deployments = Deployments
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
	o.Const = remembered(o.Const)
	for _, factor := range Factors {
		took, err := o.play(ctx, rules, factor)
		if err != nil {
			return Table{}, err
		}
		for i := range rules {
			slices.Sort(took[i])
			outcome := Outcome{Factor: factor, Fired: len(took[i])}
			if n := len(took[i]); n > 0 {
				outcome.Took = took[i][n/2]
			}
			t.Rules[i].Outcomes = append(t.Rules[i].Outcomes, outcome)
		}
	}
	return t, nil
}

// remembered asks for each constant once, whoever asks.
func remembered(eval func(syntax.Expr) (value.Value, error)) func(syntax.Expr) (value.Value, error) {
	var mu sync.Mutex
	known := map[syntax.Expr]value.Value{}
	return func(e syntax.Expr) (value.Value, error) {
		mu.Lock()
		defer mu.Unlock()
		if v, ok := known[e]; ok {
			return v, nil
		}
		v, err := eval(e)
		if err == nil {
			known[e] = v
		}
		return v, err
	}
}

// play returns, for each rule, when it fired in the deployments in which it
// did.
func (o *Options) play(ctx context.Context, rules []*syntax.MonRule, factor float64) ([][]time.Duration, error) {
	took := make([][]time.Duration, len(rules))
	var mu sync.Mutex
	var wait sync.WaitGroup
	var problem error
	for worker := range o.Workers {
		wait.Go(func() {
			p := newPlayer(o, rules, factor)
			for i := worker; i < o.Deployments; i += o.Workers {
				err := context.Cause(ctx)
				if err == nil {
					err = p.deploy(i)
				}
				if err != nil {
					mu.Lock()
					problem = err
					mu.Unlock()
					return
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range rules {
				took[i] = append(took[i], p.took[i]...)
			}
		})
	}
	wait.Wait()
	return took, problem
}

// player plays deployments one after the other.
type player struct {
	o       *Options
	rules   []*syntax.MonRule
	factor  float64
	names   []string
	higher  map[string]bool
	samples map[string]monitor.Sample
	steady  *monitor.Baseline // where every deployment has the same
	took    [][]time.Duration
}

func newPlayer(o *Options, rules []*syntax.MonRule, factor float64) *player {
	p := &player{o: o, rules: rules, factor: factor, higher: map[string]bool{}, samples: map[string]monitor.Sample{}, took: make([][]time.Duration, len(rules))}
	for _, m := range o.Metrics.Metrics {
		p.names = append(p.names, m.Name.Text)
		p.higher[m.Name.Text] = m.Direction == "higher"
	}
	if o.Monitor.Against != nil && o.Baseline == 0 {
		p.steady = p.baseline(rand.New(rand.NewPCG(o.Seed, 1<<63)), exactBaseline)
	}
	return p
}

// sources returns the metrics' sources, worse by factor.
func (p *player) sources(factor float64) map[string]*stream {
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

func (p *player) baseline(r *rand.Rand, ticks int) *monitor.Baseline {
	b := monitor.NewBaseline(p.o.Home, p.o.Metrics)
	from := p.sources(1)
	for i := range ticks {
		p.draw(r, from)
		b.Add(time.Duration(i)*p.o.Interval, p.samples)
	}
	return b
}

// deploy plays one deployment: each rule is a monitor of its own, and all see
// the same samples.
func (p *player) deploy(number int) error {
	r := rand.New(rand.NewPCG(p.o.Seed, uint64(number)))
	before := p.steady
	if p.o.Monitor.Against != nil && before == nil {
		before = p.baseline(r, p.o.Baseline)
	}
	monitors := make([]*monitor.Monitor, len(p.rules))
	for i, rule := range p.rules {
		var err error
		monitors[i], err = monitor.New(p.o.Program, p.o.Monitor, monitor.Options{
			Const: p.o.Const, Baseline: before, Interval: p.o.Interval, Window: p.o.Window, Warmup: p.o.Warmup, Only: rule,
		})
		if err != nil {
			return fmt.Errorf("play %s: %w", p.o.Program.Source.Slice(rule.Span()), err)
		}
	}
	from := p.sources(p.factor)
	end := p.o.Warmup + p.o.Window
	open := len(monitors)
	for at := time.Duration(0); open > 0; at += p.o.Interval {
		p.draw(r, from)
		for i, m := range monitors {
			if m == nil {
				continue
			}
			d := m.Judge(at, p.samples)
			fired := d != nil || m.Warned()
			if fired {
				p.took[i] = append(p.took[i], max(at-p.o.Warmup, 0))
			}
			if fired || at+p.o.Interval > end && !m.More(at) {
				monitors[i] = nil
				open--
			}
		}
	}
	return nil
}
