package monitor

import (
	"math"
	"slices"
	"testing"
	"time"
)

// one is a tick's sample of one value.
func one(x float64) Sample { return Sample{State: Known, Values: []float64{x}} }

func bad(n, of float64) Sample { return Sample{State: Known, Bad: n, Total: of} }

// many are healthy ticks with one metric changed.
func many(n int, name string, s Sample) []map[string]Sample { return repeat(n, with(name, s)) }

// What a condition is at the last of some ticks, 15s apart.
func TestConditions(t *testing.T) {
	const block = `metrics web {
    latency = probe()
    memory  = used()
    served  = rate() higher is better floor 10
    errors  = failed() lower is better
    load    = busy() lower is better
}
baseline before of web for 5m every 15s
monitor "m" of web against before for 20m every 15s {
warn if `
	const mib = 1 << 20
	gone, refused, late := Sample{State: NoData}, Sample{State: Broken, Problem: "refused"}, Sample{}
	fine, slow := repeat(20, healthy()), latencies(160, 170, 180)
	calm := func(tick int) []map[string]Sample { return repeat(tick, healthy()) }
	for _, tt := range []struct {
		name   string
		before []map[string]Sample // the baseline; nil: 20 healthy ticks
		is     string
		ticks  []map[string]Sample
		want   truth
	}{
		// Rule 1.
		{"an infinite sample compares", nil, "served > 1e300", many(1, "served", one(posInf)), yes},
		{"arithmetic on it is unknown", nil, "served - 1 > 1", many(1, "served", one(posInf)), unknown},
		{"so is its mean", nil, "served.mean > 1", many(1, "served", one(posInf)), unknown},
		{"and its degradation", nil, "degradation(served) < 1%", many(10, "served", one(posInf)), unknown},
		{"an operator makes no infinite number", nil, "served * 1e308 > 1", calm(1), unknown},
		{"nor does a division by zero", nil, "served / (served - 100) > 1", calm(1), unknown},
		{"nor zero by zero", nil, "(served - 100) / (served - 100) < 1", calm(1), unknown},

		// Rule 2.
		{"no data is unknown", nil, "latency < 1s", many(1, "latency", gone), unknown},
		{"an error is unknown", nil, "latency < 1s", many(1, "latency", refused), unknown},
		{"a missed tick is unknown", nil, "latency < 1s", many(1, "latency", late), unknown},
		{"so is what is computed from it", nil, "latency * 2 + 1s > 0s", many(1, "latency", gone), unknown},
		{"and a statistic of nothing", nil, "latency.max > 0s", many(3, "latency", gone), unknown},
		{"and one over a stretch of nothing", nil, "latency.mean(1m) > 0s", then(calm(10), many(4, "latency", gone)), unknown},
		{"and a choice by it", nil, "(if latency > 0s then 1 else 2) > 0", many(1, "latency", gone), unknown},
		{"and its opposite", nil, "not (latency > 0s)", many(1, "latency", gone), unknown},
		{"false and unknown is false", nil, "served > 1e9 and latency > 0s", many(1, "latency", gone), no},
		{"true and unknown is unknown", nil, "served > 1 and latency > 0s", many(1, "latency", gone), unknown},
		{"true or unknown is true", nil, "latency > 0s or served > 1", many(1, "latency", gone), yes},
		{"false or unknown is unknown", nil, "latency > 0s or served > 1e9", many(1, "latency", gone), unknown},
		{"missing is known without a sample", nil, "latency.missing == 100%", many(1, "latency", gone), yes},
		{"count is known without a sample", nil, "latency.count == 0", many(1, "latency", gone), yes},
		{"missing over a stretch is unknown until that is full", nil, "latency.missing(1m) == 100%", many(4, "latency", gone), unknown},
		{"and known from then on", nil, "latency.missing(1m) == 100%", many(5, "latency", gone), yes},
		{"count over a stretch likewise", nil, "latency.count(1m) == 0", many(4, "latency", gone), unknown},
		{"and full", nil, "latency.count(1m) == 0", many(5, "latency", gone), yes},
		{"missing is the share of ticks without data, with an error, and missed", nil, "latency.missing == 75%",
			then(calm(1), many(1, "latency", gone), many(1, "latency", refused), many(1, "latency", late)), yes},
		{"a stretch is (t-D, t]: the tick a minute ago has left it", nil, "latency.missing(1m) == 0%", then(many(1, "latency", gone), calm(4)), yes},
		{"and the one after it hasn't", nil, "latency.missing(1m) == 25%", then(calm(1), many(1, "latency", gone), calm(3)), yes},

		// Rule 6.
		{"of a duration less is better", nil, "degradation(latency) == 70%", many(10, "latency", slow), yes},
		{"of a size less is better", nil, "degradation(memory) == 100%", many(10, "memory", one(400*mib)), yes},
		{"a metric says that more is better", nil, "degradation(served) == 40%", many(10, "served", one(60)), yes},
		{"or that less is", nil, "degradation(errors) == 100%", many(10, "errors", bad(2, 100)), yes},

		// Rule 7.
		{"over sums the counts", nil, "errors.over(1m) < 1%", then(calm(2), many(3, "errors", bad(0, 1000)), many(1, "errors", bad(10, 10))), yes},
		{"over is never a mean of ratios", nil, "errors.over(1m) > 25%", then(calm(2), many(3, "errors", bad(0, 10)), many(1, "errors", bad(900, 1000))), yes},

		// Rule 8: what a degradation divides by.
		{"less than the floor is no difference", nil, "degradation(served) == 0%", many(10, "served", one(90.5)), yes},
		{"as much as the floor is one", nil, "degradation(served) == 10%", many(10, "served", one(90)), yes},
		{"the floor divides where the baseline is under it", many(20, "served", one(2)), "degradation(served) == 180%", many(10, "served", one(-16)), yes},
		{"and where it is 0", many(20, "served", one(0)), "degradation(served) == 200%", many(10, "served", one(-20)), yes},
		{"of a baseline under 0 its size divides", many(20, "served", one(-100)), "degradation(served) == 50%", many(10, "served", one(-150)), yes},
		{"without a floor a baseline of 0 is unknown", many(20, "errors", bad(0, 100)), "degradation(errors) > 50%", many(10, "errors", bad(9, 100)), unknown},

		// Rule 8: what it looks back on.
		{"nine samples are too few", nil, "degradation(memory) > 50%", many(9, "memory", one(400*mib)), unknown},
		{"ten are enough", nil, "degradation(memory) > 50%", many(10, "memory", one(400*mib)), yes},
		{"a list of three counts three", nil, "degradation(latency) > 50%", many(3, "latency", slow), unknown},
		{"so that four ticks are enough", nil, "degradation(latency) > 50%", many(4, "latency", slow), yes},
		{"ten samples are longer than the two minutes of eight ticks", nil, "degradation(served) > 50%", then(fine, many(5, "served", one(0))), no},
		{"of these ten six are 0", nil, "degradation(served) > 50%", then(fine, many(6, "served", one(0))), yes},
		{"only known ones are counted", nil, "degradation(served) == 40%", then(fine, many(4, "served", one(0)), many(6, "served", gone)), yes},
		{"of lists, two minutes are longer than ten samples", nil, "degradation(latency) > 50%", then(fine, many(4, "latency", slow)), no},
		{"and five of eight ticks are the greater part", nil, "degradation(latency) > 50%", then(fine, many(5, "latency", slow)), yes},
		{"and no more than two minutes", nil, "degradation(latency) == 70%", then(fine, many(8, "latency", slow)), yes},
		{"durations by their median", nil, "degradation(latency) == 0%", then(calm(9), many(1, "latency", latencies(90, 100, 100_000))), yes},
		{"sizes by their median", nil, "degradation(memory) == 0%", then(calm(9), many(1, "memory", one(1<<40))), yes},
		{"others by their mean", nil, "degradation(served) == 10%", then(calm(9), many(1, "served", one(0))), yes},
		{"ratios by their sums", nil, "degradation(errors) < 0%", then(many(9, "errors", bad(1, 1000)), many(1, "errors", bad(10, 10))), yes},
		{"a baseline of sizes by its median", then(calm(9), many(1, "memory", one(1<<40))), "degradation(memory) == 100%", many(10, "memory", one(400*mib)), yes},
		{"a baseline of others by its mean", then(many(5, "served", one(50)), many(5, "served", one(150)), many(10, "served", one(350))), "degradation(served) == 20%", many(10, "served", one(180)), yes},
		{"a baseline of ratios by its sums", then(many(9, "errors", bad(1, 1000)), many(1, "errors", bad(1, 10))), "degradation(errors) > 800%", calm(10), yes},
		{"another choice is spelled out", nil, "degradation(latency.max(1m)) == 100%", then(calm(10), many(1, "latency", latencies(90, 100, 220))), yes},
		{"which is of the baseline's same statistic", nil, "degradation(latency.max) == 0%", calm(10), yes},
		{"a list of three counts three in count, too", nil, "latency.count == 30", calm(10), yes},
		{"and ticks are ticks", nil, "latency.missing == 50%", then(calm(5), many(5, "latency", gone)), yes},

		// Rule 9.
		{"a percent compares its value", many(20, "load", one(0.4)), "load > 50%", many(10, "load", one(0.45)), no},
		{"its degradation is the relative change", many(20, "load", one(0.2)), "degradation(load) > 50%", many(10, "load", one(0.35)), yes},
		{"whatever the value", many(20, "load", one(0.8)), "degradation(load) > 50%", many(10, "load", one(0.9)), no},
		{"a difference is in points", many(20, "load", one(0.4)), "load - baseline.load > 2pp", many(10, "load", one(0.43)), yes},
		{"of the value, not of the baseline", many(20, "load", one(0.4)), "load - baseline.load > 4pp", many(10, "load", one(0.43)), no},
		{"so it is of events", many(20, "errors", bad(1, 100)), "degradation(errors) > 50% and errors < 50% and errors - baseline.errors < 2pp", many(10, "errors", bad(2, 100)), yes},

		{"the latest sample of a list is its median", nil, "latency == 100ms", many(1, "latency", latencies(90, 100, 1000)), yes},

		// Rule 14.
		{"a p90 wants 50 samples", nil, "served.p90 > 0", calm(49), unknown},
		{"and has them", nil, "served.p90 > 0", calm(50), yes},
		{"of a list there are more", nil, "latency.p95 > 0s", calm(33), unknown},
		{"so that 34 ticks of three are 100", nil, "latency.p95 > 0s", calm(34), yes},

		// Rule 15.
		{"counts prove it", nil, "proven(errors, worse_by: 50%)", many(1, "errors", bad(10, 100)), yes},
		{"a baseline that comes in bursts proves less", then(many(1, "errors", bad(21, 100)), many(20, "errors", bad(0, 100))), "proven(errors, worse_by: 50%)", many(1, "errors", bad(10, 100)), no},
		{"20 events are enough to compare with", many(1, "errors", bad(2, 20)), "proven(errors, worse_by: 50%)", many(1, "errors", bad(10, 100)), no},
		{"19 are not", many(1, "errors", bad(2, 19)), "proven(errors, worse_by: 50%)", many(1, "errors", bad(10, 100)), unknown},
		{"values aren't looked at before a quarter of the window", nil, "proven(latency, worse_by: 50%)", many(10, "latency", slow), unknown},

		// Rule 18.
		{"ten samples are enough to compare with", many(10, "memory", one(100*mib)), "degradation(memory) == 100%", calm(10), yes},
		{"nine are not", many(9, "memory", one(100*mib)), "degradation(memory) > 50%", calm(10), unknown},
		{"nor for a statistic of the baseline", many(9, "memory", one(100*mib)), "memory > baseline.memory.max", calm(10), unknown},
		{"20 events are", many(10, "errors", bad(1, 2)), "degradation(errors) < 0%", calm(10), yes},
		{"19 are too few, in however many samples", many(19, "errors", bad(0, 1)), "degradation(errors) < 0% or errors > baseline.errors", calm(10), unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judgeOf(t, block+tt.is+"\n}\n", "against before", Options{Interval: 15 * time.Second, Window: 20 * time.Minute})
			before := tt.before
			if before == nil {
				before = fine
			}
			compareWith(t, m, before)
			for i, tick := range tt.ticks {
				m.Judge(time.Duration(i)*m.o.Interval, tick)
			}
			if got := m.rules[0].now; got != tt.want {
				t.Errorf("%s is %v, want %v", tt.is, got, tt.want)
			}
		})
	}
}

