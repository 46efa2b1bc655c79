package builtins

import (
	"errors"
	"net/http"
	"strings"
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
	switch {
	case strings.ContainsFunc(token, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return "", errors.New("the token holds a line break or another control character")
	case strings.Trim(token, " ") != token:
		return "", errors.New("the token begins or ends with a blank, which no header keeps")
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
