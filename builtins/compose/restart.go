package compose

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type restartArgs struct {
	Services []string `drl:"services,optional" doc:"the services to restart; without any, all"`
	project
	Wait bool `drl:"wait,named" doc:"whether to wait until they are well, as compose.up does" default:"true"`
	patience
}

var restart = builtins.New("compose.restart", types.Writes,
	"End the programs of services and start them again, on the images and the configuration that they have: for new ones there is compose.up.",
	func(ctx context.Context, h *builtins.Host, a restartArgs) ([]Service, error) {
		if err := a.check(); err != nil {
			return nil, err
		}
		c, err := a.open(ctx, h, a.Services)
		if err != nil {
			return nil, err
		}
		again := func(ctx context.Context) error {
			_, err := c.compose(ctx, "", append([]string{"restart", "--no-deps"}, a.Services...)...)
			return err
		}
		if !a.Wait {
			if err := again(ctx); err != nil {
				return nil, err
			}
			return c.services(ctx, a.Services)
		}
		return c.settle(ctx, a.patience, a.Services, again)
	}).With(`compose.restart(["web"])`)
