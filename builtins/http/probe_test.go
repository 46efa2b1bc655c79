package http_test

import (
	"context"
	"errors"
	nethttp "net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drl-lang/drl/lang/value"
)

func TestProbe(t *testing.T) {
	var asked, now, most atomic.Int32
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		if asked.Add(1)%5 == 0 {
			w.WriteHeader(503)
		}
	})
	r, err := call(world(t), "http.probe", nil, args{"url": str(s.URL), "count": value.Int(20), "parallel": value.Int(3)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{
		"errors": value.Events{Bad: 4, Total: 20}, "statuses.200": value.Int(16), "statuses.503": value.Int(4),
	})
	if n := field(t, r, "latency").(*value.List).Len(); n != 20 {
		t.Errorf("%d latencies, want 20", n)
	}
	if asked.Load() != 20 || most.Load() > 3 {
		t.Errorf("%d requests, %d at a time", asked.Load(), most.Load())
	}
}

func TestProbeCountsWhatFails(t *testing.T) {
	s := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) {})
	s.Close()
	r, err := call(world(t), "http.probe", nil, args{"url": str(s.URL), "count": value.Int(5)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{
		"errors": value.Events{Bad: 5, Total: 5}, "statuses.none": value.Int(5), "latency": value.NewList(nil),
	})
}

func TestProbeHasOneDeadline(t *testing.T) {
	s := serve(t, func(_ nethttp.ResponseWriter, r *nethttp.Request) { <-r.Context().Done() })
	start := time.Now()
	r, err := call(world(t), "http.probe", nil, args{"url": str(s.URL), "count": value.Int(50), "timeout": value.Duration(50 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"errors": value.Events{Bad: 50, Total: 50}})
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}

	stopped := errors.New("ctrl-c")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stopped)
	if _, err := callIn(ctx, world(t), "http.probe", nil, args{"url": str(s.URL)}); !errors.Is(err, stopped) {
		t.Errorf("stopped from outside: %v, want %v", err, stopped)
	}
}
