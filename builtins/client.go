package builtins

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/drl-lang/drl/lang/value"
)

const (
	mostAnswer  = 32 << 20 // bytes of an API's answer, after inflation
	mostHeaders = 64 << 10
)

// Client returns an HTTP client for an API or for a library that speaks to
// one: it dials by the host's door, stays on the origin that it was sent to,
// and reads answers up to 32 MiB. The caller calls closing when it is done.
func (h *Host) Client() (client *http.Client, closing func(), err error) {
	if h.Dial == nil {
		return nil, nil, errors.New("there is no network here")
	}
	t := &http.Transport{
		Proxy: h.Proxy, DialContext: h.Dial, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: mostHeaders, MaxIdleConnsPerHost: 1,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, Time: h.Now},
	}
	return &http.Client{Transport: limited{t, strings.TrimSuffix("drl/"+h.Version, "/")}, CheckRedirect: stay}, t.CloseIdleConnections, nil
}

// limited is a transport whose answers end at a limit.
type limited struct {
	inner *http.Transport
	agent string
}

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", l.agent)
	reply, err := l.inner.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	reply.Body = &limitedBody{reply.Body, mostAnswer}
	return reply, nil
}

type limitedBody struct {
	io.ReadCloser
	left int
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, fmt.Errorf("the answer is longer than %s", value.Size(mostAnswer))
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// stay lets no redirect lead to another origin: our token would go along.
func stay(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if len(before) == 10 || next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return http.ErrUseLastResponse
	}
	return nil
}

// Address reads the address of an API: http or https and a host. name is the
// argument or variable that it comes from, and usual one to show.
func Address(address Text, name, usual string) (*url.URL, error) {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		shown := value.QuoteString(Scrub(address.String()))
		if address.IsSecret() {
			shown = address.String()
		}
		return nil, fmt.Errorf("%s is %s, want an address such as %s", name, shown, usual)
	}
	return u, nil
}

// Given returns an argument, or else a variable of the environment: as a
// secret, for it may hold a password. Neither is an error that names both.
func (h *Host) Given(argument *Text, name, variable string) (Text, string, error) {
	if argument != nil {
		return *argument, name, nil
	}
	if text, set := h.Getenv(variable); set && text != "" {
		return Hidden(text), variable, nil
	}
	return Text{}, "", fmt.Errorf("%s is not given and %s is not set: one of them says where to ask", name, variable)
}

// GivenAddress is Given for an http address, which usual is an example of.
func (h *Host) GivenAddress(argument *Text, name, variable, usual string) (*url.URL, error) {
	given, name, err := h.Given(argument, name, variable)
	if err != nil {
		return nil, err
	}
	return Address(given, name, usual)
}

// Because is why a request to u failed, in few words: where ctx ended, its
// cause, and of a library's error what is within.
func Because(ctx context.Context, u *url.URL, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("%s: %w", u.Host, WhyUntrusted(err))
}

// ReadJSON reads an API's answer into a value. An answer that is no JSON, and
// one that is of another shape, are errors that say what was found.
func ReadJSON(reply *http.Response, into any) error {
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type"))
		var shape *json.UnmarshalTypeError
		switch {
		case errors.As(err, &shape) && shape.Field == "":
			return fmt.Errorf("the answer is of another shape than this API's: JSON of kind %s", shape.Value)
		case errors.As(err, &shape):
			return fmt.Errorf("the answer is of another shape than this API's: it has JSON of kind %s in %s", shape.Value, shape.Field)
		case len(text) == 0:
			return errors.New("the answer is empty, want JSON")
		case kind != "" && kind != "application/json":
			return fmt.Errorf("the answer is %s, want JSON: %s", Short(kind), Short(string(text)))
		}
		return fmt.Errorf("the answer is not JSON: %s", Short(string(text)))
	}
	return nil
}

// Short is the beginning of what a server says, on one line, for an error.
func Short(text string) string {
	const most = 200
	text = text[:min(len(text), 8*most)]
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.In(c, unicode.Cc, unicode.Cf) }), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	if text == "" {
		return "nothing"
	}
	return text
}
