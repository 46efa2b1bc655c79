package standin

import (
	"fmt"
	"slices"
	"strings"
)

// refusal is an error in Railway's words.
type refusal string

func (r refusal) Error() string { return string(r) }

const errForbidden = refusal("Not Authorized")

func textOf(args map[string]any, name string) string { t, _ := args[name].(string); return t }

// query is the root of queries.
func (s *Server) query(account bool, f Fault) object {
	own := s.projects[0].environments[0] // of a project's token
	inside := func(e *environment) bool { return account || e == own }
	return object{
		"projectToken": resolver(func(map[string]any) (any, error) {
			if account {
				return nil, errForbidden
			}
			return object{"project": s.projectObject(own.project), "environment": s.environmentObject(own)}, nil
		}),
		"projects": resolver(func(args map[string]any) (any, error) {
			if !account {
				return nil, errForbidden
			}
			all := []object{}
			for _, p := range s.projects {
				all = append(all, s.projectObject(p))
			}
			return connection(all, args, f == Repeated)
		}),
		"project": resolver(func(args map[string]any) (any, error) {
			i := slices.IndexFunc(s.projects, func(p *project) bool { return p.id == args["id"] })
			if i < 0 || !account {
				return nil, errForbidden
			}
			return s.projectObject(s.projects[i]), nil
		}),
		"environment": resolver(func(args map[string]any) (any, error) {
			e := s.environment(textOf(args, "id"))
			if e == nil || !inside(e) {
				return nil, errForbidden
			}
			return s.environmentObject(e), nil
		}),
		"serviceInstance": resolver(func(args map[string]any) (any, error) {
			at := s.serviceIn(textOf(args, "environmentId"), textOf(args, "serviceId"))
			if at == nil {
				return nil, refusal("ServiceInstance not found")
			}
			if !inside(at.in) {
				return nil, errForbidden
			}
			return s.serviceObject(at), nil
		}),
		"deployment": resolver(func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "id"), inside)
			if err != nil {
				return nil, err
			}
			return s.deploymentObject(d), nil
		}),
		"deployments": resolver(func(args map[string]any) (any, error) {
			input, _ := args["input"].(map[string]any)
			at := s.serviceIn(textOf(input, "environmentId"), textOf(input, "serviceId"))
			if at == nil || !inside(at.in) || at.in.project.id != input["projectId"] {
				return nil, errForbidden
			}
			all := []object{}
			for _, d := range slices.Backward(at.deployments) {
				all = append(all, s.deploymentObject(d))
			}
			return connection(all, args, f == Repeated)
		}),
		"deploymentEvents": resolver(func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "id"), inside)
			if err != nil {
				return nil, err
			}
			all := []object{{"step": "SNAPSHOT_CODE", "payload": nil}}
			if d.step != "" {
				all = append(all, object{"step": d.step, "payload": object{"error": d.problem, "reason": nil}})
			}
			return connection(all, args, false)
		}),
		"buildLogs": resolver(func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "deploymentId"), inside)
			if err != nil {
				return nil, err
			}
			return logObjects(d.build, args)
		}),
		"deploymentLogs": resolver(func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "deploymentId"), inside)
			if err != nil {
				return nil, err
			}
			return logObjects(d.output, args)
		}),
		"variables": resolver(func(args map[string]any) (any, error) {
			at := s.serviceIn(textOf(args, "environmentId"), textOf(args, "serviceId"))
			if at == nil || !inside(at.in) {
				return nil, errForbidden
			}
			all := map[string]any{}
			for k, v := range at.variables {
				if unrendered, _ := args["unrendered"].(bool); !unrendered {
					v = at.rendered(v)
				}
				all[k] = v
			}
			return all, nil
		}),
		"metrics": resolver(func(args map[string]any) (any, error) {
			at := s.serviceIn(textOf(args, "environmentId"), textOf(args, "serviceId"))
			if at == nil || !inside(at.in) {
				return nil, errForbidden
			}
			return s.metricObjects(at, args)
		}),
	}
}

