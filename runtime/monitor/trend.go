package monitor

import (
	"math"
	"slices"
	"time"
)

// trendPoints is between how many points a slope is taken at most. Up to that
// many ticks each is a point; of more, points are medians of neighbours.
const trendPoints = 100

// trend is the slope of a metric over a stretch, or so far.
type trend struct {
	s       *series
	stretch time.Duration
	from    time.Duration
	every   time.Duration // how much time a point stands for; 0: each tick is one

	points  []point
	open    []point // ticks that are not a point yet
	asked   bool    // slope is that of the points
	slope   quantity
	slopes  []float64
	scratch []float64
}

// take takes in a tick.
func (r *trend) take(t *tick) {
	if t.at < r.from {
		return
	}
	now := t.at.Seconds()
	if len(r.open) > 0 && t.at-moment(r.open[0].t) >= r.every {
		r.points = append(r.points, r.middle(r.open))
		r.open = r.open[:0]
		r.asked = false
	}
	if q := t.quantity(); q.known {
		if r.every == 0 {
			r.points = append(r.points, point{now, q.x})
			r.asked = false
		} else {
			r.open = append(r.open, point{now, q.x})
		}
	}
	if r.stretch > 0 {
		old := 0
		for old < len(r.points) && moment(r.points[old].t) <= t.at-r.stretch {
			old++
		}
		if old > 0 {
			r.points = append(r.points[:0], r.points[old:]...)
			r.asked = false
		}
	}
	if len(r.points) > trendPoints && r.stretch == 0 {
		r.halve()
	}
}

// halve makes one point of each two.
func (r *trend) halve() {
	if r.every == 0 {
		r.every = moment((r.points[len(r.points)-1].t - r.points[0].t) / float64(len(r.points)-1))
	}
	r.every *= 2
	kept := r.points[:0]
	for i := 0; i < len(r.points); i += 2 {
		if i+1 == len(r.points) {
			r.open = append(r.open, r.points[i])
			break
		}
		a, b := r.points[i], r.points[i+1]
		kept = append(kept, point{(a.t + b.t) / 2, (a.y + b.y) / 2})
	}
	r.points = kept
}

// middle makes one point of several.
func (r *trend) middle(points []point) point {
	r.scratch = r.scratch[:0]
	for _, p := range points {
		r.scratch = append(r.scratch, p.y)
	}
	slices.Sort(r.scratch)
	return point{(points[0].t + points[len(points)-1].t) / 2, quantile(r.scratch, 0.5)}
}

// value is the slope, a second.
func (r *trend) value(at time.Duration) quantity {
	if r.stretch > 0 && at-r.from < r.stretch {
		return quantity{}
	}
	if !r.asked {
		r.asked = true
		r.slope, r.slopes = slope(r.points, r.slopes)
	}
	return r.slope
}

func (r *trend) reset() {
	*r = trend{s: r.s, stretch: r.stretch, from: r.from, every: r.first(), points: r.points[:0], open: r.open[:0], slopes: r.slopes, scratch: r.scratch}
}

// first is how much time a point of a stretch stands for.
func (r *trend) first() time.Duration {
	if r.stretch == 0 {
		return 0
	}
	return r.every
}

// point is a value at a time in seconds.
type point struct{ t, y float64 }

// moment is the time of a point, whole again.
func moment(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

// slope is Theil and Sen's: the median of the slopes between all pairs, a
// second. It needs two points at different times. It uses the room of slopes,
// and returns it.
func slope(points []point, slopes []float64) (quantity, []float64) {
	slopes = slopes[:0]
	for i := range points {
		if math.IsInf(points[i].y, 0) {
			return quantity{}, slopes
		}
		for _, q := range points[i+1:] {
			if q.t != points[i].t {
				slopes = append(slopes, (q.y-points[i].y)/(q.t-points[i].t))
			}
		}
	}
	if len(slopes) == 0 {
		return quantity{}, slopes
	}
	return finite(selected(slopes, 0.5)), slopes
}
