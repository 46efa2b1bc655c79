package http

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type loadArgs struct {
	URL      builtins.Text `drl:"url,address" doc:"absolute http or https address"`
	Rate     value.Rate    `drl:"rate,named" doc:"how many requests to send: 50/1s; at most 10000/1s"`
	For      time.Duration `drl:"for,named" doc:"for how long, up to 1h"`
	Method   string        `drl:"method,named" doc:"GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE" default:"GET"`
	Parallel int           `drl:"parallel,named" doc:"how many may wait for their replies at a time, 1 to 1000; where all do, the next one is sent late" default:"100"`
	Wait     time.Duration `drl:"wait,named" doc:"longest wait for one reply" default:"10s"`
	content
	settings
	Session *Session      `drl:"session,named" doc:"whose cookies to use"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time of all of it" default:"2h"`
}

type load struct {
	Latency    latencies      `drl:"latency" doc:"of the requests that got a reply"`
	Errors     value.Events   `drl:"errors" doc:"requests without a reply or with a status of 400 and above, of all"`
	Throughput value.Rate     `drl:"throughput" doc:"replies with a status below 400, over the time that it all took"`
	Statuses   map[string]int `drl:"statuses" doc:"how often each status came; \"none\" counts the requests without a reply"`
}

type latencies struct {
	P50  time.Duration `drl:"p50" doc:"half of them took at most this"`
	P95  time.Duration `drl:"p95" doc:"95% of them took at most this"`
	P99  time.Duration `drl:"p99" doc:"99% of them took at most this"`
	Max  time.Duration `drl:"max" doc:"the longest"`
	Mean time.Duration `drl:"mean" doc:"their mean"`
}

var loads = builtins.New("http.load", types.Writes,
	"Send requests at a steady rate, whether the earlier ones have been answered or not, and return how that went. What fails is counted; that nothing is answered is an error.",
	func(ctx context.Context, h *builtins.Host, a loadArgs) (load, error) {
		total, err := a.count()
		if err != nil {
			return load{}, err
		}
		r, err := newRequest(h, a.Method, a.URL, a.settings, a.content, a.Session)
		if err != nil {
			return load{}, err
		}
		r.discard = true
		return r.load(ctx, h, a, total)
	}).With(`let peak = http.load("https://staging.tickets.example.com/", rate: 50/1s, for: 30s).latency.p95`)

// count checks what was asked for, and is how many requests that are.
func (a loadArgs) count() (uint64, error) {
	switch {
	case a.Rate.Of != value.RateOfNumber || !(a.Rate.PerSecond > 0) || a.Rate.PerSecond > 10000:
		return 0, fmt.Errorf("rate is %s, want more than 0 requests a second and at most 10000/1s", a.Rate)
	case a.For <= 0 || a.For > time.Hour:
		return 0, fmt.Errorf("for is %s, want more than 0s and at most 1h", value.Duration(a.For))
	case a.Parallel < 1 || a.Parallel > 1000:
		return 0, fmt.Errorf("parallel is %d, want 1 to 1000", a.Parallel)
	case a.Wait <= 0:
		return 0, fmt.Errorf("wait is %s, want more than 0s", value.Duration(a.Wait))
	case !strings.Contains(" GET HEAD OPTIONS POST PUT PATCH DELETE ", " "+a.Method+" "):
		return 0, fmt.Errorf("method is %s, want GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE", value.QuoteString(a.Method))
	}
	return max(1, uint64(a.Rate.PerSecond*a.For.Seconds()+0.5)), nil
}

// load sends total requests and returns when each has ended. Vegeta keeps
// their rate and counts their latencies; what is sent, and what is accepted as
// a reply, is ours.
func (r *request) load(ctx context.Context, h *builtins.Host, a loadArgs, total uint64) (load, error) {
	transport, err := newTransport(h, r.CA, a.Parallel)
	if err != nil {
		return load{}, err
	}
	defer transport.CloseIdleConnections()
	start, err := h.Clock()
	if err != nil {
		return load{}, err
	}
	if h.Sleep == nil {
		return load{}, errors.New("there is no clock to wait by here")
	}
	var why firstError
	client := &nethttp.Client{Transport: r.placeholder(ctx, h, transport, a.Wait, &why), CheckRedirect: asItIs}
	attacker := vegeta.NewAttacker(vegeta.Client(client),
		vegeta.Workers(1), vegeta.MaxWorkers(uint64(a.Parallel)), vegeta.MaxBody(0))
	defer context.AfterFunc(ctx, func() { attacker.Stop() })()
	targets := vegeta.NewStaticTargeter(vegeta.Target{Method: nethttp.MethodGet, URL: "http://localhost/"})

	x := load{Statuses: map[string]int{}}
	var latency vegeta.LatencyMetrics
	served := 0
	for result := range attacker.Attack(targets, pace(ctx, h, a.Rate.PerSecond, total), 0, "") {
		x.Errors.Total++
		if result.Code == 0 {
			x.Errors.Bad++
			x.Statuses["none"]++
			continue
		}
		latency.Add(result.Latency)
		x.Statuses[strconv.Itoa(int(result.Code))]++
		if result.Code >= 400 {
			x.Errors.Bad++
		} else {
			served++
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return load{}, cause
	}
	if x.Errors.Total == float64(x.Statuses["none"]) {
		return load{}, fmt.Errorf("none of %d requests got a reply: %w", int(x.Errors.Total), why.error())
	}
	x.Latency = latencies{
		P50: latency.Quantile(0.50), P95: latency.Quantile(0.95), P99: latency.Quantile(0.99), Max: latency.Max,
		Mean: latency.Total / time.Duration(x.Errors.Total-float64(x.Statuses["none"])),
	}
	if took := h.Now().Sub(start).Seconds(); took > 0 {
		x.Throughput.PerSecond = float64(served) / took
	}
	return x, nil
}

func asItIs(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse }

// pacer lets vegeta send the next request when it is due.
type pacer struct {
	vegeta.PacerFunc
	perSecond float64
}

// Rate is the requests a second.
func (p pacer) Rate(time.Duration) float64 { return p.perSecond }

// pace waits itself until the next of total requests is due, so that the wait
// ends with ctx.
func pace(ctx context.Context, h *builtins.Host, perSecond float64, total uint64) pacer {
	return pacer{func(elapsed time.Duration, sent uint64) (wait time.Duration, stop bool) {
		if sent >= total {
			return 0, true
		}
		due := time.Duration(float64(sent) / perSecond * float64(time.Second))
		if due > elapsed {
			return 0, h.Sleep(ctx, due-elapsed) != nil
		}
		return 0, ctx.Err() != nil
	}, perSecond}
}

type roundTrip func(*nethttp.Request) (*nethttp.Response, error)

// RoundTrip calls f.
func (f roundTrip) RoundTrip(r *nethttp.Request) (*nethttp.Response, error) { return f(r) }

// placeholder carries out r for whatever vegeta sends. Its replies have nothing
// but their status.
func (r *request) placeholder(ctx context.Context, h *builtins.Host, over nethttp.RoundTripper, wait time.Duration, why *firstError) roundTrip {
	return func(asked *nethttp.Request) (*nethttp.Response, error) {
		ctx, stop := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no reply after %s (wait)", value.Duration(wait)))
		defer stop()
		x, err := sendOver(ctx, h, r, over)
		if err != nil {
			why.keep(err)
			return nil, err
		}
		return &nethttp.Response{StatusCode: x.Status, Body: nethttp.NoBody, Request: asked}, nil
	}
}

// firstError keeps the first error of many goroutines.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) keep(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) error() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
