package tester_test

import (
	"testing"

	"github.com/drl-lang/drl/cmd/drl/tester"
)

// day is a monitor of 24 hours at 5 seconds: 17,281 ticks of 4 metrics, judged
// by 6 rules.
var day = texts{
	"release.drl": `
metrics web {
    latency = http.probe("https://example.com/api/", count: 4).latency
    errors  = events(prometheus.increase("http_requests_failed_total"), of: prometheus.increase("http_requests_total")) lower is better
    memory  = docker_memory("web")
    served  = prometheus.value("requests_per_second") ?? 0 higher is better
}

fn docker_memory(name: string) -> size {
    return http.get("https://example.com/metrics/{name}").json.memory as size
}

baseline normal of web for 5m every 5s

monitor "a day" of web against normal for 24h every 5s {
    rollback if degradation > 50% for 2m
    rollback if errors.over(2m) > 1%
    rollback if latency.p95(5m) > 800ms for 1m
    rollback now if latency.missing(1m) == 100%
    warn if memory > 400MiB
    warn if served < 50 for 3 of 5
}
`,
	"x_test.drl": `
test "a day" {
    mock http.probe("*") => { latency: [100ms, 110ms, 115ms, 120ms + 1ms * (elapsed / 1h)] }
    mock prometheus.increase("http_requests_failed_total") => 1
    mock prometheus.increase("http_requests_total") => 1000
    mock prometheus.value("*") => 80
    mock http.get("*") => { json: { memory: 200MiB } }
    let r = run("release.drl")
    expect r.outcome == "passed"
    expect r.duration == 24h + 5m
    expect r.decisions.first?.verdict == "pass"
    expect r.calls.count == 5 * (17281 + 61)
}
`,
}

func TestDay(t *testing.T) {
	r := tester.Run(t.Context(), []*tester.File{day.file(t)}, options())
	if r.Failed() > 0 {
		t.Error(r.Tests[0].Failures, r.Tests[0].Missing)
	}
}

// BenchmarkDay is what a test of a whole day costs: at most 250ms.
//
//	go test ./cmd/drl/tester -run '^$' -bench Day -benchmem
func BenchmarkDay(b *testing.B) {
	files := []*tester.File{day.file(b)}
	for b.Loop() {
		if r := tester.Run(b.Context(), files, options()); r.Failed() > 0 {
			b.Fatal(r.Tests[0].Failures, r.Tests[0].Missing)
		}
	}
}
