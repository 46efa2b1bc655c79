package railway

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Deployment is one of a service's deployments, as it was when it was asked
// for.
type Deployment struct {
	ID          string    `drl:"id" doc:"its id"`
	Status      string    `drl:"status" doc:"as Railway has it: QUEUED WAITING INITIALIZING BUILDING DEPLOYING, NEEDS_APPROVAL, SUCCESS SLEEPING, FAILED CRASHED SKIPPED REMOVING REMOVED"`
	Stopped     bool      `drl:"stopped" doc:"it is SUCCESS, and was stopped or has ended by itself"`
	CreatedAt   time.Time `drl:"created_at" doc:"when it was made"`
	Image       *string   `drl:"image" doc:"the image that it runs, of a service that is deployed from one"`
	Commit      *string   `drl:"commit" doc:"the commit that it was built from"`
	Branch      *string   `drl:"branch" doc:"the branch that the commit was on"`
	Message     *string   `drl:"message" doc:"the commit's message"`
	URL         *string   `drl:"url" doc:"an address of this deployment"`
	CanRollback bool      `drl:"can_rollback" doc:"whether Railway still has its image to roll back to"`
	CanRedeploy bool      `drl:"can_redeploy" doc:"whether it can be deployed once more"`
}

// node is a deployment as Railway tells of it.
type node struct {
	ID                string
	Status            string
	CreatedAt         time.Time
	DeploymentStopped bool
	CanRedeploy       bool
	CanRollback       bool
	StaticURL         string
	Meta              meta
	Instances         []struct{ Status string }
}

// meta is JSON of no fixed shape: what isn't a text counts as not there.
type meta map[string]any

func (m *meta) UnmarshalJSON(text []byte) error {
	all := map[string]any{}
	if json.Unmarshal(text, &all) == nil {
		*m = all
	}
	return nil
}

func (m meta) text(key string) *string {
	if text, ok := m[key].(string); ok && text != "" {
		return &text
	}
	return nil
}

// deployment is what scripts see of it.
func (n *node) deployment() Deployment {
	d := Deployment{
		ID: n.ID, Status: n.Status, Stopped: n.stopped(), CreatedAt: n.CreatedAt.UTC(), CanRollback: n.CanRollback, CanRedeploy: n.CanRedeploy,
		Image: n.Meta.text("image"), Commit: n.Meta.text("commitHash"), Branch: n.Meta.text("branch"), Message: n.Meta.text("commitMessage"),
	}
	if n.StaticURL != "" {
		url := "https://" + n.StaticURL
		d.URL = &url
	}
	return d
}

// class is what a status means for somebody who waits.
type class int

const (
	unknown class = iota // not one that we know of: it may pass
	underWay
	blocked // waits for a person
	good
	bad
)

func (n *node) class() class {
	switch n.Status {
	case "QUEUED", "WAITING", "INITIALIZING", "BUILDING", "DEPLOYING":
		return underWay
	case "NEEDS_APPROVAL":
		return blocked
	case "SUCCESS", "SLEEPING":
		return good
	case "FAILED", "CRASHED", "SKIPPED", "REMOVING", "REMOVED":
		return bad
	}
	return unknown
}

// stopped tells whether it ran and doesn't any more. The flag is also set
// while one starts or sleeps, so the status is looked at first.
func (n *node) stopped() bool { return n.Status == "SUCCESS" && n.DeploymentStopped }

// running tells whether one of its instances runs.
func (n *node) running() bool {
	for _, i := range n.Instances {
		if i.Status == "RUNNING" {
			return true
		}
	}
	return false
}

// live tells whether it answers: it runs, or sleeps and wakes on a request.
func (n *node) live() bool {
	return n.Status == "SLEEPING" || n.Status == "SUCCESS" && !n.DeploymentStopped && n.running()
}

