package stack

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// front is the door: it sends each request to the instance of its service, by
// the first part of the path, and counts what comes back.
//
//	/ticket/api/…   to ticket, as /api/…
//	/api/…, /static/…   to ticket
//	/metrics        what was counted
//	/platform/…     the platform
type front struct {
	transport *http.Transport
	proxy     *httputil.ReverseProxy
	metrics   *metrics
	platform  http.Handler

	mu     sync.RWMutex
	routes map[string]*url.URL // service → the instance that serves it
}

func newFront(m *metrics) *front {
	f := &front{transport: &http.Transport{MaxIdleConnsPerHost: 16}, metrics: m, routes: map[string]*url.URL{}}
	f.proxy = &httputil.ReverseProxy{
		Transport: f.transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			service, path := split(r.In.URL.Path)
			r.SetXForwarded()
			r.Out.URL.Scheme, r.Out.URL.Host = "http", f.route(service).Host
			r.Out.URL.Path, r.Out.URL.RawPath = path, ""
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			replyError(w, http.StatusBadGateway, "the service does not answer: "+err.Error())
		},
	}
	return f
}

// client returns a client for calls between services, over the front's
// connections.
func (f *front) client() *http.Client {
	return &http.Client{Transport: f.transport, Timeout: 10 * time.Second}
}

func (f *front) route(service string) *url.URL {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.routes[service]
}

// switchTo sends the requests that come from now on to another instance.
func (f *front) switchTo(service string, address *url.URL) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.routes[service] = address
}

// split returns the service that a path is for and the path within it.
func split(path string) (service, rest string) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "api", "static":
		return "ticket", path
	}
	return first, "/" + rest
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/metrics":
		f.metrics.ServeHTTP(w, r)
		return
	case strings.HasPrefix(r.URL.Path, "/platform/"):
		f.platform.ServeHTTP(w, r)
		return
	case r.URL.Path == "/":
		reply(w, http.StatusOK, map[string]any{"name": "ticketing", "services": Names})
		return
	}
	service, _ := split(r.URL.Path)
	if f.route(service) == nil {
		replyError(w, http.StatusNotFound, "no service "+service)
		return
	}
	f.metrics.watch(service, f.proxy).ServeHTTP(w, r)
}
