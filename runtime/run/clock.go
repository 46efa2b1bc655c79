package run

import "time"

// gapIntervals is by how many intervals the clock on the wall may get ahead of
// the one that ticks are counted on until the machine counts as suspended.
const gapIntervals = 2

// stopwatch is the time since a monitor's start on two clocks: one that stands
// still while the machine sleeps, and the one on the wall, which doesn't.
type stopwatch struct {
	start time.Time
	ahead time.Duration // the wall's, which is accounted for
}

// gap is for how long the machine slept since it was last asked. A clock that
// was set back leaves none.
func (w *stopwatch) gap(now time.Time, interval time.Duration) time.Duration {
	return w.slept(now.Sub(w.start), now.Round(0).Sub(w.start.Round(0)), interval)
}

func (w *stopwatch) slept(ticking, wall, interval time.Duration) time.Duration {
	ahead := wall - ticking - w.ahead
	if ahead >= 0 && ahead <= gapIntervals*interval {
		return 0 // set a little, or as much as it drifts
	}
	w.ahead += ahead
	return max(ahead, 0)
}
