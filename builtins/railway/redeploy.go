package railway

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type redeployArgs struct {
	Service    string      `drl:"service" doc:"the service's name or id"`
	Deployment value.Value `drl:"deployment,named,optional" doc:"a Deployment or the id of one, to deploy once more; without it the one that serves"`
	Rebuild    bool        `drl:"rebuild,named" doc:"build its source again; false: the image that there is runs with the variables of now" default:"false"`
	scopeArgs
	waiting
}

var redeploy = takingDeployment(builtins.New("railway.redeploy", types.Writes,
	"Deploy once more what serves now, or an earlier deployment, with the variables of now, and wait until that is live.",
	func(ctx context.Context, h *builtins.Host, a redeployArgs) (Deployment, error) {
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		s, in, err := serviceArgs{a.Service, a.scopeArgs}.look(ctx, h)
		if err != nil {
			return Deployment{}, err
		}
		from := in.servingOrLatest()
		if a.Deployment != nil {
			id, err := deploymentID("deployment", a.Deployment)
			if err != nil {
				return Deployment{}, err
			}
			if from, err = s.ofService(ctx, h, id); err != nil {
				return Deployment{}, err
			}
		}
		switch {
		case from == nil:
			return Deployment{}, fmt.Errorf("%s: %w", s.Name, errNever)
		case !from.CanRedeploy:
			return Deployment{}, fmt.Errorf("railway says that deployment %s of %s cannot be deployed once more (can_redeploy is false); it is %s", from.version(), s.Name, from.Status)
		}
		var answer struct{ DeploymentRedeploy struct{ ID string } }
		id, err := s.change(ctx, h, in.latest(), "Redeploy", vars{"id": from.ID, "usePreviousImageTag": !a.Rebuild}, &answer, func() (string, error) {
			if answer.DeploymentRedeploy.ID == "" {
				return "", s.strange("it doesn't say which deployment it has made")
			}
			return answer.DeploymentRedeploy.ID, nil
		})
		if err != nil {
			return Deployment{}, err
		}
		return s.settle(ctx, h, id)
	}).With(`railway.redeploy("web")`), "deployment")
