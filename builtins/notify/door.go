package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/drl-lang/drl/builtins"
)

// mostReply is how much of a service's reply is read.
const mostReply = 64 << 10

// door is the only way out for the library while it sends: its services take
// no client, and fall back to the process's own transport. It gives their
// requests our deadline, network and limits, follows no redirect with a key in
// it, and remembers what went wrong, for not all of them tell.
type door struct {
	ctx     context.Context
	inner   *http.Transport
	secrets []string // parts of the address, which nothing shows
	mu      sync.Mutex
	sent    int
	problem error
}

var using sync.Mutex

// through runs send with the process's transport replaced. One message is sent
// at a time. No error shows one of the secrets.
func through(ctx context.Context, h *builtins.Host, secrets []string, send func() error) error {
	if h.Dial == nil {
		return errors.New("there is no network here")
	}
	d := &door{ctx: ctx, secrets: secrets, inner: &http.Transport{
		DialContext: h.Dial, Proxy: h.Proxy, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}}
	defer d.inner.CloseIdleConnections()
	using.Lock()
	defer using.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	before := http.DefaultTransport
	http.DefaultTransport = d
	defer func() { http.DefaultTransport = before }()
	err := send()
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && d.problem != nil:
		return d.problem // in fewer words than the library's
	case err != nil:
		return errors.New(cut(hide(err.Error(), secrets), 300))
	case d.problem != nil:
		return d.problem
	case d.sent == 0:
		return errors.New("the message was not sent: the address names nobody to send it to")
	}
	return nil
}

// RoundTrip sends one request of the library.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, stop := context.WithCancel(r.Context())
	release := context.AfterFunc(d.ctx, stop)
	reply, err := d.inner.RoundTrip(r.WithContext(ctx))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent++
	if err != nil {
		stop()
		release()
		d.problem = errors.New(hide(err.Error(), d.secrets))
		return nil, err
	}
	body := io.LimitReader(reply.Body, mostReply)
	if reply.StatusCode >= 300 {
		said, _ := io.ReadAll(io.LimitReader(body, 1<<10))
		d.problem = fmt.Errorf("the service answered %d: %s", reply.StatusCode, short(hide(string(said), d.secrets)))
		if reply.StatusCode < 400 {
			reply.Body.Close()
			stop()
			release()
			return nil, d.problem
		}
	}
	reply.Body = &limitedBody{body, reply.Body, func() { release(); stop() }}
	return reply, nil
}

// limitedBody is the first part of a body, which ends its request when it is
// closed.
type limitedBody struct {
	io.Reader
	body io.Closer
	end  func()
}

func (b *limitedBody) Close() error {
	defer b.end()
	return b.body.Close()
}
