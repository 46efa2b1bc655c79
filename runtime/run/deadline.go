package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// How long a node may take where it doesn't say.
const (
	checkTimeout = time.Minute // of one try
	stepTimeout  = 10 * time.Minute
	askTimeout   = 24 * time.Hour
)

// errOver ends what only lasted as long as something else.
var errOver = errors.New("it is over")

// expired is the cause of a context that ended on its deadline.
type expired struct{ limit time.Duration }

func (e *expired) Error() string {
	return fmt.Sprintf("not done after %s", value.Duration(e.limit))
}

// limited runs fn with a context that ends after d, by the engine's clock.
// With d of 0 nothing limits it.
func (r *runner) limited(ctx context.Context, d time.Duration, fn func(context.Context)) {
	if d <= 0 {
		fn(ctx)
		return
	}
	inner, done := r.engine.Limit(ctx, d, &expired{d})
	defer done()
	fn(inner)
}

// duration evaluates a clause; nil gives standard.
func (s *strand) duration(ctx context.Context, e syntax.Expr, standard time.Duration) (time.Duration, error) {
	if e == nil {
		return standard, nil
	}
	v, err := s.eval(ctx, e)
	if err != nil {
		return 0, err
	}
	d, ok := v.(value.Duration)
	if !ok {
		return 0, s.problem(e, "found %s, want a duration", value.Quote(v))
	}
	if d <= 0 {
		return 0, s.problem(e, "found %s, want more than 0s", d)
	}
	return time.Duration(d), nil
}

// number evaluates a clause that counts; nil gives standard.
func (s *strand) number(ctx context.Context, e syntax.Expr, standard int) (int, error) {
	if e == nil {
		return standard, nil
	}
	v, err := s.eval(ctx, e)
	if err != nil {
		return 0, err
	}
	n, ok := v.(value.Int)
	if !ok || n < 1 || n > 1_000_000 {
		return 0, s.problem(e, "found %s, want a whole number from 1", value.Quote(v))
	}
	return int(n), nil
}
