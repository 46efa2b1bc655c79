package bench

import (
	"testing"
	"time"
)

// work is one side of a race: it does the work once and returns the result,
// which is the same on both sides.
type work[T comparable] func() (T, error)

// race measures two sides in turns, so that whatever else the machine does
// slows both down. Each turn does the work so many times that the clock
// doesn't count. It reports the nanoseconds of each, and how many of ours fit
// one of theirs; target is the least that drl promises.
func race[T comparable](b *testing.B, times int, result T, target float64, ours, theirs work[T]) {
	b.Helper()
	for side, do := range map[string]work[T]{"drl": ours, "the peer": theirs} {
		if got, err := do(); err != nil || got != result {
			b.Fatalf("%s: got %v, %v, want %v", side, got, err, result)
		}
	}
	turn := func(do work[T]) time.Duration {
		start := time.Now()
		for range times {
			if _, err := do(); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(start)
	}
	var drl, peer time.Duration
	for b.Loop() {
		drl += turn(ours)
		peer += turn(theirs)
	}
	n := float64(b.N) * float64(times)
	b.ReportMetric(0, "ns/op") // of both together, which says nothing
	b.ReportMetric(float64(drl.Nanoseconds())/n, "drl-ns")
	b.ReportMetric(float64(peer.Nanoseconds())/n, "peer-ns")
	b.ReportMetric(testing.AllocsPerRun(5, func() { ours() }), "drl-allocs")
	b.ReportMetric(float64(peer)/float64(drl), "ratio")
	b.ReportMetric(target, "target")
}
