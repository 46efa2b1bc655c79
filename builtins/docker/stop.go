package docker

import (
	"context"

	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var stop = builtins.New("docker.stop", types.Writes, "End a container's program. One that has ended is left as it is; docker.start starts it again.",
	func(ctx context.Context, h *builtins.Host, a restartArgs) (struct{}, error) {
		grace, err := a.seconds()
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.order(ctx, h, func(e *engine) error {
			_, err := e.ContainerStop(ctx, a.Name, client.ContainerStopOptions{Timeout: grace})
			return err
		})
	}).With(`docker.stop("worker", grace: 30s)`)
