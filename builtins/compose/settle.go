package compose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// pollEvery is how far apart the looks at containers are that are waited for.
const pollEvery = 500 * time.Millisecond

// patience is the parameters of what waits for containers.
type patience struct {
	Within  time.Duration `drl:"within,named" doc:"how long they may take to be well" default:"2m"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for all of it, within included" default:"20m"`
}

func (p patience) check() error {
	switch {
	case p.Within <= 0:
		return fmt.Errorf("within is %s, want more than 0s", value.Duration(p.Within))
	case p.Within >= p.Timeout:
		return fmt.Errorf("within is %s, want less than the timeout of %s", value.Duration(p.Within), value.Duration(p.Timeout))
	}
	return nil
}

// errTooLate is the cause of a context that has lasted for within.
var errTooLate = errors.New("the wait is over")

// settle lets act bring containers about, and waits until those of the given
// services are well, all of it within the patience. It does what up --wait
// does, and three things that that doesn't: it takes a service that is done
// (exit code 0, with no policy to start it again) for well, it sees one that
// only seems to run, and it says why one isn't well.
// https://github.com/docker/compose/issues/10596
func (c *call) settle(ctx context.Context, p patience, services []string, act func(context.Context) error) ([]Service, error) {
	if c.h.Sleep == nil {
		return nil, errors.New("nothing can be waited for here")
	}
	waiting, stop := context.WithTimeoutCause(ctx, p.Within, errTooLate)
	defer stop()
	late := func(err error) bool { return errors.Is(err, errTooLate) && ctx.Err() == nil }
	if err := act(waiting); err != nil && !late(err) {
		return nil, err
	}
	all, err := c.services(ctx, services)
	if err != nil {
		return nil, err
	}
	seen := map[string]time.Time{} // when those that run had started, at the last look
	for {
		open, broken := judge(all, seen, c.conf)
		if len(broken) > 0 {
			return nil, errors.New(c.why(ctx, broken))
		}
		if len(open) == 0 {
			return all, nil
		}
		if err := c.h.Sleep(waiting, pollEvery); err != nil {
			if late(err) {
				return nil, fmt.Errorf("%s, after %s", c.why(ctx, open), value.Duration(p.Within))
			}
			return nil, err
		}
		if all, err = c.again(ctx, all); err != nil {
			return nil, err
		}
	}
}

// again looks at the same containers once more.
func (c *call) again(ctx context.Context, all []Service) ([]Service, error) {
	var now []Service
	var ids []string
	for _, s := range all {
		if s.ID == "" {
			now = append(now, s)
		} else {
			ids = append(ids, s.ID)
		}
	}
	found, err := c.inspect(ctx, ids)
	if err == nil && len(found) < len(ids) {
		err = errors.New("a container was removed while it was waited for")
	}
	return append(now, found...), err
}

// judge tells of containers that aren't well yet, and of those that won't be
// by themselves. seen is what it remembers from one look to the next.
func judge(all []Service, seen map[string]time.Time, conf config) (open, broken []Service) {
	for _, s := range all {
		restarts := s.policy == "always" || s.policy == "unless-stopped"
		done := s.State == "exited" && s.ExitCode != nil && *s.ExitCode == 0
		switch {
		case s.State == "missing" && conf.Services[s.Service].none():
		case s.State == "running" && s.Health == nil && s.StartedAt != nil:
			// One that ends at once runs for a moment: look twice.
			last, ok := seen[s.ID]
			seen[s.ID] = *s.StartedAt
			if !ok || !last.Equal(*s.StartedAt) {
				open = append(open, s)
			}
		case s.State == "running" && s.Health != nil && *s.Health == "healthy":
		case done && !restarts: // it was to do something once, and has
		case s.State == "running" && s.Health != nil && *s.Health == "unhealthy",
			s.State == "exited" && !done && !restarts && s.policy != "on-failure",
			s.State == "missing", s.State == "paused", s.State == "dead":
			broken = append(broken, s)
		default:
			open = append(open, s)
		}
	}
	return open, broken
}

// why says of each container how it isn't well.
func (c *call) why(ctx context.Context, all []Service) string {
	var reasons []string
	for _, s := range all {
		reason := s.Service + " is " + s.State
		switch {
		case s.State == "missing":
			reason = s.Service + " has no container"
		case s.State == "running" && s.Health != nil:
			reason = s.Service + " is " + *s.Health
			if s.LastCheck != nil && *s.LastCheck != "" {
				reason += ": its health check says " + value.QuoteString(builtins.Short(*s.LastCheck))
			}
		case s.State == "running" && s.Restarts > 0:
			reason = s.Service + " keeps being started again" + c.lastWords(ctx, s)
		case s.State == "running":
			reason = s.Service + " has only just been started"
		case s.ExitCode != nil:
			reason = fmt.Sprintf("%s ended with exit code %d%s", s.Service, *s.ExitCode, c.lastWords(ctx, s))
		}
		reasons = append(reasons, reason)
	}
	return strings.Join(reasons, "; ")
}

// lastWords is the end of what a container has written, for an error.
func (c *call) lastWords(ctx context.Context, s Service) string {
	ended, err := c.docker(ctx, "logs", "--tail", "3", s.ID)
	if text := strings.TrimSpace(ended.Stdout + ended.Stderr); err == nil && text != "" {
		return ": its last words are " + value.QuoteString(builtins.Short(strings.ToValidUTF8(text, "\ufffd")))
	}
	return ""
}
