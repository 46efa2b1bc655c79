package docker

import (
	"context"
	"fmt"
	"time"

	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type pullArgs struct {
	Ref string `drl:"ref" doc:"the image, by its name in the registry: \"registry.example.com/app:v1.2.3\", or with a digest: \"app@sha256:…\""`
	login
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"10m"`
	where
}

var pull = builtins.New("docker.pull", types.Writes, "Fetch an image from its registry, and look at it.",
	func(ctx context.Context, h *builtins.Host, a pullArgs) (Image, error) {
		ref, err := parseName("ref", a.Ref)
		if err != nil {
			return Image{}, err
		}
		e, auth, err := a.to(ctx, h, a.where, ref)
		if err != nil {
			return Image{}, err
		}
		reply, err := e.ImagePull(ctx, ref.String(), client.ImagePullOptions{RegistryAuth: auth})
		if err != nil {
			return Image{}, e.transferred(ctx, "pull", ref, err)
		}
		defer reply.Close()
		if err := messages(reply, func(jsonstream.Message) {}); err != nil {
			return Image{}, e.transferred(ctx, "pull", ref, err)
		}
		found, err := e.image(ctx, reference.FamiliarString(ref))
		if err == nil && found == nil {
			err = fmt.Errorf("pull %s: the engine stopped before it had the image", reference.FamiliarString(ref))
		}
		if err != nil {
			return Image{}, err
		}
		return *found, nil
	}).With(`docker.pull("registry.example.com/app:v1.2.3")`)
