package http

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/http/cookiejar"
	"net/url"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

// Session keeps cookies between requests and knows where they go. It is safe
// for use by several goroutines. A nil *Session is that of one request: it
// has no base and forgets its cookies.
type Session struct {
	base *url.URL // nil: addresses are absolute
	jar  *cookiejar.Jar
}

var sessionType types.Type

// HandleType is the type that scripts know sessions by.
func (*Session) HandleType() *types.Type { return &sessionType }

type sessionArgs struct {
	Base  *builtins.Text           `drl:"base,address" doc:"the address that paths start at"`
	Login func() (Response, error) `drl:"login,optional" doc:"logs in; the cookies of its reply are the session's"`
}

var session = builtins.New("http.session", types.Reads, "Begin a session, which keeps cookies and sends what sites want against forged requests.",
	func(_ context.Context, h *builtins.Host, a sessionArgs) (*Session, error) {
		s := &Session{jar: newJar()}
		if a.Base != nil {
			base, err := parseURL(*a.Base)
			if err != nil {
				return nil, err
			}
			s.base = base
		}
		if a.Login == nil {
			return s, nil
		}
		if s.base == nil {
			return nil, errors.New("login needs base, which says whose cookies they are")
		}
		reply, err := a.Login()
		if err != nil {
			return nil, fmt.Errorf("log in: %w", err)
		}
		if reply.Status >= 400 {
			return nil, fmt.Errorf("log in: %s answered %d", reply.URL, reply.Status)
		}
		for name, text := range reply.Cookies {
			s.jar.SetCookies(s.base, []*nethttp.Cookie{{Name: name, Value: text, Path: "/"}})
		}
		return s, nil
	}).With(`let site = http.session("https://tickets.example.com")`)

type sessionAskArgs struct {
	Path builtins.Text `drl:"path,address" doc:"a path from the session's base, or an absolute address"`
	settings
	deadline
}

type sessionSendArgs struct {
	Path builtins.Text `drl:"path,address" doc:"a path from the session's base, or an absolute address"`
	content
	settings
	deadline
}

var sessionMethods = builtins.NewHandle(&sessionType, "Session",
	sessionAsks("get", nethttp.MethodGet, "As http.get, in the session."),
	sessionAsks("head", nethttp.MethodHead, "As http.head, in the session."),
	sessionAsks("options", nethttp.MethodOptions, "As http.options, in the session."),
	sessionSends("post", nethttp.MethodPost, "As http.post, in the session."),
	sessionSends("put", nethttp.MethodPut, "As http.put, in the session."),
	sessionSends("patch", nethttp.MethodPatch, "As http.patch, in the session."),
	sessionSends("delete", nethttp.MethodDelete, "As http.delete, in the session."),
)

func sessionAsks(name, method, doc string) *builtins.Func {
	return builtins.NewMethod("session."+name, types.Reads, doc,
		func(ctx context.Context, h *builtins.Host, s *Session, a sessionAskArgs) (Response, error) {
			r, err := newRequest(h, method, a.Path, a.settings, content{}, s)
			if err != nil {
				return Response{}, err
			}
			return send(ctx, h, r)
		})
}

func sessionSends(name, method, doc string) *builtins.Func {
	return builtins.NewMethod("session."+name, types.Writes, doc,
		func(ctx context.Context, h *builtins.Host, s *Session, a sessionSendArgs) (Response, error) {
			r, err := newRequest(h, method, a.Path, a.settings, a.content, s)
			if err != nil {
				return Response{}, err
			}
			return send(ctx, h, r)
		})
}

func newJar() *cookiejar.Jar {
	// New fails only for a bad list of public suffixes.
	jar, _ := cookiejar.New(nil)
	return jar
}

func (s *Session) cookies() *cookiejar.Jar {
	if s == nil {
		return newJar()
	}
	return s.jar
}

// resolve returns the absolute address of one that may be a path.
func (s *Session) resolve(address builtins.Text) (*url.URL, error) {
	if s == nil || s.base == nil {
		return parseURL(address)
	}
	u, err := s.base.Parse(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("path is %s, want a path such as /api/tickets/", address)
	}
	return parseURL(address.Like(u.String()))
}

// forgeryCookies are the cookies by which sites tell that a request is meant,
// and the header that has to repeat them.
var forgeryCookies = map[string]string{
	"csrftoken":  "X-CSRFToken",  // Django
	"XSRF-TOKEN": "X-XSRF-TOKEN", // Laravel, Angular
}

// protect adds what sites want of a request that changes something, where the
// session holds the cookie for it. Django over TLS answers 403 without a
// Referer. https://docs.djangoproject.com/en/5.2/ref/csrf/, read 2026-11-22
func (s *Session) protect(req *nethttp.Request) {
	if s == nil || req.Method == nethttp.MethodGet || req.Method == nethttp.MethodHead || req.Method == nethttp.MethodOptions {
		return
	}
	origin := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host}
	for _, c := range s.jar.Cookies(req.URL) {
		header, known := forgeryCookies[c.Name]
		if !known {
			continue
		}
		// The cookie may be percent-encoded; the header is not.
		text, err := url.QueryUnescape(c.Value)
		if err != nil || header != "X-XSRF-TOKEN" {
			text = c.Value
		}
		setMissing(req.Header, header, text)
		setMissing(req.Header, "Origin", origin.String())
		setMissing(req.Header, "Referer", origin.String()+req.URL.EscapedPath())
	}
}

func setMissing(h nethttp.Header, name, text string) {
	if h.Get(name) == "" {
		h.Set(name, text)
	}
}
