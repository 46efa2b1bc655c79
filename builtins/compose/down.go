package compose

import (
	"context"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type downArgs struct {
	project
	Volumes bool          `drl:"volumes,named" doc:"whether to remove the volumes too, and the data in them, for good" default:"false"`
	Orphans bool          `drl:"orphans,named" doc:"whether to remove the containers of services that the file no longer has" default:"false"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"5m"`
}

var down = builtins.New("compose.down", types.Writes, "Stop and remove the containers and networks of a project. Its volumes stay.",
	func(ctx context.Context, h *builtins.Host, a downArgs) (struct{}, error) {
		c, err := a.open(ctx, h, nil)
		if err != nil {
			return struct{}{}, err
		}
		words := []string{"down"}
		if a.Volumes {
			words = append(words, "--volumes")
		}
		if a.Orphans {
			words = append(words, "--remove-orphans")
		}
		_, err = c.compose(ctx, "", words...)
		return struct{}{}, err
	}).With(`compose.down(project: "preview-42", volumes: true)`)
