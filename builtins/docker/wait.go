package docker

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type waitArgs struct {
	Name    string        `drl:"name" doc:"the container's name or id"`
	Healthy bool          `drl:"healthy" doc:"whether its health check has to pass too; without a check, running is enough" default:"true"`
	Within  time.Duration `drl:"within" doc:"how long to wait" default:"2m"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for all of it, within included" default:"1h"`
	where
}

// pollEvery is how far apart the looks at a container are that is waited for.
const pollEvery = 500 * time.Millisecond

var wait = builtins.New("docker.wait", types.Reads,
	"Wait until a container runs and is healthy. It gives up at once where it has ended or is unhealthy, and says what the health check wrote.",
	func(ctx context.Context, h *builtins.Host, a waitArgs) (Container, error) {
		switch {
		case a.Within <= 0:
			return Container{}, fmt.Errorf("within is %s, want more than 0s", value.Duration(a.Within))
		case a.Within >= a.Timeout:
			return Container{}, fmt.Errorf("within is %s, want less than the timeout of %s", value.Duration(a.Within), value.Duration(a.Timeout))
		case h.Sleep == nil:
			return Container{}, fmt.Errorf("nothing can be waited for here")
		}
		e, err := a.open(ctx, h)
		if err != nil {
			return Container{}, err
		}
		var last Container
		late := &tooLate{}
		waiting, stop := context.WithTimeoutCause(ctx, a.Within, late)
		defer stop()
		for {
			c, err := e.look(waiting, a.Name)
			if err == nil {
				last = c
				var done bool
				if done, err = ready(c, a.Healthy); done {
					c.Digest, err = e.digest(ctx, c)
					return c, err
				}
			}
			if err == nil {
				err = h.Sleep(waiting, pollEvery)
			}
			if err != nil {
				if context.Cause(waiting) == late && ctx.Err() == nil {
					return Container{}, fmt.Errorf("%s after %s", shown(a.Name, last), value.Duration(a.Within))
				}
				return Container{}, err
			}
		}
	}).With(`let web = docker.wait("web", within: 1m)`)

// tooLate is the cause of a context that has lasted for within.
type tooLate struct{}

func (*tooLate) Error() string { return "the wait is over" }

// ready tells whether a container is as it should be; an error is that it
// won't be by itself.
func ready(c Container, healthy bool) (bool, error) {
	switch c.State {
	case "running":
	case "exited", "dead", "removing", "paused":
		return false, fmt.Errorf("%s is %s", c.Name, ended(c))
	default:
		return false, nil
	}
	if !healthy || c.Health == nil {
		return true, nil
	}
	if *c.Health == "unhealthy" {
		return false, fmt.Errorf("%s is unhealthy%s", c.Name, checkSaid(c))
	}
	return *c.Health == "healthy", nil
}

// shown is what a container is that didn't get ready.
func shown(name string, c Container) string {
	switch {
	case c.ID == "":
		return "nothing is known of " + name
	case c.State != "running":
		return fmt.Sprintf("%s is still %s", name, ended(c))
	}
	return fmt.Sprintf("%s is still %s%s", name, *c.Health, checkSaid(c))
}

func checkSaid(c Container) string {
	if c.LastCheck == nil || *c.LastCheck == "" {
		return ""
	}
	return ": its health check says " + value.QuoteString(builtins.Short(*c.LastCheck))
}
