package monitor

import "time"

// earliestPass is the share of the window after which `pass now if` may end it.
const earliestPass = 0.8

// patience is how many more ticks a monitor with `while` waits for data.
const patience = 10

// End tells a monitor with `while` that its nodes are done.
func (m *Monitor) End(at time.Duration) {
	if m.o.Window == 0 && m.until == 0 {
		m.until = max(at, 1)
	}
}

// Over tells, after a tick, whether the monitor has seen enough: its window is
// over and no rule is held that isn't decided yet. A monitor with `while` goes
// on after its nodes until every stretch and hold could have filled once, and
// it has three known ticks; where no data comes, not for ever.
func (m *Monitor) Over(at time.Duration) bool {
	switch {
	case m.ended:
		return true
	case m.until == 0:
		return false
	case m.o.Window > 0:
		return at+m.o.Interval > m.until && !m.More(at)
	}
	full := m.full()
	if at < full || m.known() < leastKnownTicks && at < max(m.until, full)+patience*m.o.Interval {
		return false
	}
	return !m.More(at)
}

// full is the time from which on every stretch and hold could have filled once.
func (m *Monitor) full() (full time.Duration) {
	for _, r := range m.rules {
		if !r.skipped {
			full = max(full, r.from+r.longest+r.hold.fills(m.o.Interval))
		}
	}
	return full
}

// More tells, after the last tick of the window, whether a rule is held and
// not decided yet: then the monitor goes on, at most for the longest such
// hold, or a regression in the last minutes would pass.
func (m *Monitor) More(at time.Duration) bool { return m.most() > at }

// most is until when at most rules that are held keep the monitor going on.
func (m *Monitor) most() (until time.Duration) {
	if m.ended {
		return 0
	}
	end := m.until
	if m.o.Window == 0 {
		end = max(end, m.full())
	}
	for _, r := range m.rules {
		if !r.skipped && r.decl.Action != Pass && r.hold.undecided() {
			until = max(until, end+r.hold.d)
		}
	}
	return until
}

// more is how much longer, at most, the monitor goes on though its window is
// over; 0: it isn't over, or it doesn't.
func (m *Monitor) more(at time.Duration) time.Duration {
	if m.until == 0 || at+m.o.Interval <= m.until {
		return 0
	}
	return max(0, m.most()-at)
}

// extended is how much longer than its window the monitor has looked.
func (m *Monitor) extended() time.Duration {
	if m.o.Window == 0 {
		return 0
	}
	return max(0, m.now-m.until)
}

// mayPass tells whether `pass now if` may end the window early.
func (m *Monitor) mayPass(at time.Duration) bool {
	return m.o.Window > 0 && at >= m.o.Warmup+time.Duration(earliestPass*float64(m.o.Window)) && m.lacks() == ""
}
