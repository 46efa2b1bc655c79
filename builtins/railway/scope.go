package railway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// scopeArgs are the parameters that say where the services are.
type scopeArgs struct {
	Project     string `drl:"project,optional,named" doc:"the project's name or id; a project's token says it, and RAILWAY_PROJECT_ID"`
	Environment string `drl:"environment,optional,named" doc:"the environment's name or id; a project's token says it, and RAILWAY_ENVIRONMENT_ID"`
}

// scope is an environment of a project.
type scope struct{ project, environment named }

// named is what has a name and an id.
type named struct {
	ID   string `json:"id" drl:"id" doc:"its id"`
	Name string `json:"name" drl:"name" doc:"its name"`
}

// service is one that a call is about.
type service struct {
	*client
	scope
	named
}

// page is a connection's, as Relay has them.
type page struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// mostPages ends the reading of a list that goes round and round.
const mostPages = 100

// pages asks for page after page. get asks for the one after a cursor.
func (c *client) pages(get func(after any) (page, error)) error {
	var after any
	for range mostPages {
		p, err := get(after)
		if err != nil || !p.HasNextPage {
			return err
		}
		if p.EndCursor == "" || p.EndCursor == after {
			return c.strange("it says that there are more pages, and not where")
		}
		after = p.EndCursor
	}
	return fmt.Errorf("there are more than %d pages", mostPages)
}

// at finds the service of that name or id.
func (a scopeArgs) at(ctx context.Context, h *builtins.Host, name string) (*service, error) {
	if name == "" {
		return nil, errors.New("service is empty, want a service's name or id")
	}
	c, err := open(h)
	if err != nil {
		return nil, err
	}
	in, err := c.scopeOf(ctx, h, a)
	if err != nil {
		return nil, err
	}
	all, err := c.servicesOf(ctx, h, in, false)
	if err != nil {
		return nil, err
	}
	found, ok := find(all, name)
	if !ok { // it may be new
		if all, err = c.servicesOf(ctx, h, in, true); err != nil {
			return nil, err
		}
		found, ok = find(all, name)
	}
	if !ok {
		return nil, fmt.Errorf("environment %s of project %s has no service %s; it has %s", value.QuoteString(in.environment.Name), value.QuoteString(in.project.Name), value.QuoteString(builtins.Short(name)), names(all))
	}
	return &service{c, in, found}, nil
}

// find looks for a name, then for an id.
func find(all []named, text string) (named, bool) {
	i := slices.IndexFunc(all, func(n named) bool { return n.Name == text })
	if i < 0 {
		i = slices.IndexFunc(all, func(n named) bool { return n.ID == text })
	}
	if i < 0 {
		return named{}, false
	}
	return all[i], true
}

// names lists names for a message.
func names(all []named) string {
	const most = 20
	if len(all) == 0 {
		return "none"
	}
	var quoted []string
	for _, n := range all[:min(len(all), most)] {
		quoted = append(quoted, value.QuoteString(builtins.Short(n.Name)))
	}
	if len(all) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(quoted, ", "), len(all)-most)
	}
	return strings.Join(quoted, ", ")
}

// scopeOf finds the project and the environment.
func (c *client) scopeOf(ctx context.Context, h *builtins.Host, a scopeArgs) (scope, error) {
	c.mu.Lock()
	known, ok := c.scopes[a]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	ofToken := c.ofAccount
	if c.variable == projectToken {
		ofToken = c.ofProject
	}
	found, err := ofToken(ctx, h, a)
	if err != nil {
		return scope{}, err
	}
	c.mu.Lock()
	c.scopes[a] = found
	c.mu.Unlock()
	return found, nil
}

// ofProject is the one environment that a project's token is for.
func (c *client) ofProject(ctx context.Context, h *builtins.Host, a scopeArgs) (scope, error) {
	var answer struct {
		ProjectToken struct{ Project, Environment named }
	}
	if err := c.ask(ctx, h, "Token", nil, &answer); err != nil {
		return scope{}, err
	}
	of := scope{answer.ProjectToken.Project, answer.ProjectToken.Environment}
	if of.project.ID == "" || of.environment.ID == "" {
		return scope{}, c.strange("it doesn't say which project the token is of")
	}
	for _, x := range []struct {
		what, wanted string
		is           named
	}{{"project", a.Project, of.project}, {"environment", a.Environment, of.environment}} {
		if x.wanted != "" && x.wanted != x.is.Name && x.wanted != x.is.ID {
			return scope{}, fmt.Errorf("%s is %s, and the token in %s is for %s %s alone: use that one's token, or an account's in %s",
				x.what, value.QuoteString(builtins.Short(x.wanted)), projectToken, x.what, value.QuoteString(builtins.Short(x.is.Name)), accountToken)
		}
	}
	return of, nil
}

