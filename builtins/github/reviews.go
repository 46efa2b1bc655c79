package github

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type reviewsArgs struct {
	PR int `drl:"pr" doc:"the pull request's number"`
	repository
}

type reviewed struct {
	Approved  bool     `drl:"approved" doc:"whether somebody of the repository's people approved, and none of them wants changes"`
	Approvals int      `drl:"approvals" doc:"how many of them approve"`
	Current   int      `drl:"current" doc:"how many of them have seen the newest commit"`
	Changes   []string `drl:"changes" doc:"who of them wants changes"`
	Waiting   []string `drl:"waiting" doc:"who was asked, people and teams, and has not answered"`
	State     string   `drl:"state" doc:"the pull request's: \"open\", \"closed\" or \"merged\""`
	Draft     bool     `drl:"draft" doc:"whether it is a draft"`
	Title     string   `drl:"title" doc:"its title"`
	Author    string   `drl:"author" doc:"who proposed it"`
	Commit    string   `drl:"commit" doc:"its newest commit"`
	URL       string   `drl:"url" doc:"its page"`
	Reviews   []review `drl:"reviews" doc:"the last review of each, without plain comments"`
}

type review struct {
	User   string     `drl:"user" doc:"who"`
	State  string     `drl:"state" doc:"\"approved\", \"changes_requested\" or \"dismissed\""`
	Counts bool       `drl:"counts" doc:"whether the user is one of the repository's people: owner, member or collaborator"`
	Commit string     `drl:"commit" doc:"the commit that was looked at"`
	At     *time.Time `drl:"at" doc:"when"`
	URL    string     `drl:"url" doc:"its page"`
}

var reviews = builtins.New("github.reviews", types.Reads,
	"Ask how the review of a pull request stands. The author's own, and what strangers say, count for nothing.",
	func(ctx context.Context, h *builtins.Host, a reviewsArgs) (reviewed, error) {
		if a.PR < 1 {
			return reviewed{}, fmt.Errorf("pr is %d, want a pull request's number", a.PR)
		}
		s, err := a.open(ctx, h)
		if err != nil {
			return reviewed{}, err
		}
		defer s.close()
		what := fmt.Sprintf("pull request %d", a.PR)
		pr, _, err := ask(ctx, s, what, func() (*github.PullRequest, *github.Response, error) {
			return s.PullRequests.Get(ctx, s.owner, s.name, a.PR)
		})
		if err != nil {
			return reviewed{}, err
		}
		if pr.GetNumber() != a.PR {
			return reviewed{}, s.strange(fmt.Sprintf("it was asked for %s and tells of %d", what, pr.GetNumber()))
		}
		given, err := all(ctx, s, "reviews of "+what, func(at from) ([]*github.PullRequestReview, *github.Response, error) {
			return s.PullRequests.ListReviews(ctx, s.owner, s.name, a.PR, &github.ListOptions{Page: at.page, PerPage: pageSize})
		})
		if err != nil {
			return reviewed{}, err
		}
		return judge(pr, given), nil
	}).With(`expect github.reviews(42).approved`)

// judge finds out what a pull request's reviews, the oldest first, come to.
func judge(pr *github.PullRequest, given []*github.PullRequestReview) reviewed {
	r := reviewed{
		State: pr.GetState(), Draft: pr.GetDraft(), Title: pr.GetTitle(), Author: pr.GetUser().GetLogin(),
		Commit: pr.GetHead().GetSHA(), URL: pr.GetHTMLURL(), Changes: []string{}, Waiting: []string{}, Reviews: []review{},
	}
	if pr.GetMerged() {
		r.State = "merged"
	}
	last := map[string]review{}
	var users []string
	for _, x := range given {
		user, state := x.GetUser().GetLogin(), strings.ToLower(x.GetState())
		// A comment, and a review that isn't sent yet, leave the last word as it was.
		if user == r.Author || state != "approved" && state != "changes_requested" && state != "dismissed" {
			continue
		}
		if !slices.Contains(users, user) {
			users = append(users, user)
		}
		last[user] = review{
			User: user, State: state, Commit: x.GetCommitID(), At: when(x.SubmittedAt), URL: x.GetHTMLURL(),
			Counts: slices.Contains([]string{"OWNER", "MEMBER", "COLLABORATOR"}, x.GetAuthorAssociation()),
		}
	}
	for _, user := range users {
		x := last[user]
		r.Reviews = append(r.Reviews, x)
		switch {
		case !x.Counts:
		case x.State == "approved":
			r.Approvals++
			if x.Commit == r.Commit {
				r.Current++
			}
		case x.State == "changes_requested":
			r.Changes = append(r.Changes, user)
		}
	}
	for _, u := range pr.RequestedReviewers {
		r.Waiting = append(r.Waiting, u.GetLogin())
	}
	for _, team := range pr.RequestedTeams {
		r.Waiting = append(r.Waiting, team.GetSlug())
	}
	r.Approved = r.Approvals > 0 && len(r.Changes) == 0
	return r
}
