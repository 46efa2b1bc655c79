package grpc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/drl-lang/drl/builtins"
)

// server is where a call asks.
type server struct {
	address string // host and port
	secret  bool   // the address is one
	secure  bool   // with encryption
	called  string // its authority, whose host its certificate is to be good for
	roots   *x509.CertPool

	mu     sync.Mutex
	failed error // why there is no connection
}

// String names the server in messages.
func (s *server) String() string {
	if s.secret {
		return "the server"
	}
	return s.address
}

// why is why there is no connection, without what the library says around it.
func (s *server) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

func (s *server) fails(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = err
	return err
}

// connect prepares a connection, which the first call opens by the host's door
// and which ends with ctx. No resolver, proxy or configuration of the library's
// own has a say in where it leads.
func (s *server) connect(ctx context.Context, h *builtins.Host) (*grpc.ClientConn, error) {
	var over credentials.TransportCredentials = insecure.NewCredentials()
	if s.secure {
		over = credentials.NewTLS(&tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12, Time: h.Now})
	}
	return grpc.NewClient("passthrough:///server",
		grpc.WithTransportCredentials(&handshake{over, s}),
		// The library's own context for this ends once the connection is open.
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) {
			conn, err := h.DialLimited(ctx, "tcp", s.address, mostTraffic)
			if err != nil {
				return nil, s.fails(err)
			}
			return conn, nil
		}),
		grpc.WithUserAgent(strings.TrimSuffix("drl/"+h.Version, "/")),
		grpc.WithAuthority(s.called), grpc.WithMaxHeaderListSize(mostHeaders),
		grpc.WithDisableServiceConfig(), grpc.WithDisableRetry(), grpc.WithNoProxy(),
	)
}

// handshake remembers why a handshake failed: the library wraps it in text.
type handshake struct {
	credentials.TransportCredentials
	server *server
}

func (c *handshake) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := c.TransportCredentials.ClientHandshake(ctx, authority, raw)
	if err != nil {
		var record tls.RecordHeaderError
		if errors.As(err, &record) {
			err = errors.New("the server does not speak TLS here; without encryption the address is grpc://")
		}
		return nil, nil, c.server.fails(err)
	}
	return conn, info, nil
}

func (c *handshake) Clone() credentials.TransportCredentials {
	return &handshake{c.TransportCredentials.Clone(), c.server}
}
