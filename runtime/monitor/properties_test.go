package monitor

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

var seed = flag.Uint64("seed", rand.Uint64(), "of the random sequences")

// holds tries a property on random sequences, on all cores. try gets a source
// of its own for each, and says what is wrong; prepare makes what a worker
// uses again and again.
func holds[T any](t *testing.T, prepare func() T, try func(r *rand.Rand, with T) string) {
	t.Helper()
	t.Parallel()
	const workers = 2
	var all sync.WaitGroup
	var once sync.Once
	for w := range uint64(workers) {
		with := prepare()
		all.Go(func() {
			for i := w; i < sequences; i += workers {
				if wrong := try(rand.New(rand.NewPCG(*seed, i)), with); wrong != "" {
					once.Do(func() { t.Errorf("sequence %d of -seed %d: %s", i, *seed, wrong) })
					return
				}
			}
		})
	}
	all.Wait()
}

// propertyTicks is how many ticks a sequence has.
const propertyTicks = 14

// room is that of a sequence, which workers use again and again.
func room() []map[string]Sample {
	ticks := make([]map[string]Sample, propertyTicks)
	for i := range ticks {
		ticks[i] = map[string]Sample{"a": {}, "b": {}}
	}
	return ticks
}

// propertyScript is a monitor of two metrics: a and b, in this or the other
// order, and turned around.
func propertyScript(metrics, rules string) string {
	// The monitor is given a shorter window: the checker wants one for a leak.
	return "metrics web {\n" + metrics + "\n}\nbaseline before of web for 5m every 15s\n" +
		"monitor \"m\" of web against before for 40m every 15s {\n" + rules + "\n}\n"
}

// propertyMonitor prepares one, against ten samples of what healthy gives.
func propertyMonitor(t testing.TB, script string, healthy map[string]Sample) *Monitor {
	t.Helper()
	m := judgeOf(t, script, "against before", Options{Interval: 15 * time.Second, Window: (propertyTicks - 1) * 15 * time.Second})
	compareWith(t, m, repeat(20, healthy))
	return m
}

// compareWith gives a monitor another baseline, of one tick after the other.
func compareWith(t testing.TB, m *Monitor, ticks []map[string]Sample) {
	t.Helper()
	home, block, err := Block(m.program, m.decl)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBaseline(home, block)
	for i, tick := range ticks {
		b.Add(time.Duration(i)*m.o.Interval, tick)
	}
	m.o.Baseline = b
	m.Reset(b)
}

// whole numbers: a change of unit changes no digit of a quotient.
func someValue(r *rand.Rand) float64 { return float64(60 + r.IntN(120)) }

// someSample has a value, more often than not.
func someSample(r *rand.Rand) Sample {
	switch r.IntN(20) {
	case 0:
		return Sample{State: NoData}
	case 1:
		return Sample{State: Broken, Problem: "refused"}
	case 2:
		return Sample{}
	}
	return Sample{State: Known, Values: []float64{someValue(r)}}
}

// ran is what a monitor says of a sequence: verdict, tick and rule.
func ran(m *Monitor, ticks []map[string]Sample) string {
	m.Reset(m.baseline)
	d, at := outcome(m, ticks...)
	rule := 0
	for i, r := range m.rules {
		if r.text == d.Rule {
			rule = i + 1
		}
	}
	return fmt.Sprintf("%s at tick %d by rule %d", d.Verdict, at, rule)
}

func times(s Sample, by float64) Sample {
	if len(s.Values) == 0 {
		return s
	}
	values := make([]float64, len(s.Values))
	for i, x := range s.Values {
		values[i] = x * by
	}
	s.Values = values
	return s
}

