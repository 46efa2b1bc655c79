package monitor

import (
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// What a leak is judged on: the minima of check.LeakBlocks blocks at least, each
// of check.LeakBlock at least, with this chance of a false alarm. At the most of
// them, two neighbours become one.
const (
	mostBlocks = 200
	leakAlpha  = 0.01
)

// leak compiles leak(m, limit:, within:): the floor of the metric rises, and
// at its slope reaches the limit within the time.
func (c *compiler) leak(e *syntax.Call, call *check.Call) (condition, error) {
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
	c.needs(check.LeakBlocks * check.LeakBlock)
	l := &leak{x: x, text: c.m.program.Source.Slice(e.Span()), of: c.side(call.Args[0], x), from: c.from, limit: limit, within: within, every: check.LeakBlock}
	c.m.leaks = append(c.m.leaks, l)
	c.leaks = append(c.leaks, l)
	is := func() truth { return l.is }
	t := contrast{text: l.text, is: is, limit: side{typ: l.of.typ, x: func() quantity { return known(limit) }}, test: true}
	if scales := c.scales(call.Args[0]); len(scales) == 1 {
		l.metric = c.m.metrics[scales[0].metric].name
		t.metric, t.way = scales[0].metric+1, way(">", c.negated != scales[0].falling)
		t.bound = func() quantity { return scales[0].bound(known(limit)) }
	}
	c.add(t)
	return is, nil
}

// leak is what one leak(…) has seen: the lowest value of each block of time.
type leak struct {
	x             numeric
	text          string // as written
	of            side   // what may leak
	metric        string // that it is of; "": not of one alone
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

	p    float64 // how likely chance alone is
	rate float64 // a second
	left float64 // seconds until the limit is reached
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
	if len(l.minima) < check.LeakBlocks {
		return
	}
	var rate quantity
	rate, l.slopes = slope(l.minima, l.slopes)
	if !rate.known {
		return
	}
	l.rate, l.p, l.left = rate.x, rising(l.minima), 0
	if rate.x <= 0 || l.p >= leakAlpha {
		l.is = no
		return
	}
	l.left = (l.limit - l.minima[len(l.minima)-1].y) / rate.x
	l.is = truthOf(l.left < l.within.Seconds())
}

// reaches is when the limit is reached, from the last block on.
func (l *leak) reaches() time.Duration {
	const most = 100 * 365 * 24 * time.Hour
	switch d := l.left * float64(time.Second); {
	case d <= 0:
		return 0
	case d >= float64(most):
		return most
	default:
		return time.Duration(d).Round(time.Minute)
	}
}

// last is the lowest value of the last block.
func (l *leak) last() string { return printAs(l.of.typ, l.minima[len(l.minima)-1].y) }

func (l *leak) slope() string { return printAs(l.of.typ, l.rate*time.Hour.Seconds()) + " an hour" }

// words say what a leak rests on.
func (l *leak) words() string {
	when := "at that pace it is at its limit of " + printAs(l.of.typ, l.limit) + " in " + value.Duration(l.reaches()).String()
	if l.left <= 0 {
		when = "it is at its limit of " + printAs(l.of.typ, l.limit) + " already"
	}
	return fmt.Sprintf("%s rises by %s and is at %s now: %s, and less than %s is a leak; its lowest values in %d stretches of %s rise so by chance %s (p %.2g)",
		l.of.text, l.slope(), l.last(), when, value.Duration(l.within), len(l.minima), value.Duration(l.every), seldom(l.p), l.p)
}

// finding is the same for those who calculate with it.
func (l *leak) finding() event.Finding {
	return event.Finding{Metric: l.metric, Text: l.text, P: l.p, N: len(l.minima), Block: l.every,
		Slope: l.slope(), Last: l.last(), Limit: printAs(l.of.typ, l.limit), Reaches: l.reaches()}
}

// interrupted leaves out the block at hand: no block spans a gap.
func (l *leak) interrupted() { l.begun = false }

func (l *leak) reset() {
	*l = leak{x: l.x, text: l.text, of: l.of, metric: l.metric, from: l.from, limit: l.limit, within: l.within, every: check.LeakBlock, minima: l.minima[:0], slopes: l.slopes}
}
