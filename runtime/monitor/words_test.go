package monitor

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/runtime/event"
)

// Each way in which a monitor can end has a sentence with what it rests on,
// for somebody who doesn't know statistics.
func TestEveryVerdictInWords(t *testing.T) {
	slow := with("latency", latencies(160, 170, 180))
	failing := with("errors", Sample{State: Known, Bad: 10, Total: 100})
	broken := with("latency", FromValue(nil, errors.New("connection refused")))
	for _, tt := range []struct {
		name, against, rules string
		decide               func(m *Monitor) Decision
		verdict, words       string
	}{
		{"rollback", "against before", "rollback if degradation > 50% for 2m", ends(slow), Rollback,
			"latency is 70% worse than the baseline (170ms against 100ms) for 2m"},
		{"fail", "", "fail if errors > 0.5% and latency > 150ms", ends(slow), Fail,
			"errors is 1%, over the limit of 0.5%, latency is 170ms, over the limit of 150ms"},
		{"fail, of two comparisons", "", "fail if errors > 5% or latency > 150ms", ends(failing), Fail,
			"errors is 10%, over the limit of 5%"},
		{"under", "", "fail if served < 150", ends(healthy()), Fail, "served is 100, under the limit of 150"},
		{"turned around", "", "fail if not (served > 150)", ends(healthy()), Fail, "served is 100, under the limit of 150"},
		{"the limit first", "", "fail if 150 > served", ends(healthy()), Fail, "served is 100, under the limit of 150"},
		{"warn", "", "warn if latency > 150ms", ends(append(repeat(3, slow), healthy())...), Warn,
			"latency is 170ms, over the limit of 150ms"},
		{"pass", "", "rollback if latency > 1s", ends(healthy()), Pass, "41 ticks, none of its rules fired"},
		{"pass if", "", "pass if latency < 150ms", ends(healthy()), Pass,
			"41 ticks, none of its rules fired, and what it needs to pass is true: latency is 100ms"},
		{"inconclusive: too little data", "", "rollback if latency > 150ms", ends(append(repeat(20, healthy()), broken)...), Inconclusive,
			"20 of 41 ticks had data, want at least 80%: latency had none at 21 (connection refused)"},
		{"inconclusive: never judged", "", "rollback if latency.p99(1m) > 1s", ends(healthy()), Inconclusive,
			"`rollback if latency.p99(1m) > 1s` could never be judged"},
		{"inconclusive: nothing to divide by", "against before", "rollback if degradation(errors) > 50%", func(m *Monitor) Decision {
			compareWith(t, m, many(20, "errors", bad(0, 100)))
			return ends(healthy())(m)
		}, Inconclusive, "`rollback if degradation(errors) > 50%` could never be judged: the baseline of errors is 0, and it has no floor to divide by"},
		{"inconclusive: too little to compare with", "against before", "rollback if degradation(memory) > 50%", func(m *Monitor) Decision {
			compareWith(t, m, repeat(9, healthy()))
			return ends(healthy())(m)
		}, Inconclusive, "`rollback if degradation(memory) > 50%` could never be judged: the baseline of memory has too few samples"},
		{"inconclusive: too little to prove anything", "against before", "rollback if proven(memory, worse_by: 50%)", func(m *Monitor) Decision {
			compareWith(t, m, repeat(10, healthy()))
			return ends(with("memory", one(400<<20)))(m)
		}, Inconclusive, "`rollback if proven(memory, worse_by: 50%)` could never be judged: 10 minutes against 2 can't prove anything at 0.25%: the least p of so few is 0.015"},
		{"of so many values that they are a sketch", "", "fail if latency.p50 > 150ms and latency.count > 100000", func(m *Monitor) Decision {
			values := make([]float64, 10_000)
			for i := range values {
				values[i] = 170
			}
			d, _ := outcome(m, with("latency", latencies(values...)))
			if len(d.Evidence) != 1 || !d.Evidence[0].Sketch {
				t.Errorf("the evidence doesn't say so: %+v", d.Evidence)
			}
			return d
		}, Fail, "latency.p50 is 170ms, over the limit of 150ms, latency.count is 110000, over the limit of 100000, within 1%"},
		{"inconclusive: not true at the end", "", "pass if latency < 150ms", ends(slow), Inconclusive,
			"what it needs to pass was not true at the end: latency is 170ms"},
		{"error", "", "rollback if latency > 150ms", ends(broken), Error,
			"metric latency had no sample in the whole window: connection refused"},
		{"interrupted", "", "rollback if latency > 150ms", func(m *Monitor) Decision {
			outcomeTicks(m, 5, healthy())
			return m.Interrupt()
		}, Interrupted, "ended after 1m of 10m (5 ticks), before its window was over: that is no verdict"},
		{"extended", "", "rollback if latency > 150ms for 2m", ends(slices.Concat(repeat(38, healthy()), repeat(4, slow), repeat(1, healthy()))...), Pass,
			"43 ticks, none of its rules fired; it looked 30s longer than its window, until a rule that was true then was false again"},
		{"flapping", "", "warn if latency > 150ms for 5m", ends(slices.Concat(
			repeat(2, slow), repeat(2, healthy()), repeat(2, slow), repeat(2, healthy()), repeat(2, slow), repeat(1, healthy()))...), Warn,
			"`warn if latency > 150ms for 5m` flaps: it changed 4 times in 20 ticks, so its limit is close to what is usual"},
		{"proven, of counts", "against before", "rollback if proven(errors, worse_by: 50%)", ends(failing), Rollback,
			"errors come 10 times as often as in the baseline (3.87 to 26.9 times): 10 of 100 against 21 of 2100; " +
				"were they no more than 50% worse, this would be seen about once in 2,800 times (p 0.00036)"},
		{"proven, of values", "against before", "rollback if proven(latency, worse_by: 50%)", ends(slow), Rollback,
			"latency is 70ms more than in the baseline in a typical minute (70ms to 70ms), in 7 minutes against 5; " +
				"chance alone does that about once in 790 times (p 0.0013)"},
		{"proven, where higher is better", "against before", "rollback if proven(served, worse_by: 20%)",
			ends(with("served", Sample{State: Known, Values: []float64{60}})), Rollback,
			"served is 40 less than in the baseline in a typical minute (40 to 40), in 7 minutes against 5; " +
				"chance alone does that about once in 790 times (p 0.0013)"},
		{"leak", "", "rollback if leak(memory, limit: 512MiB, within: 12h)", func(m *Monitor) Decision {
			m.o.Window, m.until = 2*time.Hour, 2*time.Hour
			for i := 0; ; i++ {
				at := time.Duration(i) * m.o.Interval
				grown := with("memory", Sample{State: Known, Values: []float64{200<<20 + float64(at/time.Minute)*(1<<20)}})
				if d := m.Judge(at, grown); d != nil {
					return *d
				}
			}
		}, Rollback, "memory rises by 60MiB an hour and is at 225MiB now: at that pace it is at its limit of 512MiB in 4h47m, and less than 12h is a leak; " +
			"its lowest values in 6 stretches of 5m rise so by chance about once in 230 times (p 0.0043)"},
		{"a baseline's statistic", "against before", "fail if latency.max > 1.5 * baseline.latency.max", ends(slow), Fail,
			"latency.max is 180ms, over the limit of 165ms (1.5 * baseline.latency.max)"},
		{"a share", "", "fail if latency.missing(1m) == 100%", ends(append(repeat(8, healthy()), with("latency", Sample{State: NoData}))...), Fail,
			"latency.missing(1m) is 100%"},
		{"burn", "", "rollback if burn(errors.over(5m), objective: 99.9%, period: 30d) > 14", ends(failing), Rollback,
			"burn(errors.over(5m), objective: 99.9%, period: 30d) is 100, over the limit of 14"},
		{"a slope", "", "fail if memory.trend(5m) > 5MiB/1h", func(m *Monitor) Decision {
			for i := 0; ; i++ {
				at := time.Duration(i) * m.o.Interval
				if d := m.Judge(at, with("memory", Sample{State: Known, Values: []float64{200<<20 + at.Hours()*(60<<20)}})); d != nil {
					return *d
				}
			}
		}, Fail, "memory.trend(5m) is 60MiB/1h, over the limit of 5MiB/1h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := tt.decide(judge(t, tt.against, tt.rules, Options{}))
			if d.Verdict != tt.verdict || d.Words != tt.words {
				t.Errorf("got  %s: %s\nwant %s: %s", d.Verdict, d.Words, tt.verdict, tt.words)
			}
			if _, err := json.Marshal(d.Decided); err != nil {
				t.Error(err)
			}
		})
	}

	t.Run("not compared", func(t *testing.T) {
		m := judge(t, "against before", "rollback if degradation > 50%\nrollback if latency > 1s", Options{})
		o := m.o
		o.Baseline = nil
		m, err := New(m.program, m.decl, o)
		if err != nil {
			t.Fatal(err)
		}
		want := "there is no baseline to compare with, so `rollback if degradation > 50%` was not judged"
		if d, _ := outcome(m, healthy()); d.Verdict != NotCompared || d.Words != want {
			t.Errorf("got %s: %s\nwant %s", d.Verdict, d.Words, want)
		}
	})
	t.Run("recovered", func(t *testing.T) {
		for is, tt := range map[string]struct {
			tick  map[string]Sample
			words string
		}{
			"yes":     {healthy(), "`rollback if degradation > 50% for 2m` is not true any more, 2m30s after the rollback: latency is 100ms (baseline 100ms), memory is 200MiB (baseline 200MiB), served is 100 (baseline 100), errors is 1% (baseline 1%)"},
			"no":      {slow, "the old version does no better: latency is 70% worse than the baseline (170ms against 100ms) for 2m"},
			"unknown": {nil, "0 of 11 ticks had data"},
		} {
			m := judge(t, "against before", "rollback if degradation > 50% for 2m", Options{})
			outcome(m, slow)
			again, err := m.Again()
			if err != nil {
				t.Fatal(err)
			}
			d, _ := outcome(again, tt.tick)
			if got, words := again.Recovered(d); got != is || words != tt.words {
				t.Errorf("got  %s: %s\nwant %s: %s", got, words, is, tt.words)
			}
		}
	})
}