// A change of unit, of direction and sign together, and of the metrics' order
// changes no verdict.
func TestUnitsDirectionsAndOrder(t *testing.T) {
	// %[1]s is the sign, %[2]d what a unit is.
	const rules = `rollback if degradation > 50%% for 30s
rollback if degradation(a) > 30%% for 3 of 4
rollback if %[1]sa > 170 * %[2]d
fail if %[1]sa.mean(1m) > 140 * %[2]d
warn if %[1]sb > 150 * %[2]d for 30s
warn if proven(a, worse_by: 20%%)
pass if %[1]sb < 175 * %[2]d`
	type four struct {
		as, turned, scaled, permuted *Monitor
		one, minus, thousand         []map[string]Sample
	}
	lower, higher := "a = rate() lower is better floor 5\nb = rate() lower is better", "a = rate() higher is better floor 5\nb = rate() higher is better"
	healthy := func(by float64) map[string]Sample {
		return map[string]Sample{"a": {State: Known, Values: []float64{100 * by}}, "b": {State: Known, Values: []float64{110 * by}}}
	}
	holds(t, func() four {
		as := fmt.Sprintf(rules, "", 1)
		return four{
			one: room(), minus: room(), thousand: room(),
			as:       propertyMonitor(t, propertyScript(lower, as), healthy(1)),
			turned:   propertyMonitor(t, propertyScript(higher, fmt.Sprintf(rules, "-", 1)), healthy(-1)),
			scaled:   propertyMonitor(t, propertyScript(strings.ReplaceAll(lower, "floor 5", "floor 5000"), fmt.Sprintf(rules, "", 1000)), healthy(1000)),
			permuted: propertyMonitor(t, propertyScript("b = rate() lower is better\na = rate() lower is better floor 5", as), healthy(1)),
		}
	}, func(r *rand.Rand, p four) string {
		for i := range propertyTicks {
			for _, name := range []string{"a", "b"} {
				s := someSample(r)
				p.one[i][name], p.minus[i][name], p.thousand[i][name] = s, times(s, -1), times(s, 1000)
			}
		}
		want := ran(p.as, p.one)
		for _, other := range []struct {
			how string
			got string
		}{{"turned around", ran(p.turned, p.minus)}, {"in another unit", ran(p.scaled, p.thousand)}, {"with its metrics in another order", ran(p.permuted, p.one)}} {
			if other.got != want {
				return fmt.Sprintf("%s, and %s %s", want, other.how, other.got)
			}
		}
		return ""
	})
}

// Ticks without data that come between others never make true what was false,
// nor pass what didn't. Left out are stretches of time, which other samples
// fill when ticks come between, and gaps so long that they drop a hold.
func TestNoDataDecidesNothing(t *testing.T) {
	const rules = `rollback if a > 170 for 30s
rollback if not (a < 175)
fail if degradation(b) > 60% for 2 of 3
fail if a.mean > 150 and b.max > 100
warn if b > 150 or a > 178
pass if a < 170`
	type one struct {
		m    *Monitor
		full []map[string]Sample
	}
	hole := map[string]Sample{"a": {State: NoData}, "b": {State: Broken}}
	holds(t, func() one {
		m := propertyMonitor(t, propertyScript("a = rate() lower is better\nb = rate() lower is better", rules),
			map[string]Sample{"a": {State: Known, Values: []float64{100}}, "b": {State: Known, Values: []float64{110}}})
		return one{m, room()}
	}, func(r *rand.Rand, with one) string {
		m, full := with.m, with.full
		var holes []map[string]Sample
		var real []int // which of holes are those of full
		most := 120 + r.IntN(60)
		for i := range propertyTicks {
			for n := r.IntN(40); n < 3; n++ {
				holes = append(holes, hole)
			}
			for _, name := range []string{"a", "b"} {
				full[i][name] = Sample{State: Known, Values: []float64{float64(60 + r.IntN(most-60))}}
			}
			real, holes = append(real, len(holes)), append(holes, full[i])
		}
		rules := len(m.rules)
		run := func(ticks []map[string]Sample) (verdict string, said []truth) {
			m.o.Window = time.Duration(len(ticks)-1) * m.o.Interval
			m.Reset(m.baseline)
			for i := 0; ; i++ {
				at := time.Duration(i) * m.o.Interval
				d := m.Judge(at, ticks[min(i, len(ticks)-1)])
				for _, rule := range m.rules {
					said = append(said, rule.now)
				}
				if d == nil && m.Over(at) {
					end := m.Finish()
					d = &end
				}
				if d != nil {
					return d.Verdict, said
				}
			}
		}
		before, said := run(full)
		after, then := run(holes)
		for i, was := range said {
			tick, rule := i/rules, i%rules
			if tick >= len(real) || (real[tick]+1)*rules > len(then) {
				break
			}
			if was == no && then[real[tick]*rules+rule] == yes {
				return fmt.Sprintf("`%s` was false at tick %d and is true with holes before it", m.rules[rule].text, tick)
			}
		}
		// Nor does a tick without data make true what was false before it.
		for i, tick := range real {
			first := 0
			if i > 0 {
				first = real[i-1] + 1
			}
			for hole := first; hole < tick && (hole+1)*rules <= len(then); hole++ {
				for rule := range rules {
					was := i > 0 && then[(first-1)*rules+rule] == yes
					if then[hole*rules+rule] == yes && !was {
						return fmt.Sprintf("`%s` is true at a tick without data, and was not before it", m.rules[rule].text)
					}
				}
			}
		}
		if before != Pass && after == Pass {
			return fmt.Sprintf("%s, and with holes it passes", before)
		}
		return ""
	})
}

