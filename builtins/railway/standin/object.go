package standin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/lazy"
)

var reference = lazy.Regexp(`\$\{\{\s*(\w+)\s*\}\}`)

// rendered is a variable's text with its references to others.
func (at *service) rendered(text string) string {
	return reference().ReplaceAllStringFunc(text, func(r string) string { return at.variables[reference().FindStringSubmatch(r)[1]] })
}

func (s *Server) projectObject(p *project) object {
	return object{"id": p.id, "name": p.name, "environments": resolver(func(args map[string]any) (any, error) {
		all := []object{}
		for _, e := range p.environments {
			all = append(all, s.environmentObject(e))
		}
		return connection(all, args, false)
	})}
}

func (s *Server) environmentObject(e *environment) object {
	return object{"id": e.id, "name": e.name, "serviceInstances": resolver(func(args map[string]any) (any, error) {
		all := []object{}
		for _, x := range e.services {
			all = append(all, s.serviceObject(x))
		}
		return connection(all, args, false)
	})}
}

func (s *Server) serviceObject(at *service) object {
	var latest any
	active := []object{}
	for _, d := range slices.Backward(at.deployments) {
		if latest == nil {
			latest = s.deploymentObject(d)
		}
		if d.serves() || d.status == "REMOVING" {
			active = append(active, s.deploymentObject(d))
		}
	}
	repo := ""
	if at.image == "" {
		repo = "acme/" + at.name
	}
	return object{
		"serviceId": at.id, "serviceName": at.name, "latestDeployment": latest, "activeDeployments": active,
		"source":  object{"image": optional(at.image), "repo": optional(repo)},
		"domains": object{"customDomains": []object{}, "serviceDomains": []object{{"domain": at.domain}}},
	}
}

func (s *Server) deploymentObject(d *deployment) object {
	made := map[string]any{}
	if d.source.image != "" {
		made["image"] = d.source.image
	} else {
		made["commitHash"], made["branch"], made["commitMessage"] = d.source.commit, d.of.branch, "a change"
	}
	instances := []object{}
	if d.instance != "" {
		instances = append(instances, object{"status": d.instance})
	}
	return object{
		"id": d.id, "status": d.status, "createdAt": d.createdAt, "deploymentStopped": d.stopped, "canRedeploy": !d.underWay(),
		"canRollback": d.canRollback(), "staticUrl": d.id + ".up.railway.app", "meta": made, "instances": instances,
		"projectId": d.of.in.project.id, "environmentId": d.of.in.id, "serviceId": d.of.id,
	}
}

func lineObject(l line) object {
	attributes := []object{{"key": "level", "value": l.level}}
	for k, v := range l.attributes {
		attributes = append(attributes, object{"key": k, "value": v})
	}
	return object{"timestamp": l.at, "message": l.text, "severity": optional(l.level), "attributes": attributes}
}

// logObjects are the last lines that fit.
func logObjects(all []line, args map[string]any) (any, error) {
	most := 100
	if n, ok := number(args["limit"]); ok {
		if n < 1 || n > 5000 {
			return nil, refusal("Error in limit - Invalid input")
		}
		most = n
	}
	since, err := instant(args["startDate"])
	if err != nil {
		return nil, err
	}
	fitting := []object{}
	for _, l := range all {
		if !l.at.Before(since) && fits(l, textOf(args, "filter")) {
			fitting = append(fitting, lineObject(l))
		}
	}
	return fitting[max(0, len(fitting)-most):], nil
}

// fits tells whether a line fits a filter of words, "phrases", @level:x, and
// a - in front of one, which all have to hold.
func fits(l line, filter string) bool {
	for _, word := range strings.Fields(strings.ReplaceAll(filter, " AND ", " ")) {
		word, not := strings.CutPrefix(word, "-")
		has := strings.Contains(l.text, strings.Trim(word, `"`))
		if level, ok := strings.CutPrefix(word, "@level:"); ok {
			has = l.level == level
		}
		if has == not {
			return false
		}
	}
	return true
}

func instant(v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, refusal("Error in date - Invalid input")
	}
	return at, nil
}

func (s *Server) metricObjects(at *service, args map[string]any) (any, error) {
	from, err := instant(args["startDate"])
	if err != nil {
		return nil, err
	}
	wanted, _ := args["measurements"].([]any)
	all := []object{}
	for _, name := range wanted {
		samples, ok := at.metrics[fmt.Sprint(name)]
		if !ok {
			continue
		}
		values := []object{}
		for _, x := range samples {
			if t := s.clock.Now().Add(-x.Ago); !t.Before(from) {
				values = append(values, object{"ts": t.Unix(), "value": x.Value})
			}
		}
		all = append(all, object{"measurement": name, "values": values})
	}
	return all, nil
}
