package sentry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/hostile/standin"
	"github.com/drl-lang/drl/builtins/sentry"
	"github.com/drl-lang/drl/lang/value"
)

const token = "sntrys_0123456789abcdef"

func text(s string) value.Value { return value.String(s) }

// world is a host whose Sentry is a stand-in.
func world(t *testing.T) (*builtins.Host, *standin.Sentry) {
	t.Helper()
	s := standin.NewSentry(t, token)
	h := hostile.Host(t)
	h.Env = hostile.Env(map[string]string{"SENTRY_URL": s.URL, "SENTRY_AUTH_TOKEN": token})
	return h, s
}

func call(t *testing.T, h *builtins.Host, args hostile.Args) (value.Value, error) {
	t.Helper()
	given := hostile.Args{"project": text("acme/tickets"), "since": value.Time(time.Now().Add(-30 * time.Minute))}
	for name, v := range args {
		given[name] = v
	}
	return hostile.Call(t, sentry.Modules(), h, "sentry.issues", nil, given)
}

func TestIssues(t *testing.T) {
	h, s := world(t)
	now := time.Now()
	s.Happens("TICKETS-1", "error", "production", 3, now.Add(-48*time.Hour), now.Add(-time.Minute))
	s.Happens("TICKETS-2", "error", "production", 1, now.Add(-5*time.Minute), now.Add(-5*time.Minute))
	s.Happens("TICKETS-3", "warning", "staging", 7, now.Add(-5*time.Minute), now.Add(-2*time.Minute))
	s.Happens("TICKETS-4", "fatal", "staging", 1, now.Add(-48*time.Hour), now.Add(-47*time.Hour))
	for _, tt := range []struct {
		args hostile.Args
		want string // the result's names, whether new, how often; or the error, with the server as HOST
	}{
		{nil, "TICKETS-1 false 3, TICKETS-2 true 1, TICKETS-3 true 7"},
		{hostile.Args{"level": text("error")}, "TICKETS-1 false 3, TICKETS-2 true 1"},
		{hostile.Args{"level": text("fatal")}, ""},
		{hostile.Args{"level": text("debug"), "environment": text("staging")}, "TICKETS-3 true 7"},
		{hostile.Args{"since": value.Time(now.Add(-72 * time.Hour)), "level": text("fatal")}, "TICKETS-4 true 1"},
		{hostile.Args{"since": value.Time(now.Add(time.Hour))}, "since is " + value.Time(now.Add(time.Hour)).String() + ", want a time in the past"},
		{hostile.Args{"level": text("bad")}, `level is "bad", want one of fatal, error, warning, info, debug`},
		{hostile.Args{"project": text("tickets")}, `project is "tickets", want organization/project such as acme/tickets`},
		{hostile.Args{"project": text("acme/none")}, `there is no project "none" in acme, or the token may not see it: The requested resource does not exist`},
		{hostile.Args{"project": text("acme/secret")}, `HOST does not let the token see project "secret" in acme: You do not have permission to perform this action.`},
		{hostile.Args{"token": value.NewSecret("sntrys_wrongwrong")}, "HOST refuses the token: Invalid token"},
		{hostile.Args{"environment": text("a/b")}, `environment is "a/b", want a name of at most 64 letters, without / and line breaks`},
		{hostile.Args{"server": text("https://user:hunter2@sentry.example.com")}, "server holds a user or password, want an address without: the token goes in token: or SENTRY_AUTH_TOKEN"},
	} {
		got, err := call(t, h, tt.args)
		var said []string
		if err != nil {
			said = []string{strings.ReplaceAll(err.Error(), strings.TrimPrefix(s.URL, "http://"), "HOST")}
		} else {
			for _, x := range got.(*value.List).Items() {
				said = append(said, fmt.Sprintf("%s %s %s", hostile.Field(t, x, "id"), hostile.Field(t, x, "new"), hostile.Field(t, x, "count")))
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(said, ", ")); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.args, diff)
		}
	}
	h.Env = nil
	if _, err := call(t, h, nil); err == nil || err.Error() != "token is not given and SENTRY_AUTH_TOKEN is not set: Sentry tells nothing without one" {
		t.Errorf("without a token: %v", err)
	}
}

func TestPages(t *testing.T) {
	h, s := world(t)
	add := func(n int) {
		for i := range n {
			s.Happens(fmt.Sprintf("TICKETS-%d", i), "error", "production", 1, time.Now(), time.Now())
		}
	}
	add(250)
	got, err := call(t, h, nil)
	if list, ok := got.(*value.List); err != nil || !ok || list.Len() != 250 || len(s.Asked()) != 4 {
		t.Errorf("250 issues: %v, %v", got, err)
	}
	add(1000)
	if _, err := call(t, h, nil); err == nil || err.Error() != "more than 1000 issues: too many to read; level: and a later since: leave some out" {
		t.Errorf("1250 issues: %v", err)
	}
}

// A rate limit is waited for where there is time, and else an error at once.
func TestRateLimits(t *testing.T) {
	h, s := world(t)
	at := time.Now().Truncate(time.Second)
	var waited []time.Duration
	h.Now = func() time.Time { return at }
	h.Sleep = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	for header, value := range map[string]string{"X-Sentry-Rate-Limit-Reset": strconv.FormatInt(at.Add(9*time.Second).Unix(), 10), "Retry-After": "9"} {
		times := 2
		s.Limit(func(w http.ResponseWriter) bool {
			times--
			if times >= 0 {
				w.Header().Set(header, value)
				w.WriteHeader(http.StatusTooManyRequests)
				fmt.Fprint(w, `{"detail": "You are attempting to use this endpoint too frequently. Limit is 5 requests in 1 seconds"}`)
			}
			return times >= 0
		})
		waited = nil
		if _, err := call(t, h, nil); err != nil || !slices.Equal(waited, []time.Duration{9 * time.Second, 9 * time.Second}) {
			t.Errorf("%s: %v, waited %v", header, err, waited)
		}
		times, waited = 1, nil
		_, err := call(t, h, hostile.Args{"timeout": wait(5 * time.Second)})
		if err == nil || !strings.HasSuffix(err.Error(), " wants fewer requests at a time: it wants no request for 9s, which is longer than the timeout") || waited != nil {
			t.Errorf("%s, too late: %v, waited %v", header, err, waited)
		}
	}
}

func wait(d time.Duration) value.Value { return value.Duration(d) }

// What no API should answer is a short error, and no pass.
func TestBadAPIs(t *testing.T) {
	hostile.BadAPIs(t, token, nil, func(t *testing.T, address string) error {
		_, err := call(t, hostile.Host(t), hostile.Args{"server": text(address), "token": value.NewSecret(token), "timeout": wait(time.Second)})
		return err
	})
}

// Lists that are none.
func TestBadLists(t *testing.T) {
	const good = `{"shortId": "A-1", "count": "1", "lastSeen": "2026-11-22T10:00:00Z"}`
	for body, want := range map[string]string{
		"[" + good + "]": "", "null": "it has null for a list", "[null]": "an issue has no name, or no time", "[{}]": "an issue has no name, or no time", "{}": "JSON of kind object",
		strings.Replace("["+good+"]", `"1"`, `"many"`, 1): `an issue happened "many" times`, "": "the answer is empty, want JSON",
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/projects/") {
				fmt.Fprint(w, `{"id": "1"}`)
				return
			}
			fmt.Fprint(w, body)
		}))
		_, err := call(t, hostile.Host(t), hostile.Args{"server": text(s.URL), "token": value.NewSecret(token)})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
		s.Close()
	}
}
