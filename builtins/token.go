package builtins

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Token returns the token of an argument, or else of the first of the
// variables that is set; "" where there is none. One that no header can hold
// is an error.
func (h *Host) Token(argument *Text, variables ...string) (string, error) {
	token := ""
	if argument != nil {
		token = argument.Reveal()
	} else {
		for _, name := range variables {
			if token, _ = h.Getenv(name); token != "" {
				break
			}
		}
	}
	if strings.ContainsFunc(token, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", errors.New("the token holds a line break or another control character")
	}
	return token, nil
}

// Bearer is a transport that sends a token along, if there is one.
type Bearer struct {
	http.RoundTripper
	Token string
}

// RoundTrip sends a request with the token.
func (b Bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.Token == "" {
		return b.RoundTripper.RoundTrip(r)
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.Token)
	return b.RoundTripper.RoundTrip(r)
}

// WaitOut waits for d, as a server asked for, and tells whether it did: a wait
// that ctx would cut short isn't begun.
func (h *Host) WaitOut(ctx context.Context, d time.Duration) (bool, error) {
	now, err := h.Clock()
	if err != nil || h.Sleep == nil {
		return false, err
	}
	if deadline, set := ctx.Deadline(); set && !now.Add(d).Before(deadline) {
		return false, nil
	}
	return true, h.Sleep(ctx, d)
}