// No window without a sample passes, whatever its rules ask, with a baseline
// and without.
func TestNoSampleNeverPasses(t *testing.T) {
	both := "a = rate() lower is better\nb = rate() lower is better"
	healthy := map[string]Sample{"a": {State: Known, Values: []float64{100}}, "b": {State: Known, Values: []float64{100}}}
	type these struct {
		all   []*Monitor
		ticks []map[string]Sample
	}
	none := []Sample{{}, {State: NoData}, {State: Broken, Problem: "refused"}, {State: Known}}
	holds(t, func() these {
		var all []*Monitor
		for _, rules := range []string{
			"pass if a.missing == 100%", "pass now if a.missing > 50% or a < 1", "rollback if degradation > 50%", "warn if a > 1\npass if not (a > 1)",
			"rollback if a.missing(1m) < 1%\npass if a.count == 0", "rollback if proven(a, worse_by: 50%)\npass if b.count < 1", "pass if a.missing == 100% and b.missing == 100%",
			"rollback if a.trend > 1/1s for 1m", "rollback if leak(a, limit: 1, within: 1h) or a.count > 1000", "fail if a.p50 > 1 for 2 of 3",
		} {
			m := propertyMonitor(t, propertyScript(both, rules), healthy)
			alone, err := New(m.program, m.decl, Options{Const: m.o.Const, Interval: m.o.Interval, Window: m.o.Window})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m, alone)
		}
		return these{all, room()}
	}, func(r *rand.Rand, with these) string {
		m, ticks := with.all[r.IntN(len(with.all))], with.ticks
		for _, tick := range ticks {
			tick["a"], tick["b"] = none[r.IntN(len(none))], none[r.IntN(len(none))]
		}
		m.Reset(m.baseline)
		if d, _ := outcome(m, ticks...); d.Verdict == Pass || d.Verdict == Warn {
			return fmt.Sprintf("%s of %s", d.Verdict, m.rules[0].text)
		}
		return ""
	})
}

// A monitor that was killed at any tick, and goes on from its snapshot without
// a gap in its data, decides as the uninterrupted one does.
func TestKilledAtAnyTick(t *testing.T) {
	rules := []string{
		"rollback if degradation > 50% for 30s\nwarn if a > 160\npass if b < 175",
		"rollback if a > 150 for 45s\nfail if b.mean(1m) > 140 for 2 of 3",
		"rollback if proven(a, worse_by: 10%)\nfail if b.p50 > 150\nwarn if a.stddev(2m) > 45",
		"rollback if a.trend(2m) > 40/1m for 15s\nrollback now if a.missing(1m) > 70%\npass now if b.max < 170",
		"rollback if leak(a, limit: 1000, within: 1h) or b.min(30s) > 150\nwarn if degradation(b) > 20% for 3 of 5",
	}
	type three struct {
		whole, first, second *Monitor
		ticks                []map[string]Sample
	}
	holds(t, func() (all []three) {
		for _, r := range rules {
			one := func() *Monitor {
				return propertyMonitor(t, propertyScript("a = rate() lower is better\nb = rate() lower is better", r),
					map[string]Sample{"a": {State: Known, Values: []float64{100}}, "b": {State: Known, Values: []float64{110}}})
			}
			all = append(all, three{one(), one(), one(), room()})
		}
		return all
	}, func(r *rand.Rand, all []three) string {
		p := all[r.IntN(len(all))]
		ticks := p.ticks
		for _, tick := range ticks {
			tick["a"], tick["b"] = someSample(r), someSample(r)
		}
		p.whole.Reset(p.whole.baseline)
		want, at := outcome(p.whole, ticks...)
		kill := r.IntN(at + 1)
		if kill == at {
			return "" // it had decided
		}
		p.first.Reset(p.first.baseline)
		for i := range kill + 1 {
			p.first.Judge(time.Duration(i)*p.first.o.Interval, ticks[min(i, len(ticks)-1)])
		}
		if err := p.second.Restore(p.first.Snapshot()); err != nil {
			return err.Error()
		}
		if got, then := outcomeFrom(p.second, kill+1, ticks...); got.Words != want.Words || got.Verdict != want.Verdict || got.Rule != want.Rule || then != at {
			return fmt.Sprintf("killed after tick %d: %s at %d: %s; uninterrupted: %s at %d: %s", kill, got.Verdict, then, got.Words, want.Verdict, at, want.Words)
		}
		return ""
	})
}
