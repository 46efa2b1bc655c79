package railway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/value"
)

// failure is why an operation has no data, and what that allows.
type failure struct {
	kind failureKind
	err  error
	// wait is how long Railway asks to wait, of a limited one.
	wait time.Duration
	// limit is what is allowed, in words; "": it didn't say.
	limit string
}

type failureKind string

const (
	refused failureKind = "refused" // Railway has said no: nothing was done
	missing failureKind = "missing" // … because there is no such thing
	unsent  failureKind = "unsent"  // it never got there
	limited failureKind = "limited" // too many requests: nothing was done
	lost    failureKind = "lost"    // nobody knows whether it was done
)

// said is an answer of GraphQL. Of those that fail before that, some have a
// message alone.
type said struct {
	Data    json.RawMessage `json:"data"`
	Message string          `json:"message"`
	Errors  []struct {
		Message    string `json:"message"`
		TraceID    string `json:"traceId"`
		Extensions struct {
			Code    string `json:"code"`
			TraceID string `json:"traceId"`
		} `json:"extensions"`
	} `json:"errors"`
}

// read reads an answer. 200 says nothing: refusals come with it as well.
func (c *client) read(reply *http.Response, into any) *failure {
	switch {
	case reply.StatusCode == http.StatusTooManyRequests:
		return limit(c.address.Host, reply.Header)
	case reply.StatusCode >= 500:
		return &failure{kind: lost, err: fmt.Errorf("%s answers %d %s", c.address.Host, reply.StatusCode, strings.ToLower(http.StatusText(reply.StatusCode)))}
	case reply.StatusCode == http.StatusUnauthorized, reply.StatusCode == http.StatusForbidden:
		return &failure{kind: refused, err: c.unauthorized(fmt.Sprintf("answers %d", reply.StatusCode))}
	case reply.StatusCode != http.StatusOK && reply.StatusCode != http.StatusBadRequest:
		return &failure{kind: lost, err: c.strange("it answers %d", reply.StatusCode)}
	}
	var answer said
	if err := builtins.ReadJSON(reply, &answer); err != nil {
		return &failure{kind: lost, err: fmt.Errorf("%s: %w", c.address.Host, err)}
	}
	if f := c.refusal(answer); f != nil {
		return f
	}
	if reply.StatusCode != http.StatusOK {
		return &failure{kind: lost, err: c.strange("it answers %d", reply.StatusCode)}
	}
	return c.data(answer.Data, into)
}

// data reads what was asked for.
func (c *client) data(data json.RawMessage, into any) *failure {
	if len(data) == 0 || string(data) == "null" {
		return &failure{kind: lost, err: c.strange("its answer has no data")}
	}
	if err := json.Unmarshal(data, into); err != nil {
		var shape *json.UnmarshalTypeError
		if errors.As(err, &shape) {
			err = fmt.Errorf("it has JSON of kind %s in %s", shape.Value, shape.Field)
		}
		return &failure{kind: lost, err: c.strange("%v", err)}
	}
	return nil
}

// refusal is what the errors of an answer mean; nil: it has none. Codes don't
// tell: what isn't authorized and what isn't there carry INTERNAL_SERVER_ERROR
// like a failure of Railway's own, so the words do.
func (c *client) refusal(answer said) *failure {
	message, code, trace := answer.Message, "", ""
	if len(answer.Errors) > 0 {
		first := answer.Errors[0]
		message, code, trace = first.Message, first.Extensions.Code, first.TraceID
		if trace == "" {
			trace = first.Extensions.TraceID
		}
	} else if message == "" {
		return nil
	}
	text := builtins.Short(message)
	if trace != "" {
		text += " (trace " + builtins.Short(trace) + ")"
	}
	err := fmt.Errorf("railway says: %s", text)
	switch lower := strings.ToLower(message); {
	case strings.Contains(lower, "not authorized"), strings.Contains(lower, "project token not found"):
		return &failure{kind: refused, err: c.unauthorized("says: " + text)}
	case strings.Contains(lower, "not found"):
		return &failure{kind: missing, err: err}
	case strings.Contains(lower, "problem processing request") && code != "GRAPHQL_PARSE_FAILED" && code != "GRAPHQL_VALIDATION_FAILED":
		return &failure{kind: lost, err: err} // it passes
	}
	return &failure{kind: refused, err: err}
}

// unauthorized says what could be wrong with the token. One of the other kind
// is refused in the same words as a wrong one.
func (c *client) unauthorized(how string) error {
	if c.variable == accountToken {
		return fmt.Errorf("railway %s: the token in %s isn't allowed this, or the id is of nothing; if it is a project's token, put it in %s", how, accountToken, projectToken)
	}
	return fmt.Errorf("railway %s: the token in %s isn't allowed this, or the id is of nothing in its environment; if it is an account's or workspace's token, put it in %s", how, projectToken, accountToken)
}

var policy = lazy.Regexp(`q=(\d+)\s*;\s*w=(\d+)`)

// limit reads a 429. Its body may be a page of HTML, of the network in front
// of Railway.
func limit(host string, header http.Header) *failure {
	f := &failure{kind: limited, err: fmt.Errorf("%s answers 429: too many requests", host)}
	if seconds, err := strconv.ParseInt(header.Get("Retry-After"), 10, 32); err == nil && seconds >= 0 {
		f.wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header.Get("Retry-After")); err == nil {
		if now, err := http.ParseTime(header.Get("Date")); err == nil && at.After(now) {
			f.wait = at.Sub(now)
		}
	}
	if m := policy().FindStringSubmatch(header.Get("RateLimit-Policy")); m != nil {
		if seconds, err := strconv.ParseInt(m[2], 10, 32); err == nil {
			f.limit = m[1] + " requests in " + value.Duration(time.Duration(seconds)*time.Second).String()
		}
	} else if n := header.Get("X-RateLimit-Limit"); n != "" {
		f.limit = builtins.Short(n) + " requests"
	}
	return f
}