// mutation is the root of mutations.
func (s *Server) mutation(account bool, f Fault) object {
	inside := func(e *environment) bool { return account || e == s.projects[0].environments[0] }
	// on is a mutation of a deployment, that says true.
	on := func(do func(*deployment) error) resolver {
		return func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "id"), inside)
			if err != nil {
				return nil, err
			}
			if f == False {
				return false, nil
			}
			return true, do(d)
		}
	}
	place := func(args map[string]any) (*service, error) {
		at := s.serviceIn(textOf(args, "environmentId"), textOf(args, "serviceId"))
		if at == nil || !inside(at.in) {
			return nil, errForbidden
		}
		return at, nil
	}
	return object{
		"serviceInstanceDeployV2": resolver(func(args map[string]any) (any, error) {
			at, err := place(args)
			if err != nil {
				return nil, err
			}
			commit := textOf(args, "commitSha")
			if strings.HasPrefix(commit, "0000") {
				return nil, refusal("Commit not found")
			}
			if commit == "" {
				commit = fmt.Sprintf("%07x%033d", 0xbead0+len(at.deployments), 0)
			}
			return s.deploy(at, source{commit: commit}).id, nil
		}),
		"serviceInstanceUpdate": resolver(func(args map[string]any) (any, error) {
			at, err := place(args)
			if err != nil {
				return nil, err
			}
			input, _ := args["input"].(map[string]any)
			from, _ := input["source"].(map[string]any)
			if image := textOf(from, "image"); image != "" && f != False {
				at.image = image
			}
			return f != False, nil
		}),
		"deploymentRedeploy": resolver(func(args map[string]any) (any, error) {
			d, err := s.deployment(textOf(args, "id"), inside)
			if err != nil {
				return nil, err
			}
			return s.deploymentObject(s.deploy(d.of, d.source)), nil
		}),
		"deploymentRollback": on(func(d *deployment) error {
			if !d.canRollback() {
				return refusal("Deployment is not rollbackable")
			}
			s.deploy(d.of, d.source)
			return nil
		}),
		"deploymentRestart": on(func(d *deployment) error {
			if d.status != "SUCCESS" && d.status != "CRASHED" {
				return refusal("Deployment is not restartable")
			}
			s.restart(d)
			return nil
		}),
		"deploymentCancel": on(func(d *deployment) error {
			if !d.underWay() {
				return refusal("Deployment is not cancellable")
			}
			s.abort(d)
			s.change()
			return nil
		}),
		"deploymentRemove": on(func(d *deployment) error { s.remove(d); return nil }),
		"variableCollectionUpsert": resolver(func(args map[string]any) (any, error) {
			input, _ := args["input"].(map[string]any)
			at, err := place(input)
			if err != nil {
				return nil, err
			}
			if f == False {
				return false, nil
			}
			given, _ := input["variables"].(map[string]any)
			if replace, _ := input["replace"].(bool); replace {
				at.variables = map[string]string{}
			}
			for k, v := range given {
				at.variables[k] = fmt.Sprint(v)
			}
			if skip, _ := input["skipDeploys"].(bool); !skip && len(at.deployments) > 0 {
				s.deploy(at, at.deployments[len(at.deployments)-1].source)
			}
			return true, nil
		}),
	}
}

func (s *Server) environment(id string) *environment {
	for _, p := range s.projects {
		for _, e := range p.environments {
			if e.id == id {
				return e
			}
		}
	}
	return nil
}

func (s *Server) serviceIn(environmentID, id string) *service {
	if e := s.environment(environmentID); e != nil {
		for _, x := range e.services {
			if x.id == id {
				return x
			}
		}
	}
	return nil
}

func (s *Server) deployment(id string, inside func(*environment) bool) (*deployment, error) {
	d := s.find(id)
	if d == nil {
		return nil, refusal("Deployment not found")
	}
	if !inside(d.of.in) {
		return nil, errForbidden
	}
	return d, nil
}