// ofAccount finds the environment among all that an account's or workspace's
// token may see.
func (c *client) ofAccount(ctx context.Context, h *builtins.Host, a scopeArgs) (scope, error) {
	wanted, err := given(h, a.Project, "project", projectVar)
	if err != nil {
		return scope{}, err
	}
	project, err := c.project(ctx, h, wanted)
	if err != nil {
		return scope{}, err
	}
	var all []named
	err = c.pages(func(after any) (page, error) {
		var answer struct {
			Project struct {
				named
				Environments struct {
					Edges    []struct{ Node named }
					PageInfo page
				}
			}
		}
		if err := c.ask(ctx, h, "Environments", vars{"id": project.ID, "after": after}, &answer); err != nil {
			return page{}, err
		}
		if answer.Project.ID == "" {
			return page{}, c.strange("it doesn't say which project it tells of")
		}
		project = answer.Project.named
		for _, e := range answer.Project.Environments.Edges {
			all = append(all, e.Node)
		}
		return answer.Project.Environments.PageInfo, nil
	})
	if err != nil {
		return scope{}, err
	}
	wanted, err = given(h, a.Environment, "environment", environmentVar)
	switch {
	case err != nil && len(all) == 1:
		return scope{project, all[0]}, nil
	case err != nil:
		return scope{}, fmt.Errorf("%w; project %s has %s", err, value.QuoteString(project.Name), names(all))
	}
	environment, ok := find(all, wanted)
	if !ok {
		return scope{}, fmt.Errorf("project %s has no environment %s; it has %s", value.QuoteString(project.Name), value.QuoteString(builtins.Short(wanted)), names(all))
	}
	return scope{project, environment}, nil
}

// given is an argument, or else a variable of the environment.
func given(h *builtins.Host, argument, name, variable string) (string, error) {
	if argument != "" {
		return argument, nil
	}
	if text, _ := h.Getenv(variable); text != "" {
		return text, nil
	}
	return "", fmt.Errorf("%s is not given and %s is not set, and the token in %s is not for one alone", name, variable, accountToken)
}

// project finds a project by its name. What is no name of one is taken for an
// id, which the next request finds out.
func (c *client) project(ctx context.Context, h *builtins.Host, wanted string) (named, error) {
	var found []named
	err := c.pages(func(after any) (page, error) {
		var answer struct {
			Projects struct {
				Edges    []struct{ Node named }
				PageInfo page
			}
		}
		err := c.ask(ctx, h, "Projects", vars{"after": after}, &answer)
		for _, e := range answer.Projects.Edges {
			if e.Node.Name == wanted || e.Node.ID == wanted {
				found = append(found, e.Node)
			}
		}
		return answer.Projects.PageInfo, err
	})
	switch {
	case err != nil:
		return named{}, err
	case len(found) > 1:
		return named{}, fmt.Errorf("%d projects are named %s: give the id of one", len(found), value.QuoteString(builtins.Short(wanted)))
	case len(found) == 0:
		return named{ID: wanted, Name: wanted}, nil
	}
	return found[0], nil
}

// servicesOf lists the services of an environment, by name.
func (c *client) servicesOf(ctx context.Context, h *builtins.Host, in scope, again bool) ([]named, error) {
	c.mu.Lock()
	known, ok := c.services[in.environment.ID]
	c.mu.Unlock()
	if ok && !again {
		return known, nil
	}
	all := []named{}
	err := c.pages(func(after any) (page, error) {
		var answer struct {
			Environment struct {
				ID               string
				ServiceInstances struct {
					Edges []struct {
						Node struct{ ServiceID, ServiceName string }
					}
					PageInfo page
				}
			}
		}
		if err := c.ask(ctx, h, "Services", vars{"id": in.environment.ID, "after": after}, &answer); err != nil {
			return page{}, err
		}
		if answer.Environment.ID != in.environment.ID {
			return page{}, c.strange("it was asked for one environment and tells of another")
		}
		for _, e := range answer.Environment.ServiceInstances.Edges {
			all = append(all, named{e.Node.ServiceID, e.Node.ServiceName})
		}
		return answer.Environment.ServiceInstances.PageInfo, nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y named) int { return strings.Compare(x.Name, y.Name) })
	c.mu.Lock()
	c.services[in.environment.ID] = all
	c.mu.Unlock()
	return all, nil
}
