package monitor

import (
	"sync"
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
// so that any statistic of a rule can be asked of it.
type Baseline struct {
	metrics []metric
	series  []*series
	ticks   int

	mu    sync.Mutex       // of usual: monitors side by side share a baseline
	usual map[int]quantity // what typical has worked out
}

// NewBaseline returns an empty baseline of the metrics block, which is one of
// the program's.
func NewBaseline(p *check.Program, m *syntax.Metrics) *Baseline {
	b := &Baseline{metrics: metricsOf(p, m)}
	for _, m := range b.metrics {
		b.series = append(b.series, &series{events: m.events()})
	}
	return b
}

// Add keeps the samples of the tick at the given time since the first, by the
// metrics' names. A metric that has none was missed.
func (b *Baseline) Add(at time.Duration, samples map[string]Sample) {
	for i, m := range b.metrics {
		b.series[i].add(at, samples[m.name])
	}
	b.ticks++
	clear(b.usual)
}

// Taken describes the baseline.
func (b *Baseline) Taken(name string) event.BaselineTaken {
	e := event.BaselineTaken{Name: name, Samples: b.ticks}
	for i, m := range b.metrics {
		e.Metrics = append(e.Metrics, m.seen(b.typical(i)))
	}
	return e
}

// Thin returns the metrics that have too few samples to be compared with.
func (b *Baseline) Thin() (names []string) {
	for i, m := range b.metrics {
		if !b.enough(i) {
			names = append(names, m.name)
		}
	}
	return names
}

// enough tells whether the baseline of a metric may be compared with.
func (b *Baseline) enough(i int) bool {
	s := b.series[i]
	if s.events {
		_, total := counts(s.ticks)
		return total >= baselineEvents
	}
	return len(s.values) >= baselineSamples
}

// typical is the statistic that `degradation` compares.
func (b *Baseline) typical(i int) quantity {
	b.mu.Lock()
	defer b.mu.Unlock()
	if q, ok := b.usual[i]; ok {
		return q
	}
	var q quantity
	if b.enough(i) {
		q = b.metrics[i].typical(b.series[i], b.series[i].ticks)
	}
	if b.usual == nil {
		b.usual = map[int]quantity{}
	}
	b.usual[i] = q
	return q
}

// statistic is `baseline.m.name`: over all of the baseline.
func (b *Baseline) statistic(i int, name string) quantity {
	if name != "count" && name != "missing" && !b.enough(i) {
		return quantity{}
	}
	return b.series[i].statistic(name, b.series[i].ticks)
}
