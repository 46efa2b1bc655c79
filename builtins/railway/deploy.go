package railway

import (
	"context"
	"errors"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type deployArgs struct {
	Service string  `drl:"service" doc:"the service's name or id"`
	Commit  *string `drl:"commit,named" doc:"the commit to build, of a service with a repository; without it the newest of its branch"`
	Image   *string `drl:"image,named" doc:"the image to run, of a service that is deployed from one; it becomes the service's source"`
	scopeArgs
	waiting
}

var deploy = builtins.New("railway.deploy", types.Writes,
	"Deploy a service and wait until the new deployment is live, with its build log as the call's output; one that fails, crashes, is skipped or superseded is an error that says what serves now.",
	func(ctx context.Context, h *builtins.Host, a deployArgs) (Deployment, error) {
		switch {
		case a.Commit != nil && a.Image != nil:
			return Deployment{}, errors.New("commit and image are both given, want one: a service is built from a repository, or runs an image")
		case a.Commit != nil && *a.Commit == "":
			return Deployment{}, errors.New("commit is empty")
		case a.Image != nil && *a.Image == "":
			return Deployment{}, errors.New("image is empty")
		}
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		s, in, err := serviceArgs{a.Service, a.scopeArgs}.look(ctx, h)
		if err != nil {
			return Deployment{}, err
		}
		switch {
		case a.Image != nil && in.Source.Repo != "":
			return Deployment{}, fmt.Errorf("image is given, and %s is built from the repository %s: give commit, or nothing for the newest of its branch", s.Name, builtins.Short(in.Source.Repo))
		case a.Commit != nil && in.Source.Image != "":
			return Deployment{}, fmt.Errorf("commit is given, and %s runs the image %s: give image, or nothing to deploy that one again", s.Name, builtins.Short(in.Source.Image))
		case a.Image != nil && in.Source.Image != *a.Image:
			if err := s.setImage(ctx, h, *a.Image); err != nil {
				return Deployment{}, err
			}
		}
		v := vars{"serviceId": s.ID, "environmentId": s.environment.ID}
		if a.Commit != nil {
			v["commitSha"] = *a.Commit
		}
		var answer struct{ ServiceInstanceDeployV2 string }
		id, err := s.change(ctx, h, in.latest(), "Deploy", v, &answer, func() (string, error) {
			if answer.ServiceInstanceDeployV2 == "" {
				return "", s.strange("it doesn't say which deployment it has made")
			}
			return answer.ServiceInstanceDeployV2, nil
		})
		if err != nil {
			return Deployment{}, err
		}
		return s.settle(ctx, h, id)
	}).With(`let live = railway.deploy("web", image: "registry.example.com/tickets:v1.2.3")`)

// setImage makes an image the service's source. To do it twice does no harm,
// but where the answer is lost it is looked at all the same: only what is
// known to be set is deployed.
func (s *service) setImage(ctx context.Context, h *builtins.Host, image string) error {
	answer := yes{}
	input := map[string]any{"source": map[string]string{"image": image}}
	err := s.act(ctx, h, "SetSource", vars{"serviceId": s.ID, "environmentId": s.environment.ID, "input": input}, &answer)
	if isLost(err) && ctx.Err() == nil {
		in, lookErr := s.look(ctx, h)
		switch {
		case lookErr != nil:
			return fmt.Errorf("whether the image of %s was set is not known: %w; then %w", s.Name, err, lookErr)
		case in.Source.Image != image:
			return fmt.Errorf("the image of %s was not set, and nothing was deployed: %w", s.Name, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return answer.want(s.client, "serviceInstanceUpdate", "set the image of "+s.Name)
}
