package github

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type deploymentArgs struct {
	Ref         string `drl:"ref" doc:"the branch, tag or commit that is deployed"`
	Environment string `drl:"environment" doc:"where to: \"production\""`
	State       string `drl:"state" doc:"\"queued\", \"in_progress\", \"success\", \"failure\", \"error\" or \"inactive\"" default:"success"`
	Description string `drl:"description,optional,named" doc:"a few words, at most 140 letters"`
	URL         string `drl:"url,optional,named" doc:"where it answers: an http or https address"`
	Log         string `drl:"log,optional,named" doc:"where its log is: an http or https address"`
	ID          *int   `drl:"id,named" doc:"an earlier result's id: that deployment's state changes, and none is added"`
	repository
}

type deployed struct {
	ID          int    `drl:"id" doc:"its number, for a later change of its state"`
	Environment string `drl:"environment" doc:"where to"`
	State       string `drl:"state" doc:"its state"`
}

var states = []string{"queued", "in_progress", "pending", "success", "failure", "error", "inactive"}

var deployment = builtins.New("github.deployment", types.Writes,
	"Tell GitHub of a deployment and its state. Nothing is deployed, merged or waited for by that.",
	func(ctx context.Context, h *builtins.Host, a deploymentArgs) (deployed, error) {
		if err := a.check(); err != nil {
			return deployed{}, err
		}
		s, err := a.open(ctx, h)
		if err != nil {
			return deployed{}, err
		}
		defer s.close()
		id := int64(0)
		if a.ID != nil {
			id = int64(*a.ID)
		} else if id, err = s.deploy(ctx, a); err != nil {
			return deployed{}, err
		}
		what := fmt.Sprintf("deployment %d", id)
		status, _, err := ask(ctx, s, what, func() (*github.DeploymentStatus, *github.Response, error) {
			return s.Repositories.CreateDeploymentStatus(ctx, s.owner, s.name, id, &github.DeploymentStatusRequest{
				State: &a.State, Description: &a.Description, EnvironmentURL: given(a.URL), LogURL: given(a.Log),
			})
		})
		switch {
		case err != nil && a.ID == nil:
			return deployed{}, fmt.Errorf("%s was made and has no state: %w", what, err)
		case err != nil:
			return deployed{}, err
		case status.GetState() != a.State:
			return deployed{}, s.strange(fmt.Sprintf("%s is to be %s, and is %s", what, a.State, status.GetState()))
		}
		return deployed{int(id), a.Environment, a.State}, nil
	}).With(`let d = github.deployment("v1.2.3", "production", state: "in_progress")
github.deployment("v1.2.3", "production", id: d.id)`)

// check refuses what GitHub would not take, or not keep as it is.
func (a deploymentArgs) check() error {
	const mostName, mostWords = 255, 140
	if err := checkRef("ref", a.Ref); err != nil {
		return err
	}
	for what, text := range map[string]string{"environment": a.Environment, "description": a.Description, "url": a.URL, "log": a.Log} {
		if err := checkText(what, text); err != nil {
			return err
		}
	}
	switch {
	case strings.TrimSpace(a.Environment) == "" || len(a.Environment) > mostName:
		return fmt.Errorf("environment is %s, want a name of at most %d bytes", builtins.Quoted(a.Environment), mostName)
	case !slices.Contains(states, a.State):
		return fmt.Errorf("state is %s, want one of %s", builtins.Quoted(a.State), strings.Join(states, ", "))
	case len([]rune(a.Description)) > mostWords:
		return fmt.Errorf("description has %d letters, want %d at most", len([]rune(a.Description)), mostWords)
	case a.ID != nil && *a.ID < 1:
		return fmt.Errorf("id is %d, want a deployment's", *a.ID)
	}
	for what, text := range map[string]string{"url": a.URL, "log": a.Log} {
		if text == "" {
			continue
		}
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("%s is %s, want an http or https address", what, builtins.Quoted(text))
		}
	}
	return nil
}

// deploy adds a deployment. That checks have passed is the script's business,
// and nothing is to be merged: GitHub would do both.
func (s *asked) deploy(ctx context.Context, a deploymentArgs) (int64, error) {
	merge, none := false, []string{}
	d, _, err := ask(ctx, s, "commit "+builtins.Quoted(a.Ref), func() (*github.Deployment, *github.Response, error) {
		return s.Repositories.CreateDeployment(ctx, s.owner, s.name, &github.DeploymentRequest{
			Ref: &a.Ref, Environment: &a.Environment, Description: &a.Description, AutoMerge: &merge, RequiredContexts: &none,
		})
	})
	if err == nil && d.GetID() == 0 {
		return 0, s.strange("it tells of no deployment")
	}
	return d.GetID(), err
}

// given is a text, or nothing for an empty one.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