// Rule 8: the bare word is the worst of the block's metrics; one whose
// baseline is 0 is left out, and one that is unknown leaves it open.
func TestWorstOfAll(t *testing.T) {
	gone := Sample{State: NoData}
	for _, tt := range []struct {
		name             string
		wasA, wasB, a, b Sample
		want             truth
		told             string // as what a is compared with
	}{
		{"neither is worse", one(100), one(100), one(100), one(100), no, "100"},
		{"the first is", one(100), one(100), one(200), one(100), yes, "100"},
		{"the second is", one(100), one(100), one(100), one(200), yes, "100"},
		{"one that has a baseline of 0 is left out", one(0), one(100), one(1e9), one(100), no, "not compared"},
		{"the other decides", one(0), one(100), one(0), one(200), yes, "not compared"},
		{"none is left", one(0), one(0), one(1e9), one(1e9), unknown, "not compared"},
		{"one that is left is unknown, and none decides", one(100), one(100), gone, one(100), unknown, "100"},
		{"one that is left is unknown, and another decides", one(100), one(100), gone, one(200), yes, "100"},
		{"one that is left is unknown, one is left out", one(0), one(100), one(1), gone, unknown, "not compared"},
		{"one with too thin a baseline isn't left out", gone, one(100), one(100), one(100), unknown, "no data"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judgeOf(t, propertyScript("a = rate() lower is better\nb = rate() lower is better", "warn if degradation > 50%"), "against before",
				Options{Interval: 15 * time.Second, Window: 10 * time.Minute})
			compareWith(t, m, repeat(10, map[string]Sample{"a": tt.wasA, "b": tt.wasB}))
			for i := range 10 {
				m.Judge(time.Duration(i)*m.o.Interval, map[string]Sample{"a": tt.a, "b": tt.b})
			}
			if got := m.rules[0].now; got != tt.want {
				t.Errorf("degradation > 50%% is %v, want %v", got, tt.want)
			}
			if got := m.Told(m.now, nil).Metrics[0].Baseline; got != tt.told {
				t.Errorf("a is compared with %s, want %s", got, tt.told)
			}
		})
	}
}

