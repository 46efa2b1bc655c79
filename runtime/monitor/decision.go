package monitor

import (
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// Verdicts, strictest first. Interrupted stands for a monitor that was ended
// before its window was; it never passes.
const (
	Rollback     = "rollback"
	Fail         = "fail"
	Error        = "error"
	Inconclusive = "inconclusive"
	Warn         = "warn"
	NotCompared  = "not_compared"
	Pass         = "pass"
	Interrupted  = "interrupted"
)

// What a monitor needs before it may pass.
const (
	leastKnownTicks = 3
	leastKnownShare = 0.8
)

// Decision is a monitor's verdict with its evidence in words.
type Decision struct{ event.Decided }

// Finish is the verdict at the end of the window.
func (m *Monitor) Finish() Decision {
	m.ended = true
	return m.verdict()
}

// Interrupt is the verdict of a monitor that was ended early.
func (m *Monitor) Interrupt() Decision {
	m.ended = true
	return m.decide(Interrupted, nil, fmt.Sprintf("ended after %d ticks, before its window was over", m.ticks))
}

// verdict is: error, inconclusive, warn, not compared, pass.
func (m *Monitor) verdict() Decision {
	if name := m.neverKnown(); name != "" {
		return m.decide(Error, nil, fmt.Sprintf("metric %s had no sample in the whole window: %s", name, m.lastProblem(name)))
	}
	if lack := m.evidence(); lack != "" {
		return m.decide(Inconclusive, nil, lack)
	}
	if m.warned != nil {
		return *m.warned
	}
	for _, r := range m.rules {
		if r.skipped {
			return m.decide(NotCompared, r, "no baseline: what is compared with one was not judged")
		}
	}
	if m.passes == nil {
		for _, r := range m.rules {
			if r.decl.Action == Pass {
				return m.decide(Inconclusive, r, "what it needs to pass was not true at the end")
			}
		}
	}
	return m.decide(Pass, m.passes, fmt.Sprintf("%d ticks, none of its rules fired", m.ticks))
}

// neverKnown names a metric of a rule that no tick had a sample of.
func (m *Monitor) neverKnown() string {
	for _, r := range m.rules {
		for _, i := range r.used {
			if !r.skipped && knownTicks(m.series[i].ticks) == 0 {
				return m.metrics[i].name
			}
		}
	}
	return ""
}

func (m *Monitor) lastProblem(name string) string {
	for i, metric := range m.metrics {
		if metric.name == name && m.problem[i] != "" {
			return m.problem[i]
		}
	}
	return "no data"
}

// evidence says what is missing for a verdict, or "".
func (m *Monitor) evidence() string {
	switch {
	case m.knownTicks < leastKnownTicks:
		return fmt.Sprintf("%d of %d ticks had data, want at least %d", m.knownTicks, m.ticks, leastKnownTicks)
	case float64(m.knownTicks) < leastKnownShare*float64(m.ticks):
		return fmt.Sprintf("%d of %d ticks had data, want at least 80%%", m.knownTicks, m.ticks)
	}
	for _, r := range m.rules {
		if !r.skipped && !r.everSaid {
			return fmt.Sprintf("`%s` could never be judged", r.text)
		}
	}
	return ""
}

// end is the verdict of a rule that fired.
func (m *Monitor) end(verdict string, r *rule) *Decision {
	if verdict != Warn {
		m.ended = true
	}
	d := m.decide(verdict, r, m.words(r))
	return &d
}

func (m *Monitor) decide(verdict string, r *rule, words string) Decision {
	d := Decision{event.Decided{Verdict: verdict, Words: words, Place: m.at(m.decl.Span())}}
	if r != nil {
		d.Rule, d.Place = r.text, m.at(r.decl.Span())
	}
	return d
}

func (m *Monitor) at(s source.Span) source.Place { return m.program.Source.Place(s) }

// words say what was seen when a rule fired, in terms of its metrics.
func (m *Monitor) words(r *rule) string {
	seen := r.used
	if r.bare && r.worst > 0 {
		seen = []int{r.worst - 1}
	}
	var parts []string
	done := map[int]bool{}
	for _, i := range seen {
		if done[i] {
			continue
		}
		done[i] = true
		parts = append(parts, m.metricWords(r, i))
	}
	words := strings.Join(parts, ", ")
	if r.hold.d > 0 {
		words += " for " + value.Duration(r.hold.d).String()
	}
	return words
}

func (m *Monitor) metricWords(r *rule, i int) string {
	metric, s := m.metrics[i], m.series[i]
	v := view{m: m, at: s.ticks[len(s.ticks)-1].at, from: m.o.Warmup}
	if !r.relative || m.baseline == nil {
		return metric.name + " is " + metric.print(s.statistic("last", s.ticks))
	}
	worse := v.recentlyWorse(i)
	if !worse.known {
		return fmt.Sprintf("%s is %s, its baseline %s", metric.name, metric.print(s.statistic("last", s.ticks)), metric.print(m.usual[i]))
	}
	how := "worse"
	if worse.x < 0 {
		how, worse.x = "better", -worse.x
	}
	return fmt.Sprintf("%s is %s %s than the baseline (%s against %s)", metric.name,
		value.Percent(significant(worse.x)), how, metric.print(metric.typical(s, v.recent(i))), metric.print(m.usual[i]))
}

// ticked describes the tick for a terminal or report.
func (m *Monitor) ticked(at time.Duration) event.Ticked {
	e := event.Ticked{Tick: len(m.series[0].ticks), Left: max(0, m.until-at)}
	if m.o.Window > 0 {
		e.Of = int((m.o.Warmup+m.o.Window)/m.o.Interval) + 1
	}
	for i, metric := range m.metrics {
		s := m.series[i]
		last := s.ticks[len(s.ticks)-1]
		seen := metric.seen(last.own)
		if last.state == Broken {
			seen.Value = m.problem[i]
		}
		if m.baseline != nil {
			seen.Baseline = metric.print(m.usual[i])
		}
		for _, t := range s.ticks[max(0, len(s.ticks)-sparkline):] {
			if q := t.own; q.known {
				seen.Recent = append(seen.Recent, q.x)
			}
		}
		e.Metrics = append(e.Metrics, seen)
	}
	for _, r := range m.rules {
		if r.skipped {
			continue
		}
		e.Rules = append(e.Rules, event.RuleState{Rule: r.text, Is: r.now.String(), Held: r.hold.held, Hold: r.hold.d})
	}
	return e
}

// sparkline is how many ticks a live line shows.
const sparkline = 24
