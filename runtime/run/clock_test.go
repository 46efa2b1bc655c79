package run

import (
	"testing"
	"time"
)

// Rule 4: a machine that slept is noticed by the clock on the wall.
func TestStopwatch(t *testing.T) {
	const every = 15 * time.Second
	w := &stopwatch{}
	for _, tt := range []struct {
		name          string
		ticking, wall time.Duration
		want          time.Duration
	}{
		{"both go on", time.Minute, time.Minute, 0},
		{"the clock is set by a little", 2 * time.Minute, 2*time.Minute + 30*time.Second, 0},
		{"the machine slept for an hour", 3 * time.Minute, 63 * time.Minute, time.Hour},
		{"that is told once", 4 * time.Minute, 64 * time.Minute, 0},
		{"the clock is set back", 5 * time.Minute, 35 * time.Minute, 0},
		{"and goes on from there", 6 * time.Minute, 36 * time.Minute, 0},
		{"the machine sleeps again", 7 * time.Minute, 47 * time.Minute, 10 * time.Minute},
		{"two intervals are no sleep", 8 * time.Minute, 48*time.Minute + 30*time.Second, 0},
		{"and more are", 9 * time.Minute, 49*time.Minute + 31*time.Second, 31 * time.Second},
	} {
		if got := w.slept(tt.ticking, tt.wall, every); got != tt.want {
			t.Errorf("%s: a gap of %v, want %v", tt.name, got, tt.want)
		}
	}
	now := time.Now()
	if got := (&stopwatch{start: now}).gap(now.Add(time.Hour), every); got != 0 {
		t.Errorf("an hour in which both clocks went on is a gap of %v", got)
	}
}
