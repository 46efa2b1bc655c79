package monitor

import "time"

// hold says for how long, or how often, a rule's condition has to be true
// before the rule fires. The zero hold fires at once.
type hold struct {
	d    time.Duration
	m, n int // at least m of the last n known ticks; 0: not so

	open    bool          // the condition was true, and never false since
	held    time.Duration // known time since the first true tick
	last    time.Duration // when the tick before was
	unknown time.Duration // since it was last known
	recent  []bool        // for m of n: the last n known ticks
}

// tick takes the condition at a tick and tells whether the rule fires. dropped
// says that the hold was given up because it was unknown for too long.
func (h *hold) tick(at, interval time.Duration, is truth) (fires, dropped bool) {
	since := at - h.last
	h.last = at
	if h.n > 0 {
		return h.most(is), false
	}
	switch is {
	case no:
		h.open, h.held, h.unknown = false, 0, 0
		return false, false
	case unknown:
		if !h.open {
			return false, false
		}
		h.unknown += since
		if h.unknown > max(3*interval, h.d/2) {
			h.open, h.held, h.unknown = false, 0, 0
			return false, true
		}
		return false, false
	}
	if h.open {
		h.held += since
	} else {
		h.open, h.held = true, 0
	}
	h.unknown = 0
	return h.held >= h.d, false
}

// most is `for M of N`.
func (h *hold) most(is truth) bool {
	if is == unknown {
		return false
	}
	if len(h.recent) == h.n {
		copy(h.recent, h.recent[1:])
		h.recent = h.recent[:h.n-1]
	}
	h.recent = append(h.recent, is == yes)
	return h.times() >= h.m
}

// times is how many of the last known ticks were true.
func (h *hold) times() (n int) {
	for _, t := range h.recent {
		if t {
			n++
		}
	}
	return n
}

// undecided tells whether the condition is held, and not for long enough yet.
func (h *hold) undecided() bool { return h.d > 0 && h.open && h.held < h.d }

// fills is how long it takes at least until the rule can fire.
func (h *hold) fills(interval time.Duration) time.Duration {
	if h.n > 0 {
		return time.Duration(h.m-1) * interval
	}
	return h.d
}

func (h *hold) reset() { *h = hold{d: h.d, m: h.m, n: h.n, recent: h.recent[:0]} }
