package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
)

const (
	mostItems   = 1000 // in all pages of a list
	pageSize    = 100
	onlyTheHash = "application/vnd.github.v3.sha" // an Accept whose answer is no JSON
	someLimit   = time.Minute                     // to wait where GitHub doesn't say how long
)

// ask asks, and waits for the end of a rate limit where there is time. What
// GitHub turned away has not happened, so that writes may be asked again too.
// what is named by the error for something that isn't there.
func ask[T any](ctx context.Context, s *asked, what string, do func() (T, *github.Response, error)) (T, *github.Response, error) {
	var none T
	for {
		v, reply, err := do()
		limit := s.limit(err)
		if limit == nil {
			return v, reply, s.problem(ctx, what, err)
		}
		if err := s.host.Outlast(ctx, limit); err != nil {
			return none, nil, err
		}
	}
}

// limit tells whether an error is a rate limit's.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
func (s *asked) limit(err error) *builtins.RateLimit {
	var primary *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	var other *github.ErrorResponse
	now, noClock := s.host.Clock()
	switch {
	case noClock != nil:
		return nil
	case errors.As(err, &primary):
		l := &builtins.RateLimit{Wait: primary.Rate.Reset.Sub(now), Says: fmt.Sprintf("the rate limit of %s, %d an hour, is used up", s.base.Host, primary.Rate.Limit)}
		if !s.token {
			l.Says += " (a token raises it)"
		}
		l.Wait = max(l.Wait, 0) + time.Second // the reset is in whole seconds
		return l
	case errors.As(err, &secondary):
		l := &builtins.RateLimit{Wait: someLimit, Says: s.base.Host + " wants fewer requests at a time (its secondary rate limit)"}
		if secondary.RetryAfter != nil {
			l.Wait = max(*secondary.RetryAfter, time.Second)
		}
		return l
	case errors.As(err, &other) && (other.Response.StatusCode == http.StatusTooManyRequests || other.Response.Header.Get("Retry-After") != ""):
		l := &builtins.RateLimit{Wait: someLimit, Says: s.base.Host + " wants fewer requests at a time"}
		if d, err := time.ParseDuration(other.Response.Header.Get("Retry-After") + "s"); err == nil && d > 0 {
			l.Wait = d
		}
		return l
	}
	return nil
}

// problem puts a failure in words.
func (s *asked) problem(ctx context.Context, what string, err error) error {
	var said *github.ErrorResponse
	var moved *github.RedirectionError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &moved):
		if moved.Location != nil && moved.Location.Host != "" && moved.Location.Host != s.base.Host {
			return fmt.Errorf("%s sends on to another server, %s: is that the API's address?", s.base.Host, builtins.Short(moved.Location.Host))
		}
		return fmt.Errorf("%s has moved: name it as it is called now", s)
	case errors.As(err, &said):
		return s.refusal(what, said)
	case notJSON(err):
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return s.strange(err.Error())
	}
	return builtins.Because(ctx, s.base, err)
}

// refusal puts an answer that is no success in words.
func (s *asked) refusal(what string, said *github.ErrorResponse) error {
	words := builtins.Short(said.Message)
	for _, e := range said.Errors {
		if detail := strings.TrimSpace(e.Resource + " " + e.Field + " " + e.Code + " " + e.Message); detail != "" {
			words += "; " + builtins.Short(detail)
		}
	}
	words = builtins.Short(words)
	switch status := said.Response.StatusCode; {
	case said.Message == "":
		return fmt.Errorf("%s answers %d, which GitHub's API does not: is that its address?", s.base.Host, status)
	case status == http.StatusUnauthorized && s.token:
		return fmt.Errorf("%s refuses the token: %s", s.base.Host, words)
	case status == http.StatusUnauthorized:
		return fmt.Errorf("%s wants a token: set GITHUB_TOKEN or GH_TOKEN", s.base.Host)
	case status == http.StatusForbidden:
		return fmt.Errorf("%s does not allow it to look at %s of %s: %s", s.base.Host, what, s, words)
	case status == http.StatusNotFound && s.token:
		return fmt.Errorf("there is no %s in %s, or the token may not see it: %s", what, s, words)
	case status == http.StatusNotFound:
		return fmt.Errorf("there is no %s in %s that can be seen without a token: %s", what, s, words)
	default:
		return fmt.Errorf("%s answers %d: %s", s.base.Host, status, words)
	}
}

// strange is the error for an answer that is not of this API.
func (s *asked) strange(how string) error {
	return fmt.Errorf("%s does not answer as GitHub does: %s", s.base.Host, builtins.Short(how))
}

func notJSON(err error) bool {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	var date *time.ParseError
	return errors.As(err, &syntax) || errors.As(err, &shape) || errors.As(err, &date) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errNotJSON)
}

var errNotJSON = errors.New("the answer is not JSON")

// whole is a transport that lets no empty answer and no null count as one: the
// library takes them for lists in which there is nothing.
type whole struct{ http.RoundTripper }

func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := w.RoundTripper.RoundTrip(r)
	if err != nil || reply.StatusCode/100 != 2 || r.Header.Get("Accept") == onlyTheHash {
		return reply, err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if start := bytes.TrimSpace(text); len(start) == 0 || start[0] != '[' && start[0] != '{' || !json.Valid(text) {
		return nil, fmt.Errorf("%w: %s", errNotJSON, builtins.Short(string(text)))
	}
	reply.Body = io.NopCloser(bytes.NewReader(text))
	return reply, nil
}

// from is where a page of a list begins: GitHub's lists are numbered, or have
// a cursor. The zero from is the first page.
type from struct {
	page  int
	after string
}

// all gathers the pages of a list.
func all[T any](ctx context.Context, s *asked, what string, list func(from) ([]*T, *github.Response, error)) ([]*T, error) {
	var found []*T
	var at from
	for {
		items, reply, err := ask(ctx, s, what, func() ([]*T, *github.Response, error) { return list(at) })
		if err != nil {
			return nil, err
		}
		for _, x := range items {
			if x == nil {
				return nil, s.strange("its list has a null in it")
			}
		}
		found = append(found, items...)
		next := from{reply.NextPage, reply.After}
		switch {
		case next == from{}:
			return found, nil
		case next == at, next.after == "" && next.page <= at.page:
			return nil, s.strange("its pages go round in circles")
		case len(found) >= mostItems, len(items) == 0:
			return nil, fmt.Errorf("%s has more than %d %s: too many to read", s, mostItems, what)
		}
		at = next
	}
}
