package compose

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

// Service is a container of a service, or a service that has none.
type Service struct {
	Service   string     `drl:"service" doc:"its name in the compose file"`
	Container string     `drl:"container" doc:"the container's name; \"\": it has none"`
	ID        string     `drl:"id" doc:"the container's id"`
	Image     string     `drl:"image" doc:"the image that the container was made of, as it was asked for; without one, what the file says"`
	ImageID   string     `drl:"image_id" doc:"that image's id"`
	State     string     `drl:"state" doc:"created, running, paused, restarting, removing, exited or dead; missing: it has no container"`
	Health    *string    `drl:"health" doc:"starting, healthy or unhealthy; null: it has no health check"`
	LastCheck *string    `drl:"last_check" doc:"what the last health check wrote"`
	ExitCode  *int       `drl:"exit_code" doc:"what it ended with; null: it runs, or never did"`
	Restarts  int        `drl:"restarts" doc:"how often its restart policy has started it again"`
	StartedAt *time.Time `drl:"started_at" doc:"when it was started last"`

	policy string // its restart policy
	hash   string // of the configuration that it was made with
}

type servicesArgs struct {
	project
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that the call may take" default:"1m"`
}

var services = builtins.New("compose.services", types.Reads,
	"List the services of the compose file, with a line for each of their containers. A service without a container is listed as missing.",
	func(ctx context.Context, h *builtins.Host, a servicesArgs) ([]Service, error) {
		c, err := a.open(ctx, h, nil)
		if err != nil {
			return nil, err
		}
		return c.services(ctx, nil)
	}).With(`expect compose.services().all(s => s.state == "running" and s.health != "unhealthy")`)

// services lists the given services of the project, or all, in order of their
// names.
func (c *call) services(ctx context.Context, given []string) ([]Service, error) {
	ended, err := c.compose(ctx, "", "ps", "--all", "--format", "json")
	if err != nil {
		return nil, err
	}
	listed, err := parseList(ended.Stdout)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, l := range listed {
		if slices.Contains(c.conf.all(given), l.Service) {
			ids = append(ids, l.ID)
		}
	}
	all, err := c.inspect(ctx, ids)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, s := range all {
		has[s.Service] = true
	}
	for _, name := range c.conf.all(given) {
		if !has[name] {
			all = append(all, Service{Service: name, Image: c.conf.Services[name].Image, State: "missing"})
		}
	}
	slices.SortFunc(all, func(a, b Service) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Container, b.Container))
	})
	return all, nil
}

type listed struct{ ID, Service string }

// parseList reads what ps writes: an object a line, or a list of them before
// version 2.21.
func parseList(text string) ([]listed, error) {
	var all []listed
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		var piece json.RawMessage
		err := d.Decode(&piece)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err == nil && piece[0] == '[' {
			var several []listed
			err = json.Unmarshal(piece, &several)
			all = append(all, several...)
		} else if err == nil {
			var one listed
			err = json.Unmarshal(piece, &one)
			all = append(all, one)
		}
		if err != nil {
			return nil, fmt.Errorf("docker compose ps does not write JSON: %s", builtins.Short(text))
		}
	}
}

// what inspect asks for: all of it would be ten times as long.
const inspected = `{"id":{{json .ID}},"name":{{json .Name}},"image_id":{{json .Image}},"image":{{json .Config.Image}},"state":{{json .State}},` +
	`"check":{{json .Config.Healthcheck}},"restarts":{{json .RestartCount}},"policy":{{json .HostConfig.RestartPolicy.Name}},"labels":{{json .Config.Labels}}}`

// inspect looks at containers. Health and exit codes are to be had nowhere
// else before version 1.52 of the engine's API.
func (c *call) inspect(ctx context.Context, ids []string) ([]Service, error) {
	all := []Service{}
	if len(ids) == 0 {
		return all, nil
	}
	ended, err := c.docker(ctx, append([]string{"inspect", "--type", "container", "--format", inspected}, ids...)...)
	var gone *failed
	if errors.As(err, &gone) && strings.Contains(strings.ToLower(gone.why), "no such ") {
		err = nil // one was removed since it was listed; the others were looked at
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(ended.Stdout) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		s, err := parseService([]byte(line))
		if err != nil {
			return nil, fmt.Errorf("docker inspect does not write a container: %s", builtins.Short(line))
		}
		all = append(all, s)
	}
	return all, nil
}

func parseService(text []byte) (Service, error) {
	var x struct {
		ID, Name, Image, Policy string
		ImageID                 string `json:"image_id"`
		Restarts                int
		Labels                  map[string]string
		Check                   *struct{ Test []string }
		State                   *struct {
			Status              string
			Running, Restarting bool
			ExitCode            int
			StartedAt           time.Time
			Health              *struct {
				Status string
				Log    []struct{ Output string }
			}
		}
	}
	if err := json.Unmarshal(text, &x); err != nil {
		return Service{}, err
	}
	if x.ID == "" || x.State == nil || x.Labels["com.docker.compose.service"] == "" {
		return Service{}, errors.New("no container of compose")
	}
	s := Service{
		Service: x.Labels["com.docker.compose.service"], Container: strings.TrimPrefix(x.Name, "/"), ID: x.ID, Image: x.Image, ImageID: x.ImageID, State: x.State.Status, Restarts: x.Restarts,
		policy: x.Policy, hash: x.Labels["com.docker.compose.config-hash"],
	}
	if x.State.StartedAt.Year() > 1 {
		s.StartedAt = &x.State.StartedAt
	}
	if s.StartedAt != nil && slices.Contains([]string{"exited", "dead", "restarting"}, s.State) {
		s.ExitCode = &x.State.ExitCode
	}
	// Podman says starting of a container that has no check.
	if health := x.State.Health; health != nil && health.Status != "" && health.Status != "none" && x.Check != nil && len(x.Check.Test) > 0 && x.Check.Test[0] != "NONE" {
		s.Health = &health.Status
		if n := len(health.Log); n > 0 {
			last := strings.TrimSpace(health.Log[n-1].Output)
			s.LastCheck = &last
		}
	}
	return s, nil
}
