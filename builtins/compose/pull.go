package compose

import (
	"context"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type pullArgs struct {
	Services []string `drl:"services,optional" doc:"the services whose images are fetched; without any, all"`
	project
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"15m"`
}

var pull = builtins.New("compose.pull", types.Writes, "Fetch the images of services, of those that the file doesn't build. What runs goes on as it is.",
	func(ctx context.Context, h *builtins.Host, a pullArgs) (struct{}, error) {
		c, err := a.open(ctx, h, a.Services)
		if err != nil {
			return struct{}{}, err
		}
		c.warn()
		return struct{}{}, c.pull(ctx, a.Services, false)
	}).With(`compose.pull(["web"], env: { TAG: "v1.2.3" })`)

func (c *call) pull(ctx context.Context, services []string, deps bool) error {
	words := []string{"pull", "--quiet", "--ignore-buildable"}
	if deps {
		words = append(words, "--include-deps")
	}
	_, err := c.compose(ctx, "", append(words, services...)...)
	return err
}
