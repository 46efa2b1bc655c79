package monitor

import "time"

// window is the last stretch of a metric's samples, or all of them so far. It
// moves with the ticks: each sample is looked at when it comes and when it
// goes, however long the stretch is.
type window struct {
	s       *series
	stretch time.Duration // 0: all since from
	from    time.Duration // the end of the warm-up, but for rules that judge it too
	least   int           // values that it holds on to, however old they are
	ordered bool          // quantiles are asked of it

	// The ticks of a stretch are those from next to end. Sums are kept as a
	// queue of two stacks keeps them, so that none is ever subtracted from:
	// front has, for each tick from next to mid, the sum from it to mid, the
	// first one last; back is the sum from mid to end.
	next, mid, end int
	front          []sum
	back           sum
	n              int // values inside
	values         ordered

	many   bool    // more than mostRaw values came
	sketch sketch  // instead of values
	blocks []block // instead of the ticks of a stretch
}

// add takes in the series' latest tick, which has number i, and lets go of what
// is older than the stretch.
func (w *window) add(i int) {
	t := w.s.latest()
	if t.at < w.from {
		return
	}
	if w.end == 0 {
		w.next, w.mid = i, i
	}
	w.end = i + 1
	one := w.s.sum(t)
	w.n += one.n
	switch {
	case w.many:
		w.addMany(t, &one)
		return
	case w.ordered:
		w.order(t, w.values.add)
	}
	w.back.then(&one)
	if w.stretch > 0 {
		for w.next < i && w.leaves(w.s.tick(w.next), t.at) {
			w.drop()
		}
	}
	if (w.stretch > 0 || w.ordered) && (w.n > mostRaw || w.end-w.next > mostRaw) {
		w.coarsen()
	}
}

// leaves tells whether the oldest tick is too old.
func (w *window) leaves(t *tick, now time.Duration) bool {
	return t.at <= now-w.stretch && w.n-w.size(t) >= w.least
}

// size is how many values a tick adds.
func (w *window) size(t *tick) int {
	switch {
	case t.state != Known:
		return 0
	case w.s.events:
		return 1
	}
	return t.to - t.from
}

// order adds a tick's values to the ordered ones, or removes them.
func (w *window) order(t *tick, do func(float64)) {
	switch {
	case t.state != Known:
	case w.s.events:
		do(t.own)
	default:
		for _, x := range w.s.raw(t) {
			do(x)
		}
	}
}

// drop lets the oldest tick go.
func (w *window) drop() {
	if len(w.front) == 0 {
		var since sum
		for i := w.end - 1; i >= w.next; i-- {
			one := w.s.sum(w.s.tick(i))
			one.then(&since)
			since = one
			w.front = append(w.front, since)
		}
		w.mid, w.back = w.end, sum{}
	}
	t := w.s.tick(w.next)
	w.n -= w.size(t)
	if w.ordered {
		w.order(t, w.values.remove)
	}
	w.front = w.front[:len(w.front)-1]
	w.next++
}

// total is the sum of the ticks inside.
func (w *window) total() sum {
	if w.many && w.stretch > 0 {
		return w.blockTotal()
	}
	if len(w.front) == 0 {
		return w.back
	}
	all := w.front[len(w.front)-1]
	all.then(&w.back)
	return all
}

// full tells whether the monitor has run for the stretch.
func (w *window) full(at time.Duration) bool { return w.stretch == 0 || at-w.from >= w.stretch }

// quantile is that of the values inside; unknown where they are too few to say
// anything of it.
func (w *window) quantile(p float64) quantity {
	if w.n < quantileNeeds(p) {
		return quantity{}
	}
	return w.middle(p)
}

func (w *window) middle(p float64) quantity {
	if w.many {
		return ordinary(w.sketch.quantile(p))
	}
	return ordinary(w.values.quantile(p))
}

// pins is the number of the oldest tick that the window still needs.
func (w *window) pins() int {
	if w.many || w.stretch == 0 || w.end == 0 {
		return w.s.end()
	}
	return w.next
}

func (w *window) reset() {
	*w = window{s: w.s, stretch: w.stretch, from: w.from, least: w.least, ordered: w.ordered, front: w.front[:0], values: w.values}
	w.values.reset()
}
