package grpc_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	drlgrpc "github.com/drl-lang/drl/builtins/grpc"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, drlgrpc.Modules(), hostile.Host(t), "grpc.health", nil, args)
}

func text(s string) value.Value { return value.String(s) }

// serve runs a gRPC server until the test ends; register may be nil.
func serve(t *testing.T, register func(*grpc.Server), options ...grpc.ServerOption) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(options...)
	if register != nil {
		register(s)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Serve(listener)
	}()
	t.Cleanup(func() {
		s.Stop()
		<-ended
	})
	return listener.Addr().String()
}

func TestHealth(t *testing.T) {
	state := health.NewServer()
	state.SetServingStatus("tickets.v1.Tickets", healthpb.HealthCheckResponse_NOT_SERVING)
	state.SetServingStatus("new", healthpb.HealthCheckResponse_UNKNOWN)
	address := serve(t, func(s *grpc.Server) { healthpb.RegisterHealthServer(s, state) })
	closed := serve(t, nil)
	for _, tt := range []struct {
		name string
		args hostile.Args
		want string // a status, or an error with the server's address as ADDRESS
	}{
		{"the server", hostile.Args{"address": text(address)}, "SERVING"},
		{"by a scheme", hostile.Args{"address": text("grpc://" + address)}, "SERVING"},
		{"a service", hostile.Args{"address": text(address), "service": text("tickets.v1.Tickets")}, "NOT_SERVING"},
		{"one that doesn't know yet", hostile.Args{"address": text(address), "service": text("new")}, "UNKNOWN"},
		{"no such service", hostile.Args{"address": text(address), "service": text("tickets")}, `ADDRESS does not know the health of a service "tickets"`},
		{"without health", hostile.Args{"address": text(closed)}, "CLOSED has no health service: it does not implement grpc.health.v1.Health"},
		{"with TLS where there is none", hostile.Args{"address": text("https://" + address)}, "ADDRESS: the server does not speak TLS here; without encryption the address is grpc://"},
		{"a certificate without TLS", hostile.Args{"address": text(address), "name": text("localhost")}, "name and ca are for an address with encryption: https:// or grpcs://"},
		{"nobody there", hostile.Args{"address": text("127.0.0.1:1")}, "127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused"},
		{"no port", hostile.Args{"address": text("localhost")}, `address is "localhost", which has no port: want one such as db.example.com:5432`},
		{"a scheme of another kind", hostile.Args{"address": text("ftp://" + address)}, `address begins with "ftp://", want a host and port, grpc://, grpcs:// or https://`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask(t, tt.args)
			if err != nil {
				got = text(strings.NewReplacer(address, "ADDRESS", closed, "CLOSED").Replace(err.Error()))
			}
			if got != text(tt.want) {
				t.Errorf("grpc.health = %v, want %s", got, tt.want)
			}
		})
	}
	state.Shutdown()
	if got, err := ask(t, hostile.Args{"address": text(address)}); err != nil || got != text("NOT_SERVING") {
		t.Errorf("of a server that shuts down: %v, %v", got, err)
	}
}

func TestTLS(t *testing.T) {
	authority := hostile.NewAuthority(t)
	secure := func(cert tls.Certificate) string {
		return serve(t, func(s *grpc.Server) { healthpb.RegisterHealthServer(s, health.NewServer()) },
			grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{cert}})))
	}
	good := secure(authority.Certificate(t, nil))
	ended := secure(authority.Certificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }))
	for _, tt := range []struct {
		name string
		args hostile.Args
		want string // a status, or a part of an error
	}{
		{"trusted", hostile.Args{"address": text("grpcs://" + good), "ca": text(authority.CA)}, "SERVING"},
		{"by another name", hostile.Args{"address": text("https://" + good), "ca": text(authority.CA), "name": text("localhost")}, "SERVING"},
		{"by a wrong name", hostile.Args{"address": text("https://" + good), "ca": text(authority.CA), "name": text("tickets.example.com")}, "certificate is valid for localhost, not tickets.example.com"},
		{"of a stranger", hostile.Args{"address": text("https://" + good)}, `write ca: "file.pem" to trust its issuer`},
		{"ended", hostile.Args{"address": text("https://" + ended), "ca": text(authority.CA)}, "certificate has expired or is not yet valid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask(t, tt.args)
			if err != nil && strings.Contains(err.Error(), tt.want) || err == nil && got == text(tt.want) {
				return
			}
			t.Errorf("grpc.health = %v, %v, want %s", got, err, tt.want)
		})
	}
	if got, err := ask(t, hostile.Args{"address": text("grpc://" + good), "timeout": value.Duration(5 * time.Second)}); err == nil {
		t.Errorf("without encryption where there is some: %v", got)
	}
}

