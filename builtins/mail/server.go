package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostTraffic is how much a mail server may say in one call.
const mostTraffic = 256 << 10

type serverArgs struct {
	Address builtins.Text `drl:"address,address" doc:"host and port: \"mail.example.com:587\"; port 25 where none is said"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait" default:"10s"`
}

type greeting struct {
	Banner   string        `drl:"banner" doc:"what the server greets with"`
	StartTLS bool          `drl:"starttls" doc:"whether it offers to turn to TLS"`
	Latency  time.Duration `drl:"latency" doc:"how long connecting and its answers took"`
}

var server = builtins.New("mail.server", types.Reads, "Connect to a mail server, greet it and say goodbye; nothing is sent.",
	func(ctx context.Context, h *builtins.Host, a serverArgs) (greeting, error) {
		host, port, err := builtins.Endpoint(a.Address, "25")
		if err != nil {
			return greeting{}, err
		}
		start, err := h.Clock()
		if err != nil {
			return greeting{}, err
		}
		at := net.JoinHostPort(host, port)
		conn, err := h.DialLimited(ctx, "tcp", at, mostTraffic)
		if err != nil {
			return greeting{}, problem(ctx, at, err)
		}
		defer conn.Close()
		x, err := greet(conn)
		if err != nil {
			return greeting{}, problem(ctx, at, err)
		}
		x.Latency = h.Now().Sub(start)
		return x, nil
	}).With(`expect mail.server("mail.example.com:587").starttls`)

func greet(conn net.Conn) (greeting, error) {
	talk := textproto.NewConn(conn)
	_, said, err := talk.ReadResponse(220)
	if err != nil {
		return greeting{}, fmt.Errorf("the greeting: %w", err)
	}
	x := greeting{Banner: said}
	if err := talk.PrintfLine("EHLO localhost"); err != nil {
		return x, err
	}
	_, said, err = talk.ReadResponse(250)
	var refused *textproto.Error
	if errors.As(err, &refused) {
		// Some know no more than the first version of the protocol.
		if err := talk.PrintfLine("HELO localhost"); err != nil {
			return x, err
		}
		_, said, err = talk.ReadResponse(250)
	}
	if err != nil {
		return x, fmt.Errorf("the answer to EHLO: %w", err)
	}
	for line := range strings.Lines(said) {
		x.StartTLS = x.StartTLS || strings.EqualFold(strings.TrimSpace(line), "STARTTLS")
	}
	// How it says goodbye is of no consequence.
	_ = talk.PrintfLine("QUIT")
	return x, nil
}

// problem puts what went wrong with the server at an address in words. Where
// ctx ended, it is its cause.
func problem(ctx context.Context, at string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var said *textproto.Error
	var strange textproto.ProtocolError
	switch {
	case errors.As(err, &said):
		return fmt.Errorf("%s answers %d: %s", at, said.Code, builtins.Short(said.Msg))
	case errors.As(err, &strange):
		return fmt.Errorf("%s does not speak as a mail server does: %s", at, value.QuoteString(builtins.Short(string(strange))))
	}
	return fmt.Errorf("%s: %s", at, builtins.Short(err.Error()))
}
