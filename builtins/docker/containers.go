package docker

import (
	"context"
	"fmt"
	"regexp"
	"sync"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

// mostContainers is how many are listed at most, mostAtOnce how many are asked
// for at a time.
const (
	mostContainers = 1000
	mostAtOnce     = 8
)

type containersArgs struct {
	Name  *string `drl:"name" doc:"a part of their names; without one, all"`
	Label *string `drl:"label" doc:"a label that they have: \"tier\", or \"tier=web\" with its value"`
	where
}

var containers = builtins.New("docker.containers", types.Reads, "List the containers, those that have ended too.",
	func(ctx context.Context, h *builtins.Host, a containersArgs) ([]Container, error) {
		e, err := a.open(ctx, h)
		if err != nil {
			return nil, err
		}
		options := client.ContainerListOptions{All: true, Filters: client.Filters{}}
		if a.Name != nil && *a.Name != "" {
			if err := carries("name", *a.Name); err != nil {
				return nil, err
			}
			options.Filters.Add("name", regexp.QuoteMeta(*a.Name)) // the engine takes a pattern
		}
		if a.Label != nil {
			if err := carries("label", *a.Label); err != nil {
				return nil, err
			}
			options.Filters.Add("label", *a.Label)
		}
		found, err := e.ContainerList(ctx, options)
		if err != nil {
			return nil, e.problem(ctx, err)
		}
		if len(found.Items) > mostContainers {
			return nil, fmt.Errorf("there are %d containers, want %d at most: name or label picks some", len(found.Items), mostContainers)
		}
		ids := make([]string, len(found.Items))
		for i, item := range found.Items {
			ids[i] = item.ID
		}
		return e.inspectAll(ctx, ids)
	}).With(`expect docker.containers(label: "tier=web").all(c => c.state == "running")`)

// inspectAll looks at containers side by side: a list of the engine says
// neither when one was started nor how often. One that is gone by then is left
// out.
func (e *engine) inspectAll(ctx context.Context, ids []string) ([]Container, error) {
	found, errs := make([]*Container, len(ids)), make([]error, len(ids))
	slots := make(chan struct{}, mostAtOnce)
	var working sync.WaitGroup
	for i, id := range ids {
		working.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			x, err := e.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
			if cerrdefs.IsNotFound(err) {
				return
			}
			if err != nil {
				errs[i] = e.problem(ctx, err)
				return
			}
			c, err := containerOf(x.Container)
			if err == nil {
				c.Digest, err = e.digest(ctx, c)
			}
			found[i], errs[i] = &c, err
		})
	}
	working.Wait()
	all := []Container{}
	for i, c := range found {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if c != nil {
			all = append(all, *c)
		}
	}
	return all, nil
}
