package compose

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type rollbackArgs struct {
	Snapshot Snapshot `drl:"snapshot" doc:"what compose.snapshot wrote down"`
	Services []string `drl:"services,optional" doc:"the services to bring back; without any, all of the snapshot"`
	project
	patience
}

var rollback = builtins.New("compose.rollback", types.Writes,
	"Bring services back to the images of a snapshot, wait until they are well, and make sure that these images run. What did not run then is stopped. "+
		"The rest of the compose file counts as it is now, which is warned of where it is another than then; what is in volumes and databases stays as it is.",
	func(ctx context.Context, h *builtins.Host, a rollbackArgs) ([]Service, error) {
		if err := a.check(); err != nil {
			return nil, err
		}
		if a.Project == nil {
			a.Project = &a.Snapshot.Project
		}
		c, err := a.open(ctx, h, nil)
		if err != nil {
			return nil, err
		}
		back, err := c.chosen(a.Snapshot, a.Services)
		if err != nil {
			return nil, err
		}
		// Nothing is stopped before every image is shown to be there.
		for _, r := range back {
			if r.ID != nil {
				if err := c.fetch(ctx, r); err != nil {
					return nil, err
				}
			}
		}
		if err := c.stopOthers(ctx, back, a.Services); err != nil {
			return nil, err
		}
		all, err := c.restore(ctx, a.patience, back)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			for _, r := range back {
				if r.Service == s.Service && r.ID != nil && s.ImageID != "" && s.ImageID != *r.ID {
					return nil, fmt.Errorf("%s runs %s (%s) after the rollback, want %s (%s)", s.Service, s.Image, short(s.ImageID), r.Image, short(*r.ID))
				}
			}
		}
		return all, nil
	}).With("let before = compose.snapshot(env: { TAG: \"v1.2.3\" })\ncompose.rollback(before, [\"web\"], env: { TAG: \"v1.2.3\" })")

// chosen returns what the snapshot says of the given services, or of all, and
// that the compose file still has those that ran.
func (c *call) chosen(s Snapshot, services []string) ([]Ran, error) {
	var back []Ran
	for _, r := range s.Services {
		if len(services) > 0 && !slices.Contains(services, r.Service) {
			continue
		}
		if _, ok := c.conf.Services[r.Service]; !ok && r.ID != nil {
			return nil, fmt.Errorf("the compose file has no service %s, which ran when the snapshot was taken: bring the file of then back first", r.Service)
		}
		back = append(back, r)
	}
	for _, name := range services {
		if !slices.ContainsFunc(back, func(r Ran) bool { return r.Service == name }) {
			return nil, fmt.Errorf("the snapshot has no service %s", name)
		}
	}
	return back, nil
}

// fetch makes sure that an image is there: it was kept, or its registry still
// has it.
func (c *call) fetch(ctx context.Context, r Ran) error {
	found, err := c.image(ctx, *r.ID)
	if found != nil || err != nil {
		return err
	}
	if r.Digest == nil {
		return fmt.Errorf("%s ran %s (%s), which is gone here and was never in a registry: nothing was changed", r.Service, r.Image, short(*r.ID))
	}
	if _, err := c.docker(ctx, "pull", "--quiet", *r.Digest); err != nil {
		return fmt.Errorf("%s ran %s, which is gone here: %w; nothing was changed", r.Service, *r.Digest, err)
	}
	if found, err = c.image(ctx, *r.Digest); err == nil && (found == nil || found.ID != *r.ID) {
		err = fmt.Errorf("%s is another image than the one that %s ran (%s); nothing was changed", *r.Digest, r.Service, short(*r.ID))
	}
	return err
}

// stopOthers stops what runs now and did not run then: a new worker must not
// go on beside the old ones.
func (c *call) stopOthers(ctx context.Context, back []Ran, given []string) error {
	now, err := c.services(ctx, given)
	if err != nil {
		return err
	}
	var others []string
	for _, s := range now {
		ran := slices.ContainsFunc(back, func(r Ran) bool { return r.Service == s.Service && r.ID != nil })
		if s.runs() && !ran && !slices.Contains(others, s.Service) {
			others = append(others, s.Service)
		}
	}
	if len(others) == 0 {
		return nil
	}
	_, err = c.compose(ctx, "", append([]string{"stop"}, others...)...)
	return err
}

// restore brings the images back, and waits until their services are well.
func (c *call) restore(ctx context.Context, p patience, back []Ran) ([]Service, error) {
	refs := map[string]string{}
	var names []string
	for _, r := range back {
		if r.ID == nil {
			continue
		}
		ref, err := c.reclaim(ctx, r)
		if err != nil {
			return nil, err
		}
		refs[r.Service], names = ref, append(names, r.Service)
	}
	if len(names) == 0 {
		return []Service{}, nil
	}
	file, err := c.conf.with(func(name string, service map[string]any) {
		if ref, ok := refs[name]; ok {
			service["image"] = ref
			delete(service, "build")
			delete(service, "pull_policy")
		}
	})
	if err != nil {
		return nil, err
	}
	if err := c.compare(ctx, back, refs, file); err != nil {
		return nil, err
	}
	return c.settle(ctx, p, names, func(ctx context.Context) error {
		_, err := c.compose(ctx, file, append([]string{"up", "--detach", "--no-deps", "--no-build", "--pull", "never"}, names...)...)
		return err
	})
}

// reclaim returns the name of an image that means the one that ran. A tag that
// has gone to another image since is given back: the container is then made as
// it was, and the next docker compose up neither makes it anew nor brings the
// bad image again. Where the name is no tag, the id means it.
func (c *call) reclaim(ctx context.Context, r Ran) (string, error) {
	now, err := c.image(ctx, r.Image)
	if err != nil {
		return "", err
	}
	if now != nil && now.ID == *r.ID {
		return r.Image, nil
	}
	if strings.Contains(r.Image, "@") || strings.HasPrefix(r.Image, "sha256:") {
		return *r.ID, nil
	}
	_, err = c.docker(ctx, "tag", *r.ID, r.Image)
	return r.Image, err
}

// compare warns where a service comes back with its old image and another
// configuration than it ran with. An image by its id is another configuration
// in itself.
func (c *call) compare(ctx context.Context, back []Ran, refs map[string]string, file string) error {
	ended, err := c.compose(ctx, file, "config", "--hash", "*")
	if err != nil {
		return err
	}
	hashes := map[string]string{}
	for line := range strings.Lines(ended.Stdout) {
		if name, hash, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			hashes[name] = hash
		}
	}
	for _, r := range back {
		if hash := hashes[r.Service]; r.ID != nil && refs[r.Service] == r.Image && r.Config != "" && hash != r.Config {
			c.warning(r.Service + " comes back with the image of then and the configuration of now: the compose file, .env or a variable is not as it was. Where that matters, bring it back too, and run docker compose up")
		}
	}
	return nil
}
