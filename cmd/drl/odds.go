package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/odds"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/report"
)

// oddsFlags are those of drl odds, beside the inputs of the script.
type oddsFlags struct {
	target      string
	stated      []string
	baseline    string
	sample      string
	svg         string
	deployments int
	seed        uint64
	json        bool
}

func prepareOdds(a *app, f *pflag.FlagSet) func([]string) int {
	var flags oddsFlags
	f.StringVarP(&flags.target, "target", "t", "", "the target to play for")
	f.StringArrayVar(&flags.stated, "metric", nil, `what a metric is like while nothing is wrong: latency="200ms spread 30%", errors="1% of 100"`)
	f.StringVar(&flags.baseline, "baseline", "", "what metrics are like: as in that `run` on record, or in a file of samples")
	f.StringVar(&flags.sample, "sample", "", "sample the metrics for a `time`, such as 2m, and play on that")
	f.StringVar(&flags.svg, "svg", "", "draw the plot into a `file`, too")
	f.IntVar(&flags.deployments, "deployments", odds.Deployments, "how many deployments are played")
	f.Uint64Var(&flags.seed, "seed", 1, "the same seed gives the same table")
	f.BoolVar(&flags.json, "json", false, "print one JSON object instead of text")
	return func(args []string) int { return a.odds(f, flags, args) }
}

func (a *app) odds(f *pflag.FlagSet, flags oddsFlags, args []string) int {
	p, w, code := a.build(f, flags.target, args)
	if p == nil {
		return code
	}
	defer w.close()
	if flags.deployments < 100 || flags.deployments > 10_000_000 {
		return a.usage(f.Name(), "--deployments is %d, want 100 to 10,000,000", flags.deployments)
	}
	if flags.baseline != "" && flags.sample != "" {
		return a.usage(f.Name(), "--baseline and --sample at once: metrics are like the one or the other")
	}
	said, err := statedMetrics(flags.stated)
	if err != nil {
		return a.fail(exitUsage, "%v", err)
	}
	like, err := a.likeness(p, w, flags)
	if err != nil {
		return a.fail(exitUsage, "%v", err)
	}
	o := odds.Options{Deployments: flags.deployments, Seed: flags.seed, Workers: runtime.GOMAXPROCS(0)}
	played, err := play(p, said, like, o)
	if err != nil {
		return a.fail(exitUsage, "%v", err)
	}
	if flags.json {
		err = json.NewEncoder(a.out).Encode(played)
	} else {
		err = printOdds(a.out, played)
	}
	if err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
	}
	if flags.svg != "" {
		return a.drawOdds(flags.svg, played)
	}
	return exitOK
}

// statedMetrics reads what --metric says.
func statedMetrics(flags []string) (map[string]string, error) {
	said := map[string]string{}
	for _, s := range flags {
		name, text, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--metric is %s, want a metric and what it is like: latency=\"200ms spread 30%%\"", value.QuoteString(s))
		}
		said[name] = text
	}
	return said, nil
}

// playedMonitor is what became of one monitor of a script.
type playedMonitor struct {
	Monitor string            `json:"monitor"`
	Left    string            `json:"left_out,omitempty"` // why it wasn't played
	Metrics map[string]string `json:"metrics,omitempty"`  // what each was like
	Notes   []string          `json:"notes,omitempty"`    // which aren't known, and why
	Table   odds.Table        `json:"odds"`
	Curve   odds.Table        `json:"curve"`
}

