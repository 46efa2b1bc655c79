package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/odds"
	"github.com/drl-lang/drl/runtime/plan"
)

func prepareOdds(a *app, f *pflag.FlagSet) func([]string) int {
	target := f.StringP("target", "t", "", "the target to play for")
	stated := f.StringArray("metric", nil, `what a metric is like while nothing is wrong: latency="200ms spread 30%", errors="1% of 100"`)
	deployments := f.Int("deployments", odds.Deployments, "how many deployments are played")
	seed := f.Uint64("seed", 1, "the same seed gives the same table")
	asJSON := f.Bool("json", false, "print one JSON object instead of text")
	return func(args []string) int {
		p, _, code := a.build(f, *target, args)
		if p == nil {
			return code
		}
		if *deployments < 100 || *deployments > 10_000_000 {
			return a.usage(f.Name(), "--deployments is %d, want 100 to 10,000,000", *deployments)
		}
		o := odds.Options{Deployments: *deployments, Seed: *seed, Workers: runtime.GOMAXPROCS(0)}
		played, err := play(a, p, *stated, o)
		if err != nil {
			return a.fail(exitUsage, "%v", err)
		}
		if *asJSON {
			err = json.NewEncoder(a.out).Encode(played)
		} else {
			err = printOdds(a.out, played)
		}
		if err != nil {
			return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
		}
		return exitOK
	}
}

// playedMonitor is what became of one monitor of a script.
type playedMonitor struct {
	Monitor string     `json:"monitor"`
	Left    string     `json:"left_out,omitempty"` // why it wasn't played
	Table   odds.Table `json:"odds"`
}

// play plays every monitor of a script whose metrics were stated.
func play(a *app, p *plan.Plan, stated []string, o odds.Options) ([]playedMonitor, error) {
	said := map[string]string{}
	for _, s := range stated {
		name, text, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--metric is %s, want a metric and what it is like: latency=\"200ms spread 30%%\"", value.QuoteString(s))
		}
		said[name] = text
	}
	var played []playedMonitor
	used := map[string]bool{}
	var problem error
	syntax.Walk(p.Program.Tree, func(e syntax.Element) bool {
		d, ok := e.(*syntax.Monitor)
		if !ok || problem != nil {
			return problem == nil
		}
		m := playedMonitor{Monitor: monitorTitle(p, d)}
		if problem = m.play(p, d, said, used, o); problem == nil {
			played = append(played, m)
		}
		return false
	})
	if problem != nil {
		return nil, problem
	}
	for name := range said {
		if !used[name] {
			return nil, fmt.Errorf("no monitor of this script has a metric %s", name)
		}
	}
	if len(played) == 0 {
		return nil, fmt.Errorf("this script has no monitor to play")
	}
	return played, nil
}

func monitorTitle(p *plan.Plan, d *syntax.Monitor) string {
	if text, constant := d.Title.Constant(); constant {
		return text
	}
	return p.Program.Source.Slice(d.Title.Span())
}

// play plays one monitor. Its limits have to be known before the release runs.
func (m *playedMonitor) play(p *plan.Plan, d *syntax.Monitor, said map[string]string, used map[string]bool, o odds.Options) error {
	home, block, err := monitor.Block(p.Program, d)
	if err != nil {
		m.Left = err.Error()
		return nil
	}
	o.Program, o.Monitor, o.Const = p.Program, d, p.Known
	o.Noise = map[string]odds.Noise{}
	var unstated []string
	for _, metric := range block.Metrics {
		name := metric.Name.Text
		text, ok := said[name]
		if !ok {
			unstated = append(unstated, name)
			continue
		}
		used[name] = true
		t, _ := monitor.Sampled(home.Info.Types[metric.Value])
		n, err := odds.Parse(t, text, plan.Parse)
		if err != nil {
			return fmt.Errorf("--metric %s: %w", name, err)
		}
		o.Noise[name] = n
	}
	switch {
	case d.AgainstLive:
		m.Left = "it is compared with what runs beside it"
		return nil
	case d.For == nil:
		m.Left = "it lasts as long as the nodes in its while"
		return nil
	case len(o.Noise) == 0 && len(unstated) > 0:
		m.Left = "say what its metrics are like while nothing is wrong: --metric " + unstated[0] + "=…"
		return nil
	}
	for _, x := range []struct {
		to *time.Duration
		is syntax.Expr
	}{{&o.Window, d.For}, {&o.Interval, d.Every}, {&o.Warmup, d.Warmup}} {
		if x.is == nil {
			continue
		}
		v, err := p.Known(x.is)
		if err != nil {
			m.Left = err.Error()
			return nil
		}
		length, _ := v.(value.Duration)
		*x.to = time.Duration(length)
	}
	if m.Table, err = odds.Simulate(context.Background(), o); err != nil {
		m.Left = err.Error()
	}
	return nil
}

// printOdds prints a table for each monitor: how often a rule fires in a
// healthy release, and how often and how soon in worse ones.
func printOdds(w io.Writer, played []playedMonitor) error {
	var b strings.Builder
	for i, m := range played {
		if i > 0 {
			b.WriteByte('\n')
		}
		if m.Left != "" {
			fmt.Fprintf(&b, "%s: not played: %s\n", m.Monitor, m.Left)
			continue
		}
		fmt.Fprintf(&b, "%s: %d deployments of %d ticks\n", m.Monitor, m.Table.Deployments, m.Table.Ticks)
		table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
		fmt.Fprint(table, "  rule\thealthy")
		for _, factor := range odds.Factors[1:] {
			fmt.Fprintf(table, "\t%g times worse", factor)
		}
		for _, r := range m.Table.Rules {
			fmt.Fprintf(table, "\n  %s", r.Text)
			for k, outcome := range r.Outcomes {
				fmt.Fprintf(table, "\t%.1f%%", 100*float64(outcome.Fired)/float64(m.Table.Deployments))
				if k > 0 && outcome.Fired > 0 {
					fmt.Fprintf(table, " after %s", value.Duration(outcome.Took))
				}
			}
		}
		fmt.Fprintln(table)
		table.Flush()
	}
	b.WriteString("\nhealthy: how often the rule fires though nothing is wrong. worse: how often it\n" +
		"fires at all, and the time until it has in half of those.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
