package bench

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// work is one side of a race: it does the work once and returns the result,
// which is the same on both sides.
type work[T comparable] func() (T, error)

// race measures two sides in turns, by processor time, so that little of what
// else the machine does counts. Each turn does the work many times, after the
// garbage of the turn before is collected: a side pays for its own. Reported
// are the nanoseconds of each, and how many of ours fit one of theirs; target
// is the least that drl promises.
func race[T comparable](b *testing.B, times int, result T, target float64, ours, theirs work[T]) {
	b.Helper()
	for side, do := range map[string]work[T]{"drl": ours, "the peer": theirs} {
		if got, err := do(); err != nil || got != result {
			b.Fatalf("%s: got %v, %v, want %v", side, got, err, result)
		}
	}
	turn := func(do work[T]) time.Duration {
		runtime.GC()
		start := processorTime()
		for range times {
			if _, err := do(); err != nil {
				b.Fatal(err)
			}
		}
		return processorTime() - start
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

// processorTime is what the process has used so far, with its collector.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
