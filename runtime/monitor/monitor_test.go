package monitor

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// The metrics that the tests judge: their samples are given, never probed.
const header = `metrics web {
    latency = probe()
    memory  = used()
    served  = rate() higher is better floor 10
    errors  = failed() lower is better
}
baseline before of web for 5m every 15s
`

func universe() *types.Universe {
	reads := func(name string, t *types.Type) *types.Func {
		return &types.Func{Name: name, Effect: types.Reads, Result: t}
	}
	return &types.Universe{Core: []*types.Func{
		reads("probe", types.ListOf(types.TDuration)), reads("used", types.TSize),
		reads("rate", types.TNumber), reads("failed", types.TEvents), reads("waiting", types.TNumber), reads("alive", types.TBool),
		reads("busy", types.TPercent),
		{Name: "floor", Params: []types.Param{{Name: "x", Type: types.TNumber}}, Result: types.TInt},
	}}
}

// judge prepares the monitor of a script with the given rules: 10m every 15s.
func judge(t testing.TB, against, rules string, o Options) *Monitor {
	t.Helper()
	o.Interval, o.Window = 15*time.Second, 10*time.Minute
	return judgeOf(t, fmt.Sprintf("%smonitor \"m\" of web %s for 40m every 15s {\n%s\n}\n", header, against, rules), against, o)
}

