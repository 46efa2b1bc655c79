package stack

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// buckets are the upper bounds of the latency histogram, in seconds.
var buckets = []float64{0.005, 0.01, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics counts requests and writes them in Prometheus' text format. What it
// counted survives deployments.
type metrics struct {
	now func() time.Time

	mu       sync.Mutex
	requests map[string]int // labels, as they are written → count
	latency  map[string]*histogram
}

type histogram struct {
	within []int // by bucket, not cumulative; the last one is +Inf
	sum    float64
	count  int
}

func newMetrics(now func() time.Time) *metrics {
	return &metrics{now: now, requests: map[string]int{}, latency: map[string]*histogram{}}
}

// watch returns a handler that counts what next answers for the service.
func (m *metrics) watch(service string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := m.now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() { m.count(service, r.Method, seen.status, m.now().Sub(start)) }()
		next.ServeHTTP(seen, r)
	})
}

func (m *metrics) count(service, method string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[fmt.Sprintf(`service=%q,method=%q,code="%d"`, service, knownMethod(method), status)]++
	h := m.latency[service]
	if h == nil {
		h = &histogram{within: make([]int, len(buckets)+1)}
		m.latency[service] = h
	}
	i, _ := slices.BinarySearch(buckets, took.Seconds())
	h.within[i]++
	h.sum += took.Seconds()
	h.count++
}

// knownMethod keeps strangers from making up labels without end.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE":
		return method
	}
	return "other"
}

func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	var b strings.Builder
	b.WriteString("# HELP http_requests_total Requests that were answered.\n# TYPE http_requests_total counter\n")
	for _, labels := range slices.Sorted(maps.Keys(m.requests)) {
		fmt.Fprintf(&b, "http_requests_total{%s} %d\n", labels, m.requests[labels])
	}
	b.WriteString("# HELP http_request_duration_seconds How long answers took.\n# TYPE http_request_duration_seconds histogram\n")
	for _, service := range slices.Sorted(maps.Keys(m.latency)) {
		h, sum := m.latency[service], 0
		for i, n := range h.within {
			sum += n
			bound := "+Inf"
			if i < len(buckets) {
				bound = fmt.Sprint(buckets[i])
			}
			fmt.Fprintf(&b, "http_request_duration_seconds_bucket{service=%q,le=%q} %d\n", service, bound, sum)
		}
		fmt.Fprintf(&b, "http_request_duration_seconds_sum{service=%q} %g\n", service, h.sum)
		fmt.Fprintf(&b, "http_request_duration_seconds_count{service=%q} %d\n", service, h.count)
	}
	m.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprint(w, b.String())
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives the proxy what it needs to flush.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
