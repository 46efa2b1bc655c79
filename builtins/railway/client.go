package railway

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
)

// https://docs.railway.com/integrations/api, read 2026-11-29
const (
	usualAddress   = "https://backboard.railway.com/graphql/v2"
	projectHeader  = "Project-Access-Token"
	projectToken   = "RAILWAY_TOKEN"
	accountToken   = "RAILWAY_API_TOKEN"
	addressVar     = "RAILWAY_API_URL"
	projectVar     = "RAILWAY_PROJECT_ID"
	environmentVar = "RAILWAY_ENVIRONMENT_ID"
)

// longestAnswer is how long one request may take: a read is then asked again,
// a write looked for.
const longestAnswer = 20 * time.Second

// client is a run's way to Railway, with one token. It remembers which names
// stand for which ids.
type client struct {
	address  *url.URL
	token    string
	variable string // that the token comes from
	http     *http.Client
	closing  func()
	sent     atomic.Int64 // requests

	mu       sync.Mutex
	scopes   map[scopeArgs]scope
	services map[string][]named // by environment
}

// clientKey is what a client is kept under.
type clientKey struct{ address, variable, token string }

// open returns the run's client. Nothing is asked yet.
func open(h *builtins.Host) (*client, error) {
	key := clientKey{variable: projectToken}
	key.token, _ = h.Getenv(projectToken)
	if key.token == "" {
		key.variable = accountToken
		key.token, _ = h.Getenv(accountToken)
	}
	if key.token == "" {
		return nil, fmt.Errorf("neither %s nor %s is set: a project's token, from its settings, or an account's or workspace's", projectToken, accountToken)
	}
	h.Conceal(key.token)
	if strings.ContainsFunc(key.token, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return nil, fmt.Errorf("%s holds a line break or another control character", key.variable)
	}
	given, _ := h.Getenv(addressVar)
	address, err := builtins.Address(builtins.Hidden(cmp.Or(given, usualAddress)), addressVar, usualAddress)
	if err != nil {
		return nil, err
	}
	key.address = address.String()
	kept, err := h.Keep(key, func() (io.Closer, error) {
		c := &client{address: address, token: key.token, variable: key.variable, scopes: map[scopeArgs]scope{}, services: map[string][]named{}}
		var err error
		c.http, c.closing, err = h.Client()
		return c, err
	})
	if err != nil {
		return nil, err
	}
	return kept.(*client), nil
}

// Close ends its connections.
func (c *client) Close() error {
	if c.closing != nil {
		c.closing()
	}
	return nil
}

// authorize adds the token to a request's headers.
func (c *client) authorize(header http.Header) {
	if c.variable == projectToken {
		header.Set(projectHeader, c.token)
	} else {
		header.Set("Authorization", "Bearer "+c.token)
	}
}

// vars are an operation's variables. Those that are nil aren't sent.
type vars map[string]any

// request is the JSON of an operation.
type request struct {
	Query     string `json:"query"`
	Variables vars   `json:"variables"`
	Name      string `json:"operationName"`
}

func newRequest(name string, v vars) request {
	sent := vars{}
	for key, value := range v {
		if value != nil {
			sent[key] = value
		}
	}
	return request{document(name), sent, name}
}

// isText tells whether all texts of variables are UTF-8, which JSON is: others
// would be changed without a word.
func isText(v any) bool {
	switch v := v.(type) {
	case string:
		return utf8.ValidString(v)
	case vars:
		return isText(map[string]any(v))
	case map[string]any:
		for key, one := range v {
			if !utf8.ValidString(key) || !isText(one) {
				return false
			}
		}
	case map[string]string:
		for key, one := range v {
			if !utf8.ValidString(key) || !utf8.ValidString(one) {
				return false
			}
		}
	}
	return true
}

// send sends an operation once, and reads its data into into.
func (c *client) send(ctx context.Context, name string, v vars, into any) *failure {
	if !isText(v) {
		return &failure{kind: refused, err: errors.New("a text has bytes that are no UTF-8, and nothing was sent: Railway would get another one")}
	}
	body, err := json.Marshal(newRequest(name, v))
	if err != nil {
		return &failure{kind: refused, err: fmt.Errorf("the request cannot be written: %w", err)}
	}
	u := *c.address
	// With the same address for all, the network in front of Railway counts
	// them as one flood. https://github.com/CopilotKit/CopilotKit/issues/4309
	u.RawQuery = url.Values{"query": {name}}.Encode()
	ctx, stop := context.WithTimeoutCause(ctx, longestAnswer, slow{})
	defer stop()
	var written atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	r, err := http.NewRequestWithContext(traced, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return &failure{kind: unsent, err: fmt.Errorf("%s: the request cannot be sent", u.Host)}
	}
	c.authorize(r.Header)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	c.sent.Add(1)
	reply, err := c.http.Do(r)
	if err != nil {
		kind := lost
		if !written.Load() {
			kind = unsent
		}
		return &failure{kind: kind, err: c.mask(builtins.Because(ctx, &u, err))}
	}
	defer reply.Body.Close()
	f := c.read(reply, into)
	if f != nil {
		f.err = c.mask(f.err)
		if ctx.Err() != nil {
			f.err = context.Cause(ctx)
		}
	}
	return f
}

// slow says that one request took too long.
type slow struct{}

func (slow) Error() string { return fmt.Sprintf("no answer within %s", longestAnswer) }

// mask keeps the token out of what a server said.
func (c *client) mask(err error) error {
	if text := err.Error(); strings.Contains(text, c.token) {
		return errors.New(strings.ReplaceAll(text, c.token, "•••"))
	}
	return err
}

// strange is the error for an answer that isn't this API's.
func (c *client) strange(how string, args ...any) error {
	return fmt.Errorf("%s does not answer as Railway does: %s", c.address.Host, fmt.Sprintf(how, args...))
}
