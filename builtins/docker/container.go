package docker

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	api "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

// Container is a container as it is now.
type Container struct {
	ID          string            `drl:"id" doc:"its full id"`
	Name        string            `drl:"name" doc:"its name"`
	Image       string            `drl:"image" doc:"its image as it was asked for when it was made: \"app:v1.2.3\""`
	ImageID     string            `drl:"image_id" doc:"the id of the image that it runs, whatever its tag names by now"`
	Digest      *string           `drl:"digest" doc:"that image's digest in its registry: \"sha256:…\"; null: it was never pushed or pulled"`
	State       string            `drl:"state" doc:"created, running, paused, restarting, removing, exited or dead"`
	Health      *string           `drl:"health" doc:"starting, healthy or unhealthy; null: it has no health check"`
	LastCheck   *string           `drl:"last_check" doc:"what the last health check wrote"`
	Restarts    int               `drl:"restarts" doc:"how often its restart policy has started it again"`
	StartedAt   time.Time         `drl:"started_at" doc:"when it was started last; when it was made, if it never was"`
	FinishedAt  *time.Time        `drl:"finished_at" doc:"when it ended; null: it runs, or never did"`
	ExitCode    *int              `drl:"exit_code" doc:"what it ended with; null: it runs, or never did"`
	OutOfMemory bool              `drl:"out_of_memory" doc:"whether it was ended for want of memory"`
	Ports       []Port            `drl:"ports" doc:"its ports that are published"`
	Labels      map[string]string `drl:"labels" doc:"its labels"`
}

// Port is a port of a container that is published.
type Port struct {
	Port     int    `drl:"port" doc:"the container's own port"`
	Protocol string `drl:"protocol" doc:"tcp, udp or sctp"`
	Host     string `drl:"host" doc:"the address of the machine that it is published on: \"0.0.0.0\" is all of them"`
	HostPort int    `drl:"host_port" doc:"the machine's port"`
}

type containerArgs struct {
	Name string `drl:"name" doc:"the container's name or id"`
	where
}

var container = builtins.New("docker.container", types.Reads, "Look at a container. One that is not there is an error.",
	func(ctx context.Context, h *builtins.Host, a containerArgs) (Container, error) {
		e, err := a.open(ctx, h)
		if err != nil {
			return Container{}, err
		}
		return e.inspect(ctx, a.Name)
	}).With("let web = docker.container(\"web\")\nexpect web.health == \"healthy\"")

// inspect looks at a container and its image.
func (e *engine) inspect(ctx context.Context, name string) (Container, error) {
	c, err := e.look(ctx, name)
	if err != nil {
		return c, err
	}
	c.Digest, err = e.digest(ctx, c)
	return c, err
}

// look is inspect without the digest, which is the image's.
func (e *engine) look(ctx context.Context, name string) (Container, error) {
	if err := checkName(name); err != nil {
		return Container{}, err
	}
	found, err := e.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
	if err != nil {
		return Container{}, e.missing(ctx, name, err)
	}
	c, err := containerOf(found.Container)
	if err != nil {
		return c, e.problem(ctx, err)
	}
	return c, nil
}

func containerOf(x api.InspectResponse) (Container, error) {
	if x.State == nil || x.Config == nil || x.ID == "" {
		return Container{}, errors.New("the answer is not of a container")
	}
	c := Container{
		ID: x.ID, Name: strings.TrimPrefix(x.Name, "/"), Image: x.Config.Image, ImageID: x.Image, State: string(x.State.Status),
		Restarts: x.RestartCount, OutOfMemory: x.State.OOMKilled, Ports: portsOf(x.NetworkSettings), Labels: x.Config.Labels,
	}
	if c.Labels == nil {
		c.Labels = map[string]string{}
	}
	started := timeOf(x.State.StartedAt)
	c.StartedAt = started
	if started.IsZero() {
		c.StartedAt = timeOf(x.Created)
	} else if slices.Contains([]api.ContainerState{api.StateExited, api.StateDead, api.StateRestarting}, x.State.Status) {
		c.ExitCode = &x.State.ExitCode
	}
	if finished := timeOf(x.State.FinishedAt); !finished.IsZero() && c.ExitCode != nil {
		c.FinishedAt = &finished
	}
	// Podman says starting, or nothing, of a container that has no check.
	if health := x.State.Health; health != nil && checked(x.Config) && health.Status != "" && health.Status != api.NoHealthcheck {
		status := string(health.Status)
		c.Health = &status
		if n := len(health.Log); n > 0 && health.Log[n-1] != nil {
			last := strings.TrimSpace(health.Log[n-1].Output)
			c.LastCheck = &last
		}
	}
	return c, nil
}

// checked tells whether a container has a health check: of its own, or its
// image's, which the engine has put there.
func checked(c *api.Config) bool {
	return c.Healthcheck != nil && len(c.Healthcheck.Test) > 0 && c.Healthcheck.Test[0] != "NONE"
}

// timeOf reads the engine's times; those that never came are the year 1.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t
}

func portsOf(n *api.NetworkSettings) []Port {
	all := []Port{}
	if n == nil {
		return all
	}
	for port, bindings := range n.Ports {
		for _, b := range bindings {
			host, _ := strconv.Atoi(b.HostPort) // none yet: 0
			all = append(all, Port{Port: int(port.Num()), Protocol: string(port.Proto()), Host: b.HostIP.String(), HostPort: host})
		}
	}
	slices.SortFunc(all, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Host, b.Host), cmp.Compare(a.HostPort, b.HostPort))
	})
	return all
}

// digest is what the registry knows the image of a container by: under the
// name that the container asked for where there are several. An image that was
// removed under its container has none.
func (e *engine) digest(ctx context.Context, c Container) (*string, error) {
	found, err := e.ImageInspect(ctx, c.ImageID)
	if cerrdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, e.problem(ctx, err)
	}
	return digestOf(found.RepoDigests, c.Image), nil
}

func digestOf(all []string, image string) *string {
	wanted := ""
	if named, err := reference.ParseNormalizedNamed(image); err == nil {
		wanted = named.Name()
	}
	digests := map[string]string{}
	for _, text := range all {
		name, digest, ok := strings.Cut(text, "@")
		if named, err := reference.ParseNormalizedNamed(name); ok && err == nil {
			digests[named.Name()] = digest
		}
	}
	digest, ok := digests[wanted]
	if !ok {
		for _, name := range slices.Sorted(maps.Keys(digests)) {
			return new(digests[name])
		}
		return nil
	}
	return &digest
}
