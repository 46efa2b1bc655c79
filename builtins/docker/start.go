package docker

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

var start = builtins.New("docker.start", types.Writes, "Start a container that has ended: what undoes docker.stop. One that runs is left as it is.",
	func(ctx context.Context, h *builtins.Host, a containerArgs) (struct{}, error) {
		return struct{}{}, a.order(ctx, h, func(e *engine) error {
			_, err := e.ContainerStart(ctx, a.Name, client.ContainerStartOptions{})
			return err
		})
	}).With(`docker.start("worker")`)

// order gives the engine an order for a container.
func (a containerArgs) order(ctx context.Context, h *builtins.Host, give func(*engine) error) error {
	e, err := a.open(ctx, h)
	if err != nil {
		return err
	}
	if err := checkName(a.Name); err != nil {
		return err
	}
	if err := give(e); err != nil {
		return e.missing(ctx, a.Name, err)
	}
	return nil
}

// stopping is the parameters of what ends a container.
type stopping struct {
	Grace   *time.Duration `drl:"grace,named" doc:"how long its program may take to end before it is killed; without one, what the container says: 10s in most"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest time that the call may take, grace included" default:"2m"`
}

// seconds is the grace as the engine counts it; nil: the container's own.
func (s stopping) seconds() (*int, error) {
	if s.Grace == nil {
		return nil, nil
	}
	if *s.Grace < 0 || *s.Grace >= s.Timeout {
		return nil, fmt.Errorf("grace is %s, want 0s or more, and less than the timeout of %s", value.Duration(*s.Grace), value.Duration(s.Timeout))
	}
	return new(int(math.Ceil(s.Grace.Seconds()))), nil
}
