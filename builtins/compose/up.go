package compose

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type upArgs struct {
	Services []string `drl:"services,optional" doc:"the services to bring up; without any, all"`
	project
	Pull bool `drl:"pull,named" doc:"whether to fetch their images first, of those that the file doesn't build; without, each has to be here" default:"true"`
	Wait bool `drl:"wait,named" doc:"whether to wait until they are well: healthy, running where they have no health check, or done with exit code 0" default:"true"`
	Deps bool `drl:"deps,named" doc:"whether to bring up what they depend on too" default:"true"`
	patience
}

var up = builtins.New("compose.up", types.Writes,
	"Bring services to what the compose file says. Images are fetched before anything is stopped: one that is missing changes nothing. A version that is not well stays, in place of the one before: compose.rollback brings that back.",
	func(ctx context.Context, h *builtins.Host, a upArgs) ([]Service, error) {
		if err := a.check(); err != nil {
			return nil, err
		}
		c, err := a.open(ctx, h, a.Services)
		if err != nil {
			return nil, err
		}
		c.warn()
		if a.Pull {
			if err := c.pull(ctx, a.Services, a.Deps); err != nil {
				return nil, fmt.Errorf("%w; nothing was changed (pull: false takes images that are only here)", err)
			}
		}
		words := []string{"up", "--detach", "--quiet-pull"}
		if !a.Pull {
			words = append(words, "--pull", "never")
		}
		if !a.Deps {
			words = append(words, "--no-deps")
		}
		bring := func(ctx context.Context) error {
			_, err := c.compose(ctx, "", append(words, a.Services...)...)
			return err
		}
		if !a.Wait {
			if err := bring(ctx); err != nil {
				return nil, err
			}
			return c.services(ctx, a.Services)
		}
		return c.settle(ctx, a.patience, a.Services, bring)
	}).With(`compose.up(["web"], env: { TAG: "v1.2.3" })`)
