package sentry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
)

// server is the parameters that say whom to ask.
type server struct {
	Token   *builtins.Text `drl:"token,named" doc:"a token; without one, SENTRY_AUTH_TOKEN"`
	Server  *builtins.Text `drl:"server,named" doc:"its address: \"https://sentry.example.com\"; without one, SENTRY_URL or https://sentry.io"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait for all answers, rate limits included" default:"30s"`
}

// asked is one call's way to the server.
type asked struct {
	base   *url.URL
	client *http.Client
	host   *builtins.Host
	close  func()
}

// open says where to ask; nothing is asked yet. The caller closes it.
func (s server) open(h *builtins.Host) (*asked, error) {
	const usual = "https://sentry.io"
	address, name := builtins.Plain(usual), "server"
	if text, set := h.Getenv("SENTRY_URL"); s.Server != nil {
		address = *s.Server
	} else if set && text != "" {
		address, name = builtins.Plain(text), "SENTRY_URL"
	}
	base, err := builtins.Address(address, name, usual)
	if err != nil {
		return nil, err
	}
	if base.User != nil {
		return nil, fmt.Errorf("%s holds a user or password, want an address without: the token goes in token: or SENTRY_AUTH_TOKEN", name)
	}
	token, err := h.Token(s.Token, "SENTRY_AUTH_TOKEN")
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, errors.New("token is not given and SENTRY_AUTH_TOKEN is not set: Sentry tells nothing without one")
	}
	client, closing, err := h.Client()
	if err != nil {
		return nil, err
	}
	client.Transport = builtins.Bearer{RoundTripper: client.Transport, Token: token}
	return &asked{base, client, h, closing}, nil
}

// get asks for a path of the API, and waits for the end of a rate limit where
// there is time. what is named by the error for something that isn't there.
// next is the cursor of the next page, "" where there is none.
func (s *asked) get(ctx context.Context, path string, query url.Values, what string, into any) (next string, err error) {
	u := s.base.JoinPath("/api/0", path)
	u.RawQuery = query.Encode()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			return "", fmt.Errorf("%s: the request cannot be sent", u.Host)
		}
		r.Header.Set("Accept", "application/json")
		reply, err := s.client.Do(r)
		if err != nil {
			return "", builtins.Because(ctx, u, err)
		}
		next, err := s.read(ctx, reply, what, into)
		limit := (*builtins.RateLimit)(nil)
		if !errors.As(err, &limit) {
			return next, err
		}
		if err := s.host.Outlast(ctx, limit); err != nil {
			return "", err
		}
	}
}

func (s *asked) read(ctx context.Context, reply *http.Response, what string, into any) (next string, err error) {
	defer reply.Body.Close()
	switch reply.StatusCode {
	case http.StatusOK:
		if err := builtins.ReadJSON(reply, into); err != nil {
			return "", builtins.Because(ctx, s.base, err)
		}
		return nextOf(reply.Header), nil
	case http.StatusTooManyRequests:
		return "", s.limit(reply.Header)
	}
	var said struct{ Detail json.RawMessage }
	if builtins.ReadJSON(reply, &said) != nil || said.Detail == nil {
		return "", fmt.Errorf("%s answers %d, which Sentry's API does not: is that its address?", s.base.Host, reply.StatusCode)
	}
	words := detail(said.Detail)
	switch reply.StatusCode {
	case http.StatusUnauthorized:
		return "", fmt.Errorf("%s refuses the token: %s", s.base.Host, words)
	case http.StatusForbidden:
		return "", fmt.Errorf("%s does not let the token see %s: %s", s.base.Host, what, words)
	case http.StatusNotFound:
		return "", fmt.Errorf("there is no %s, or the token may not see it: %s", what, words)
	}
	return "", fmt.Errorf("%s answers %d: %s", s.base.Host, reply.StatusCode, words)
}

// detail is what an error says: a text, or an object with one.
func detail(raw json.RawMessage) string {
	var text string
	var object struct{ Message string }
	if json.Unmarshal(raw, &text) != nil && json.Unmarshal(raw, &object) == nil && object.Message != "" {
		text = object.Message
	}
	return builtins.Short(text)
}

// limit reads when a rate limit ends.
// https://docs.sentry.io/api/ratelimits/
func (s *asked) limit(h http.Header) *builtins.RateLimit {
	l := &builtins.RateLimit{Wait: time.Minute, Says: s.base.Host + " wants fewer requests at a time"}
	now, err := s.host.Clock()
	reset, unknown := strconv.ParseInt(h.Get("X-Sentry-Rate-Limit-Reset"), 10, 64)
	if after, wrong := strconv.Atoi(h.Get("Retry-After")); wrong == nil && after >= 0 {
		l.Wait = time.Duration(after) * time.Second
	} else if err == nil && unknown == nil {
		l.Wait = time.Unix(reset, 0).Sub(now)
	}
	l.Wait = max(l.Wait, time.Second)
	return l
}

// strange is the error for an answer that is not of this API.
func (s *asked) strange(how string) error {
	return fmt.Errorf("%s does not answer as Sentry does: %s", s.base.Host, builtins.Short(how))
}

// nextOf returns the cursor of the next page, if there is something on it. The
// address beside it isn't followed: it may lead elsewhere.
// https://docs.sentry.io/api/pagination/
func nextOf(h http.Header) string {
	for link := range strings.SplitSeq(h.Get("Link"), ",") {
		fields := map[string]string{}
		for field := range strings.SplitSeq(link, ";") {
			name, text, _ := strings.Cut(strings.TrimSpace(field), "=")
			fields[name] = strings.Trim(text, `"`)
		}
		if fields["rel"] == "next" && fields["results"] == "true" {
			return fields["cursor"]
		}
	}
	return ""
}
