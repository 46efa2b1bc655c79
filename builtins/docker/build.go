package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/distribution/reference"
	buildapi "github.com/moby/moby/api/types/build"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type buildArgs struct {
	Dir     string            `drl:"dir" doc:"the folder that is built; what its .dockerignore names is left out"`
	Tag     string            `drl:"tag" doc:"the image's name: \"app:v1.2.3\""`
	File    string            `drl:"file" doc:"the Dockerfile, within that folder" default:"Dockerfile"`
	Args    map[string]string `drl:"args,optional,named" doc:"values of the Dockerfile's ARGs; they stay in the image for all to read, so no secret fits"`
	Target  *string           `drl:"target,named" doc:"the stage to build; without one, the last"`
	Labels  map[string]string `drl:"labels,optional,named" doc:"labels of the image"`
	Fresh   bool              `drl:"fresh,named" doc:"whether to build every step again, and to fetch the images that it begins with" default:"false"`
	Timeout time.Duration     `drl:"timeout,named" doc:"longest time that it may take" default:"15m"`
	where
}

type built struct {
	ID   string     `drl:"id" doc:"the image's id"`
	Size value.Size `drl:"size" doc:"what it takes"`
}

var build = builtins.New("docker.build", types.Writes,
	"Build an image with the engine's own builder. What only BuildKit can do, such as RUN --mount, wants `$ docker build`.",
	func(ctx context.Context, h *builtins.Host, a buildArgs) (built, error) {
		name, err := parseName("tag", a.Tag)
		if err != nil {
			return built{}, err
		}
		if _, digested := name.(reference.Digested); digested {
			return built{}, fmt.Errorf("tag is %s, want a name without a digest", value.QuoteString(a.Tag))
		}
		files, err := openContext(ctx, h, a.Dir, a.File)
		if err != nil {
			return built{}, err
		}
		defer files.Close()
		e, err := a.open(ctx, h)
		if err != nil {
			return built{}, err
		}
		logins, err := baseLogins(ctx, h, files.recipe)
		if err != nil {
			return built{}, err
		}
		options := client.ImageBuildOptions{
			Version: buildapi.BuilderV1, Tags: []string{name.String()}, Dockerfile: files.name, Labels: a.Labels, AuthConfigs: logins,
			Remove: true, ForceRemove: true, NoCache: a.Fresh, PullParent: a.Fresh, BuildArgs: map[string]*string{},
		}
		for arg, text := range a.Args {
			if err := carries("args."+arg, arg+"="+text); err != nil {
				return built{}, err
			}
			options.BuildArgs[arg] = &text
		}
		for label, text := range a.Labels {
			if err := carries("labels."+label, label+"="+text); err != nil {
				return built{}, err
			}
		}
		if a.Target != nil {
			options.Target = *a.Target
		}
		body := files.archive(ctx)
		defer body.Close()
		reply, err := e.ImageBuild(ctx, body, options)
		if err != nil {
			return built{}, e.unbuilt(ctx, a.Tag, nil, err)
		}
		defer reply.Body.Close()
		return e.follow(ctx, a.Tag, reply.Body)
	}).With(`let app = docker.build(".", "app:v1.2.3", args: { VERSION: "v1.2.3" })`)

// mostSaid is how much of the end of a build's output is kept.
const mostSaid = 4 << 10

// follow reads what the builder says until it is done.
func (e *engine) follow(ctx context.Context, tag string, from io.Reader) (built, error) {
	id, tail := "", []byte(nil)
	err := messages(from, func(m jsonstream.Message) {
		tail = append(tail, m.Stream...)
		tail = tail[max(0, len(tail)-mostSaid):]
		var aux struct{ ID string }
		if m.Aux != nil && json.Unmarshal(*m.Aux, &aux) == nil && aux.ID != "" {
			id = aux.ID
		}
	})
	if err == nil && id == "" {
		err = errors.New("the engine stopped before it named an image")
	}
	if err != nil {
		return built{}, e.unbuilt(ctx, tag, tail, err)
	}
	found, err := e.image(ctx, id)
	if err == nil && found == nil {
		err = fmt.Errorf("build %s: the image is gone again", tag)
	}
	if err != nil {
		return built{}, err
	}
	return built{found.ID, found.Size}, nil
}

// unbuilt says why a build failed: the step, the builder's reason, and the end
// of what the step wrote.
func (e *engine) unbuilt(ctx context.Context, tag string, tail []byte, err error) error {
	var down *unreachable
	if ctx.Err() != nil || errors.As(err, &down) {
		return e.problem(ctx, err)
	}
	why := said(err)
	step := ""
	var last []string
	for text := range strings.Lines(string(tail)) {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "Step ") {
			step, last = " at "+builtins.Short(text), nil
		} else if text != "" && !strings.HasPrefix(text, "---> ") {
			last = append(last, text)
		}
	}
	if strings.Contains(why, "BuildKit") {
		why += "; `$ docker build` has it where the buildx plugin is installed"
	}
	if len(last) > 0 {
		why += ": " + builtins.Short(strings.Join(last[max(0, len(last)-5):], " "))
	}
	return fmt.Errorf("build %s%s: %s", tag, step, why)
}

var fromLine = lazy.Regexp(`(?im)^\s*FROM\s+(?:--platform=\S+\s+)?([^\s$]+)(?:\s|$)`)

// baseLogins finds the logins of the registries that a Dockerfile begins with.
func baseLogins(ctx context.Context, h *builtins.Host, recipe []byte) (map[string]registry.AuthConfig, error) {
	logins := map[string]registry.AuthConfig{}
	for _, found := range fromLine().FindAllSubmatch(recipe, -1) {
		base, err := reference.ParseNormalizedNamed(string(found[1]))
		if err != nil || string(found[1]) == "scratch" {
			continue
		}
		domain := reference.Domain(base)
		key := domain
		if domain == "docker.io" {
			key = hub
		}
		if _, asked := logins[key]; asked {
			continue
		}
		auth, err := credentials(ctx, h, domain)
		if err != nil {
			return nil, err
		}
		logins[key] = auth
	}
	return logins, nil
}
