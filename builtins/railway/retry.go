package railway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

const (
	tries     = 4           // of what may be asked again
	firstWait = time.Second // before the second try; it doubles
	// leastWait is what a 429 without Retry-After is waited for.
	leastWait = 5 * time.Second
)

// ask sends a query, and again where it did not work for a while.
func (c *client) ask(ctx context.Context, h *builtins.Host, name string, v vars, into any) error {
	return c.until(ctx, h, name, v, into, func(k failureKind) bool { return k == unsent || k == lost })
}

// act sends a mutation. It is sent again only where nothing can have come of
// it: it never got there, or was refused for the limit. An error for which
// isLost holds says that nobody knows whether it was done.
func (c *client) act(ctx context.Context, h *builtins.Host, name string, v vars, into any) error {
	err := c.until(ctx, h, name, v, into, func(k failureKind) bool { return k == unsent })
	if isLost(err) && ctx.Err() != nil {
		err = &failed{failure{kind: lost, err: fmt.Errorf("the time was over before the answer came, and whether it was done is not known: %w", err)}}
	}
	return err
}

// failed is an operation's last failure.
type failed struct{ failure }

func (f *failed) Error() string { return f.err.Error() }
func (f *failed) Unwrap() error { return f.err }

func isKind(err error, kinds ...failureKind) bool {
	var f *failed
	if !errors.As(err, &f) {
		return false
	}
	for _, k := range kinds {
		if f.kind == k {
			return true
		}
	}
	return false
}

// isFinal tells whether asking again would end in the same way, for as long as
// the call lasts.
func isFinal(err error) bool { return isKind(err, refused, missing, limited) }

// isLost tells whether a mutation with this error may have been carried out.
func isLost(err error) bool { return isKind(err, lost) }

func (c *client) until(ctx context.Context, h *builtins.Host, name string, v vars, into any, again func(failureKind) bool) error {
	pause := firstWait
	for try := 1; ; try++ {
		f := c.send(ctx, name, v, into)
		if f == nil {
			return nil
		}
		wait := pause
		switch {
		case ctx.Err() != nil:
			if f.kind == lost {
				return &failed{failure{kind: lost, err: context.Cause(ctx)}}
			}
			return context.Cause(ctx)
		case f.kind == limited:
			if wait = f.wait; wait == 0 {
				wait = leastWait
			}
			if left, ends := c.left(ctx, h); ends && wait >= left {
				return &failed{failure{kind: limited, err: c.limitUsedUp(f, wait, left)}}
			}
		case !again(f.kind) || try == tries:
			return &failed{*f}
		default:
			// Better its own words than those of a deadline.
			if left, ends := c.left(ctx, h); ends && wait >= left {
				return &failed{*f}
			}
			pause *= 2
		}
		if h.Sleep == nil {
			return &failed{*f}
		}
		if err := h.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// left is how long ctx lasts, if it ends.
func (c *client) left(ctx context.Context, h *builtins.Host) (left time.Duration, ends bool) {
	deadline, ends := ctx.Deadline()
	if !ends || h.Now == nil {
		return 0, false
	}
	return deadline.Sub(h.Now()), true
}

func (c *client) limitUsedUp(f *failure, wait, left time.Duration) error {
	limit := f.limit
	if limit == "" {
		limit = "by hour, on its plans: Free 100, Hobby 1,000, Pro 10,000"
	}
	return fmt.Errorf("railway's limit of requests is used up (%s): it asks to wait %s, and this call ends in %s; %d were sent in this run",
		limit, value.Duration(wait.Round(time.Second)), value.Duration(left.Round(time.Second)), c.sent.Load())
}
