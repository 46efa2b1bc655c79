package monitor

import (
	"slices"
	"time"
)

// minutes are the medians of one minute each: what a test of values compares,
// since samples that follow each other closely are alike.
type minutes struct {
	s    *series
	from time.Duration

	begun   bool
	start   time.Duration // of the minute at hand
	open    []float64
	medians []float64
}

// add takes in a tick.
func (r *minutes) add(t *tick) {
	if t.at < r.from {
		return
	}
	if !r.begun {
		r.begun, r.start = true, t.at
	}
	if t.at >= r.start+provenBlock {
		if len(r.open) > 0 {
			slices.Sort(r.open)
			r.medians = append(r.medians, quantile(r.open, 0.5))
			r.open = r.open[:0]
		}
		for t.at >= r.start+provenBlock {
			r.start += provenBlock
		}
	}
	switch {
	case t.state != Known:
	case r.s.events:
		r.open = append(r.open, t.own)
	default:
		r.open = append(r.open, r.s.raw(t)...)
	}
}

func (r *minutes) reset() {
	*r = minutes{s: r.s, from: r.from, open: r.open[:0], medians: r.medians[:0]}
}
