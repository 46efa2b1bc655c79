package monitor

import (
	"time"

	"github.com/drl-lang/drl/lang/check"
)

// What a leak is judged on: the minima of so many blocks at least, each this
// long at least, with this chance of a false alarm. At the most of them, two
// neighbours become one.
const (
	leakBlocks = 6
	mostBlocks = 200
	leakBlock  = 5 * time.Minute
	leakAlpha  = 0.01
)

// leak compiles leak(m, limit:, within:): the floor of the metric rises, and
// at its slope reaches the limit within the time.
func (c *compiler) leak(call *check.Call) (condition, error) {
	x, err := c.numeric(call.Args[0])
	if err != nil {
		return nil, err
	}
	limit, err := c.constant(call.Args[1])
	if err != nil {
		return nil, err
	}
	within, err := c.duration(call.Args[2])
	if err != nil {
		return nil, err
	}
	c.needs(leakBlocks * leakBlock)
	l := &leak{x: x, from: c.from, limit: limit, within: within, every: leakBlock}
	c.m.leaks = append(c.m.leaks, l)
	return func() truth { return l.is }, nil
}

// leak is what one leak(…) has seen: the lowest value of each block of time.
type leak struct {
	x             numeric
	from          time.Duration
	limit         float64
	within, every time.Duration

	begun  bool
	start  time.Duration // of the block at hand
	found  bool
	low    float64
	minima []point
	is     truth
	slopes []float64
}

// add looks at a tick. The answer changes only where a block ends.
func (l *leak) add(at time.Duration) {
	if at < l.from {
		return
	}
	if !l.begun {
		l.begun, l.start, l.found = true, at, false
	}
	if at >= l.start+l.every {
		if l.found {
			l.minima = append(l.minima, point{l.start.Seconds(), l.low})
			l.found = false
		}
		for at >= l.start+l.every {
			l.start += l.every
		}
		if len(l.minima) >= mostBlocks {
			l.halve()
		}
		l.judge()
	}
	if q := l.x(); q.known && !q.atLeast && (!l.found || q.x < l.low) {
		l.found, l.low = true, q.x
	}
}

// halve makes one block of each two.
func (l *leak) halve() {
	l.every *= 2
	kept := l.minima[:0]
	for i := 0; i+1 < len(l.minima); i += 2 {
		a, b := l.minima[i], l.minima[i+1]
		kept = append(kept, point{a.t, min(a.y, b.y)})
	}
	l.minima = kept
}

func (l *leak) judge() {
	l.is = unknown
	if len(l.minima) < leakBlocks {
		return
	}
	var rate quantity
	rate, l.slopes = slope(l.minima, l.slopes)
	switch {
	case !rate.known:
	case rate.x <= 0 || rising(l.minima) >= leakAlpha:
		l.is = no
	default:
		left := (l.limit - l.minima[len(l.minima)-1].y) / rate.x
		l.is = truthOf(left < l.within.Seconds())
	}
}

// interrupted leaves out the block at hand: no block spans a gap.
func (l *leak) interrupted() { l.begun = false }

func (l *leak) reset() {
	*l = leak{x: l.x, from: l.from, limit: l.limit, within: l.within, every: leakBlock, minima: l.minima[:0], slopes: l.slopes}
}
