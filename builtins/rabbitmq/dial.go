package rabbitmq

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

const (
	mostTraffic  = 64 << 20 // bytes that a broker may send in one call
	mostFrame    = 128 << 10
	goodbye      = 2 * time.Second // for the broker's own farewell
	usualAddress = "amqp://rabbit.internal/vhost, with user:password@ before the host"
)

// Broker is a connection to a broker over AMQP, for one call.
type Broker struct {
	*amqp.Connection
	At  string // host and port
	now func() time.Time
}

// Dial connects to a broker. name is the argument or variable that the address
// comes from; vhost, if given, is another than the address's; ca a file of
// certificates to trust in place of this machine's. The connection ends with
// ctx at the latest.
func Dial(ctx context.Context, h *builtins.Host, address builtins.Text, name string, vhost, ca *string) (*Broker, error) {
	uri, err := amqp.ParseURI(address.Reveal())
	if err != nil || !builtins.IsHost(uri.Host) {
		shown := value.QuoteString(builtins.Scrub(address.String()))
		if address.IsSecret() {
			shown = address.String()
		}
		return nil, fmt.Errorf("%s is %s, want an address such as %s", name, shown, usualAddress)
	}
	if vhost != nil {
		uri.Vhost = *vhost
	}
	if err := checkName("vhost", uri.Vhost); err != nil {
		return nil, err
	}
	if _, err := h.Clock(); err != nil {
		return nil, err
	}
	roots, err := h.Roots(ca)
	if err != nil {
		return nil, err
	}
	at := net.JoinHostPort(uri.Host, strconv.Itoa(uri.Port))
	conn, err := h.DialLimited(ctx, "tcp", at, mostTraffic)
	if err != nil {
		return nil, Problem(ctx, at, err)
	}
	if uri.Scheme == "amqps" {
		secure := tls.Client(conn, &tls.Config{ServerName: uri.Host, RootCAs: roots, Time: h.Now, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, Problem(ctx, at, builtins.WhyUntrusted(err))
		}
		conn = secure
	}
	c, err := amqp.Open(conn, amqp.Config{
		Vhost: uri.Vhost, SASL: []amqp.Authentication{uri.PlainAuth()}, FrameSize: mostFrame, ChannelMax: 16,
		Properties: amqp.Table{"connection_name": "drl", "product": "drl", "version": h.Version},
	})
	if err != nil {
		conn.Close()
		return nil, Problem(ctx, at, err)
	}
	return &Broker{c, at, h.Now}, nil
}

// Close says goodbye, and doesn't wait long for an answer.
func (b *Broker) Close() { _ = b.CloseDeadline(b.now().Add(goodbye)) }

// Problem puts what went wrong with the broker at an address in words. Where
// ctx ended, it is its cause.
func Problem(ctx context.Context, at string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var said *amqp.Error
	switch {
	case !errors.As(err, &said):
		return fmt.Errorf("%s: %w", at, err)
	case errors.Is(err, amqp.ErrCredentials), errors.Is(err, amqp.ErrSASL), said.Code == amqp.AccessRefused && !said.Recover:
		if said.Reason != "" && said.Server {
			return fmt.Errorf("%s refuses: %s", at, builtins.Short(said.Reason))
		}
		return fmt.Errorf("%s refuses the user and password", at)
	case errors.Is(err, amqp.ErrVhost):
		return fmt.Errorf("%s has no such vhost, or the user may not enter it", at)
	}
	return fmt.Errorf("%s: %s", at, builtins.Short(said.Reason))
}
