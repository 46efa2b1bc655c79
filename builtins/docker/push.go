package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type pushArgs struct {
	Ref string `drl:"ref" doc:"the image, by its name in the registry: \"registry.example.com/app:v1.2.3\""`
	login
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"10m"`
	where
}

type pushed struct {
	Digest string `drl:"digest" doc:"what the registry knows it by: \"sha256:…\""`
}

var push = builtins.New("docker.push", types.Writes, "Send an image to its registry.",
	func(ctx context.Context, h *builtins.Host, a pushArgs) (pushed, error) {
		ref, err := parseName("ref", a.Ref)
		if err != nil {
			return pushed{}, err
		}
		if _, digested := ref.(reference.Digested); digested {
			return pushed{}, fmt.Errorf("ref is %s, want a name with a tag: the registry makes the digest", value.QuoteString(a.Ref))
		}
		e, auth, err := a.to(ctx, h, a.where, ref)
		if err != nil {
			return pushed{}, err
		}
		reply, err := e.ImagePush(ctx, ref.String(), client.ImagePushOptions{RegistryAuth: auth})
		if err != nil {
			return pushed{}, e.transferred(ctx, "push", ref, err)
		}
		defer reply.Close()
		var x pushed
		err = messages(reply, func(m jsonstream.Message) {
			var aux struct{ Digest string }
			if m.Aux != nil && json.Unmarshal(*m.Aux, &aux) == nil && aux.Digest != "" {
				x.Digest = aux.Digest
			}
		})
		if err == nil && x.Digest == "" {
			err = errors.New("the engine stopped before it named a digest: whether the image has arrived is not known")
		}
		if err != nil {
			return pushed{}, e.transferred(ctx, "push", ref, err)
		}
		return x, nil
	}).With(`let sent = docker.push("registry.example.com/app:v1.2.3")`)

// transferred says that an image could not be pushed or pulled, and why.
func (e *engine) transferred(ctx context.Context, verb string, ref reference.Named, err error) error {
	var down *unreachable
	if ctx.Err() != nil || errors.As(err, &down) {
		return e.problem(ctx, err)
	}
	return fmt.Errorf("%s %s: %s", verb, reference.FamiliarString(ref), said(err))
}
