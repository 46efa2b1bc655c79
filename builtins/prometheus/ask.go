package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
)

// server is the parameters that say whom to ask.
type server struct {
	Server  *builtins.Text `drl:"server,named" doc:"its address: \"http://prometheus.internal:9090\"; without one, PROMETHEUS_URL"`
	Bearer  *builtins.Text `drl:"bearer,named" doc:"a token, sent as Authorization: Bearer; without one, PROMETHEUS_TOKEN where it is set"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait for all answers" default:"10s"`
}

// asked is one call's way to the server.
type asked struct {
	v1.API
	address *url.URL
	close   func()
}

// open says where to ask; nothing is asked yet. The caller closes it.
func (s server) open(h *builtins.Host) (*asked, error) {
	address, err := h.GivenAddress(s.Server, "server", "PROMETHEUS_URL", "http://prometheus.internal:9090")
	if err != nil {
		return nil, err
	}
	token, err := h.Token(s.Bearer, "PROMETHEUS_TOKEN")
	if err != nil {
		return nil, err
	}
	client, closing, err := h.Client()
	if err != nil {
		return nil, err
	}
	client.Transport = builtins.Bearer{RoundTripper: client.Transport, Token: token}
	c, err := api.NewClient(api.Config{Address: address.String(), Client: client})
	if err != nil {
		closing()
		return nil, errors.New("server is no address")
	}
	return &asked{v1.NewAPI(c), address, closing}, nil
}

// query asks for what a query gives at a time; the zero time is the server's
// now.
func (s *asked) query(ctx context.Context, text string, at time.Time) (model.Value, error) {
	v, warnings, _, err := s.Query(ctx, text, at)
	return v, s.problem(ctx, warnings, err)
}

// problem puts a failure in words. An answer with warnings is one of which
// parts are missing: it counts as none.
func (s *asked) problem(ctx context.Context, warnings v1.Warnings, err error) error {
	var said *v1.Error
	switch {
	case err == nil && len(warnings) > 0:
		return fmt.Errorf("%s: the answer is incomplete: %s", s.address.Host, builtins.Short(strings.Join(warnings, "; ")))
	case err == nil:
		return nil
	case !errors.As(err, &said):
		return builtins.Because(ctx, s.address, err)
	}
	switch said.Type {
	case v1.ErrBadData:
		return fmt.Errorf("%s refuses the query: %s", s.address.Host, builtins.Short(said.Msg))
	case v1.ErrExec, v1.ErrTimeout, v1.ErrCanceled:
		return fmt.Errorf("%s gave the query up: %s", s.address.Host, builtins.Short(said.Msg))
	case v1.ErrBadResponse:
		return s.strange(builtins.Short(said.Msg))
	}
	if detail := strings.TrimSpace(said.Detail); detail != "" {
		return fmt.Errorf("%s answers with a %s: %s", s.address.Host, builtins.Short(said.Msg), builtins.Short(detail))
	}
	return fmt.Errorf("%s answers with a %s", s.address.Host, builtins.Short(said.Msg))
}

// strange is the error for an answer that is not of this API.
func (s *asked) strange(how string) error {
	return fmt.Errorf("%s does not answer as Prometheus does: %s", s.address.Host, how)
}