// play plays every monitor of a script of whose metrics something is known.
func play(p *plan.Plan, said map[string]string, like *likeness, o odds.Options) ([]playedMonitor, error) {
	var played []playedMonitor
	used := map[string]bool{}
	for _, d := range monitorsOf(p) {
		m := playedMonitor{Monitor: monitorTitle(p, d)}
		if err := m.play(p, d, said, used, like, o); err != nil {
			return nil, err
		}
		played = append(played, m)
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

// monitorsOf are the monitors of the script itself.
func monitorsOf(p *plan.Plan) (all []*syntax.Monitor) {
	syntax.Walk(p.Program.Tree, func(e syntax.Element) bool {
		d, ok := e.(*syntax.Monitor)
		if ok {
			all = append(all, d)
		}
		return !ok
	})
	return all
}

func monitorTitle(p *plan.Plan, d *syntax.Monitor) string {
	if text, constant := d.Title.Constant(); constant {
		return text
	}
	return p.Program.Source.Slice(d.Title.Span())
}

// play plays one monitor: for its table, and more coarsely for its plot.
func (m *playedMonitor) play(p *plan.Plan, d *syntax.Monitor, said map[string]string, used map[string]bool, like *likeness, o odds.Options) error {
	o, left := playable(p, d, o)
	if left == "" {
		left = m.noises(p, d, like, &o)
	}
	if err := m.statedNoises(p, d, said, used, &o); err != nil {
		return err
	}
	if left == "" && len(o.Noise) == 0 {
		_, block, _ := monitor.Block(p.Program, d)
		left = fmt.Sprintf("say what its metrics are like while nothing is wrong: --metric %s=…, --sample 2m or --baseline", block.Metrics[0].Name.Text)
	}
	if m.Left = left; left != "" {
		return nil
	}
	var err error
	if m.Table, err = odds.Simulate(context.Background(), o); err == nil {
		o.Factors, o.Deployments = odds.Curve, max(100, o.Deployments/10)
		m.Curve, err = odds.Simulate(context.Background(), o)
	}
	if err != nil {
		m.Left = err.Error()
	}
	return nil
}

// playable fills in how long and how often a monitor looks, which has to be
// known before the release runs; left says why it can't be played.
func playable(p *plan.Plan, d *syntax.Monitor, o odds.Options) (_ odds.Options, left string) {
	o.Program, o.Monitor, o.Const, o.Noise = p.Program, d, p.Known, map[string]odds.Noise{}
	if _, _, err := monitor.Block(p.Program, d); err != nil {
		return o, err.Error()
	}
	switch {
	case d.AgainstLive:
		return o, "it is compared with what runs beside it"
	case d.For == nil:
		return o, "it lasts as long as the nodes in its while"
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
			return o, err.Error()
		}
		length, _ := v.(value.Duration)
		*x.to = time.Duration(length)
	}
	return o, ""
}

// statedNoises takes what --metric says, which goes before what was seen.
func (m *playedMonitor) statedNoises(p *plan.Plan, d *syntax.Monitor, said map[string]string, used map[string]bool, o *odds.Options) error {
	home, block, err := monitor.Block(p.Program, d)
	if err != nil {
		return nil
	}
	for _, metric := range block.Metrics {
		name := metric.Name.Text
		text, ok := said[name]
		if !ok {
			continue
		}
		used[name] = true
		t, _ := monitor.Sampled(home.Info.Types[metric.Value])
		n, err := odds.Parse(t, text, plan.Parse)
		if err != nil {
			return fmt.Errorf("--metric %s: %w", name, err)
		}
		o.Noise[name] = n
		m.Notes = slices.DeleteFunc(m.Notes, func(note string) bool { return strings.HasPrefix(note, name+": ") })
		m.say(name, text+", as stated")
	}
	return nil
}

func (m *playedMonitor) say(metric, like string) {
	if m.Metrics == nil {
		m.Metrics = map[string]string{}
	}
	m.Metrics[metric] = like
}

// printOdds prints a table and a plot for each monitor: how often a rule fires
// in a healthy release, and how often and how soon in worse ones.
func printOdds(w io.Writer, played []playedMonitor) error {
	var b strings.Builder
	for i, m := range played {
		if i > 0 {
			b.WriteByte('\n')
		}
		if m.Left != "" {
			fmt.Fprintf(&b, "%s: not played: %s\n", m.Monitor, m.Left)
			m.printMetrics(&b)
			continue
		}
		fmt.Fprintf(&b, "%s: %d deployments of %d ticks\n", m.Monitor, m.Table.Deployments, m.Table.Ticks)
		m.printMetrics(&b)
		b.WriteByte('\n')
		table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
		fmt.Fprint(table, "  rule\thealthy")
		for _, factor := range odds.Factors[1:] {
			fmt.Fprintf(table, "\t%g times worse", factor)
		}
		stopping := 0
		for _, r := range m.Table.Rules {
			if len(r.Unknown) > 0 {
				fmt.Fprintf(table, "\n  %s\tnot known: %s", r.Text, strings.Join(r.Unknown, ", "))
				continue
			}
			printOutcomes(table, r.Text, r.Outcomes, m.Table.Deployments)
			if r.Action == monitor.Rollback || r.Action == monitor.Fail {
				stopping++
			}
		}
		if stopping > 1 {
			printOutcomes(table, "any rollback or fail", m.Table.Stops, m.Table.Deployments)
		}
		fmt.Fprintln(table)
		table.Flush()
		b.WriteByte('\n')
		if err := m.Curve.Plot(&b); err != nil {
			return err
		}
	}
	b.WriteString("\nhealthy: how often the rule fires though nothing is wrong. worse: how often it\n" +
		"fires at all, and the time until it has in half of those.\n")
	_, err := io.WriteString(w, report.VisibleText(b.String()))
	return err
}

// printMetrics says what the metrics were played like.
func (m *playedMonitor) printMetrics(b *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(m.Metrics)) {
		fmt.Fprintf(b, "  %s: %s\n", name, m.Metrics[name])
	}
	for _, note := range m.Notes {
		fmt.Fprintf(b, "  %s\n", note)
	}
}

func printOutcomes(w io.Writer, what string, outcomes []odds.Outcome, deployments int) {
	fmt.Fprintf(w, "\n  %s", what)
	for k, o := range outcomes {
		fmt.Fprintf(w, "\t%s", odds.Share(float64(o.Fired)/float64(deployments)))
		if k > 0 && o.Fired > 0 {
			fmt.Fprintf(w, " after %s", value.Duration(o.Took))
		}
	}
}

// drawOdds draws the plots, those of further monitors into files of their own.
func (a *app) drawOdds(name string, played []playedMonitor) int {
	drawn := 0
	for _, m := range played {
		if m.Left != "" {
			continue
		}
		at := name
		if drawn++; drawn > 1 {
			extension := filepath.Ext(name)
			at = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), drawn, extension)
		}
		var b strings.Builder
		if err := m.Curve.SVG(&b, report.Visible(m.Monitor)); err != nil {
			return a.fail(exitCantWrite, "%v", err)
		}
		if err := os.WriteFile(at, []byte(b.String()), 0o666); err != nil {
			return a.fail(exitCantWrite, "write %s: %v", at, plainError(err))
		}
		a.fail(exitOK, "%s is drawn in %s", m.Monitor, at)
	}
	if drawn == 0 {
		return a.fail(exitFailed, "%s was not written: no monitor was played", name)
	}
	return exitOK
}
