package grpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

const (
	mostTraffic = 1 << 20 // bytes that a server may send in one call
	mostHeaders = 64 << 10
	mostService = 1024 // bytes of a service's name
)

type healthArgs struct {
	Address builtins.Text `drl:"address,address" doc:"\"tickets.internal:50051\", without encryption, or \"https://tickets.example.com\""`
	Service *string       `drl:"service" doc:"which of its services: \"tickets.v1.Tickets\"; without one, the whole server"`
	Name    *string       `drl:"name,named" doc:"the name that its certificate is to be good for; without one, the address's host"`
	CA      *string       `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait" default:"10s"`
}

var health = builtins.New("grpc.health", types.Reads,
	`Ask for the health of a server or of one of its services: "SERVING", "NOT_SERVING" or "UNKNOWN". A service that it does not know is an error.`,
	func(ctx context.Context, h *builtins.Host, a healthArgs) (string, error) {
		service := ""
		if a.Service != nil {
			service = *a.Service
		}
		if !utf8.ValidString(service) || len(service) > mostService {
			return "", fmt.Errorf("service is %s, want a name of at most %d bytes such as tickets.v1.Tickets", builtins.Quoted(service), mostService)
		}
		s, err := newServer(h, a)
		if err != nil {
			return "", err
		}
		conn, err := s.connect(ctx, h)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		reply, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{Service: service}, grpc.MaxCallRecvMsgSize(mostHeaders))
		if err != nil {
			return "", s.problem(ctx, service, err)
		}
		return reply.Status.String(), nil
	}).With(`expect grpc.health("tickets.internal:50051", "tickets.v1.Tickets") == "SERVING"`)

// problem puts a failure in words.
func (s *server) problem(ctx context.Context, service string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	said := status.Convert(err)
	switch said.Code() {
	case codes.NotFound:
		return fmt.Errorf("%s does not know the health of a service %s", s, builtins.Quoted(service))
	case codes.Unimplemented:
		return fmt.Errorf("%s has no health service: it does not implement grpc.health.v1.Health", s)
	case codes.Unavailable:
		if why := s.why(); why != nil {
			return fmt.Errorf("%s: %w", s, builtins.WhyUntrusted(why))
		}
	}
	return fmt.Errorf("%s answers %s: %s", s, said.Code(), builtins.Short(said.Message()))
}

// newServer reads where to ask and how.
func newServer(h *builtins.Host, a healthArgs) (*server, error) {
	scheme, _, found := strings.Cut(a.Address.Reveal(), "://")
	usual := ""
	s := &server{secret: a.Address.IsSecret()}
	switch {
	case !found, scheme == "grpc", scheme == "http":
	case scheme == "https", scheme == "grpcs":
		s.secure, usual = true, "443"
	default:
		return nil, fmt.Errorf("address begins with %s, want a host and port, grpc://, grpcs:// or https://", builtins.Quoted(scheme+"://"))
	}
	host, port, err := builtins.Endpoint(a.Address, usual)
	if err != nil {
		return nil, err
	}
	s.address = net.JoinHostPort(host, port)
	s.called = s.address
	if !s.secure && (a.Name != nil || a.CA != nil) {
		return nil, errors.New("name and ca are for an address with encryption: https:// or grpcs://")
	}
	if a.Name != nil {
		if s.called = *a.Name; !builtins.IsHost(s.called) {
			return nil, fmt.Errorf("name is %s, want the name of a host", builtins.Quoted(s.called))
		}
	}
	if s.roots, err = h.Roots(a.CA); err != nil {
		return nil, err
	}
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	return s, nil
}
