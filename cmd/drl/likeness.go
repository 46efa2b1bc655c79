package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/history"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/odds"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// likeness is where it is seen what metrics are like while nothing is wrong.
type likeness struct {
	from string // "run k3f9", "load.csv"
	// ticks are those of a monitor's metric, and the time between two of them;
	// none where there are no such.
	ticks func(d *syntax.Monitor, metric string) ([]monitor.Sample, time.Duration, error)
}

// likeness is what --baseline or --sample names or, without them, the last run
// of the release that passed; nil: there is none.
func (a *app) likeness(p *plan.Plan, w *world, flags oddsFlags) (*likeness, error) {
	switch {
	case flags.sample != "":
		d, err := value.ParseDuration(flags.sample)
		if err != nil || d <= 0 {
			return nil, fmt.Errorf("--sample is %s, want how long, such as 2m", value.QuoteString(flags.sample))
		}
		return a.sampled(p, w, time.Duration(d))
	case flags.baseline == "":
		r, ok := lastPassed(p)
		if !ok {
			return nil, nil
		}
		return recordedLikeness(p, r), nil
	}
	folder, err := runsOnRecord()
	if err != nil {
		return nil, err
	}
	r, err := folder.Find(flags.baseline)
	if errors.Is(err, history.ErrNone) {
		return a.fileLikeness(p, flags.baseline)
	}
	if err != nil {
		return nil, fmt.Errorf("run %s can't be read: %w", flags.baseline, err)
	}
	return recordedLikeness(p, r), nil
}

// lastPassed is the last run of the plan's release and target that passed and
// may be compared with.
func lastPassed(p *plan.Plan) (history.Run, bool) {
	folder, err := runsOnRecord()
	if err != nil {
		return history.Run{}, false
	}
	runs, err := folder.Runs()
	if err != nil {
		return history.Run{}, false
	}
	for _, r := range runs {
		if r.Release == p.Program.Name && r.Target == p.TargetName && r.Outcome == run.Passed && r.Invalid == "" {
			return r, true
		}
	}
	return history.Run{}, false
}

// recordedLikeness is what the monitors of a run have seen.
func recordedLikeness(p *plan.Plan, r history.Run) *likeness {
	ids := nodesOf(p)
	seen := map[*syntax.Monitor]*monitor.Baseline{}
	return &likeness{"run " + r.ID, func(d *syntax.Monitor, metric string) ([]monitor.Sample, time.Duration, error) {
		b, ok := seen[d]
		if !ok {
			home, block, err := monitor.Block(p.Program, d)
			if err == nil {
				b, err = monitor.Recorded(r.Events(), home, block, ids[plan.PlaceOf(p.Program, d)])
			}
			if err != nil {
				return nil, 0, err
			}
			seen[d] = b
		}
		if b == nil {
			return nil, 0, nil
		}
		ticks, every := b.Samples(metric)
		return ticks, every, nil
	}}
}

// fileLikeness is what a file has: the events of a run, or bare samples.
func (a *app) fileLikeness(p *plan.Plan, name string) (*likeness, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--baseline is %s, and neither a run of that name is on record nor a file there; drl runs lists runs", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plainError(err))
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		r, err := history.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read the events in %s: %w", name, err)
		}
		like := recordedLikeness(p, r)
		like.from = name
		return like, nil
	}
	metrics := map[string]*types.Type{}
	for _, d := range monitorsOf(p) {
		home, block, err := monitor.Block(p.Program, d)
		if err != nil {
			continue
		}
		for _, m := range block.Metrics {
			metrics[m.Name.Text], _ = monitor.Sampled(home.Info.Types[m.Value])
		}
	}
	all, err := odds.ReadSamples(bytes.NewReader(text), metrics, plan.Parse)
	if err != nil {
		return nil, fmt.Errorf("read the samples in %s: %w", name, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has none of the metrics of this script's monitors", name)
	}
	return &likeness{name, func(_ *syntax.Monitor, metric string) ([]monitor.Sample, time.Duration, error) {
		return all[metric], 0, nil
	}}, nil
}

// leastLooks is how often a metric is sampled at least, however seldom its
// monitor looks.
const leastLooks = 24

// sampled samples the metrics of all monitors that can be played for a while.
func (a *app) sampled(p *plan.Plan, w *world, length time.Duration) (*likeness, error) {
	var sights []run.Sight
	at := map[*syntax.Monitor]int{}
	for _, d := range monitorsOf(p) {
		o, left := playable(p, d, odds.Options{})
		if left != "" {
			continue
		}
		at[d] = len(sights)
		every := min(o.Interval, max(length/leastLooks, 100*time.Millisecond)).Round(time.Millisecond)
		sights = append(sights, run.Sight{Metrics: p.Program.Info.Monitors[d].Metrics, For: length, Every: every})
	}
	if len(sights) == 0 {
		return nil, nil
	}
	a.fail(exitOK, "sampling the metrics of %s for %s", plural(len(sights), "monitor"), value.Duration(length))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	seen, err := run.Look(ctx, p, run.Options{
		Engine: memory.New(memory.Options{Now: time.Now, AfterFunc: time.AfterFunc, Sink: func(event.Event) {}}),
		Host:   w.host(), Functions: standard.Lookup, Commands: w.commands, Env: os.Environ(), Dir: w.dir, Secrets: w.hide,
	}, sights)
	if err != nil {
		return nil, fmt.Errorf("sample the metrics: %w", err)
	}
	return &likeness{"what was sampled", func(d *syntax.Monitor, metric string) ([]monitor.Sample, time.Duration, error) {
		i, ok := at[d]
		if !ok {
			return nil, 0, nil
		}
		return seen[i][metric], sights[i].Every, nil
	}}, nil
}

// noises makes the noise of each metric of a monitor of what was seen of it;
// left says why nothing can be played on it.
func (m *playedMonitor) noises(p *plan.Plan, d *syntax.Monitor, like *likeness, o *odds.Options) (left string) {
	home, block, err := monitor.Block(p.Program, d)
	if err != nil || like == nil {
		return ""
	}
	for _, metric := range block.Metrics {
		name := metric.Name.Text
		ticks, every, err := like.ticks(d, name)
		if err != nil {
			return fmt.Sprintf("%s can't be read: %v", like.from, err)
		}
		t, _ := monitor.Sampled(home.Info.Types[metric.Value])
		var n odds.Noise
		if len(ticks) == 0 {
			err = errors.New("there is nothing of it")
		} else {
			n, err = odds.Fit(t, ticks)
		}
		if err != nil {
			m.Notes = append(m.Notes, fmt.Sprintf("%s: not known from %s: %v", name, like.from, err))
			continue
		}
		o.Noise[name] = n.Every(every, o.Interval)
		m.say(name, fmt.Sprintf("%s, from %s of %s", n.Describe(t), plural(len(ticks), "tick"), like.from))
	}
	return ""
}

// nodesOf are the ids of a plan's monitors, by where they are written.
func nodesOf(p *plan.Plan) map[source.Place]string {
	ids := map[source.Place]string{}
	plan.Each(p.Nodes, func(n *plan.Node) {
		if n.Kind == "monitor" {
			ids[n.Place] = n.ID
		}
	})
	return ids
}
