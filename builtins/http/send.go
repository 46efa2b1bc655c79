package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
)

const (
	mostHeaders   = 64 << 10 // bytes of a reply's headers
	mostRedirects = 10
	// smallBuffer holds the head of most requests and replies. Bodies go past
	// the buffers of a connection, of which most carry a single request.
	smallBuffer = 2 << 10
)

// send carries a request out over connections that no other call has used: a
// check has to meet who answers now.
func send(ctx context.Context, h *builtins.Host, r *request) (Response, error) {
	transport, err := freshTransport(h, r.CA)
	if err != nil {
		return Response{}, err
	}
	return sendOver(ctx, h, r, transport)
}

// fresh is the transport of all calls of a run that trust what this machine
// does. It keeps no connection; what it saves is to set it up for each call.
type fresh struct{ *nethttp.Transport }

// Close has nothing to close.
func (fresh) Close() error { return nil }

// freshKey is what the transport of a run is kept under.
type freshKey struct{}

// freshTransport is a transport that opens a connection for each request.
func freshTransport(h *builtins.Host, ca *string) (*nethttp.Transport, error) {
	if h.Kept == nil || ca != nil {
		return newTransport(h, ca, 0)
	}
	kept, err := h.Keep(freshKey{}, func() (io.Closer, error) {
		t, err := newTransport(h, nil, 0)
		return fresh{t}, err
	})
	if err != nil {
		return nil, err
	}
	return kept.(fresh).Transport, nil
}

// sendOver carries a request out and follows its redirects.
func sendOver(ctx context.Context, h *builtins.Host, r *request, over nethttp.RoundTripper) (Response, error) {
	start, err := h.Clock()
	if err != nil {
		return Response{}, err
	}
	x := Response{Cookies: map[string]string{}}
	jar := r.session.cookies()
	method, u, ours, withBody := r.method, r.url, true, true
	for {
		req, err := r.prepare(ctx, method, u, ours, withBody)
		if err != nil {
			return x, err
		}
		for _, c := range jar.Cookies(u) {
			req.AddCookie(c)
		}
		watch := newStopwatch(h)
		reply, err := over.RoundTrip(req.WithContext(watch.watch(ctx)))
		if err != nil {
			return x, r.failed(ctx, u, err)
		}
		x.keepCookies(h, jar, u, reply)
		next := r.redirect(reply, u, method, withBody)
		if next != nil && len(x.Redirects) == mostRedirects {
			reply.Body.Close()
			return x, r.failed(ctx, u, fmt.Errorf("%d redirects, and still another", mostRedirects))
		}
		if next == nil {
			now := h.Now()
			err := x.read(r, reply, now)
			if err != nil {
				return x, r.failed(ctx, u, err)
			}
			x.URL, x.Timings, x.Latency = r.show(u), watch.timings(), h.Now().Sub(start)
			return x, nil
		}
		reply.Body.Close()
		x.Redirects = append(x.Redirects, r.show(u))
		ours = ours && sameOrigin(r.url, next)
		if reply.StatusCode != nethttp.StatusTemporaryRedirect && reply.StatusCode != nethttp.StatusPermanentRedirect {
			withBody = false
			if method != nethttp.MethodHead {
				method = nethttp.MethodGet
			}
		}
		u = next
	}
}

// redirect returns where a reply sends us, if we go there.
func (r *request) redirect(reply *nethttp.Response, from *url.URL, method string, withBody bool) *url.URL {
	kept := false // method and body
	switch reply.StatusCode {
	case 301, 302, 303:
	case 307, 308:
		kept = true
	default:
		return nil
	}
	location := reply.Header.Get("Location")
	if r.Follow == "none" || location == "" {
		return nil
	}
	next, err := from.Parse(location)
	if err != nil || next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
		return nil
	}
	if next.User == nil && sameOrigin(from, next) {
		next.User = from.User
	}
	if sameOrigin(r.url, next) && sameOrigin(from, next) {
		return next
	}
	// A body that must be kept would go to a stranger.
	writes := method != nethttp.MethodGet && method != nethttp.MethodHead && method != nethttp.MethodOptions
	if r.Follow != "any" || kept && writes && withBody {
		return nil
	}
	return next
}

// keepCookies puts the cookies of a reply in the jar and in x. Those that name
// a session or a token are secrets.
func (x *Response) keepCookies(h *builtins.Host, jar *cookiejar.Jar, u *url.URL, reply *nethttp.Response) {
	cookies := reply.Cookies()
	jar.SetCookies(u, cookies)
	for _, c := range cookies {
		x.Cookies[c.Name] = c.Value
		name := strings.ToLower(c.Name)
		for _, word := range []string{"sess", "token", "auth", "sid", "csrf"} {
			if strings.Contains(name, word) {
				h.Conceal(c.Value)
				break
			}
		}
	}
}

// failed says what could not be reached, with the cause and without what the
// library says around it; whoever calls a builtin says its name.
func (r *request) failed(ctx context.Context, u *url.URL, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("%s: %w", r.show(u), builtins.WhyUntrusted(err))
}

// newTransport opens connections by the host's door alone. It keeps up to
// idle of them; the caller closes those.
func newTransport(h *builtins.Host, ca *string, idle int) (*nethttp.Transport, error) {
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	roots, err := h.Roots(ca)
	if err != nil {
		return nil, err
	}
	t := &nethttp.Transport{
		ReadBufferSize:         smallBuffer,
		WriteBufferSize:        smallBuffer / 2,
		Proxy:                  h.Proxy,
		DialContext:            dial(h),
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, Time: h.Now, RootCAs: roots},
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: mostHeaders,
		MaxIdleConnsPerHost:    idle,
		DisableKeepAlives:      idle == 0,
	}
	return t, nil
}

// dial opens a connection and tells the stopwatch of the request that wants
// it how long that took.
func dial(h *builtins.Host) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		start := h.Now()
		conn, err := h.Dial(ctx, network, address)
		if s, ok := ctx.Value(stopwatchKey{}).(*stopwatch); ok {
			s.set(func(t *timings) { t.Connect = h.Now().Sub(start) - t.DNS })
		}
		return conn, err
	}
}

// stopwatch measures the parts of one request. The library calls it from
// several goroutines.
type stopwatch struct {
	mu    sync.Mutex
	now   func() time.Time
	start time.Time
	parts timings
}

// stopwatchKey is how the transport's dial finds the stopwatch: the library
// hands it nothing but the request's context.
type stopwatchKey struct{}

func newStopwatch(h *builtins.Host) *stopwatch { return &stopwatch{now: h.Now, start: h.Now()} }

func (s *stopwatch) set(change func(*timings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.parts)
}

func (s *stopwatch) timings() timings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parts
}

func (s *stopwatch) watch(ctx context.Context) context.Context {
	var dns, secure time.Time
	ctx = context.WithValue(ctx, stopwatchKey{}, s)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { s.set(func(*timings) { dns = s.now() }) },
		DNSDone:           func(httptrace.DNSDoneInfo) { s.set(func(t *timings) { t.DNS = s.now().Sub(dns) }) },
		TLSHandshakeStart: func() { s.set(func(*timings) { secure = s.now() }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			s.set(func(t *timings) { t.TLS = s.now().Sub(secure) })
		},
		GotFirstResponseByte: func() { s.set(func(t *timings) { t.FirstByte = s.now().Sub(s.start) }) },
	})
}
