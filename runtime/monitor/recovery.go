package monitor

import (
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/value"
)

// recoveryTicks is how long at least a monitor looks on after a rollback.
const recoveryTicks = 10

// Again returns the monitor that looks at the old version after a rollback that
// this one decided: with the same rules and baseline, for the hold of the rule
// that fired or ten intervals, whichever is longer, and without a warm-up. It
// is nil where no rule of this one has fired.
func (m *Monitor) Again() (*Monitor, error) {
	if m.fired == nil {
		return nil, nil
	}
	o := m.o
	o.Baseline, o.Warmup = m.baseline, 0
	o.Window = max(m.fired.hold.d, time.Duration(m.fired.hold.n)*o.Interval, recoveryTicks*o.Interval)
	again, err := New(m.program, m.decl, o)
	if err != nil {
		return nil, err
	}
	for _, r := range again.rules {
		if r.decl == m.fired.decl {
			again.asked = r
		}
	}
	return again, nil
}

// Window is how long the monitor looks, with its warm-up; 0: as long as the
// nodes in `while`.
func (m *Monitor) Window() time.Duration {
	if m.o.Window == 0 {
		return 0
	}
	return m.o.Warmup + m.o.Window
}

// Recovered says of a monitor that [Monitor.Again] returned whether the old
// version does well: yes, no or unknown, and why. d is what it decided.
func (m *Monitor) Recovered(d Decision) (is, words string) {
	r := m.asked
	switch {
	case d.Verdict == Rollback || d.Verdict == Fail:
		return "no", "the old version does no better: " + d.Words
	case r == nil || d.Verdict == Interrupted:
		return "unknown", d.Words
	case m.known() < leastKnownTicks || float64(m.known()) < leastKnownShare*float64(m.ticks):
		return "unknown", fmt.Sprintf("%d of %d ticks had data", m.known(), m.ticks)
	case r.now == yes:
		return "no", fmt.Sprintf("`%s` is still true: %s", r.text, m.words(r))
	case r.now == no:
		return "yes", fmt.Sprintf("`%s` is not true any more, %s after the rollback: %s", r.text, value.Duration(m.now), strings.Join(m.usualWords(r), ", "))
	}
	return "unknown", fmt.Sprintf("`%s` could not be judged", r.text)
}
