package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
)

type refArgs struct {
	Ref string `drl:"ref" doc:"a branch, a tag or a commit"`
	repository
}

// commit says where to ask, which the caller closes, and which commit is meant.
func (a refArgs) commit(ctx context.Context, h *builtins.Host) (s *asked, hash string, err error) {
	if err := checkRef("ref", a.Ref); err != nil {
		return nil, "", err
	}
	if s, err = a.open(ctx, h); err != nil {
		return nil, "", err
	}
	if hash, err = s.hash(ctx, a.Ref); err != nil {
		s.close()
		return nil, "", err
	}
	return s, hash, nil
}

type run struct {
	Name       string     `drl:"name" doc:"the workflow's name"`
	Event      string     `drl:"event" doc:"what started it: \"push\", \"pull_request\", …"`
	OK         bool       `drl:"ok" doc:"whether it has ended well: with success, neutral or skipped"`
	Status     string     `drl:"status" doc:"\"completed\", \"in_progress\", \"queued\", …"`
	Conclusion *string    `drl:"conclusion" doc:"how it ended: \"success\", \"failure\", \"cancelled\", …; null while it has not"`
	Number     int        `drl:"number" doc:"its number among the workflow's runs"`
	Attempt    int        `drl:"attempt" doc:"how often it was run"`
	Branch     string     `drl:"branch" doc:"the branch that it ran for"`
	StartedAt  *time.Time `drl:"started_at" doc:"when it began"`
	UpdatedAt  *time.Time `drl:"updated_at" doc:"when it last changed"`
	URL        string     `drl:"url" doc:"its page"`
}

var workflows = builtins.New("github.workflows", types.Reads,
	"List the newest run of each workflow for a commit, by name. That no workflow ran for it is an error, never an empty list.",
	func(ctx context.Context, h *builtins.Host, a refArgs) ([]run, error) {
		s, hash, err := a.commit(ctx, h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		total := 0
		runs, err := all(ctx, s, "workflow runs", func(at from) ([]*github.WorkflowRun, *github.Response, error) {
			page, reply, err := s.Actions.ListRepositoryWorkflowRuns(ctx, s.owner, s.name, &github.ListWorkflowRunsOptions{
				HeadSHA: hash, ListOptions: github.ListOptions{Page: at.page, PerPage: pageSize},
			})
			if err != nil {
				return nil, reply, err
			}
			if page.TotalCount == nil {
				return nil, reply, errNotJSON
			}
			total = *page.TotalCount
			return page.WorkflowRuns, reply, nil
		})
		switch {
		case err != nil:
			return nil, err
		case len(runs) < total:
			return nil, s.strange(fmt.Sprintf("it says that there are %d runs, and lists %d", total, len(runs)))
		case len(runs) == 0:
			return nil, fmt.Errorf("no workflow of %s has run for %s", s, of(a.Ref, hash))
		}
		return newest(runs), nil
	}).With(`expect github.workflows(git.commit()).filter(w => not w.ok) == []`)

// newest keeps the last run of each workflow and event: a commit that was both
// pushed and proposed has two that have to pass.
func newest(runs []*github.WorkflowRun) []run {
	type key struct {
		workflow int64
		event    string
	}
	last := map[key]*github.WorkflowRun{}
	for _, r := range runs {
		k := key{r.GetWorkflowID(), r.GetEvent()}
		if kept := last[k]; kept == nil || r.GetRunNumber() > kept.GetRunNumber() ||
			r.GetRunNumber() == kept.GetRunNumber() && r.GetRunAttempt() > kept.GetRunAttempt() {
			last[k] = r
		}
	}
	found := make([]run, 0, len(last))
	for _, r := range last {
		found = append(found, run{
			Name: cmp.Or(r.GetName(), r.GetPath()), Event: r.GetEvent(), OK: good(r.GetStatus(), r.GetConclusion()),
			Status: r.GetStatus(), Conclusion: r.Conclusion, Number: r.GetRunNumber(), Attempt: r.GetRunAttempt(), Branch: r.GetHeadBranch(),
			StartedAt: when(r.RunStartedAt), UpdatedAt: when(r.UpdatedAt), URL: r.GetHTMLURL(),
		})
	}
	slices.SortFunc(found, func(x, y run) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Event, y.Event)) })
	return found
}

// good tells whether a run or check has passed, as GitHub counts it for a
// branch that wants its checks to pass.
func good(status, conclusion string) bool {
	return status == "completed" && slices.Contains([]string{"success", "neutral", "skipped"}, conclusion)
}

var aHash = lazy.Regexp(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// hash returns the commit that a branch, tag or short hash means.
func (s *asked) hash(ctx context.Context, ref string) (string, error) {
	hash, _, err := ask(ctx, s, "commit "+builtins.Quoted(ref), func() (string, *github.Response, error) {
		return s.Repositories.GetCommitSHA1(ctx, s.owner, s.name, ref, "")
	})
	if err == nil && !aHash().MatchString(hash) {
		return "", s.strange("it has no commit's hash for " + ref)
	}
	return hash, err
}

// of names a commit, and what it was asked for as.
func of(ref, hash string) string {
	if ref == hash {
		return hash
	}
	return ref + ", which is " + hash
}

func when(t *github.Timestamp) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	at := t.UTC()
	return &at
}
