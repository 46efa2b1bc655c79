package docker

import (
	"context"

	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type restartArgs struct {
	containerArgs
	stopping
}

var restart = builtins.New("docker.restart", types.Writes,
	"End a container's program and start it again, on the image that it has: another image wants another container. docker.wait waits until it is healthy.",
	func(ctx context.Context, h *builtins.Host, a restartArgs) (struct{}, error) {
		grace, err := a.seconds()
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.order(ctx, h, func(e *engine) error {
			_, err := e.ContainerRestart(ctx, a.Name, client.ContainerRestartOptions{Timeout: grace})
			return err
		})
	}).With("docker.restart(\"web\")\nlet web = docker.wait(\"web\")")
