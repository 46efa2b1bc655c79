package http

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// settings are the parameters that every request takes.
type settings struct {
	Headers map[string]builtins.Text `drl:"headers,optional,named" doc:"headers to send"`
	Query   map[string]value.Value   `drl:"query,optional,named" doc:"names and values to add to the address; a list gives its name several times"`
	Bearer  *builtins.Text           `drl:"bearer,named" doc:"a token, sent as Authorization: Bearer"`
	Basic   *basic                   `drl:"basic,named" doc:"a user's name and password, sent as Authorization: Basic"`
	Follow  string                   `drl:"follow,named" doc:"which redirects to follow: \"same_origin\", \"any\" (without our headers and body where they leave the origin), \"none\"; one that is not followed is the reply" default:"same_origin"`
	CA      *string                  `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	MaxBody value.Size               `drl:"max_body,named" doc:"the longest body to accept, after inflation" default:"8MiB"`
}

// deadline is the parameter of calls that wait for one reply.
type deadline struct {
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait for the whole reply, redirects included" default:"10s"`
}

type basic struct {
	User     string       `drl:"user" doc:"the user's name"`
	Password value.Secret `drl:"password" doc:"the password"`
}

// content is the parameters of requests that have a body: one of them at most.
type content struct {
	JSON      value.Value            `drl:"json,optional,named" doc:"a value to send as JSON"`
	Form      map[string]value.Value `drl:"form,optional,named" doc:"fields to send as a form"`
	Body      *builtins.Text         `drl:"body,named" doc:"text to send as it is; its type is a header's business"`
	Multipart map[string]value.Value `drl:"multipart,optional,named" doc:"fields and files (http.file) to send as a form with files"`
}

// request is what one call asks for.
type request struct {
	method  string
	url     *url.URL
	secret  bool // the address may not be shown
	header  nethttp.Header
	body    *body // nil: none
	session *Session
	discard bool // the body is counted, not kept
	settings
}

// newRequest checks everything that can be wrong before anything is sent.
func newRequest(h *builtins.Host, method string, address builtins.Text, s settings, c content, session *Session) (*request, error) {
	u, err := session.resolve(address)
	if err != nil {
		return nil, err
	}
	r := &request{method: method, url: u, secret: address.IsSecret(), header: nethttp.Header{}, session: session, settings: s}
	if len(s.Query) > 0 {
		more := builtins.Query(s.Query).Encode()
		if u.RawQuery != "" && more != "" {
			more = u.RawQuery + "&" + more
		}
		u.RawQuery = more
	}
	if !slices.Contains([]string{"same_origin", "any", "none"}, s.Follow) {
		return nil, fmt.Errorf("follow is %q, want \"same_origin\", \"any\" or \"none\"", s.Follow)
	}
	if s.MaxBody <= 0 {
		return nil, fmt.Errorf("max_body is %s, want more than 0B", s.MaxBody)
	}
	if r.body, err = newBody(h, c); err != nil {
		return nil, err
	}
	return r, r.setHeaders(h)
}

func (r *request) setHeaders(h *builtins.Host) error {
	r.header.Set("User-Agent", strings.TrimSuffix("drl/"+h.Version, "/"))
	if r.body != nil {
		r.header.Set("Content-Type", r.body.kind)
	}
	if r.Bearer != nil && r.Basic != nil {
		return errors.New("bearer and basic are both given, want one of them")
	}
	if r.Bearer != nil {
		r.header.Set("Authorization", "Bearer "+r.Bearer.Reveal())
	}
	if r.Basic != nil {
		if strings.Contains(r.Basic.User, ":") {
			return errors.New("basic.user has a colon in it, which the password would begin at")
		}
		pair := r.Basic.User + ":" + r.Basic.Password.Reveal()
		r.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	for name, text := range r.Headers {
		if !isToken(name) {
			return fmt.Errorf("headers has %q, want a name of letters, digits and dashes", name)
		}
		r.header.Set(name, text.Reveal())
	}
	for name, values := range r.header {
		if strings.ContainsFunc(values[0], isControl) {
			return fmt.Errorf("header %s holds a line break or another control character", name)
		}
		if strings.Trim(values[0], " \t") != values[0] {
			return fmt.Errorf("header %s begins or ends with a blank, which would be lost on the way", name)
		}
	}
	return nil
}

// isToken tells whether a name is one that HTTP allows.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
	})
}

func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }

// prepare makes a request to u for the wire. ours tells whether u is still on
// the origin that our headers and body are for.
func (r *request) prepare(ctx context.Context, method string, u *url.URL, ours, withBody bool) (*nethttp.Request, error) {
	var reader io.Reader
	if withBody && r.body != nil {
		reader = r.body.open()
	}
	req, err := nethttp.NewRequestWithContext(ctx, method, u.String(), reader)
	if err != nil {
		return nil, errors.New("url cannot be sent: " + builtins.Scrub(err.Error()))
	}
	if reader != nil {
		req.ContentLength = r.body.length
	}
	req.Header.Set("User-Agent", r.header.Get("User-Agent"))
	if !ours {
		req.URL.User = nil
		return req, nil
	}
	req.Header = r.header.Clone()
	if reader == nil {
		req.Header.Del("Content-Type")
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	r.session.protect(req)
	return req, nil
}

// parseURL reads an absolute address. The library's own error would show it.
func parseURL(address builtins.Text) (*url.URL, error) {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		shown := strconv.Quote(builtins.Scrub(address.String()))
		if address.IsSecret() {
			shown = address.String()
		}
		return nil, fmt.Errorf("url is %s, want an address that starts with http:// or https://", shown)
	}
	return u, nil
}

// show is the address for messages and replies: no password, no token, and of
// a secret address only the host.
func (r *request) show(u *url.URL) string {
	if r.secret {
		return u.Scheme + "://" + u.Host + "/" + value.Mask
	}
	plain := *u
	plain.User = nil
	return builtins.Scrub(plain.String())
}

// sameOrigin tells whether what is meant for the origin of a may go to b:
// an upgrade of the same host to https counts as the same.
func sameOrigin(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return port(a) == port(b)
	}
	return a.Scheme == "http" && b.Scheme == "https" && port(a) == "80" && port(b) == "443"
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
