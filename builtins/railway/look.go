package railway

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// look asks how a service is.
func (s *service) look(ctx context.Context, h *builtins.Host) (*instance, error) {
	var answer struct {
		ServiceInstance instance
	}
	if err := s.ask(ctx, h, "Service", vars{"serviceId": s.ID, "environmentId": s.environment.ID}, &answer); err != nil {
		return nil, err
	}
	return &answer.ServiceInstance, answer.ServiceInstance.check(s.client)
}

// lookAt asks how a deployment of the service is, and the service with it.
func (s *service) lookAt(ctx context.Context, h *builtins.Host, id string) (*node, *instance, error) {
	var answer struct {
		Deployment      node
		ServiceInstance instance
	}
	if err := s.ask(ctx, h, "Watch", vars{"id": id, "serviceId": s.ID, "environmentId": s.environment.ID}, &answer); err != nil {
		return nil, nil, err
	}
	if answer.Deployment.ID != id {
		return nil, nil, s.strange("it was asked for one deployment and tells of another")
	}
	if err := answer.Deployment.check(s.client); err != nil {
		return nil, nil, err
	}
	return &answer.Deployment, &answer.ServiceInstance, answer.ServiceInstance.check(s.client)
}

// placed is a deployment with where it is.
type placed struct {
	node
	ProjectID, EnvironmentID, ServiceID string
}

// deployment asks for a deployment by its id.
func (c *client) deployment(ctx context.Context, h *builtins.Host, id string) (*placed, error) {
	var answer struct{ Deployment placed }
	if err := c.ask(ctx, h, "Deployment", vars{"id": id}, &answer); err != nil {
		if isKind(err, missing) {
			return nil, fmt.Errorf("there is no deployment %s: %w", value.QuoteString(builtins.Short(id)), err)
		}
		return nil, err
	}
	if answer.Deployment.ID != id {
		return nil, c.strange("it was asked for one deployment and tells of another")
	}
	return &answer.Deployment, answer.Deployment.check(c)
}

// ofService is deployment for one that has to be the service's.
func (s *service) ofService(ctx context.Context, h *builtins.Host, id string) (*node, error) {
	d, err := s.deployment(ctx, h, id)
	if err != nil {
		return nil, err
	}
	if d.ServiceID != s.ID || d.EnvironmentID != s.environment.ID {
		return nil, fmt.Errorf("deployment %s is not one of %s in %s", value.QuoteString(id), s.Name, s.environment.Name)
	}
	return &d.node, nil
}

// history lists the newest deployments, the newest first.
func (s *service) history(ctx context.Context, h *builtins.Host, last int) ([]node, error) {
	const most = 100 // a page
	var all []node
	err := s.pages(func(after any) (page, error) {
		var answer struct {
			Deployments struct {
				Edges    []struct{ Node node }
				PageInfo page
			}
		}
		input := map[string]string{"projectId": s.scope.project.ID, "environmentId": s.environment.ID, "serviceId": s.ID}
		if err := s.ask(ctx, h, "Deployments", vars{"input": input, "first": min(last-len(all), most), "after": after}, &answer); err != nil {
			return page{}, err
		}
		if answer.Deployments.Edges == nil {
			return page{}, s.strange("it lists no deployments, and not none either")
		}
		for _, e := range answer.Deployments.Edges {
			if err := e.Node.check(s.client); err != nil {
				return page{}, err
			}
			all = append(all, e.Node)
		}
		next := answer.Deployments.PageInfo
		next.HasNextPage = next.HasNextPage && len(all) < last
		return next, nil
	})
	return newest(all, last), err
}

// newest are the newest ones, in that order: Railway has them so already, and
// doesn't promise it.
func newest(all []node, last int) []node {
	slices.SortStableFunc(all, newestFirst)
	return all[:min(len(all), last)]
}

// gap is the time between two looks at what takes its time: the limit is
// low, and a subscription tells sooner anyway.
func gap(waited time.Duration) time.Duration {
	switch {
	case waited < time.Minute:
		return 3 * time.Second
	case waited < 5*time.Minute:
		return 5 * time.Second
	}
	return 10 * time.Second
}
