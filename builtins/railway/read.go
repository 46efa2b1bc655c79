package railway

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

var services = builtins.New("railway.services", types.Reads,
	"List the services of an environment, by name.",
	func(ctx context.Context, h *builtins.Host, a scopeArgs) ([]named, error) {
		c, err := open(h)
		if err != nil {
			return nil, err
		}
		in, err := c.scopeOf(ctx, h, a)
		if err != nil {
			return nil, err
		}
		return c.servicesOf(ctx, h, in, true)
	}).With(`expect railway.services().any(s => s.name == "web")`)

type serviceArgs struct {
	Service string `drl:"service" doc:"the service's name or id"`
	scopeArgs
}

// look is what a call that asks about one service begins with.
func (a serviceArgs) look(ctx context.Context, h *builtins.Host) (*service, *instance, error) {
	s, err := a.at(ctx, h, a.Service)
	if err != nil {
		return nil, nil, err
	}
	in, err := s.look(ctx, h)
	return s, in, err
}

type serviceStatus struct {
	Status     string      `drl:"status" doc:"of the newest deployment, as Railway has it; NONE where there is none"`
	Stopped    bool        `drl:"stopped" doc:"the newest deployment is SUCCESS, and was stopped or has ended by itself"`
	Healthy    bool        `drl:"healthy" doc:"the newest deployment is SUCCESS and one of its instances runs, or it sleeps until it is asked"`
	Deployment *Deployment `drl:"deployment" doc:"the newest deployment"`
	Serving    *Deployment `drl:"serving" doc:"the deployment that serves, which needn't be the newest: one that failed never served"`
	URL        *string     `drl:"url" doc:"the service's public address, its own domain first"`
}

var status = builtins.New("railway.status", types.Reads,
	"Ask how a service is: its newest deployment, and the one that serves.",
	func(ctx context.Context, h *builtins.Host, a serviceArgs) (serviceStatus, error) {
		_, in, err := a.look(ctx, h)
		if err != nil {
			return serviceStatus{}, err
		}
		is := serviceStatus{Status: "NONE"}
		if n := in.Latest; n != nil {
			d := n.deployment()
			is.Status, is.Stopped, is.Healthy, is.Deployment = n.Status, n.stopped(), n.live(), &d
		}
		if n := in.serving(); n != nil {
			d := n.deployment()
			is.Serving = &d
		}
		for _, d := range append(in.Domains.CustomDomains, in.Domains.ServiceDomains...) {
			if d.Domain != "" {
				url := "https://" + d.Domain
				is.URL = &url
				break
			}
		}
		return is, nil
	}).With(`expect railway.status("web").healthy`)

var current = builtins.New("railway.current", types.Reads,
	"Return the deployment that serves, which is what a rollback returns to; an error where none does.",
	func(ctx context.Context, h *builtins.Host, a serviceArgs) (Deployment, error) {
		s, in, err := a.look(ctx, h)
		if err != nil {
			return Deployment{}, err
		}
		if now := in.serving(); now != nil {
			return now.deployment(), nil
		}
		if in.Latest == nil {
			return Deployment{}, fmt.Errorf("no deployment of %s serves: %w", s.Name, errNever)
		}
		return Deployment{}, fmt.Errorf("no deployment of %s serves: the newest, %s, is %s", s.Name, in.Latest.version(), in.Latest.Status)
	}).With(`let before = railway.current("web")`)

type deploymentsArgs struct {
	Service string `drl:"service" doc:"the service's name or id"`
	Last    int    `drl:"last" doc:"how many, the newest ones: 1 to 1000" default:"10"`
	scopeArgs
}

var deployments = builtins.New("railway.deployments", types.Reads,
	"List a service's deployments, the newest first.",
	func(ctx context.Context, h *builtins.Host, a deploymentsArgs) ([]Deployment, error) {
		const most = 1000
		if a.Last < 1 || a.Last > most {
			return nil, fmt.Errorf("last is %d, want 1 to %d", a.Last, most)
		}
		s, err := a.at(ctx, h, a.Service)
		if err != nil {
			return nil, err
		}
		nodes, err := s.history(ctx, h, a.Last)
		if err != nil {
			return nil, err
		}
		all := make([]Deployment, len(nodes))
		for i := range nodes {
			all[i] = nodes[i].deployment()
		}
		return all, nil
	}).With(`expect railway.deployments("web", last: 5).any(d => d.can_rollback)`)

// mostLines is what Railway gives at once.
const mostLines = 5000

func checkLast(last int) error {
	if last < 1 || last > mostLines {
		return fmt.Errorf("last is %d, want 1 to %d", last, mostLines)
	}
	return nil
}

type logsArgs struct {
	Service string     `drl:"service" doc:"the service's name or id"`
	Since   *time.Time `drl:"since,named" doc:"leave out what is older"`
	Filter  string     `drl:"filter,named,optional" doc:"in Railway's words: \"timeout\", '@level:error', '@level:error AND -\"health\"'"`
	Last    int        `drl:"last,named" doc:"how many lines, the newest ones: 1 to 5000" default:"200"`
	scopeArgs
}

var logs = builtins.New("railway.logs", types.Reads,
	"Read what a service's newest deployment has written, the oldest line first.",
	func(ctx context.Context, h *builtins.Host, a logsArgs) ([]LogLine, error) {
		if err := checkLast(a.Last); err != nil {
			return nil, err
		}
		s, in, err := serviceArgs{a.Service, a.scopeArgs}.look(ctx, h)
		if err != nil {
			return nil, err
		}
		if in.Latest == nil {
			return nil, fmt.Errorf("%s has no log: %w", s.Name, errNever)
		}
		return s.deploymentLogs(ctx, h, in.Latest.ID, a.Last, a.Filter, a.Since)
	}).With(`expect railway.logs("web", since: now() - 10m, filter: "@level:error") == []`)

type buildLogsArgs struct {
	Deployment value.Value `drl:"deployment" doc:"the Deployment, or the id of one"`
	Last       int         `drl:"last,named" doc:"how many lines, the newest ones: 1 to 5000" default:"500"`
}

var buildLogs = takingDeployment(builtins.New("railway.build_logs", types.Reads,
	"Read the log of a deployment's build, the oldest line first.",
	func(ctx context.Context, h *builtins.Host, a buildLogsArgs) ([]LogLine, error) {
		if err := checkLast(a.Last); err != nil {
			return nil, err
		}
		id, err := deploymentID("deployment", a.Deployment)
		if err != nil {
			return nil, err
		}
		c, err := open(h)
		if err != nil {
			return nil, err
		}
		return c.buildLogs(ctx, h, id, a.Last, time.Time{})
	}).With(`let lines = railway.build_logs(railway.current("web"))`), "deployment")
