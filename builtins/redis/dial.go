package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

const usualAddress = "redis://cache.internal:6379/0, with user:password@ before the host"

// Client is a connection to a server, for one call.
type Client struct {
	*redis.Client
	At       string // host and port
	Database int
}

// Dial says how to connect to a server; it is connected to by the first
// command, and not for longer than ctx. name is the argument or variable that
// the address comes from, ca a file of certificates to trust in place of this
// machine's. What libraries of other languages add to an address as a query is
// theirs.
func Dial(ctx context.Context, h *builtins.Host, address builtins.Text, name string, ca *string) (*Client, error) {
	quiet()
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || !builtins.IsHost(u.Hostname()) {
		return nil, wrong(address, name)
	}
	c := &Client{At: net.JoinHostPort(u.Hostname(), orUsual(u.Port()))}
	if path := strings.Trim(u.Path, "/"); path != "" {
		if c.Database, err = strconv.Atoi(path); err != nil || c.Database < 0 {
			return nil, wrong(address, name)
		}
	}
	options := &redis.Options{
		Addr: c.At, DB: c.Database, Protocol: 2, DisableIdentity: true, MaxRetries: -1, DialerRetries: 1, PoolSize: 1,
		ReadTimeout: -1, WriteTimeout: -1, ContextTimeoutEnabled: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if u.User != nil {
		options.Username = u.User.Username()
		options.Password, _ = u.User.Password()
	}
	roots, err := h.Roots(ca)
	if err != nil {
		return nil, err
	}
	options.Dialer = func(inner context.Context, network, at string) (net.Conn, error) {
		conn, err := h.DialLimited(ctx, network, at, mostTraffic)
		if err != nil {
			return nil, err
		}
		if u.Scheme == "rediss" {
			secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), RootCAs: roots, Time: h.Now, MinVersion: tls.VersionTLS12})
			if err := secure.HandshakeContext(inner); err != nil {
				conn.Close()
				return nil, builtins.WhyUntrusted(err)
			}
			conn = secure
		}
		return &guard{Conn: conn}, nil
	}
	c.Client = redis.NewClient(options)
	return c, nil
}

func wrong(address builtins.Text, name string) error {
	shown := value.QuoteString(builtins.Scrub(address.String()))
	if address.IsSecret() {
		shown = address.String()
	}
	return fmt.Errorf("%s is %s, want an address such as %s", name, shown, usualAddress)
}

func orUsual(port string) string {
	if port == "" {
		return "6379"
	}
	return port
}

// Problem puts what went wrong with a command in words. Where ctx ended, it is
// its cause.
func (c *Client) Problem(ctx context.Context, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		<-ctx.Done() // its deadline is the connection's, which may be a moment ahead
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var said redis.Error
	if !errors.As(err, &said) {
		return fmt.Errorf("%s: %w", c.At, err)
	}
	switch text := said.Error(); {
	case strings.HasPrefix(text, "NOAUTH"):
		return fmt.Errorf("%s wants a password: put it into the address, before the host", c.At)
	case strings.HasPrefix(text, "WRONGPASS"), strings.Contains(text, "invalid password"), strings.Contains(text, "without any password configured"):
		return fmt.Errorf("%s refuses the user and password", c.At)
	case strings.HasPrefix(text, "LOADING"):
		return fmt.Errorf("%s is still loading its data", c.At)
	default:
		return fmt.Errorf("%s: %s", c.At, builtins.Short(text))
	}
}

// quiet stops the library from writing to standard error, once.
var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}