// version names a deployment for a person.
func (n *node) version() string {
	name := n.ID
	if commit := n.Meta.text("commitHash"); commit != nil {
		name += ", commit " + builtins.Short((*commit)[:min(len(*commit), 12)])
	} else if image := n.Meta.text("image"); image != nil {
		name += ", image " + builtins.Short(*image)
	}
	return name
}

// instance is a service in its environment.
type instance struct {
	ServiceName string
	Source      struct{ Image, Repo string }
	Latest      *node  `json:"latestDeployment"` // nil: it was never deployed
	Active      []node `json:"activeDeployments"`
	Domains     struct{ CustomDomains, ServiceDomains []struct{ Domain string } }
}

// check refuses an answer that is of another shape than Railway's.
func (i *instance) check(c *client) error {
	if i.ServiceName == "" {
		return c.strange("it was asked for a service and tells of none")
	}
	if i.Latest != nil {
		if err := i.Latest.check(c); err != nil {
			return err
		}
	}
	for k := range i.Active {
		if err := i.Active[k].check(c); err != nil {
			return err
		}
	}
	slices.SortStableFunc(i.Active, newestFirst)
	return nil
}

func (n *node) check(c *client) error {
	if n.ID == "" || n.Status == "" || n.CreatedAt.IsZero() {
		return c.strange("it tells of a deployment without id, status or time")
	}
	return nil
}

func newestFirst(x, y node) int { return y.CreatedAt.Compare(x.CreatedAt) }

// latest is the id of the newest deployment; "": there is none.
func (i *instance) latest() string {
	if i.Latest == nil {
		return ""
	}
	return i.Latest.ID
}

// serving is the deployment that serves, which needn't be the newest: one that
// failed never replaces it. nil: none does.
func (i *instance) serving() *node {
	all := slices.Clone(i.Active)
	if i.Latest != nil && !slices.ContainsFunc(all, func(n node) bool { return n.ID == i.Latest.ID }) {
		all = append(all, *i.Latest)
		slices.SortStableFunc(all, newestFirst)
	}
	for _, fits := range []func(*node) bool{
		(*node).live,
		func(n *node) bool { return n.class() == good },
		func(n *node) bool { return n.Status == "CRASHED" && n.running() }, // not all of its instances
	} {
		for k := range all {
			if fits(&all[k]) {
				return &all[k]
			}
		}
	}
	return nil
}

// servingOrLatest is the deployment that serves, or else the newest; nil: there
// was never one.
func (i *instance) servingOrLatest() *node {
	if now := i.serving(); now != nil {
		return now
	}
	return i.Latest
}

// deploymentID reads an argument that is a Deployment or the id of one.
func deploymentID(name string, v value.Value) (string, error) {
	id := ""
	switch v := v.(type) {
	case value.String:
		id = string(v)
	case *value.Record:
		if field, ok := v.Get("id"); ok {
			text, _ := field.(value.String)
			id = string(text)
		}
	}
	if id == "" || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return "", fmt.Errorf("%s is %s, want a Deployment or the id of one", name, builtins.Short(value.Quote(v)))
	}
	return id, nil
}

// takingDeployment has the checker refuse a parameter that is no Deployment
// and no id, and returns f.
func takingDeployment(f *builtins.Func, parameter string) *builtins.Func {
	return f.Refined(func(s *types.Func) {
		at := slices.IndexFunc(s.Params, func(p types.Param) bool { return p.Name == parameter })
		s.Infer = func(args []*types.Type) (*types.Type, string) {
			if at < len(args) && args[at] != nil {
				switch t := args[at]; {
				case t.Kind == types.String, t.Kind == types.Any, t.Kind == types.Unknown, t.Kind == types.Record && t.Name == "Deployment":
				default:
					return nil, fmt.Sprintf("%s: found %s, want a Deployment or the id of one", parameter, t.A())
				}
			}
			return s.Result, ""
		}
	})
}

// errNever says that there is nothing to work with yet.
var errNever = errors.New("it was never deployed")
