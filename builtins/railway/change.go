package railway

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// longestAppear is how long a deployment may take to appear after what makes
// one.
const longestAppear = 2 * time.Minute

// change sends a mutation that makes a deployment, and returns the new one's
// id. made reads it from the answer; "" where the answer doesn't say it. before
// is the newest deployment of before: where the answer is lost, a newer one
// tells that the mutation was carried out.
func (s *service) change(ctx context.Context, h *builtins.Host, before, name string, v vars, into any, made func() (string, error)) (string, error) {
	err := s.act(ctx, h, name, v, into)
	switch {
	case isLost(err) && ctx.Err() == nil:
		h.Say(fmt.Sprintf("railway: the answer was lost (%v): looking whether it was done", err))
		found, lookErr := s.appeared(ctx, h, before)
		if lookErr != nil {
			return "", fmt.Errorf("whether %s is being deployed is not known: %w; then %w. Look at it before you deploy again", s.Name, err, lookErr)
		}
		warn(h, fmt.Sprintf("the answer was lost (%v), and %s has a new deployment %s: it is taken for the one that was asked for", err, s.Name, found.version()))
		return found.ID, nil
	case err != nil:
		return "", err
	}
	id, err := made()
	if err != nil || id != "" {
		return id, err
	}
	found, err := s.appeared(ctx, h, before)
	if err != nil {
		return "", err
	}
	return found.ID, nil
}

// appeared waits until the service's newest deployment is another than before.
func (s *service) appeared(ctx context.Context, h *builtins.Host, before string) (*node, error) {
	start, err := h.Clock()
	if err != nil {
		return nil, err
	}
	for {
		in, err := s.look(ctx, h)
		switch {
		case err != nil && (ctx.Err() != nil || isFinal(err)):
			return nil, err
		case err == nil && in.latest() != before && in.latest() != "":
			return in.Latest, nil
		}
		if h.Now().Sub(start) >= longestAppear {
			newest := "it has none"
			if err == nil && in.Latest != nil {
				newest = fmt.Sprintf("its newest is still %s, which is %s", in.Latest.version(), in.Latest.Status)
			}
			return nil, fmt.Errorf("no new deployment of %s has appeared within %s: %s", s.Name, value.Duration(longestAppear), newest)
		}
		if err := h.Sleep(ctx, gap(h.Now().Sub(start))); err != nil {
			return nil, err
		}
	}
}

// yes is the answer of a mutation that says true alone.
type yes map[string]bool

// want is an error where Railway answers false, with no reason.
func (y yes) want(c *client, field, what string) error {
	done, ok := y[field]
	switch {
	case !ok:
		return c.strange("it doesn't say whether it was done")
	case !done:
		return fmt.Errorf("railway did not %s, and does not say why", what)
	}
	return nil
}

// announce shows a line, and warn one that the operator should know of, in any
// world.
func announce(h *builtins.Host, text string) {
	if h.Print != nil {
		h.Print(text)
	}
}

func warn(h *builtins.Host, text string) {
	if h.Warn != nil {
		h.Warn(text)
	}
}
