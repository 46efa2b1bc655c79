package monitor

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// A snapshot of any tick, given to a new monitor, goes on as if nothing had
// been: with all that a rule can ask (rule 23).
func TestSnapshot(t *testing.T) {
	const rules = `
rollback if degradation > 300% for 1m
rollback if degradation(latency.p90(2m)) > 300%
rollback if errors.over(2m) > 20% for 2 of 3
rollback if proven(errors, worse_by: 900%)
rollback if proven(latency, worse_by: 300%)
rollback if memory.trend(5m) > 1GiB/1m or memory.trend > 1GiB/1s
rollback if leak(memory, limit: 100GiB, within: 1m) or served.max < 1
rollback if served - 1 > 1e9 for 5m
warn if latency.p50 > 1s or latency.stddev(1m) > 10s
warn now if latency.missing(1m) > 90%`
	random := rand.New(rand.NewPCG(7, 8))
	for sequence := range 20 {
		most := 3 + sequence%2*27 // errors: the half of them go on to their end
		var ticks []map[string]Sample
		boundless := 5 + random.IntN(20) // for 25 ticks, which arithmetic can't judge
		for i := range 50 {
			tick := healthy()
			tick["latency"] = latencies(80+100*random.Float64(), 100, 200*random.Float64())
			tick["errors"] = Sample{State: Known, Bad: float64(random.IntN(most)), Total: 100}
			switch {
			case i < boundless:
				tick["served"] = one(5e9)
			case i < boundless+25:
				tick["served"] = one(math.Inf(1))
			}
			if random.IntN(5) == 0 {
				tick["latency"] = Sample{State: Broken, Problem: "refused"}
			}
			ticks = append(ticks, tick)
		}
		whole := judge(t, "against before", rules, Options{Warmup: time.Minute})
		want, at := outcome(whole, ticks...)
		for kill := range at {
			m := judge(t, "against before", rules, Options{Warmup: time.Minute})
			for i := range kill + 1 {
				m.Tick(time.Duration(i)*m.o.Interval, ticks[i])
			}
			snapshot := m.Snapshot()
			m.Reset(m.baseline)
			if err := m.Restore(snapshot); err != nil {
				t.Fatal(err)
			}
			if got, then := outcomeFrom(m, kill+1, ticks...); got.Words != want.Words || got.Verdict != want.Verdict || then != at {
				t.Fatalf("killed after tick %d: %s at %d: %s\nuninterrupted: %s at %d: %s", kill, got.Verdict, then, got.Words, want.Verdict, at, want.Words)
			}
		}
	}
}

func TestSnapshotOfAnother(t *testing.T) {
	m := judge(t, "", "rollback if latency > 1s", Options{})
	m.Tick(0, healthy())
	whole := m.Snapshot()
	other := judge(t, "", "rollback if latency > 2s", Options{})
	for name, bad := range map[string][]byte{"another monitor's": whole, "nothing": nil, "noise": []byte("what is this?")} {
		if err := other.Restore(bad); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	for i := range whole {
		if err := m.Restore(whole[:i]); err == nil {
			t.Errorf("the first %d of %d bytes were restored", i, len(whole))
		}
	}
	if err := m.Restore(append(whole, 0)); err == nil {
		t.Error("a snapshot with something behind it was restored")
	}
}
