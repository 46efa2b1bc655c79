package http

import (
	"context"
	"net"
	nethttp "net/http"
	"sync"

	"github.com/drl-lang/drl/builtins"
)

// Upgrade is what a protocol that begins as a request of HTTP needs.
type Upgrade struct {
	Client *nethttp.Client // follows no redirect
	URL    string
	Header nethttp.Header
	Shown  string // the address for messages

	mu    sync.Mutex
	conns []net.Conn
}

// Close closes the connection, in whatever state it is.
func (u *Upgrade) Close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, c := range u.conns {
		c.Close()
	}
}

// NewUpgrade returns what it takes to ask address, an http or https one, for
// another protocol, with these headers and the session's cookies.
func NewUpgrade(h *builtins.Host, address builtins.Text, headers map[string]builtins.Text, bearer *builtins.Text, session *Session, ca *string) (*Upgrade, error) {
	r, err := newRequest(h, nethttp.MethodGet, address, settings{Headers: headers, Bearer: bearer, Follow: "none", MaxBody: 1, CA: ca}, content{}, session)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(h, ca, 0)
	if err != nil {
		return nil, err
	}
	transport.ForceAttemptHTTP2 = false // an upgrade is of HTTP/1.1
	up := &Upgrade{
		Client: &nethttp.Client{Transport: transport, CheckRedirect: asItIs},
		URL:    r.url.String(), Header: r.header, Shown: r.show(r.url),
	}
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			up.mu.Lock()
			defer up.mu.Unlock()
			up.conns = append(up.conns, conn)
		}
		return conn, err
	}
	for _, c := range session.cookies().Cookies(r.url) {
		r.header.Add("Cookie", c.Name+"="+c.Value)
	}
	return up, nil
}
