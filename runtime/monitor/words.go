package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// words say what was seen when a rule fired, in terms of its metrics.
func (m *Monitor) words(r *rule) string {
	said, tested := m.testWords(r)
	plainly := slices.ContainsFunc(r.contrasts, func(t contrast) bool { return !t.test })
	if r.relative && (!plainly || m.comparesTypical(r)) {
		said = append(m.comparedWords(r, tested), said...)
	} else {
		seen := m.toldWords(r)
		if r.relative && len(seen) > 0 {
			seen[len(seen)-1] += m.ofRuns(r.used[0])
		}
		said = append(seen, said...)
	}
	if len(said) == 0 {
		said = m.metricWords(r)
	}
	words := strings.Join(said, ", ")
	switch {
	case r.hold.d > 0:
		words += " for " + value.Duration(r.hold.d).String()
	case r.hold.n > 0:
		words += fmt.Sprintf(", at %d of %d ticks", r.hold.times(), len(r.hold.recent))
	}
	if slices.ContainsFunc(r.windows, func(w *window) bool { return w.many && w.ordered }) {
		words += ", within 1%"
	}
	return words
}

// comparesTypical tells whether a rule compares a metric by what is typical of
// it, and not by a statistic that it spells out.
func (m *Monitor) comparesTypical(r *rule) bool {
	return slices.ContainsFunc(r.used, func(i int) bool { return m.compared(i, r.from) != nil })
}

// ofRuns says of how many earlier runs the baseline of a metric is the median
// one; "": of none.
func (m *Monitor) ofRuns(i int) string {
	if m.baseline == nil || m.baseline.runs == nil {
		return ""
	}
	n := m.baseline.runs[i]
	if n == 1 {
		return ", that of 1 run"
	}
	return fmt.Sprintf(", the median of %d runs", n)
}

// toldWords are the rule's comparisons that speak for it.
func (m *Monitor) toldWords(r *rule) (said []string) {
	for i := range r.contrasts {
		t := &r.contrasts[i]
		if t.test || t.is() != yes {
			continue
		}
		words := t.value.text + " is " + t.value.String()
		if t.way != "" {
			words += ", " + t.way + " the limit of " + t.limit.String()
			if t.limit.moves {
				words += " (" + t.limit.text + ")"
			}
		}
		if !slices.Contains(said, words) {
			said = append(said, words)
		}
	}
	return said
}

// testWords are the statistical tests of the rule that speak for it, and the
// metrics that they are about.
func (m *Monitor) testWords(r *rule) (said []string, tested map[int]bool) {
	tested = map[int]bool{}
	for _, p := range r.proofs {
		if p.is == yes {
			said = append(said, p.words())
			tested[p.metric] = true
		}
	}
	for _, l := range r.leaks {
		if l.is == yes {
			said = append(said, l.words())
		}
	}
	return said, tested
}

// findings are the same for an event.
func (m *Monitor) findings(r *rule) (all []event.Finding) {
	for _, p := range r.proofs {
		if p.is == yes {
			all = append(all, p.finding())
		}
	}
	for _, l := range r.leaks {
		if l.is == yes {
			all = append(all, l.finding())
		}
	}
	return all
}

// metricWords are the last samples of the rule's metrics.
func (m *Monitor) metricWords(r *rule) (said []string) {
	for _, i := range distinct(r.used) {
		said = append(said, m.metrics[i].name+" is "+m.metrics[i].print(m.series[i].lastKnown()))
	}
	return said
}

// usualWords are the last samples of the rule's metrics, beside what was usual.
func (m *Monitor) usualWords(r *rule) (said []string) {
	for _, i := range distinct(r.used) {
		words := m.metrics[i].name + " is " + m.metrics[i].print(m.series[i].lastKnown())
		if r.relative && m.usual[i].known {
			words += " (baseline " + m.metrics[i].print(m.usual[i]) + ")"
		}
		said = append(said, words)
	}
	return said
}

// comparedWords are the rule's metrics beside their baselines, those left out
// that are told already; of the bare word, the one that is worst.
func (m *Monitor) comparedWords(r *rule, told map[int]bool) (said []string) {
	metrics := distinct(r.used)
	if r.bare {
		if worst := m.worst(r); worst >= 0 {
			metrics = []int{worst}
		}
	}
	for _, i := range metrics {
		if !told[i] {
			said = append(said, m.comparedWord(i, r.from))
		}
	}
	return said
}