// judgeOf prepares the monitor of a script.
func judgeOf(t testing.TB, text, against string, o Options) *Monitor {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("m.drl", []byte(text)))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	p, ds := check.File(tree, check.Options{Universe: universe()})
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	var decl *syntax.Monitor
	var block *syntax.Metrics
	for _, s := range tree.Stmts {
		switch s := s.(type) {
		case *syntax.Monitor:
			decl = s
		case *syntax.Metrics:
			block = s
		}
	}
	code := compile.Compile(p)
	frame := code.FileFrame()
	o.Const = func(e syntax.Expr) (value.Value, error) {
		return code.Eval(t.Context(), &compile.Thread{}, frame, e)
	}
	if against != "" && o.Baseline == nil {
		o.Baseline = NewBaseline(p, block)
		for i := range 21 {
			o.Baseline.Add(time.Duration(i)*15*time.Second, healthy())
		}
	}
	m, err := New(p, decl, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// healthy is a tick of a healthy release.
func healthy() map[string]Sample {
	return map[string]Sample{
		"latency": latencies(90, 100, 110),
		"memory":  {State: Known, Values: []float64{200 << 20}},
		"served":  {State: Known, Values: []float64{100}},
		"errors":  {State: Known, Bad: 1, Total: 100},
	}
}

func latencies(ms ...float64) Sample {
	s := Sample{State: Known}
	for _, x := range ms {
		s.Values = append(s.Values, x*float64(time.Millisecond))
	}
	return s
}

// with returns a tick with one metric changed.
func with(name string, s Sample) map[string]Sample {
	tick := healthy()
	tick[name] = s
	return tick
}

// outcome feeds a monitor: ticks[i] is the i-th, the last one stands for the
// rest of the window. It returns the decision and the tick it came with.
func outcome(m *Monitor, ticks ...map[string]Sample) (Decision, int) {
	return outcomeFrom(m, 0, ticks...)
}

// outcomeFrom is outcome of a monitor that has seen ticks already.
func outcomeFrom(m *Monitor, first int, ticks ...map[string]Sample) (Decision, int) {
	for i := first; ; i++ {
		at := time.Duration(i) * m.o.Interval
		if d := m.Judge(at, ticks[min(i, len(ticks)-1)]); d != nil {
			return *d, i
		}
		if m.Over(at) {
			return m.Finish(), i
		}
	}
}

func repeat(n int, tick map[string]Sample) []map[string]Sample {
	ticks := make([]map[string]Sample, n)
	for i := range ticks {
		ticks[i] = tick
	}
	return ticks
}

func then(parts ...[]map[string]Sample) (all []map[string]Sample) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestVerdicts(t *testing.T) {
	slow := with("latency", latencies(160, 170, 180))
	none := with("latency", Sample{State: NoData})
	failing := with("errors", Sample{State: Known, Bad: 10, Total: 100})
	busy, idle := many(1, "served", one(60)), many(1, "served", one(40))
	for _, tt := range []struct {
		name    string
		against string
		rules   string
		ticks   []map[string]Sample
		verdict string
		at      int // the tick it was decided at
		words   string
	}{
		{"healthy passes at the end of its window", "against before", "rollback if degradation > 50% for 2m",
			repeat(1, healthy()), Pass, 40, "41 ticks, none of its rules fired"},
		{"slow for as long as the hold", "against before", "rollback if degradation > 50% for 2m",
			repeat(1, slow), Rollback, 11, "latency is 70% worse than the baseline (170ms against 100ms) for 2m"},
		{"a spike resets the hold", "", "rollback if latency > 150ms for 1m",
			then(repeat(4, slow), repeat(1, healthy())), Pass, 40, "41 ticks, none of its rules fired"},
		{"a hold that is open at the end extends the window", "", "rollback if latency > 150ms for 2m",
			then(repeat(38, healthy()), repeat(1, slow)), Rollback, 46, "latency is 170ms, over the limit of 150ms for 2m"},
		{"an extension ends when it is false", "", "rollback if latency > 150ms for 2m",
			then(repeat(38, healthy()), repeat(4, slow), repeat(1, healthy())), Pass, 42, "43 ticks, none of its rules fired; it looked 30s longer than its window, until a rule that was true then was false again"},
		{"a ratio is one of sums", "", "rollback if errors.over(1m) > 5%",
			then(repeat(10, healthy()), repeat(1, failing)), Rollback, 11, "errors.over(1m) is 5.5%, over the limit of 5%"},
		{"higher is better", "against before", "rollback if degradation(served) > 30% for 1m",
			repeat(1, with("served", Sample{State: Known, Values: []float64{60}})), Rollback, 13, "served is 40% worse than the baseline (60 against 100) for 1m"},
		{"less than the floor is no difference", "against before", "rollback if degradation(served) > 1%",
			repeat(1, with("served", Sample{State: Known, Values: []float64{91}})), Pass, 40, "41 ticks, none of its rules fired"},
		{"no data isn't success", "", "rollback if latency > 150ms",
			repeat(1, none), Error, 40, "metric latency had no sample in the whole window: no data"},
		{"too little data is inconclusive", "", "rollback if latency > 150ms",
			then(repeat(20, healthy()), repeat(1, none)), Inconclusive, 40, "20 of 41 ticks had data, want at least 80%: latency had none at 21"},
		{"missing can be judged itself", "", "rollback now if latency.missing(1m) == 100%",
			then(repeat(10, healthy()), repeat(1, none)), Rollback, 13, "latency.missing(1m) is 100%"},
		{"the stricter of two wins", "", "warn if latency > 150ms\nrollback if latency > 160ms\nfail if latency > 155ms",
			repeat(1, slow), Rollback, 0, "latency is 170ms, over the limit of 160ms"},
		{"a warning is kept to the end", "", "warn if latency > 150ms\nrollback if latency > 1s",
			then(repeat(1, slow), repeat(1, healthy())), Warn, 40, "latency is 170ms, over the limit of 150ms"},
		{"pass if wants to be true at the end", "", "pass if latency < 150ms",
			then(repeat(40, healthy()), repeat(1, slow)), Inconclusive, 40, "what it needs to pass was not true at the end: latency is 170ms"},
		{"pass now ends it early, after 80%", "", "pass now if latency < 150ms",
			repeat(1, healthy()), Pass, 32, "33 ticks, none of its rules fired, and what it needs to pass is true: latency is 100ms"},
		{"a rule that is never known", "", "rollback if latency.p99(1m) > 1s\nrollback if memory > 1GiB",
			repeat(1, healthy()), Inconclusive, 40, "`rollback if latency.p99(1m) > 1s` could never be judged"},
		{"a slope", "", "rollback if memory.trend(5m) > 5MiB/1h for 1m",
			repeat(1, healthy()), Pass, 40, "41 ticks, none of its rules fired"},
		{"three of five", "", "fail if latency > 150ms for 3 of 5",
			then(repeat(1, slow), repeat(1, healthy()), repeat(1, slow), repeat(1, healthy()), repeat(1, slow)), Fail, 4, "latency is 170ms, over the limit of 150ms, at 3 of 5 ticks"},
		{"not unknown is unknown", "", "rollback if not (latency < 1s)\nwarn if memory > 1GiB",
			then(repeat(3, none), repeat(1, healthy())), Pass, 40, "41 ticks, 38 of them with data, none of its rules fired"},
		{"proven by counts, once the evidence is there", "against before", "rollback if proven(errors, worse_by: 50%)",
			repeat(1, failing), Rollback, 0, "errors come 10 times as often as in the baseline (3.87 to 26.9 times): 10 of 100 against 21 of 2100; were they no more than 50% worse, this would be seen about once in 2,800 times (p 0.00036)"},
		{"against five minutes of baseline, the third look can prove something", "against before", "rollback if proven(latency, worse_by: 50%)",
			repeat(1, slow), Rollback, 30, "latency is 70ms more than in the baseline in a typical minute (70ms to 70ms), in 7 minutes against 5; chance alone does that about once in 790 times (p 0.0013)"},
		{"less than what was asked for is not proven", "against before", "rollback if proven(latency, worse_by: 80%)\nwarn if memory > 1GiB",
			repeat(1, slow), Pass, 40, "41 ticks, none of its rules fired"},
		{"a baseline's own statistic", "against before", "rollback if latency - baseline.latency > 50ms for 1m",
			repeat(1, slow), Rollback, 4, "latency is 70% worse than the baseline (170ms against 100ms) for 1m"},

		// Rule 10.
		{"a hold that was unknown for too long counts as missing data", "", "rollback if served - 1 > 50 for 2m",
			then(busy, many(9, "served", one(posInf)), idle), Inconclusive, 40, "32 of 41 ticks had data, want at least 80%"},
		{"and not where it was only frozen", "", "rollback if served - 1 > 50 for 2m",
			then(busy, many(4, "served", one(posInf)), busy, many(4, "served", one(posInf)), busy, many(4, "served", one(posInf)), idle), Pass, 40, "41 ticks, none of its rules fired"},

		// Rule 11.
		{"a hold extends the window by itself at most", "", "rollback if latency > 150ms for 2m",
			then(repeat(38, healthy()), repeat(1, slow), repeat(4, none), repeat(1, slow), repeat(4, none), repeat(1, slow)), Inconclusive, 48,
			"`rollback if latency > 150ms for 2m` was true for 30s of 2m when it ended"},

		// Rule 12.
		{"now fires at once", "", "rollback now if latency > 150ms", then(repeat(3, healthy()), repeat(1, slow)), Rollback, 3, "latency is 170ms, over the limit of 150ms"},

		// Rule 20.
		{"a rollback isn't masked by errors elsewhere", "", "rollback if memory > 300MiB for 1m\nwarn if latency > 1s",
			repeat(1, map[string]Sample{"memory": one(400 << 20), "latency": {State: Broken, Problem: "refused"}}), Rollback, 4, "memory is 400MiB, over the limit of 300MiB for 1m"},
		{"nor by a pass that comes with it", "", "pass now if latency < 1s\nfail if memory > 300MiB",
			then(repeat(32, healthy()), many(1, "memory", one(400<<20))), Fail, 32, "memory is 400MiB, over the limit of 300MiB"},
		{"a pass is no end before 80% of the window, whatever it says", "", "pass if latency < 1s", repeat(1, healthy()), Pass, 40,
			"41 ticks, none of its rules fired, and what it needs to pass is true: latency is 100ms"},
		{"an error is worse than a warning", "", "warn if memory > 100MiB\nrollback if latency > 1s",
			repeat(1, with("latency", Sample{State: Broken, Problem: "refused"})), Error, 40, "metric latency had no sample in the whole window: refused"},
		{"and than what is inconclusive", "", "warn if memory > 1GiB\nrollback if latency > 1s",
			then(repeat(20, with("latency", Sample{})), repeat(1, map[string]Sample{})), Error, 40, "metric latency had no sample in the whole window: no data"},
		{"what is inconclusive is worse than a warning", "", "warn if latency > 150ms",
			then(repeat(20, slow), repeat(1, none)), Inconclusive, 40, "20 of 41 ticks had data, want at least 80%: latency had none at 21"},
		{"80% of the ticks are enough", "", "rollback if latency > 1s",
			then(repeat(33, healthy()), repeat(1, none)), Pass, 40, "41 ticks, 33 of them with data, none of its rules fired"},
		{"less isn't", "", "rollback if latency > 1s",
			then(repeat(32, healthy()), repeat(1, none)), Inconclusive, 40, "32 of 41 ticks had data, want at least 80%: latency had none at 9"},
		{"a tick is known when all of its metrics are", "", "rollback if latency > 1s\nwarn if memory > 1GiB",
			then(repeat(5, none), many(4, "memory", Sample{}), repeat(1, healthy())), Inconclusive, 40,
			"32 of 41 ticks had data, want at least 80%: latency had none at 5, memory had none at 4"},
		{"a metric that no rule names is none of them", "", "rollback if latency > 1s",
			many(1, "memory", Sample{State: Broken, Problem: "refused"}), Pass, 40, "41 ticks, none of its rules fired"},
		{"the time in which a stretch fills isn't missing", "", "rollback if latency.mean(9m) > 1s", repeat(1, healthy()), Pass, 40, "41 ticks, none of its rules fired"},

		// Rule 25.
		{"four changes in 20 ticks flap", "", "rollback if latency > 150ms for 10m",
			then(repeat(18, healthy()), repeat(2, slow), repeat(2, healthy()), repeat(15, slow), repeat(1, healthy())), Warn, 40,
			"`rollback if latency > 150ms for 10m` flaps: it changed 4 times in 20 ticks, so its limit is close to what is usual"},
		{"four in 21 don't", "", "rollback if latency > 150ms for 10m",
			then(repeat(18, healthy()), repeat(2, slow), repeat(2, healthy()), repeat(16, slow), repeat(1, healthy())), Pass, 40, "41 ticks, none of its rules fired"},
		{"a warning that was asked for comes before, though it comes later", "", "rollback if latency > 150ms for 10m\nwarn if memory > 300MiB",
			then(repeat(18, healthy()), repeat(2, slow), repeat(2, healthy()), repeat(15, slow), repeat(2, healthy()), many(1, "memory", one(400<<20))), Warn, 40,
			"memory is 400MiB, over the limit of 300MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, at := outcome(judge(t, tt.against, tt.rules, Options{}), tt.ticks...)
			if d.Verdict != tt.verdict || at != tt.at || d.Words != tt.words {
				t.Errorf("got %s at tick %d: %s\nwant %s at tick %d: %s", d.Verdict, at, d.Words, tt.verdict, tt.at, tt.words)
			}
		})
	}
}

