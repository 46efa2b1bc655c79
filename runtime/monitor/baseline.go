package monitor

import (
	"slices"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
)

// A baseline says nothing of a metric with fewer samples than these.
const (
	baselineSamples = 10
	baselineEvents  = 20
)

// Baseline is what a block of metrics looked like before: all of its samples,
// so that any statistic of a rule can be asked of it. Monitors may share one
// that nothing is added to any more.
type Baseline struct {
	metrics []metric
	series  []*series
	windows []*window // all of a metric's samples
	minutes []*minutes
	ticks   int

	runs []int // of how many earlier runs each metric is the median one; nil: of none
}

// NewBaseline returns an empty baseline of the metrics block, which is one of
// the program's.
func NewBaseline(p *check.Program, m *syntax.Metrics) *Baseline {
	b := &Baseline{metrics: metricsOf(p, m)}
	for _, m := range b.metrics {
		s := &series{events: m.events()}
		b.series = append(b.series, s)
		b.windows = append(b.windows, &window{s: s, ordered: true})
		b.minutes = append(b.minutes, &minutes{s: s})
	}
	return b
}

// Add keeps the samples of the tick at the given time since the first, by the
// metrics' names. A metric that has none was missed.
func (b *Baseline) Add(at time.Duration, samples map[string]Sample) {
	for i, m := range b.metrics {
		tick := b.series[i].add(at, samples[m.name])
		b.windows[i].add(tick)
		b.minutes[i].add(b.series[i].latest())
	}
	b.ticks++
}

// Samples are those of a metric, tick by tick, and the time between two ticks;
// nil where there is no such metric.
func (b *Baseline) Samples(name string) (ticks []Sample, every time.Duration) {
	for i, m := range b.metrics {
		if m.name != name {
			continue
		}
		s := b.series[i]
		for j := range s.ticks {
			ticks = append(ticks, s.sample(&s.ticks[j]))
		}
		if n := len(s.ticks); n > 1 {
			every = (s.ticks[n-1].at - s.ticks[0].at) / time.Duration(n-1)
		}
	}
	return ticks, every
}

// Earlier returns the baseline that earlier runs give together, each as it was
// recorded from its monitor's start on: of each metric, that run whose typical
// value is the median one. A monitor compares with it at the same time since
// its own start. With no runs it is nil.
func Earlier(runs []*Baseline) *Baseline {
	if len(runs) == 0 {
		return nil
	}
	b := &Baseline{metrics: runs[0].metrics}
	for i := range b.metrics {
		var known []*Baseline
		for _, r := range runs {
			if r.typical(i).known {
				known = append(known, r)
			}
		}
		slices.SortStableFunc(known, func(x, y *Baseline) int {
			switch a, c := x.typical(i).x, y.typical(i).x; {
			case a < c:
				return -1
			case a > c:
				return 1
			}
			return 0
		})
		chosen := runs[0]
		if len(known) > 0 {
			chosen = known[(len(known)-1)/2]
		}
		b.series = append(b.series, chosen.series[i])
		b.windows = append(b.windows, chosen.windows[i])
		b.minutes = append(b.minutes, chosen.minutes[i])
		b.ticks = max(b.ticks, chosen.ticks)
		b.runs = append(b.runs, len(known))
	}
	return b
}

// Taken describes the baseline.
func (b *Baseline) Taken(name string) event.BaselineTaken {
	e := event.BaselineTaken{Name: name, Samples: b.ticks}
	for i := range b.metrics {
		e.Metrics = append(e.Metrics, b.metrics[i].seen(b.typical(i)))
	}
	for _, n := range b.runs {
		e.Runs = max(e.Runs, n)
	}
	return e
}

// Thin returns the metrics that have too few samples to be compared with.
func (b *Baseline) Thin() (names []string) {
	for i, m := range b.metrics {
		if !enough(b.windows[i]) {
			names = append(names, m.name)
		}
	}
	return names
}

// Blunt returns the metrics of which a small relative change hides a large one
// of their complement: ratios near 1 of which higher is better. 99.9% to 99% is
// 0.9% worse, with ten times the errors.
func (b *Baseline) Blunt() (names []string) {
	for i := range b.metrics {
		m := &b.metrics[i]
		if q := b.typical(i); m.higher && m.isShare() && q.known && q.x > bluntAbove && q.x <= 1 {
			names = append(names, m.name)
		}
	}
	return names
}

const bluntAbove = 0.9

// enough tells whether there is enough to compare with.
func enough(w *window) bool {
	if w.s.events {
		all := w.total()
		return all.of >= baselineEvents
	}
	return w.n >= baselineSamples
}

// typical is the statistic that `degradation` compares.
func (b *Baseline) typical(i int) quantity {
	if !enough(b.windows[i]) {
		return quantity{}
	}
	return b.metrics[i].usual(b.windows[i])
}

// statistic is `baseline.m.name`: over all of the baseline.
func (b *Baseline) statistic(i int, name string) quantity {
	w := b.windows[i]
	if name != "count" && name != "missing" && !enough(w) {
		return quantity{}
	}
	if name == "trend" {
		r := trend{s: w.s}
		for j := range w.s.ticks {
			r.take(&w.s.ticks[j])
		}
		return r.value(0)
	}
	if p, ok := percentile(name); ok {
		return w.quantile(p)
	}
	all := w.total()
	return all.statistic(name, w.s.events)
}
