package railway

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type removeArgs struct {
	Deployment value.Value `drl:"deployment" doc:"the Deployment, or the id of one, to take down"`
	waiting
}

var remove = takingDeployment(builtins.New("railway.remove", types.Writes,
	"Take a deployment down and wait until it is removed; after the one that serves, nothing does.",
	func(ctx context.Context, h *builtins.Host, a removeArgs) (Deployment, error) {
		id, err := deploymentID("deployment", a.Deployment)
		if err != nil {
			return Deployment{}, err
		}
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		c, err := open(h)
		if err != nil {
			return Deployment{}, err
		}
		d, err := c.deployment(ctx, h, id)
		if err != nil {
			return Deployment{}, err
		}
		var sent error
		if d.Status != "REMOVED" && d.Status != "REMOVING" {
			answer := yes{}
			if sent = c.act(ctx, h, "Remove", vars{"id": id}, &answer); sent == nil {
				sent = answer.want(c, "deploymentRemove", "remove deployment "+id)
			}
			if sent != nil && (!isLost(sent) || ctx.Err() != nil) {
				return Deployment{}, sent
			}
		}
		start, err := h.Clock()
		if err != nil {
			return Deployment{}, err
		}
		for {
			d, err := c.deployment(ctx, h, id)
			switch {
			case err == nil && d.Status == "REMOVED":
				return d.deployment(), nil
			case isFinal(err):
				return Deployment{}, err
			case err == nil && sent != nil && d.Status != "REMOVING" && h.Now().Sub(start) >= longestAppear:
				return Deployment{}, fmt.Errorf("deployment %s was not removed: %w; it is %s", id, sent, d.Status)
			}
			if err := h.Sleep(ctx, gap(h.Now().Sub(start))); err != nil {
				return Deployment{}, fmt.Errorf("deployment %s is not removed yet: %w", id, err)
			}
		}
	}).With(`railway.remove(railway.deployments("preview").last as Deployment)`), "deployment")
