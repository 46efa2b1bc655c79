package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// server is the parameters that say whom to ask.
type server struct {
	URL     *builtins.Text `drl:"url,named" doc:"its address: \"redis://user:password@cache.internal:6379/0\", rediss: with TLS; without one, REDIS_URL"`
	CA      *string        `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait, connecting included" default:"5s"`
}

func (s server) dial(ctx context.Context, h *builtins.Host) (*Client, error) {
	given, name, err := h.Given(s.URL, "url", "REDIS_URL")
	if err != nil {
		return nil, err
	}
	return Dial(ctx, h, given, name, s.CA)
}

type pingArgs struct{ server }

type pong struct {
	Latency time.Duration `drl:"latency" doc:"how long connecting, logging in and the answer took"`
}

var ping = builtins.New("redis.ping", types.Reads, "Connect, log in and get an answer.",
	func(ctx context.Context, h *builtins.Host, a pingArgs) (pong, error) {
		start, err := h.Clock()
		if err != nil {
			return pong{}, err
		}
		c, err := a.dial(ctx, h)
		if err != nil {
			return pong{}, err
		}
		defer c.Close()
		said, err := c.Ping(ctx).Result()
		if err != nil {
			return pong{}, c.Problem(ctx, err)
		}
		if said != "PONG" {
			return pong{}, fmt.Errorf("%s answers %s, want PONG", c.At, value.QuoteString(builtins.Short(said)))
		}
		return pong{h.Now().Sub(start)}, nil
	}).With(`expect redis.ping().latency < 50ms`)
