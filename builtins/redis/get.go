package redis

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type keyArgs struct {
	Key string `drl:"key" doc:"the key"`
	server
}

var get = builtins.New("redis.get", types.Reads, "Return the text that a key has; null where there is none.",
	func(ctx context.Context, h *builtins.Host, a keyArgs) (*string, error) {
		c, err := a.dial(ctx, h)
		if err != nil {
			return nil, err
		}
		defer c.Close()
		text, err := c.Get(ctx, a.Key).Result()
		switch {
		case errors.Is(err, redis.Nil):
			return nil, nil
		case err != nil:
			return nil, c.Problem(ctx, err)
		case !utf8.ValidString(text):
			return nil, fmt.Errorf("what %s has is no text: its bytes are no UTF-8", value.QuoteString(a.Key))
		}
		return &text, nil
	}).With(`expect redis.get("maintenance") == null`)

var length = builtins.New("redis.length", types.Reads,
	"Count the items of a list, set, sorted set, hash or stream; 0 where there is none: Redis keeps no empty ones.",
	func(ctx context.Context, h *builtins.Host, a keyArgs) (int, error) {
		c, err := a.dial(ctx, h)
		if err != nil {
			return 0, err
		}
		defer c.Close()
		kind, err := c.Type(ctx, a.Key).Result()
		if err != nil {
			return 0, c.Problem(ctx, err)
		}
		count := map[string]func(context.Context, string) *redis.IntCmd{
			"list": c.LLen, "set": c.SCard, "zset": c.ZCard, "hash": c.HLen, "stream": c.XLen,
		}[kind]
		switch {
		case kind == "none":
			return 0, nil
		case count == nil:
			return 0, fmt.Errorf("%s is a %s, want a list, a set, a hash or a stream", value.QuoteString(a.Key), builtins.Short(kind))
		}
		n, err := count(ctx, a.Key).Result()
		if err != nil {
			return 0, c.Problem(ctx, err)
		}
		if n < 0 {
			return 0, fmt.Errorf("%s does not answer as Redis does: %d items", c.At, n)
		}
		return int(n), nil
	}).With(`expect redis.length("celery") < 100`)
