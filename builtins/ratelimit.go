package builtins

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/value"
)

// RateLimit is that a server wants no request for some time.
type RateLimit struct {
	Wait time.Duration // until its end
	Says string        // whose limit it is and of what
}

func (l *RateLimit) Error() string {
	return fmt.Sprintf("%s: it wants no request for %s, which is longer than the timeout", l.Says, value.Duration(l.Wait.Round(time.Second)))
}

// Outlast waits for the end of a rate limit. Where ctx would cut the wait
// short, it isn't begun and the limit is the error.
func (h *Host) Outlast(ctx context.Context, l *RateLimit) error {
	now, err := h.Clock()
	if err != nil || h.Sleep == nil {
		return l
	}
	if deadline, set := ctx.Deadline(); set && !now.Add(l.Wait).Before(deadline) {
		return l
	}
	return h.Sleep(ctx, l.Wait)
}