// answers is a health service that answers as it likes.
type answers struct {
	healthpb.UnimplementedHealthServer
	check func(context.Context, string) (*healthpb.HealthCheckResponse, error)
}

func (a answers) Check(ctx context.Context, r *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	return a.check(ctx, r.Service)
}

// Servers that answer as none should end in a short error, in time.
func TestBadServers(t *testing.T) {
	long := strings.Repeat("x", 100<<10) + "\x1b[2J"
	for name, address := range map[string]string{
		"an error with a long text": serve(t, func(s *grpc.Server) {
			healthpb.RegisterHealthServer(s, answers{check: func(context.Context, string) (*healthpb.HealthCheckResponse, error) {
				return nil, status.Error(codes.Internal, long)
			}})
		}),
		"an error": serve(t, func(s *grpc.Server) {
			healthpb.RegisterHealthServer(s, answers{check: func(context.Context, string) (*healthpb.HealthCheckResponse, error) {
				return nil, status.Error(codes.PermissionDenied, "go\x1b[2J away")
			}})
		}),
		"large headers": serve(t, func(s *grpc.Server) {
			healthpb.RegisterHealthServer(s, answers{check: func(ctx context.Context, _ string) (*healthpb.HealthCheckResponse, error) {
				grpc.SetHeader(ctx, metadata.Pairs("x", long[:100<<10]))
				return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
			}})
		}),
		"never": serve(t, func(s *grpc.Server) {
			healthpb.RegisterHealthServer(s, answers{check: func(ctx context.Context, _ string) (*healthpb.HealthCheckResponse, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}})
		}),
		"silence": hostile.Serve(t, func(c net.Conn) { io.Copy(io.Discard, c) }),
		"another protocol": hostile.Serve(t, func(c net.Conn) {
			io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n")
			io.Copy(io.Discard, c)
		}),
		"an end": hostile.Serve(t, func(net.Conn) {}),
		"without end": hostile.Serve(t, func(c net.Conn) {
			for {
				if _, err := c.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ask(t, hostile.Args{"address": text(address), "timeout": value.Duration(500 * time.Millisecond)})
			if err == nil || len(err.Error()) > 600 || strings.Contains(err.Error(), "\x1b") || strings.Contains(err.Error(), "drl has a bug") {
				t.Fatalf("grpc.health = %v, %q", got, err)
			}
			t.Log(err)
		})
	}
}

// A service's name arrives byte for byte, or nothing is sent.
func TestHostileNames(t *testing.T) {
	var seen []string
	address := serve(t, func(s *grpc.Server) {
		healthpb.RegisterHealthServer(s, answers{check: func(_ context.Context, service string) (*healthpb.HealthCheckResponse, error) {
			seen = append(seen, service)
			return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
		}})
	})
	for _, service := range hostile.Strings() {
		seen = nil
		_, err := ask(t, hostile.Args{"address": text(address), "service": text(service)})
		fits := utf8.ValidString(service) && len(service) <= 1024
		switch {
		case fits && (err != nil || len(seen) != 1 || seen[0] != service):
			t.Errorf("%q: %v, and the server saw %q", service, err, seen)
		case !fits && (err == nil || seen != nil):
			t.Errorf("%q: %v, and the server saw %q; want it refused", service, err, seen)
		}
	}
}
