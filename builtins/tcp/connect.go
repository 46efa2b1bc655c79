package tcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type connectArgs struct {
	Address builtins.Text `drl:"address,address" doc:"host and port: \"db.example.com:5432\"; or a URL, whose scheme may say the port"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait" default:"10s"`
}

// connection is one that was opened and closed again.
type connection struct {
	Latency time.Duration `drl:"latency" doc:"how long it took, the look-up of the name included"`
}

var connect = builtins.New("tcp.connect", types.Reads,
	"Open a connection and close it: something listens there. Nothing is sent or read.",
	func(ctx context.Context, h *builtins.Host, a connectArgs) (connection, error) {
		host, port, err := builtins.Endpoint(a.Address, "")
		if err != nil {
			return connection{}, err
		}
		if h.Dial == nil {
			return connection{}, errors.New("there is no network here")
		}
		start, err := h.Clock()
		if err != nil {
			return connection{}, err
		}
		conn, err := h.Dial(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if a.Address.IsSecret() {
				return connection{}, err
			}
			return connection{}, fmt.Errorf("%s: %w", net.JoinHostPort(host, port), err)
		}
		latency := h.Now().Sub(start)
		conn.Close()
		return connection{latency}, nil
	}).With(`expect tcp.connect("db.example.com:5432").latency < 100ms`)
