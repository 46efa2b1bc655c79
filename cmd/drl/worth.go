package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/odds"
	"github.com/drl-lang/drl/runtime/plan"
)

// What a plan spends on the odds of all its monitors: so many ticks of each
// monitor and kind of release, in this time, on a record of this size. What
// takes more is left to drl odds.
const (
	worthTicks = 40_000
	worthTime  = 300 * time.Millisecond
	worthBytes = 16 << 20
)

// worth says under each monitor of a plan what its rules are worth, played on
// the last run of the release that passed.
func (a *app) worth(p *plan.Plan) {
	monitors := monitorsOf(p)
	if len(monitors) == 0 {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), worthTime)
	defer stop()
	var like *likeness
	if r, ok := lastPassed(p); ok {
		if info, err := os.Stat(r.Path); err == nil && info.Size() <= worthBytes {
			like = recordedLikeness(p, r)
		}
	}
	lines := map[source.Place]string{}
	for _, d := range monitors {
		o, left := playable(p, d, odds.Options{Seed: 1, Workers: runtime.GOMAXPROCS(0), Factors: []float64{1, 2}})
		if left != "" {
			continue
		}
		var m playedMonitor
		line := fmt.Sprintf("drl odds %s --sample 2m says what these rules are worth", p.Program.Source.Name)
		if m.noises(p, d, like, &o) == "" && len(o.Noise) > 0 && len(m.Notes) == 0 {
			line = worthLine(ctx, o, like.from, p.Program.Source.Name)
		}
		lines[plan.PlaceOf(p.Program, d)] = line
	}
	plan.Each(p.Nodes, func(n *plan.Node) {
		if n.Kind == "monitor" {
			n.Odds = lines[n.Place]
		}
	})
}

// worthLine plays a monitor coarsely.
func worthLine(ctx context.Context, o odds.Options, from, script string) string {
	ticks := int((o.Warmup+o.Window)/o.Interval) + 1
	o.Deployments = max(40, min(worthTicks/ticks, 400))
	table, err := odds.Simulate(ctx, o)
	if err != nil || len(table.Stops) == 0 {
		return "drl odds " + script + " says what these rules are worth; it takes longer than a plan may"
	}
	percent := func(i int) string {
		return fmt.Sprintf("%.0f%%", 100*float64(table.Stops[i].Fired)/float64(table.Deployments))
	}
	line := fmt.Sprintf("stops %s of healthy releases, and %s of those that are twice as bad", percent(0), percent(1))
	switch worse := table.Stops[1]; {
	case worse.Took > 0:
		line += ", half of them within " + value.Duration(worse.Took).String()
	case worse.Fired > 0:
		line += ", half of them at once"
	}
	return line + fmt.Sprintf(" (%d played, like %s)", table.Deployments, from)
}
