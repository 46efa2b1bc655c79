package monitor

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// tenRules are of every kind that a release's monitor usually has.
const tenRules = `
rollback if degradation > 50% for 2m
rollback if degradation(errors) > 100% for 2m
rollback if errors.over(2m) > 5%
rollback if proven(errors, worse_by: 100%)
rollback now if latency.missing(1m) == 100%
fail if latency.p95(5m) > 800ms for 1m
warn if latency.mean(2m) > 300ms for 3 of 5
warn if memory.max(5m) > 1GiB
warn if served < 40 for 1m
warn if burn(errors.over(5m), objective: 99%, period: 30d) > 14`

// made are samples of a healthy release, all of them other ones: made before
// the clock runs.
func made(n int) []map[string]Sample {
	r := rand.New(rand.NewPCG(9, 10))
	all := make([]map[string]Sample, n)
	for i := range all {
		all[i] = map[string]Sample{
			"latency": latencies(90+20*r.Float64(), 90+20*r.Float64(), 90+20*r.Float64()),
			"memory":  {State: Known, Values: []float64{200e6 + 1e6*r.Float64()}},
			"served":  {State: Known, Values: []float64{95 + 10*r.Float64()}},
			"errors":  {State: Known, Bad: float64(r.IntN(3)), Total: 100},
		}
	}
	return all
}

// A tick of a monitor with ten rules: the verdict alone, and what a run tells
// of it.
func BenchmarkTick(b *testing.B) {
	samples := made(1024)
	judged := func(m *Monitor, at time.Duration, samples map[string]Sample) { m.Judge(at, samples) }
	words := func(m *Monitor, at time.Duration, samples map[string]Sample) { m.Tick(at, samples) }
	for _, bench := range []struct {
		name, rules string
		tick        func(*Monitor, time.Duration, map[string]Sample)
	}{
		{"ten rules", tenRules, judged},
		{"ten rules in words", tenRules, words},
		{"one rule", "rollback if errors.over(2m) > 5%", judged},
		{"a trend", "warn if memory.trend(5m) > 50MiB/1m", judged},
	} {
		b.Run(bench.name, func(b *testing.B) {
			m := judge(b, "against before", bench.rules, Options{})
			at := time.Duration(0)
			tick := func() {
				bench.tick(m, at, samples[int(at/m.o.Interval)%len(samples)])
				at += m.o.Interval
			}
			for range 10_000 { // until it has its room
				tick()
			}
			b.ReportAllocs()
			began := cpuTime(b)
			for b.Loop() {
				tick()
			}
			b.ReportMetric(float64(cpuTime(b)-began)/float64(b.N), "cpu-ns/op")
		})
	}
}

// A monitor's verdict allocates nothing once it has its room.
func TestTickAllocatesNothing(t *testing.T) {
	samples := made(1024)
	m := judge(t, "against before", tenRules, Options{})
	i := 0
	tick := func() {
		m.Judge(time.Duration(i)*m.o.Interval, samples[i%len(samples)])
		i++
	}
	for range 10_000 {
		tick()
	}
	if n := testing.AllocsPerRun(1000, tick); n > 0 {
		t.Errorf("a tick allocates %v times", n)
	}
}

// 10,000 monitors of a metric, 30m every 15s: what they hold at their end.
func BenchmarkManyMonitors(b *testing.B) {
	const monitors = 10_000
	samples := made(121)
	first := judgeOf(b, fmt.Sprintf("metrics one { latency = probe() }\nbaseline before of one for 5m every 15s\n"+
		"monitor \"m\" of one against before for 30m every 15s {\nrollback if degradation > 50%% for 2m\nwarn if latency.p95(10m) > 1s\n}\n"), "against before",
		Options{Interval: 15 * time.Second, Window: 30 * time.Minute})
	for b.Loop() {
		before := heap()
		all := make([]*Monitor, monitors)
		for i := range all {
			m, err := New(first.program, first.decl, first.o)
			if err != nil {
				b.Fatal(err)
			}
			all[i] = m
		}
		for at, tick := range samples {
			for _, m := range all {
				if d := m.Judge(time.Duration(at)*15*time.Second, tick); d != nil {
					b.Fatal(d.Words)
				}
			}
		}
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		runtime.KeepAlive(all)
	}
}

// cpuTime is what the process has used: on a machine that is shared, the clock
// tells of others.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

const weekTicks = 7*24*3600 + 1

// One rule over a week of samples, one a second, that are there already.
func BenchmarkWeek(b *testing.B) {
	samples := made(4096)
	for _, rule := range []string{
		"rollback if degradation(served) > 50% for 2m",
		"rollback if degradation(latency) > 50% for 2m",
		"rollback if errors.over(2m) > 5%",
		"rollback if latency.p95(5m) > 1s",
		"rollback if proven(errors, worse_by: 100%)",
		"rollback if leak(memory, limit: 512MiB, within: 12h)",
	} {
		b.Run(rule, func(b *testing.B) {
			m := judge(b, "against before", rule, Options{})
			m.o.Interval, m.o.Window = time.Second, 7*24*time.Hour
			began := cpuTime(b)
			for b.Loop() {
				m.Reset(m.baseline)
				for i := range weekTicks {
					if d := m.Judge(time.Duration(i)*time.Second, samples[i%len(samples)]); d != nil {
						b.Fatal(d.Words)
					}
				}
			}
			b.ReportMetric((cpuTime(b)-began).Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

// everyRule keeps all that a rule can keep.
const everyRule = tenRules + `
warn if latency.p99 > 10s or latency.stddev > 10s or latency.max > 100s
warn if latency.p99(6h) > 10s
warn if memory.trend > 1GiB/1m
rollback if leak(memory, limit: 512MiB, within: 12h)
rollback if proven(latency, worse_by: 50%)`

func weekly(tb testing.TB) *Monitor {
	return judgeOf(tb, header+"monitor \"m\" of web against before for 7d every 1s {\n"+everyRule+"\n}\n", "against before",
		Options{Interval: time.Second, Window: 7 * 24 * time.Hour})
}

// What a monitor keeps is bounded, however long it looks: after a day there
// come a number a minute, for proven, and what fills a sketch.
func TestMemoryIsBounded(t *testing.T) {
	samples, m := made(4096), weekly(t)
	const most = 4 << 20
	for i := range halfDays * 12 * 3600 {
		m.Judge(time.Duration(i)*time.Second, samples[i%len(samples)])
		if i%(12*3600) == 12*3600-1 {
			if n := len(m.Snapshot()); n > most {
				t.Errorf("after %v all that it keeps has %d bytes, want %d at most", time.Duration(i)*time.Second, n, most)
			}
		}
	}
}

// A week of samples, one a second, and rules of every kind.
func BenchmarkWeekOfEveryRule(b *testing.B) {
	samples := made(4096)
	for b.Loop() {
		before, m := heap(), weekly(b)
		for i := range weekTicks {
			m.Judge(time.Duration(i)*time.Second, samples[i%len(samples)])
		}
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		b.ReportMetric(float64(len(m.Snapshot()))/(1<<20), "snapshot-MiB")
	}
}
