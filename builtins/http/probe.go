package http

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"strconv"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type probeArgs struct {
	URL      builtins.Text `drl:"url,address" doc:"absolute http or https address"`
	Count    int           `drl:"count" doc:"how many requests, 1 to 10000" default:"20"`
	Parallel int           `drl:"parallel" doc:"how many of them at a time, 1 to 100" default:"4"`
	settings
	deadline
	Session *Session `drl:"session,named" doc:"whose cookies to use"`
}

// Probe is what several requests to one address came to.
type Probe struct {
	Latency  []time.Duration `drl:"latency" doc:"of each request that got a reply, in the order of their ends"`
	Errors   value.Events    `drl:"errors" doc:"requests without a reply or with a status of 400 and above, of all"`
	Statuses map[string]int  `drl:"statuses" doc:"how often each status came; \"none\" counts the requests without a reply"`
}

var probe = builtins.New("http.probe", types.Reads,
	"Fetch an address several times over a few connections that are kept open; what fails or takes too long is counted, not an error.",
	func(ctx context.Context, h *builtins.Host, a probeArgs) (Probe, error) {
		switch {
		case a.Count < 1 || a.Count > 10000:
			return Probe{}, fmt.Errorf("count is %d, want 1 to 10000", a.Count)
		case a.Parallel < 1 || a.Parallel > 100:
			return Probe{}, fmt.Errorf("parallel is %d, want 1 to 100", a.Parallel)
		}
		r, err := newRequest(h, nethttp.MethodGet, a.URL, a.settings, content{}, a.Session)
		if err != nil {
			return Probe{}, err
		}
		r.discard = true
		return r.repeat(ctx, h, a.Count, min(a.Parallel, a.Count))
	}).With(`let latency = http.probe("https://tickets.example.com/api/tickets/", count: 10).latency`)

// repeat sends r count times from as many goroutines as parallel says, and
// returns when all have ended.
func (r *request) repeat(ctx context.Context, h *builtins.Host, count, parallel int) (Probe, error) {
	transport, err := newTransport(h, r.CA, parallel)
	if err != nil {
		return Probe{}, err
	}
	defer transport.CloseIdleConnections()

	p := Probe{Errors: value.Events{Total: float64(count)}, Statuses: map[string]int{}}
	var mu sync.Mutex
	next := make(chan struct{}, count)
	for range count {
		next <- struct{}{}
	}
	close(next)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for range next {
				x, err := sendOver(ctx, h, r, transport)
				mu.Lock()
				p.add(x, err)
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	// A deadline that passed is what the probe found out; that somebody
	// stopped it is not.
	var late interface{ Timeout() bool }
	if cause := context.Cause(ctx); cause != nil && !errors.As(cause, &late) {
		return Probe{}, cause
	}
	return p, nil
}

func (p *Probe) add(x Response, err error) {
	if err != nil {
		p.Errors.Bad++
		p.Statuses["none"]++
		return
	}
	p.Latency = append(p.Latency, x.Latency)
	p.Statuses[strconv.Itoa(x.Status)]++
	if x.Status >= 400 {
		p.Errors.Bad++
	}
}
