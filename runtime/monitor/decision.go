package monitor

import (
	"fmt"
	"strings"

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
type Decision struct {
	event.Decided
	flaps bool // a warning that no rule has asked for
}

// Finish is the verdict at the end of the window.
func (m *Monitor) Finish() Decision {
	m.ended = true
	return m.verdict()
}

// Interrupt is the verdict of a monitor that was ended early.
func (m *Monitor) Interrupt() Decision {
	m.ended = true
	after := value.Duration(m.now).String()
	if m.o.Window > 0 {
		after += " of " + value.Duration(m.o.Warmup+m.o.Window).String()
	}
	return m.decide(Interrupted, nil, fmt.Sprintf("ended after %s (%s), before its window was over: that is no verdict", after, ticks(m.ticks)))
}

// verdict is: error, inconclusive, not compared, warn, pass.
func (m *Monitor) verdict() Decision {
	if i := m.neverKnown(); i >= 0 {
		return m.decide(Error, nil, fmt.Sprintf("metric %s had no sample in the whole window: %s", m.metrics[i].name, m.lastProblem(i)))
	}
	if lack := m.lacks(); lack != "" {
		return m.decide(Inconclusive, nil, lack)
	}
	for _, r := range m.rules {
		if r.skipped {
			return m.decide(NotCompared, r, fmt.Sprintf("there is no baseline to compare with, so `%s` was not judged", r.text))
		}
	}
	if m.warned != nil {
		return *m.warned
	}
	if m.passes == nil {
		for _, r := range m.rules {
			if r.decl.Action == Pass {
				return m.decide(Inconclusive, r, "what it needs to pass was not true at the end: "+strings.Join(m.metricWords(r), ", "))
			}
		}
	}
	words := ticks(m.ticks)
	if known := m.known(); known < m.ticks {
		words += fmt.Sprintf(", %d of them with data", known)
	}
	if words += ", none of its rules fired"; m.passes != nil {
		words += ", and what it needs to pass is true: " + strings.Join(m.metricWords(m.passes), ", ")
	}
	if longer := m.extended(); longer > 0 {
		words += fmt.Sprintf("; it looked %s longer than its window, until a rule that was true then was false again", value.Duration(longer))
	}
	return m.decide(Pass, m.passes, words)
}

func ticks(n int) string {
	if n == 1 {
		return "1 tick"
	}
	return fmt.Sprintf("%d ticks", n)
}

// neverKnown is a metric of a rule that no tick had a sample of; -1: none. A
// rule that has nothing to compare with names its metrics all the same.
func (m *Monitor) neverKnown() int {
	for _, r := range m.rules {
		for _, i := range r.used {
			if m.series[i].known == 0 {
				return i
			}
		}
	}
	return -1
}

func (m *Monitor) lastProblem(i int) string {
	if m.problem[i] != "" {
		return m.problem[i]
	}
	return "no data"
}

// known is how many judged ticks had data, those left out that a hold was
// given up for.
func (m *Monitor) known() int { return m.knownTicks - m.missed }

// lacks says what is missing for a verdict, or "".
func (m *Monitor) lacks() string {
	switch {
	case m.o.Window > 0 && m.gaps > m.o.Window/2:
		return fmt.Sprintf("nothing was looked at for %s, and the window is %s", value.Duration(m.gaps), value.Duration(m.o.Window))
	case m.known() < leastKnownTicks:
		return fmt.Sprintf("%d of %d ticks had data, want at least %d%s", m.known(), m.ticks, leastKnownTicks, m.silent())
	case float64(m.known()) < leastKnownShare*float64(m.ticks):
		return fmt.Sprintf("%d of %d ticks had data, want at least 80%%%s", m.known(), m.ticks, m.silent())
	}
	for _, r := range m.rules {
		switch {
		case r.skipped:
		case !r.everSaid:
			return fmt.Sprintf("`%s` could never be judged%s", r.text, m.why(r))
		case r.hold.undecided() && r.decl.Action != Pass:
			return fmt.Sprintf("`%s` was true for %s of %s when it ended", r.text, value.Duration(r.hold.held), value.Duration(r.hold.d))
		}
	}
	return ""
}

// silent names the metrics of the rules that had no data at some ticks.
func (m *Monitor) silent() string {
	used := make([]bool, len(m.metrics))
	for _, r := range m.rules {
		for _, i := range r.used {
			used[i] = used[i] || !r.skipped
		}
	}
	var names []string
	for i, s := range m.series {
		if used[i] && s.known < m.seen {
			name := fmt.Sprintf("%s had none at %d", m.metrics[i].name, m.seen-s.known)
			if m.problem[i] != "" {
				name += " (" + m.problem[i] + ")"
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// why says what kept a rule from being judged, where that is known.
func (m *Monitor) why(r *rule) string {
	for _, p := range r.proofs {
		if p.thin != "" {
			return ": " + p.thin
		}
	}
	if !r.relative || m.beside() {
		return ""
	}
	for _, i := range r.used {
		switch q := m.usual[i]; {
		case !q.known:
			return fmt.Sprintf(": the baseline of %s has too few samples", m.metrics[i].name)
		case q.x == 0 && m.metrics[i].least == 0:
			return fmt.Sprintf(": the baseline of %s is 0, and it has no floor to divide by", m.metrics[i].name)
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

// flapping is the warning of a rule that goes back and forth.
func (m *Monitor) flapping(r *rule) *Decision {
	d := m.decide(Warn, r, fmt.Sprintf("`%s` flaps: it changed %d times in %d ticks, so its limit is close to what is usual", r.text, flapChanges, flapTicks))
	d.flaps = true
	return &d
}

func (m *Monitor) decide(verdict string, r *rule, words string) Decision {
	d := Decision{Decided: event.Decided{Verdict: verdict, Words: words, Place: m.at(m.decl.Span()), At: m.now, Extended: m.extended()}}
	if r != nil {
		d.Rule, d.Place, d.Limits = r.text, m.at(r.decl.Span()), r.limits
		d.Held, d.Hold = r.hold.held, r.hold.d
		d.Comparisons, d.Findings = m.comparisonsSeen(r), m.findings(r)
	}
	d.Evidence = m.evidence(r)
	return d
}

func (m *Monitor) at(s source.Span) source.Place { return m.program.Source.Place(s) }
