package rabbitmq

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// server is the parameters that say whom to ask.
type server struct {
	Server  *builtins.Text `drl:"server,named" doc:"the management plugin's address with user and password: \"http://user:password@rabbit.internal:15672\"; without one, RABBITMQ_URL"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait for all answers" default:"10s"`
}

// management is one call's way to the management plugin.
type management struct {
	base   *url.URL // without user and password
	user   *url.Userinfo
	client *http.Client
	close  func()
}

// open says where to ask; nothing is asked yet. The caller closes it.
func (s server) open(h *builtins.Host) (*management, error) {
	base, err := h.GivenAddress(s.Server, "server", "RABBITMQ_URL", "http://rabbit.internal:15672, with user:password@ before the host")
	if err != nil {
		return nil, err
	}
	client, closing, err := h.Client()
	if err != nil {
		return nil, err
	}
	m := &management{base: base, user: base.User, client: client, close: closing}
	m.base.User = nil
	return m, nil
}

// get asks for what a path of segments has. missing is the error for one that
// isn't there.
func (m *management) get(ctx context.Context, into any, missing error, segments ...string) error {
	u := *m.base
	u.Path = strings.TrimSuffix(m.base.Path, "/") + "/api"
	u.RawPath = strings.TrimSuffix(m.base.EscapedPath(), "/") + "/api"
	for _, s := range segments {
		u.Path += "/" + s
		u.RawPath += "/" + strings.ReplaceAll(url.PathEscape(s), ".", "%2E")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("%s: the request cannot be sent", u.Host)
	}
	if m.user != nil {
		password, _ := m.user.Password()
		r.SetBasicAuth(m.user.Username(), password)
	}
	r.Header.Set("Accept", "application/json")
	reply, err := m.client.Do(r)
	if err != nil {
		return builtins.Because(ctx, &u, err)
	}
	defer reply.Body.Close()
	switch {
	case reply.StatusCode == http.StatusOK:
		if err := builtins.ReadJSON(reply, into); err != nil {
			return builtins.Because(ctx, &u, err)
		}
		return nil
	case reply.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%s refuses the user and password, or the user may not look at this: it needs the tag monitoring, or management and rights on the vhost", u.Host)
	}
	var said struct{ Error, Reason string }
	if builtins.ReadJSON(reply, &said) == nil && said.Reason != "" {
		if reply.StatusCode == http.StatusNotFound && missing != nil {
			return missing
		}
		return fmt.Errorf("%s answers %d: %s", u.Host, reply.StatusCode, builtins.Short(said.Reason))
	}
	return fmt.Errorf("%s answers %d, which RabbitMQ's management plugin does not: is this its address?", u.Host, reply.StatusCode)
}

// checkName refuses what can be no name of a queue or vhost.
func checkName(what, name string) error {
	const most = 255 // bytes, by AMQP
	switch {
	case name == "":
		return fmt.Errorf("%s is empty", what)
	case len(name) > most:
		return fmt.Errorf("%s has %d bytes, want %d at most", what, len(name), most)
	case !utf8.ValidString(name), strings.Contains(name, "\x00"):
		return fmt.Errorf("%s is %s, which no name in RabbitMQ holds", what, value.QuoteString(name))
	case strings.ContainsAny(name, "\r\n"):
		// It would be another name: RabbitMQ takes line breaks out.
		return fmt.Errorf("%s is %s, and RabbitMQ's names hold no line break", what, value.QuoteString(name))
	}
	return nil
}