// Rules 8 and 18 of what is sampled beside: it moves, by the same statistics,
// and needs as many samples as a baseline that stands still.
func TestBeside(t *testing.T) {
	const script = `metrics web {
    served = rate() higher is better
    errors = failed() lower is better
}
metrics stable {
    served = rate() higher is better
    errors = failed() lower is better
}
monitor "m" of web against live stable for 10m every 15s {
warn if `
	for _, tt := range []struct {
		name  string
		is    string
		own   map[string]Sample
		other func(tick int) map[string]Sample
		ticks int
		want  truth
	}{
		{"nine samples are too few", "degradation(served) > 50%", served(40), func(int) map[string]Sample { return served(100) }, 9, unknown},
		{"ten are enough", "degradation(served) > 50%", served(40), func(int) map[string]Sample { return served(100) }, 10, yes},
		{"nine of a statistic of it, too", "served < baseline.served.min", served(40), func(int) map[string]Sample { return served(100) }, 9, unknown},
		{"and ten", "served < baseline.served.min", served(40), func(int) map[string]Sample { return served(100) }, 10, yes},
		{"what is as bad beside is no degradation", "degradation(served) > 50%", served(40), func(tick int) map[string]Sample { return served(max(40, 100-10*float64(tick))) }, 20, no},
		{"19 events are too few", "degradation(errors) > 50%", map[string]Sample{"errors": bad(9, 10)}, func(int) map[string]Sample { return map[string]Sample{"errors": bad(0.5, 1)} }, 19, unknown},
		{"20 would be enough, in two minutes or ten samples", "errors > baseline.errors.over(5m)", map[string]Sample{"errors": bad(9, 10)}, func(int) map[string]Sample { return map[string]Sample{"errors": bad(0.5, 1)} }, 21, yes},
		{"without a sample beside nothing is known", "degradation(served) > 50%", served(40), func(int) map[string]Sample { return nil }, 20, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judgeOf(t, script+tt.is+"\n}\n", "", Options{Interval: 15 * time.Second, Window: 10 * time.Minute})
			for i := range tt.ticks {
				m.Beside(tt.other(i))
				m.Judge(time.Duration(i)*m.o.Interval, tt.own)
			}
			if got := m.rules[0].now; got != tt.want {
				t.Errorf("%s is %v, want %v", tt.is, got, tt.want)
			}
		})
	}
}

