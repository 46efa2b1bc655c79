package docker

import (
	"context"
	"fmt"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Image is an image that the engine has.
type Image struct {
	ID        string            `drl:"id" doc:"its id: \"sha256:…\""`
	Tags      []string          `drl:"tags" doc:"the names that it has here: \"app:v1.2.3\""`
	Digests   []string          `drl:"digests" doc:"what registries know it by: \"app@sha256:…\"; none where it was never pushed or pulled"`
	CreatedAt time.Time         `drl:"created_at" doc:"when it was built"`
	Size      value.Size        `drl:"size" doc:"what it takes here"`
	Platform  string            `drl:"platform" doc:"what it runs on: \"linux/amd64\""`
	Labels    map[string]string `drl:"labels" doc:"its labels"`
}

type imageArgs struct {
	Ref string `drl:"ref" doc:"\"app:v1.2.3\", \"app@sha256:…\" or an id"`
	where
}

var image = builtins.New("docker.image", types.Reads, "Look at an image that the engine has; null where it has none of that name.",
	func(ctx context.Context, h *builtins.Host, a imageArgs) (*Image, error) {
		ref, err := parseAny("ref", a.Ref)
		if err != nil {
			return nil, err
		}
		e, err := a.open(ctx, h)
		if err != nil {
			return nil, err
		}
		return e.image(ctx, ref)
	}).With(`expect docker.image("app:v1.2.2") != null else "there is no image to go back to"`)

// image looks at an image; nil: there is none of that name.
func (e *engine) image(ctx context.Context, ref string) (*Image, error) {
	found, err := e.ImageInspect(ctx, ref)
	if cerrdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, e.problem(ctx, err)
	}
	return imageOf(found), nil
}

func imageOf(x client.ImageInspectResult) *Image {
	i := &Image{
		ID: x.ID, Tags: x.RepoTags, Digests: x.RepoDigests, CreatedAt: timeOf(x.Created), Size: value.Size(max(x.Size, 0)),
		Platform: x.Os + "/" + x.Architecture, Labels: map[string]string{},
	}
	if x.Variant != "" {
		i.Platform += "/" + x.Variant
	}
	if x.Config != nil && x.Config.Labels != nil {
		i.Labels = x.Config.Labels
	}
	return i
}

const wantedImage = "want one such as app:v1.2.3 or registry.example.com/team/app:v1.2.3"

// parseAny reads what names an image here: a name, or an id.
func parseAny(what, text string) (string, error) {
	if ref, err := reference.ParseAnyReference(text); err == nil {
		return reference.FamiliarString(ref), nil
	}
	return "", fmt.Errorf("%s is %s, %s", what, value.QuoteString(text), wantedImage)
}

// parseName reads the name of an image in a registry, with its tag: latest
// where none is said.
func parseName(what, text string) (reference.Named, error) {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return nil, fmt.Errorf("%s is %s, %s", what, value.QuoteString(text), wantedImage)
	}
	return reference.TagNameOnly(named), nil
}
