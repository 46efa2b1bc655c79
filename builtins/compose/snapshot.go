package compose

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
)

// Snapshot is which images the services of a project ran.
type Snapshot struct {
	Project  string    `drl:"project" doc:"the project's name"`
	TakenAt  time.Time `drl:"taken_at" doc:"when it was taken"`
	Services []Ran     `drl:"services" doc:"each service of the compose file"`
}

// Ran is what a service ran.
type Ran struct {
	Service string  `drl:"service" doc:"its name in the compose file"`
	State   string  `drl:"state" doc:"running, or what it was instead"`
	Image   string  `drl:"image" doc:"the image of its container, as it was asked for: \"app:v1.2.2\""`
	ID      *string `drl:"id" doc:"that image's id; null: it did not run"`
	Digest  *string `drl:"digest" doc:"what its registry knows it by: \"app@sha256:…\"; null: it was never pushed or pulled"`
	Kept    *string `drl:"kept" doc:"the tag that keeps it"`
	Config  string  `drl:"config" doc:"docker compose's hash of the configuration that it ran with"`
}

type snapshotArgs struct {
	project
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that the call may take" default:"1m"`
}

var snapshot = builtins.New("compose.snapshot", types.Writes,
	"Write down which images run, by id and digest, for compose.rollback. Each gets a tag of its own, drl-kept:…, that keeps it from being pruned; the last five of a service stay.",
	func(ctx context.Context, h *builtins.Host, a snapshotArgs) (Snapshot, error) {
		now, err := h.Clock()
		if err != nil {
			return Snapshot{}, err
		}
		c, err := a.open(ctx, h, nil)
		if err != nil {
			return Snapshot{}, err
		}
		all, err := c.services(ctx, nil)
		if err != nil {
			return Snapshot{}, err
		}
		s := Snapshot{Project: c.conf.Name, TakenAt: now}
		if s.Services, err = c.ran(all); err != nil {
			return Snapshot{}, err
		}
		return s, c.keep(ctx, s)
	}).With(`let before = compose.snapshot()`)

// ran returns what each service runs. Containers of one service that run
// different images are the middle of a deployment, which nobody means.
func (c *call) ran(all []Service) ([]Ran, error) {
	var rans []Ran
	for _, s := range all {
		r := Ran{Service: s.Service, State: s.State, Image: s.Image}
		if s.runs() {
			r.State, r.ID, r.Config = "running", &s.ImageID, s.hash
			if s.Health != nil && *s.Health == "unhealthy" {
				c.warning(s.Service + " is unhealthy now: a rollback would bring that back")
			}
		}
		if n := len(rans); n == 0 || rans[n-1].Service != r.Service {
			rans = append(rans, r)
			continue
		}
		switch last := &rans[len(rans)-1]; {
		case r.ID == nil:
		case last.ID == nil:
			*last = r
		case *last.ID != *r.ID:
			return nil, fmt.Errorf("the containers of %s run two images, %s (%s) and %s (%s): finish that deployment first, or take it back",
				r.Service, last.Image, short(*last.ID), r.Image, short(*r.ID))
		}
	}
	return rans, nil
}

// runs tells whether a container is meant to run, if it ends for a moment too.
func (s Service) runs() bool {
	return slices.Contains([]string{"running", "restarting", "paused"}, s.State)
}

// short is an id as docker shows it.
func short(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(len(id), 12)]
}

const (
	kept     = "drl-kept"
	mostKept = 5 // images of a service: older ones may be pruned
)

// keep looks up the digests of the images, and gives each a tag.
func (c *call) keep(ctx context.Context, s Snapshot) error {
	for i := range s.Services {
		r := &s.Services[i]
		if r.ID == nil {
			continue
		}
		image, err := c.image(ctx, *r.ID)
		if err != nil {
			return err
		}
		if image == nil {
			return fmt.Errorf("%s runs %s (%s), an image that was removed: nothing could go back to it", r.Service, r.Image, short(*r.ID))
		}
		r.Digest = image.digest(r.Image)
		family := keptName(s.Project, r.Service)
		tag := kept + ":" + family + short(*r.ID)
		if _, err := c.docker(ctx, "tag", *r.ID, tag); err != nil {
			return err
		}
		r.Kept = &tag
		c.forget(ctx, family, tag)
	}
	return nil
}

var notInTags = lazy.Regexp(`[^a-zA-Z0-9_.-]`)

// keptName is how the tags of a service's images begin. A tag has 128 letters
// at most, and two services may not share one.
func keptName(project, service string) string {
	name := notInTags().ReplaceAllString(project+"."+service, "_") + "."
	if len(name) > 100 || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") {
		sum := sha256.Sum256([]byte(project + "\x00" + service))
		return hex.EncodeToString(sum[:8]) + "."
	}
	return name
}

// forget takes the tags from images of a service that are older than those
// that stay. What is in use stays whatever becomes of its tag, and a tag that
// can't be taken is no reason to stop a release.
func (c *call) forget(ctx context.Context, family, but string) {
	ended, err := c.docker(ctx, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference="+kept+":"+family+"*")
	if err != nil {
		return
	}
	tags := slices.DeleteFunc(strings.Fields(ended.Stdout), func(tag string) bool {
		id, ours := strings.CutPrefix(tag, kept+":"+family)
		return tag == but || !ours || strings.Contains(id, ".") // of a service web.x, not of web
	})
	// They are listed the newest first.
	if len(tags) >= mostKept {
		_, _ = c.docker(ctx, append([]string{"image", "rm"}, tags[mostKept-1:]...)...)
	}
}

// image is an image that the engine has.
type image struct {
	ID      string
	Digests []string
}

// image looks at an image; nil: there is none of that name.
func (c *call) image(ctx context.Context, ref string) (*image, error) {
	ended, err := c.docker(ctx, "image", "inspect", "--format", `{"id":{{json .ID}},"digests":{{json .RepoDigests}}}`, ref)
	var gone *failed
	if errors.As(err, &gone) && strings.Contains(strings.ToLower(gone.why), "no such image") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var i image
	if err := json.Unmarshal([]byte(ended.Stdout), &i); err != nil || i.ID == "" {
		return nil, fmt.Errorf("docker image inspect does not write an image: %s", builtins.Short(ended.Stdout))
	}
	return &i, nil
}

// digest is what the registry of a name knows the image by; nil: nothing.
func (i *image) digest(name string) *string {
	for _, d := range i.Digests {
		if repository, _, ok := strings.Cut(d, "@"); ok && repository == repositoryOf(name) {
			return &d
		}
	}
	return nil
}

// repositoryOf is the name of an image without its tag and digest, as docker
// shows it.
func repositoryOf(name string) string {
	name, _, _ = strings.Cut(name, "@")
	if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
		name = name[:at]
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
}