// Rule 16: a leak is what rises at the floor of six blocks of five minutes,
// and would be at its limit in time.
func TestLeak(t *testing.T) {
	const mib = 1 << 20
	steps := func(mibs ...float64) func(minute int) float64 {
		return func(minute int) float64 { return mibs[min(minute/5, len(mibs)-1)] * mib }
	}
	rising := func(minute int) float64 { return float64(200+minute) * mib }
	for _, tt := range []struct {
		name   string
		within string
		warmup time.Duration
		gap    int // before which minute; 0: none
		value  func(minute int) float64
		at     int // the minute
		want   truth
	}{
		{"five blocks are too few", "12h", 0, 0, rising, 29, unknown},
		{"six are enough", "12h", 0, 0, rising, 30, yes},
		{"a minute a MiB isn't at 512MiB within four hours", "4h", 0, 0, rising, 30, no},
		{"what falls is none", "12h", 0, 0, func(minute int) float64 { return float64(400-minute) * mib }, 30, no},
		{"nor what stays", "12h", 0, 0, steps(200), 30, no},
		{"nor what rises by chance", "12h", 0, 0, steps(200, 220, 210, 240, 230, 250), 30, no},
		{"the floor counts, not the peaks", "12h", 0, 0, func(minute int) float64 { return float64(200+minute%5*minute) * mib }, 30, no},
		{"nor the ceiling", "12h", 0, 0, func(minute int) float64 { return min(float64(200+minute), 400-float64(minute%5)) * mib }, 30, yes},
		{"the warm-up has no block", "12h", 10 * time.Minute, 0, rising, 39, unknown},
		{"what comes after it has", "12h", 10 * time.Minute, 0, rising, 40, yes},
		{"no block spans a restart: the one at hand is left out", "12h", 0, 13, rising, 32, unknown},
		{"six others are enough", "12h", 0, 13, rising, 33, yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judgeAs(t, "warn if leak(served, limit: 536870912, within: "+tt.within+")", Options{Interval: time.Minute, Window: 10 * time.Hour, Warmup: tt.warmup})
			for i := range tt.at + 1 {
				if i == tt.gap && i > 0 {
					m.Gap(time.Hour)
				}
				m.Judge(time.Duration(i)*time.Minute, served(tt.value(i)))
			}
			if got := m.rules[0].now; got != tt.want {
				t.Errorf("at minute %d it is %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

// exactly are the values from the first to the one before last, in order.
func exactly(first, last int) (values []float64) {
	for i := first; i < last; i++ {
		values = append(values, math.Exp(3*math.Sin(float64(i))))
	}
	slices.Sort(values)
	return values
}

// Rule 14: the first 100,000 values are kept as they are, more of them within
// 1%, whether of all so far or of a stretch.
func TestQuantilesOfManyValues(t *testing.T) {
	const each = 1000 // values a tick
	for _, stretch := range []time.Duration{0, 110 * time.Second} {
		s := &series{}
		w := &window{s: s, stretch: stretch, ordered: true}
		worst := 0.0
		for i := range 200 {
			sample := Sample{State: Known}
			for k := range each {
				sample.Values = append(sample.Values, math.Exp(3*math.Sin(float64(i*each+k))))
			}
			w.add(s.add(time.Duration(i)*time.Second, sample))
			first := 0
			if stretch > 0 {
				first = max(0, (i+1)*each-110*each)
			}
			if i%50 != 49 {
				continue
			}
			exact := exactly(first, (i+1)*each)
			for _, p := range []float64{0.01, 0.5, 0.95, 0.99} {
				got, want := w.quantile(p), quantile(exact, p)
				off := math.Abs(got.x-want) / want
				if i < 100 && off > 0 {
					t.Errorf("p%v of %d values is %v, want %v", 100*p, len(exact), got.x, want)
				}
				worst = max(worst, off)
			}
		}
		// The oldest block of a stretch leaves as a whole: that many values more.
		if limit := 0.011; worst > limit || worst == 0 {
			t.Errorf("over %v: a quantile is off by %.2f%%, want 1%%", stretch, 100*worst)
		}
	}
}