// Rule 20: three known ticks are the least, however short the window is.
func TestThreeTicksAreTheLeast(t *testing.T) {
	for _, tt := range []struct {
		window  time.Duration
		verdict string
		words   string
	}{
		{15 * time.Second, Inconclusive, "2 of 2 ticks had data, want at least 3"},
		{30 * time.Second, Pass, "3 ticks, none of its rules fired"},
	} {
		d, _ := outcome(judgeAs(t, "rollback if served > 1000", Options{Interval: 15 * time.Second, Window: tt.window}), served(1))
		if d.Verdict != tt.verdict || d.Words != tt.words {
			t.Errorf("in %v: %s: %s\nwant %s: %s", tt.window, d.Verdict, d.Words, tt.verdict, tt.words)
		}
	}
}

// Rule 5: the warm-up is sampled and shown, judged by `now` alone, and comes
// before the window. Its samples count in no other rule (rule 8).
func TestWarmup(t *testing.T) {
	slow := with("latency", latencies(160, 170, 2000))
	for _, tt := range []struct {
		name    string
		rules   string
		ticks   []map[string]Sample
		verdict string
		at      int
	}{
		{"the window is as long as without it", "rollback if latency > 1s", repeat(1, healthy()), Pass, 44},
		{"what it sees is not judged", "rollback if latency > 150ms", then(repeat(4, slow), repeat(1, healthy())), Pass, 44},
		{"but by now", "rollback now if latency > 150ms", then(repeat(1, healthy()), repeat(3, slow), repeat(1, healthy())), Rollback, 1},
		{"a hold begins after it", "rollback if latency > 150ms for 1m", repeat(1, slow), Rollback, 8},
		{"its samples don't count", "rollback if latency.max > 1s", then(repeat(4, slow), repeat(1, healthy())), Pass, 44},
		{"nor does its missing data", "rollback if latency.missing > 0%", then(many(4, "latency", Sample{}), repeat(1, healthy())), Pass, 44},
		{"but in now", "rollback now if latency.max > 1s and latency < 150ms", then(repeat(1, slow), repeat(1, healthy())), Rollback, 1},
		{"a stretch fills after it", "rollback if latency.max(1m) > 1s", repeat(1, slow), Rollback, 8},
		{"and a degradation's ten samples come after it", "rollback if degradation(latency) > 50%", repeat(1, slow), Rollback, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judge(t, "against before", tt.rules, Options{Warmup: time.Minute})
			if d, at := outcome(m, tt.ticks...); d.Verdict != tt.verdict || at != tt.at {
				t.Errorf("%s at tick %d: %s\nwant %s at tick %d", d.Verdict, at, d.Words, tt.verdict, tt.at)
			}
		})
	}
	m := judge(t, "", "rollback if latency > 1s", Options{Warmup: time.Minute})
	if told, _ := m.Tick(15*time.Second, slow); told.Warmup != 45*time.Second || told.Metrics[0].Value != "170ms" || told.Rules[0].Is != "unknown" {
		t.Errorf("a tick of the warm-up tells %+v", told)
	}
}