// worst is the metric that a bare `degradation` is about; -1: none.
func (m *Monitor) worst(r *rule) int {
	worst, which := 0.0, -1
	for _, x := range m.comparisons {
		if q := x.worse(); x.from == r.from && q.known && (which < 0 || q.x > worst) {
			worst, which = q.x, x.metric
		}
	}
	return which
}

func (m *Monitor) comparedWord(i int, from time.Duration) string {
	metric := &m.metrics[i]
	x := m.compared(i, from)
	if x == nil {
		return metric.name + " is " + metric.print(m.series[i].lastKnown()) + ", its baseline " + metric.print(m.usual[i])
	}
	worse := x.worse()
	if !worse.known {
		return metric.name + " is " + metric.print(m.series[i].lastKnown()) + ", its baseline " + metric.print(x.before())
	}
	how := "worse"
	if worse.x < 0 {
		how, worse.x = "better", -worse.x
	}
	return fmt.Sprintf("%s is %s %s than the baseline (%s against %s%s)", metric.name,
		value.Percent(significant(worse.x)), how, metric.print(x.recent()), metric.print(x.before()), m.ofRuns(i))
}

// compared is the comparison of a metric; nil where no rule has one.
func (m *Monitor) compared(i int, from time.Duration) *comparison {
	for _, x := range m.comparisons {
		if x.metric == i && x.from == from {
			return x
		}
	}
	return nil
}

func distinct(metrics []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(metrics)))
}

// lastKnown is the last sample that could be judged.
func (s *series) lastKnown() quantity {
	if s.known == 0 {
		return quantity{}
	}
	return ordinary(s.last)
}

// evidence is what a decision rests on: each metric of its rule, or of all
// rules, with how many samples were looked at.
func (m *Monitor) evidence(r *rule) (all []event.Evidence) {
	used := map[int]bool{}
	for _, other := range m.rules {
		if r == nil || other == r {
			for _, i := range other.used {
				used[i] = true
			}
		}
	}
	for i := range m.metrics {
		if !used[i] || m.seen == 0 {
			continue
		}
		metric := &m.metrics[i]
		e := event.Evidence{Metric: metric.name, Value: metric.print(m.series[i].lastKnown()), Samples: m.series[i].known}
		switch {
		case m.beside():
			e.Baseline, e.BaselineSamples = metric.print(m.others[i].lastKnown()), m.others[i].known
		case m.baseline != nil:
			e.Baseline, e.BaselineSamples = metric.print(m.usual[i]), m.baseline.series[i].known
		}
		if m.baseline != nil && m.baseline.runs != nil {
			e.BaselineRuns = m.baseline.runs[i]
		}
		for _, w := range m.windows {
			e.Sketch = e.Sketch || w.s == m.series[i] && w.many && w.ordered
		}
		all = append(all, e)
	}
	return all
}

// Told describes the tick that was judged last, for a terminal or report.
func (m *Monitor) Told(at time.Duration, samples map[string]Sample) event.Ticked {
	e := event.Ticked{Tick: m.seen, Block: m.block, At: at, Left: max(0, m.until-at)}
	e.Warmup = max(0, m.o.Warmup-at)
	if m.o.Window > 0 {
		e.Of = int((m.o.Warmup+m.o.Window)/m.o.Interval) + 1
	}
	e.More = m.more(at)
	for i := range m.metrics {
		metric, s := &m.metrics[i], m.series[i]
		seen := metric.seen(s.latest().quantity())
		samples[metric.name].note(&seen)
		if s.latest().state == Broken {
			seen.Value = m.problem[i]
		}
		if x := m.compared(i, m.o.Warmup); x != nil && m.beside() {
			seen.Baseline = metric.print(x.before())
		} else if m.baseline != nil {
			seen.Baseline = metric.print(m.usual[i])
		}
		if x := m.compared(i, m.o.Warmup); x != nil && x.left() {
			seen.Baseline = "not compared"
		}
		e.Metrics = append(e.Metrics, seen)
	}
	for _, r := range m.rules {
		if r.skipped {
			continue
		}
		e.Rules = append(e.Rules, m.ruleSeen(r))
	}
	return e
}
