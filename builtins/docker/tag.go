package docker

import (
	"context"
	"fmt"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type tagArgs struct {
	Source string `drl:"source" doc:"the image: \"app:latest\" or an id"`
	Target string `drl:"target" doc:"its further name: \"registry.example.com/app:v1.2.3\"; an image that has this name loses it"`
	where
}

var tag = builtins.New("docker.tag", types.Writes, "Give an image a further name.",
	func(ctx context.Context, h *builtins.Host, a tagArgs) (struct{}, error) {
		none := struct{}{}
		source, err := parseAny("source", a.Source)
		if err != nil {
			return none, err
		}
		target, err := parseName("target", a.Target)
		if err != nil {
			return none, err
		}
		if _, digested := target.(reference.Digested); digested {
			return none, fmt.Errorf("target is %s, want a name without a digest", value.QuoteString(a.Target))
		}
		e, err := a.open(ctx, h)
		if err != nil {
			return none, err
		}
		_, err = e.ImageTag(ctx, client.ImageTagOptions{Source: source, Target: target.String()})
		if cerrdefs.IsNotFound(err) {
			return none, fmt.Errorf("there is no image %s here", source)
		}
		if err != nil {
			return none, e.problem(ctx, err)
		}
		return none, nil
	}).With(`docker.tag("app:latest", "registry.example.com/app:v1.2.3")`)