// Rule 4: a gap is no time of a hold or of the window, and more than half of
// the window is too much.
func TestGap(t *testing.T) {
	slow := with("latency", latencies(160, 170, 180))
	for _, tt := range []struct {
		name    string
		gaps    map[int]time.Duration // before which ticks
		ticks   []map[string]Sample
		verdict string
		at      int
		words   string
	}{
		{"half of the window is not too much", map[int]time.Duration{7: 5 * time.Minute}, repeat(1, healthy()), Pass, 40, "41 ticks, none of its rules fired"},
		{"more is", map[int]time.Duration{7: 5*time.Minute + time.Second}, repeat(1, healthy()), Inconclusive, 40, "nothing was looked at for 5m1s, and the window is 10m"},
		{"in two gaps, too", map[int]time.Duration{7: 3 * time.Minute, 9: 3 * time.Minute}, repeat(1, healthy()), Inconclusive, 40, "nothing was looked at for 6m, and the window is 10m"},
		{"a hold goes on after it where it was", map[int]time.Duration{4: time.Hour}, repeat(1, slow), Rollback, 8, "latency is 170ms, over the limit of 150ms for 2m"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judge(t, "", "rollback if latency > 150ms for 2m", Options{})
			var d *Decision
			at := 0
			for ; d == nil; at++ {
				m.Gap(tt.gaps[at])
				now := time.Duration(at) * m.o.Interval
				if d = m.Judge(now, tt.ticks[min(at, len(tt.ticks)-1)]); d == nil && m.Over(now) {
					end := m.Finish()
					d = &end
				}
			}
			if d.Verdict != tt.verdict || at-1 != tt.at || d.Words != tt.words {
				t.Errorf("%s at tick %d: %s\nwant %s at tick %d: %s", d.Verdict, at-1, d.Words, tt.verdict, tt.at, tt.words)
			}
		})
	}
}

