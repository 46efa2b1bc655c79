package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type releaseArgs struct {
	Tag        string  `drl:"tag" doc:"the tag that is released: \"v1.2.3\""`
	Title      *string `drl:"title" doc:"its title; without one, the tag"`
	Notes      string  `drl:"notes,optional" doc:"what is new, in Markdown"`
	Generate   bool    `drl:"generate,named" doc:"whether GitHub adds notes of its own, from the merged pull requests" default:"false"`
	Draft      bool    `drl:"draft,named" doc:"whether it is a draft, which nobody else sees" default:"false"`
	Prerelease bool    `drl:"prerelease,named" doc:"whether it is one that isn't ready for everybody" default:"false"`
	Target     *string `drl:"target,named" doc:"the commit or branch to make the tag at; without one, the tag has to be there"`
	repository
}

type released struct {
	ID    int    `drl:"id" doc:"its number"`
	Tag   string `drl:"tag" doc:"its tag"`
	Draft bool   `drl:"draft" doc:"whether it is a draft"`
	URL   string `drl:"url" doc:"its page"`
}

var release = builtins.New("github.release", types.Writes,
	"Publish a release of a tag. One that is there already is an error that says where.",
	func(ctx context.Context, h *builtins.Host, a releaseArgs) (released, error) {
		title := a.Tag
		if a.Title != nil {
			title = *a.Title
		}
		if err := checkRef("tag", a.Tag); err != nil {
			return released{}, err
		}
		for what, text := range map[string]string{"title": title, "notes": a.Notes} {
			if err := checkText(what, text); err != nil {
				return released{}, err
			}
		}
		if a.Target != nil {
			if err := checkRef("target", *a.Target); err != nil {
				return released{}, err
			}
		}
		s, err := a.open(ctx, h)
		if err != nil {
			return released{}, err
		}
		defer s.close()
		if err := s.unreleased(ctx, a.Tag, a.Target != nil); err != nil {
			return released{}, err
		}
		r, _, err := ask(ctx, s, "place for a release", func() (*github.RepositoryRelease, *github.Response, error) {
			return s.Repositories.CreateRelease(ctx, s.owner, s.name, &github.RepositoryRelease{
				TagName: &a.Tag, Name: &title, Body: &a.Notes, GenerateReleaseNotes: &a.Generate, Draft: &a.Draft, Prerelease: &a.Prerelease, TargetCommitish: a.Target,
			})
		})
		if err != nil {
			return released{}, err
		}
		if r.GetID() == 0 || r.GetTagName() != a.Tag {
			return released{}, s.strange("it tells of no release of " + a.Tag)
		}
		return released{int(r.GetID()), r.GetTagName(), r.GetDraft(), r.GetHTMLURL()}, nil
	}).With(`github.release("v1.2.3", notes: file.read("CHANGELOG.md"))`)

// unreleased makes sure that there is no release of a tag, and that the tag is
// there: GitHub would make it at the newest commit of the default branch.
func (s *asked) unreleased(ctx context.Context, tag string, mayMake bool) error {
	// The library takes a tag for a piece of a path as it is.
	there, _, err := ask(ctx, s, "releases", func() (*github.RepositoryRelease, *github.Response, error) {
		r, reply, err := s.Repositories.GetReleaseByTag(ctx, s.owner, s.name, strings.ReplaceAll(url.PathEscape(tag), "%2F", "/"))
		if missing(err) {
			return nil, reply, nil
		}
		return r, reply, err
	})
	if err != nil {
		return err
	}
	if there != nil {
		return fmt.Errorf("%s has a release of %s already: %s", s, builtins.Quoted(tag), builtins.Short(there.GetHTMLURL()))
	}
	if mayMake {
		return nil
	}
	_, _, err = ask(ctx, s, "tag "+builtins.Quoted(tag), func() (*github.Reference, *github.Response, error) {
		return s.Git.GetRef(ctx, s.owner, s.name, "tags/"+tag)
	})
	if err != nil {
		return fmt.Errorf("%w; push the tag first, or write target: to make it", err)
	}
	return nil
}

// missing tells whether GitHub said that something isn't there.
func missing(err error) bool {
	var said *github.ErrorResponse
	return errors.As(err, &said) && said.Response.StatusCode == http.StatusNotFound && said.Message != ""
}
