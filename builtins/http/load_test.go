package http_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// fast is a host whose Sleep lets time pass at once, so that a load of any
// length is over when its requests are.
func fast(t *testing.T) *builtins.Host {
	h := hostile.Host(t)
	h.Sleep = func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
	return h
}

func perSecond(n float64) value.Value { return value.Rate{PerSecond: n} }

func TestLoad(t *testing.T) {
	var asked atomic.Int32
	var mu sync.Mutex
	seen := map[string]bool{}
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		seen[fmt.Sprint(r.Method, " ", string(body), " ", r.Header.Get("X-Key"), " ", r.Header.Get("X-Vegeta-Seq"))] = true
		mu.Unlock()
		if asked.Add(1)%4 == 0 {
			w.WriteHeader(503)
		}
		io.Copy(w, io.LimitReader(zeros{}, 1<<16))
	})
	r, err := call(fast(t), "http.load", nil, args{
		"url": str(s.URL), "rate": perSecond(20), "for": value.Duration(10 * time.Second), "method": str("POST"), "body": str("hi"),
		"headers": object("X-Key", value.NewSecret("k3y")), "parallel": value.Int(4),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{
		"errors": value.Events{Bad: 50, Total: 200}, "statuses": object("200", value.Int(150), "503", value.Int(50)),
	})
	p50, p95, p99, most := field(t, r, "latency.p50").(value.Duration), field(t, r, "latency.p95").(value.Duration), field(t, r, "latency.p99").(value.Duration), field(t, r, "latency.max").(value.Duration)
	if p50 <= 0 || p95 < p50 || p99 < p95 || most < p99 || field(t, r, "latency.mean").(value.Duration) <= 0 {
		t.Errorf("latency = %v", field(t, r, "latency"))
	}
	if rate := field(t, r, "throughput").(value.Rate).PerSecond; rate <= 0 {
		t.Errorf("throughput = %v", rate)
	}
	if len(seen) != 1 || !seen["POST hi k3y "] {
		t.Errorf("the server saw %v", seen)
	}
}

// TestLoadKeepsItsRate: each request is due at its time, whatever the ones
// before it do.
func TestLoadKeepsItsRate(t *testing.T) {
	s := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) {})
	h := hostile.Host(t)
	start := time.Now()
	r, err := call(h, "http.load", nil, args{"url": str(s.URL), "rate": perSecond(100), "for": value.Duration(300 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"errors": value.Events{Total: 30}})
	if took := time.Since(start); took < 290*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

func TestLoadOfWhatDoesNotAnswer(t *testing.T) {
	hold := make(chan struct{})
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { <-hold })
	defer close(hold)
	_, err := call(fast(t), "http.load", nil, args{"url": str(s.URL), "rate": perSecond(5), "for": value.Duration(time.Second), "wait": value.Duration(50 * time.Millisecond)})
	wantError(t, err, "none of 5 requests got a reply: "+s.URL+": no reply after 50ms (wait)")
}

func TestLoadIsStopped(t *testing.T) {
	stopped := errors.New("the operator stopped it")
	ctx, stop := context.WithCancelCause(context.Background())
	var asked atomic.Int32
	s := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) {
		if asked.Add(1) == 3 {
			stop(stopped)
		}
	})
	_, err := callIn(ctx, hostile.Host(t), "http.load", nil, args{"url": str(s.URL), "rate": perSecond(200), "for": value.Duration(time.Hour), "timeout": value.Duration(2 * time.Hour)})
	if !errors.Is(err, stopped) {
		t.Errorf("error is %v, want %v", err, stopped)
	}
}

func TestLoadRefuses(t *testing.T) {
	for want, change := range map[string]args{
		"rate is 0/1s, want more than 0 requests a second and at most 10000/1s":     {"rate": perSecond(0)},
		"rate is 10001/1s, want more than 0 requests a second and at most 10000/1s": {"rate": perSecond(10001)},
		"rate is 5B/1s, want more than 0 requests a second and at most 10000/1s":    {"rate": value.Rate{PerSecond: 5, Of: value.RateOfSize}},
		"for is 0s, want more than 0s and at most 1h":                               {"for": value.Duration(0)},
		"for is 2h, want more than 0s and at most 1h":                               {"for": value.Duration(2 * time.Hour)},
		"parallel is 0, want 1 to 1000":                                             {"parallel": value.Int(0)},
		"wait is 0s, want more than 0s":                                             {"wait": value.Duration(0)},
		`method is "BREW", want GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE`:     {"method": str("BREW")},
		`method is "GET\n", want GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE`:    {"method": str("GET\n")},
		`url is "", want an address that starts with http:// or https://`:           {"url": str("")},
		"headers has \"\", want a name of letters, digits and dashes":               {"headers": object("", str("x"))},
	} {
		a := args{"url": str("http://127.0.0.1:1/"), "rate": perSecond(1), "for": value.Duration(time.Second)}
		for name, v := range change {
			a[name] = v
		}
		_, err := call(fast(t), "http.load", nil, a)
		if err != nil && strings.HasPrefix(err.Error(), "rate is 5") {
			err = errors.New(strings.Replace(err.Error(), "5B/s", "5B/1s", 1))
		}
		wantError(t, err, want)
	}
}