// Rule 24: after a rollback it looks for the hold of the rule that fired or
// ten intervals, whichever is longer, and has no warm-up.
func TestAgain(t *testing.T) {
	slow := with("latency", latencies(160, 170, 180))
	for _, tt := range []struct {
		rule string
		want time.Duration
	}{
		{"rollback if latency > 150ms", 150 * time.Second},
		{"rollback if latency > 150ms for 2m", 150 * time.Second},
		{"rollback if latency > 150ms for 5m", 5 * time.Minute},
		{"rollback if latency > 150ms for 2 of 30", 450 * time.Second},
	} {
		m := judge(t, "", "fail if memory > 1GiB for 10m\n"+tt.rule, Options{Warmup: time.Minute})
		if again, err := m.Again(); again != nil || err != nil {
			t.Errorf("%s: looks again before anything fired: %v, %v", tt.rule, again, err)
		}
		outcome(m, slow)
		again, err := m.Again()
		if err != nil {
			t.Fatal(err)
		}
		if again.Window() != tt.want {
			t.Errorf("%s: it looks again for %v, want %v", tt.rule, again.Window(), tt.want)
		}
		if again.Judge(0, slow); again.ticks != 1 {
			t.Errorf("%s: it warms up", tt.rule)
		}
	}
}

// Rule 22: a decision has its rule, values, limits, baseline and how many
// samples there were.
func TestDecision(t *testing.T) {
	d, _ := outcome(judge(t, "against before", "rollback if degradation(memory) > 50% and memory > 300MiB for 1m", Options{}), many(1, "memory", one(400<<20))...)
	got := d.Decided
	got.Place, got.Words = source.Place{}, ""
	bounds := [2]float64{300 << 20, 300 << 20}
	want := event.Decided{
		Verdict: Rollback, Rule: "rollback if degradation(memory) > 50% and memory > 300MiB for 1m", At: 195 * time.Second, Held: time.Minute, Hold: time.Minute,
		Evidence: []event.Evidence{{Metric: "memory", Value: "400MiB", Samples: 14, Baseline: "200MiB", BaselineSamples: 21}},
		Comparisons: []event.Comparison{
			{Metric: "memory", Text: "degradation(memory) > 50%", Is: "true", Value: "100%", Limit: "50%", Bound: "300MiB", At: &bounds[0], Way: "over"},
			{Metric: "memory", Text: "memory > 300MiB", Is: "true", Value: "400MiB", Limit: "300MiB", Bound: "300MiB", At: &bounds[1], Way: "over"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the decision (-want +got)\n%s", diff)
	}

	// Rule 15: so do p, shift, interval and n of what is proven.
	for _, tt := range []struct {
		rule string
		tick map[string]Sample
		want event.Finding
	}{
		{"rollback if proven(errors, worse_by: 50%)", with("errors", bad(10, 100)),
			event.Finding{Metric: "errors", Text: "proven(errors, worse_by: 50%)", Shift: "10", Low: "3.87", High: "26.9", N: 100, BaselineN: 2100}},
		{"rollback if proven(latency, worse_by: 50%)", with("latency", latencies(160, 170, 180)),
			event.Finding{Metric: "latency", Text: "proven(latency, worse_by: 50%)", Shift: "70ms", Low: "70ms", High: "70ms", N: 7, BaselineN: 5}},
	} {
		d, _ := outcome(judge(t, "against before", tt.rule, Options{}), tt.tick)
		if len(d.Findings) != 1 || !(d.Findings[0].P > 0) || d.Findings[0].P > 0.01 {
			t.Errorf("%s: found %+v", tt.rule, d.Findings)
			continue
		}
		tt.want.P = d.Findings[0].P
		if diff := cmp.Diff(tt.want, d.Findings[0]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.rule, diff)
		}
	}
}

// Rule 19: what is compared with a baseline isn't judged without one; what the
// monitor has to know of its metrics is asked all the same (rule 20).
func TestNoBaseline(t *testing.T) {
	none := map[string]Sample{"latency": {State: Broken, Problem: "refused"}}
	for _, tt := range []struct {
		name    string
		ticks   []map[string]Sample
		verdict string
		words   string
	}{
		{"healthy", repeat(1, healthy()), NotCompared, "there is no baseline to compare with, so `rollback if degradation(latency) > 50%` was not judged"},
		{"no sample ever", repeat(1, none), Error, "metric latency had no sample in the whole window: refused"},
		{"few samples", then(repeat(20, healthy()), repeat(1, none)), Inconclusive, "20 of 41 ticks had data, want at least 80%"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judge(t, "against before", "rollback if degradation(latency) > 50%", Options{})
			o := m.o
			o.Baseline = nil
			m, err := New(m.program, m.decl, o)
			if err != nil {
				t.Fatal(err)
			}
			if d, _ := outcome(m, tt.ticks...); d.Verdict != tt.verdict || d.Words != tt.words {
				t.Errorf("without a baseline: %s: %s\nwant %s: %s", d.Verdict, d.Words, tt.verdict, tt.words)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	m := judge(t, "", "pass if latency < 1s", Options{})
	m.Tick(0, healthy())
	if d := m.Interrupt(); d.Verdict != Interrupted {
		t.Errorf("ended early: %s, want %s", d.Verdict, Interrupted)
	}
}

// What no rule can be made of is said before anything starts.
func TestSupported(t *testing.T) {
	text := "fn doubled(x: duration) -> duration { return x * 2 }\nlet limit = 1s\n" + header + `baseline usual of web from last 5 passed runs
monitor "a" of web against usual for 1h every 15s {
    rollback if proven(latency, worse_by: 50%)
    rollback if doubled(latency) > limit
    warn if [latency, limit].max > limit
}
monitor "b" of web against live web2 for 1h every 15s { rollback if degradation(latency) > 50% }
metrics web2 {
    latency = probe()
    memory  = used()
    served  = rate() higher is better
    errors  = failed() lower is better
}
`
	tree, ds := syntax.Parse(source.NewFile("m.drl", []byte(text)))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	p, ds := check.File(tree, check.Options{Universe: universe()})
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	var got []string
	for _, d := range Supported(p) {
		got = append(got, p.Source.Slice(d.Span)+": "+d.Message)
	}
	want := []string{
		"doubled(latency) > limit: a monitor's rule compares metrics and their statistics; this can't be part of it: doubled(latency)",
		"[latency, limit].max > limit: a monitor's rule compares metrics and their statistics; this can't be part of it: [latency, limit].max",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Supported:\n%q, want\n%q", got, want)
	}
}
