package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type verdict struct {
	Name       string     `drl:"name" doc:"its name"`
	App        string     `drl:"app" doc:"who checks: \"github-actions\", …; \"status\" for a commit status"`
	OK         bool       `drl:"ok" doc:"whether it has ended well: with success, neutral or skipped"`
	Status     string     `drl:"status" doc:"\"completed\", \"in_progress\", \"queued\" or \"pending\""`
	Conclusion *string    `drl:"conclusion" doc:"how it ended: \"success\", \"failure\", \"error\", …; null while it has not"`
	Summary    string     `drl:"summary" doc:"what it says of its result"`
	StartedAt  *time.Time `drl:"started_at" doc:"when it began"`
	EndedAt    *time.Time `drl:"ended_at" doc:"when it ended"`
	URL        string     `drl:"url" doc:"its page"`
}

var checks = builtins.New("github.checks", types.Reads,
	"List the checks and statuses of a commit, by name, the newest of each. That it has none is an error, never an empty list.",
	func(ctx context.Context, h *builtins.Host, a refArgs) ([]verdict, error) {
		s, hash, err := a.commit(ctx, h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		found, err := s.checkRuns(ctx, hash)
		if err != nil {
			return nil, err
		}
		statuses, err := s.statuses(ctx, hash)
		if err != nil {
			return nil, err
		}
		if found = append(found, statuses...); len(found) == 0 {
			return nil, fmt.Errorf("nothing of %s has checked %s", s, of(a.Ref, hash))
		}
		slices.SortFunc(found, func(x, y verdict) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.App, y.App)) })
		return found, nil
	}).With(`expect github.checks("v1.2.3").filter(c => not c.ok) == []`)

// checkRuns lists what apps have checked: Actions' jobs, and others'.
func (s *asked) checkRuns(ctx context.Context, hash string) ([]verdict, error) {
	total := 0
	runs, err := all(ctx, s, "check runs", func(at from) ([]*github.CheckRun, *github.Response, error) {
		page, reply, err := s.Checks.ListCheckRunsForRef(ctx, s.owner, s.name, hash, &github.ListCheckRunsOptions{
			ListOptions: github.ListOptions{Page: at.page, PerPage: pageSize},
		})
		if err != nil {
			return nil, reply, err
		}
		if page.Total == nil {
			return nil, reply, errNotJSON
		}
		total = *page.Total
		return page.CheckRuns, reply, nil
	})
	if err != nil {
		return nil, err
	}
	if len(runs) < total {
		return nil, s.strange(fmt.Sprintf("it says that there are %d check runs, and lists %d", total, len(runs)))
	}
	var found []verdict
	for _, r := range runs {
		found = append(found, verdict{
			Name: r.GetName(), App: r.GetApp().GetSlug(), OK: good(r.GetStatus(), r.GetConclusion()), Status: r.GetStatus(), Conclusion: r.Conclusion,
			Summary: r.GetOutput().GetTitle(), StartedAt: when(r.StartedAt), EndedAt: when(r.CompletedAt), URL: r.GetHTMLURL(),
		})
	}
	return found, nil
}

// statuses lists the newest status of each context: what older systems say of
// a commit. The list has the newest first.
func (s *asked) statuses(ctx context.Context, hash string) ([]verdict, error) {
	all, err := all(ctx, s, "statuses", func(at from) ([]*github.RepoStatus, *github.Response, error) {
		return s.Repositories.ListStatuses(ctx, s.owner, s.name, hash, &github.ListOptions{Page: at.page, PerPage: pageSize})
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var found []verdict
	for _, x := range all {
		if seen[x.GetContext()] {
			continue
		}
		seen[x.GetContext()] = true
		v := verdict{Name: x.GetContext(), App: "status", Summary: x.GetDescription(), URL: x.GetTargetURL(), StartedAt: when(x.CreatedAt), Status: "completed"}
		switch x.GetState() {
		case "pending":
			v.Status = "pending"
		case "success", "failure", "error":
			v.Conclusion, v.EndedAt, v.OK = x.State, when(x.UpdatedAt), x.GetState() == "success"
		default:
			return nil, s.strange("a status is " + x.GetState())
		}
		found = append(found, v)
	}
	return found, nil
}