// ends judges ticks, the last of which stands for the rest, up to the verdict.
func ends(ticks ...map[string]Sample) func(*Monitor) Decision {
	return func(m *Monitor) Decision {
		d, _ := outcome(m, ticks...)
		return d
	}
}

func outcomeTicks(m *Monitor, n int, tick map[string]Sample) {
	for i := range n {
		m.Judge(time.Duration(i)*m.o.Interval, tick)
	}
}

// A tick tells where each rule's limit is on the scale of its metric.
func TestLimitsOnTheScaleOfTheMetric(t *testing.T) {
	for _, tt := range []struct{ rule, want string }{
		{"rollback if latency > 150ms for 2m", "latency over 150ms: 100ms of 150ms, false"},
		{"rollback if 150ms < latency", "latency over 150ms: 100ms of 150ms, false"},
		{"rollback if latency.p95(5m) > 150ms", "latency over 150ms: no data of 150ms, unknown"},
		{"rollback if degradation(latency) > 50%", "latency over 150ms: 0% of 50%, false"},
		{"rollback if degradation(served) > 30%", "served under 70: 0% of 30%, false"},
		{"rollback if degradation(served) > 3%", "served under 90: 0% of 3%, false"}, // its floor is 10
		{"rollback if degradation(latency.mean) > 50%", "latency over 150ms: 0% of 50%, false"},
		{"rollback if degradation > 50%", "latency over 150ms: 0% of 50%, false; memory over 300MiB: 0% of 50%, false; served under 50: 0% of 50%, false; errors over 1.5%: 0% of 50%, false"},
		{"rollback if latency - baseline.latency > 50ms", "latency over 150ms: 0s of 50ms, false"},
		{"rollback if latency / baseline.latency > 150%", "latency over 150ms: 100% of 150%, false"},
		{"rollback if latency > baseline.latency * 150%", "latency over 150ms: 100ms of 150ms, false"},
		{"rollback if latency * 2 > 1s", "latency over 500ms: 200ms of 1s, false"},
		{"rollback if -served > -10", "served under 10: -100 of -10, false"},
		{"rollback if 200 - served > 150", "served under 50: 100 of 150, false"},
		{"rollback if not (latency < 1s)", "latency over 1s: 100ms of 1s, false"},
		{"rollback if served < 50 and errors > 2%", "served under 50: 100 of 50, false; errors over 2%: 1% of 2%, false"},
		{"rollback if errors.over(2m) > 5%", "errors over 5%: 1% of 5%, false"},
		{"rollback if proven(latency, worse_by: 50%)", "latency over 150ms:  of , unknown"},
		{"rollback if proven(served, worse_by: 50%)", "served under 50:  of , unknown"},
		{"rollback if leak(memory, limit: 512MiB, within: 12h)", "memory over 512MiB:  of 512MiB, unknown"},
		{"rollback if served > errors.count", "served over 1: 100 of 1, true"},
		// No value of the metric is a limit of these.
		{"rollback if latency.missing(1m) == 100%", ": 0% of 100%, false"},
		{"rollback if latency.stddev > 150ms", "over: 8.3ms of 150ms, false"},
		{"rollback if memory.trend(5m) > 5MiB/1h", "over: no data of 5MiB/1h, unknown"},
		{"rollback if burn(errors, objective: 99.9%, period: 30d) > 14", "over: 10 of 14, false"},
	} {
		m := judge(t, "against before", tt.rule, Options{})
		var tick event.Ticked
		for i := range 10 {
			tick, _ = m.Tick(time.Duration(i)*15*time.Second, healthy())
			if m.ended {
				break
			}
		}
		var got []string
		for _, c := range tick.Rules[0].Comparisons {
			got = append(got, strings.TrimSpace(c.Metric+" "+c.Way+" "+c.Bound)+": "+c.Value+" of "+c.Limit+", "+c.Is)
			if (c.At == nil) != (c.Bound == "") {
				t.Errorf("%s: the bound %q is at %v", tt.rule, c.Bound, c.At)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}

// A tick tells how long the warm-up lasts, how often a rule of `for M of N`
// was true, and for how long a held rule may keep the monitor going on.
func TestWhatATickTells(t *testing.T) {
	m := judge(t, "", "rollback if latency > 150ms for 2m\nfail if latency > 160ms for 3 of 5", Options{})
	tick, _ := m.Tick(0, with("latency", latencies(155)))
	if r := tick.Rules[1]; r.Action != Fail || r.Wanted != 3 || r.Times != 0 || tick.More != 0 {
		t.Errorf("the first tick: %+v, %v more", r, tick.More)
	}
	tick, _ = m.Tick(10*time.Minute, with("latency", latencies(170)))
	if r := tick.Rules[1]; r.Times != 1 {
		t.Errorf("of the last ticks %d were true, want 1", r.Times)
	}

	m = judge(t, "", "rollback if latency > 150ms for 2m", Options{})
	outcomeTicks(m, 39, healthy())
	for i, want := range []time.Duration{0, 105 * time.Second, 90 * time.Second} {
		tick, _ := m.Tick(time.Duration(39+i)*15*time.Second, with("latency", latencies(170)))
		if want += 15 * time.Second * time.Duration(min(i, 1)); tick.More != want {
			t.Errorf("tick %d: it goes on for %v, want %v", 39+i, tick.More, want)
		}
	}
}
