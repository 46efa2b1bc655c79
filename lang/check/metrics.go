package check

import (
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// metricKinds are the kinds of a sample.
var metricKinds = []types.Kind{types.Number, types.Int, types.Ratio, types.Duration, types.Size, types.Percent, types.Bool, types.Events}

// metricsBlocks checks the metrics blocks of a file.
func (c *checker) metricsBlocks(f *syntax.File) {
	for _, s := range f.Stmts {
		block, ok := s.(*syntax.Metrics)
		if !ok {
			continue
		}
		if len(block.Metrics) == 0 && !hasBadMetrics(block) {
			d := c.errorf(codeNoMetrics, c.head(block), "metrics %s has no metric in it", block.Name.Text)
			d.Hint = "latency = http.probe(url).latency"
		}
		names := map[string]*syntax.Metric{}
		for _, m := range block.Metrics {
			if first := names[m.Name.Text]; first != nil {
				d := c.errorf(codeBoundTwice, m.Name, "a second metric named %s", m.Name.Text)
				d.Hint = "give it another name"
				c.also(d, first.Name, "the first is here")
			}
			if m.Name.Text == "baseline" || m.Name.Text == "degradation" {
				d := c.errorf(codeReserved, m.Name, "a metric cannot be named %s: the word has a meaning in a monitor's rules", m.Name.Text)
				d.Hint = "give it another name"
			}
			names[m.Name.Text] = m
			o := &Object{Kind: ObjMetric, Name: m.Name.Text, Type: c.samples(m), File: c.file, Span: m.Name.Span(), Decl: m, Program: c.prog}
			c.prog.Info.Defs[m.Name] = o
			c.decls.metricsOf[block] = append(c.decls.metricsOf[block], o)
		}
	}
}

func hasBadMetrics(block *syntax.Metrics) bool {
	return slices.ContainsFunc(block.Metrics, func(m *syntax.Metric) bool { return m == nil })
}

// samples checks one metric and returns the type of one of its samples.
func (c *checker) samples(m *syntax.Metric) *types.Type {
	defer c.within(context{at: inFile, place: "a metric", allows: types.Reads, because: m.Name, everywhere: true,
		early: "metrics are sampled from anywhere: only inputs and lets above the first node are known here"})()
	t := typed(c.expr(m.Value, nil))
	sample := t
	for sample.Kind == types.Option || sample.Kind == types.List {
		sample = sample.Elem
	}
	switch {
	case slices.Contains(metricKinds, sample.Kind):
	case sample.Kind == types.Unknown, sample.Kind == types.Never:
		sample = types.TUnknown
	default:
		d := c.errorf(codeMetricType, m.Value, "a metric is a number, duration, size, percent, bool or events, or a list of them: found %s", t.Word())
		switch sample.Kind {
		case types.Any:
			d.Hint = "say what it is: … as number"
		case types.Rate:
			d.Hint = "times a duration it is an amount: … * 1s"
		case types.Record:
			d.Hint = "name the field to watch: ….latency"
		}
		sample = types.TUnknown
	}
	if m.Floor != nil {
		want := sample
		if want.Kind == types.Events || want.Kind == types.Ratio {
			want = types.TPercent
		}
		c.exprAs(m.Floor, want, "the floor")
		c.limit(func(v []value.Value) *source.Diagnostic {
			if n, ok := value.Magnitude(v[0]); ok && n <= 0 {
				d := c.problem(codeNotPositive, m.Floor, "the floor is %s, and has to be above 0", v[0])
				d.Hint = "it is the smallest difference that matters"
				return d
			}
			return nil
		}, m.Floor)
	}
	return sample
}

// hasDirection tells whether it is known which way is better: lower for
// durations and sizes, and what the metric says for all else.
func hasDirection(o *Object) bool {
	m, ok := o.Decl.(*syntax.Metric)
	if !ok || m.Direction != "" {
		return true
	}
	switch o.Type.Kind {
	case types.Duration, types.Size, types.Unknown, types.Never:
		return true
	}
	return false
}

// needsDirection reports metrics that are compared with a baseline and do not
// say which way is better, each once.
func (c *checker) needsDirection(at syntax.Element, metrics ...*Object) {
	for _, o := range metrics {
		m, ok := o.Decl.(*syntax.Metric)
		if !ok || hasDirection(o) || c.decls.undirected[m] {
			continue
		}
		c.decls.undirected[m] = true
		d := c.errorf(codeDirection, m.Name, "%s is %s, and does not say which way is better", o.Name, o.Type.A())
		d.Hint = "write lower is better or higher is better after it"
		c.also(d, at, "compared here")
	}
}

// baseline checks a baseline's clauses.
func (c *checker) baseline(b *syntax.Baseline) {
	if c.metricsNamed(b.Of) == nil {
		return
	}
	c.duration(b.For, "the baseline's for")
	c.duration(b.Every, "every")
	c.atLeast(b.Last, 1, "last")
	c.shorter(b.Every, b.For, "for")
}

// metricsNamed finds a metrics block, or reports that there is none.
func (c *checker) metricsNamed(n *syntax.Name) *Object {
	if n == nil {
		return nil
	}
	if o := c.decls.metrics[n.Text]; o != nil {
		return o
	}
	d := c.errorf(codeNoMetrics, n, "there is no metrics block named %s", n.Text)
	d.Hint = c.suggestion(n.Text, c.decls.metrics, "metrics "+n.Text+" { latency = … } declares one")
	if b := c.decls.baselines[n.Text]; b != nil {
		d.Message = n.Text + " is a baseline, not a metrics block"
		if decl, ok := b.Decl.(*syntax.Baseline); ok && decl.Of != nil {
			d.Hint = "did you mean of " + decl.Of.Text + " against " + n.Text + "?"
		}
	}
	return nil
}

// suggestion hints at a near name, or else at what to write.
func (c *checker) suggestion(word string, names map[string]*Object, otherwise string) string {
	candidates := make([]string, 0, len(names))
	for name := range names {
		candidates = append(candidates, name)
	}
	slices.Sort(candidates)
	if near := types.Near(word, candidates); near != "" {
		return "did you mean " + near + "?"
	}
	if len(candidates) > 0 && len(candidates) < 6 {
		return "there is " + strings.Join(candidates, ", ")
	}
	return otherwise
}

// ticks is how many ticks a window has, both ends included.
func ticks(window, every time.Duration) int64 {
	if every <= 0 {
		return 0
	}
	return int64(window/every) + 1
}
