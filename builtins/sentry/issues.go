package sentry

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

const (
	mostIssues = 1000 // in all pages
	pageSize   = 100
)

type issuesArgs struct {
	Project     string    `drl:"project" doc:"organization and project: \"acme/tickets\""`
	Since       time.Time `drl:"since" doc:"since when something of an issue has to have happened: now() - 30m"`
	Level       *string   `drl:"level" doc:"the least that is listed: \"fatal\", \"error\", \"warning\", \"info\" or \"debug\"; without one, all"`
	Environment *string   `drl:"environment,named" doc:"only what happened there: \"production\""`
	server
}

type issue struct {
	ID        string    `drl:"id" doc:"its short name: \"TICKETS-1A\""`
	Title     string    `drl:"title" doc:"what went wrong"`
	Culprit   string    `drl:"culprit" doc:"where"`
	Level     string    `drl:"level" doc:"\"fatal\", \"error\", \"warning\", \"info\" or \"debug\""`
	New       bool      `drl:"new" doc:"whether it happened for the first time since then"`
	Count     int       `drl:"count" doc:"how often it happened since then"`
	Users     int       `drl:"users" doc:"how many people have met it since then"`
	FirstSeen time.Time `drl:"first_seen" doc:"when it happened first"`
	LastSeen  time.Time `drl:"last_seen" doc:"when it happened last"`
	URL       string    `drl:"url" doc:"its page"`
}

// levels, the worst first.
var levels = []string{"fatal", "error", "warning", "info", "debug"}

var issues = builtins.New("sentry.issues", types.Reads,
	"List a project's unresolved issues of which something happened since a time. A project that isn't there is an error, never an empty list.",
	func(ctx context.Context, h *builtins.Host, a issuesArgs) ([]issue, error) {
		query, err := a.query(h)
		if err != nil {
			return nil, err
		}
		organization, project, err := split(a.Project)
		if err != nil {
			return nil, err
		}
		s, err := a.open(h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		id, err := s.project(ctx, organization, project)
		if err != nil {
			return nil, err
		}
		query.Set("project", id)
		return s.issues(ctx, a.Since, "/organizations/"+organization+"/issues/", query)
	}).With(`expect sentry.issues("acme/tickets", since: now() - 30m, level: "error").filter(i => i.new) == []`)

// query is what is asked for, and refuses what cannot be.
func (a issuesArgs) query(h *builtins.Host) (url.Values, error) {
	now, err := h.Clock()
	if err != nil {
		return nil, err
	}
	if !a.Since.Before(now) {
		return nil, fmt.Errorf("since is %s, want a time in the past", value.Time(a.Since))
	}
	words := "is:unresolved"
	if a.Level != nil {
		least := slices.Index(levels, *a.Level)
		if least < 0 {
			return nil, fmt.Errorf("level is %s, want one of %s", builtins.Quoted(*a.Level), strings.Join(levels, ", "))
		}
		words += " level:[" + strings.Join(levels[:least+1], ",") + "]"
	}
	q := url.Values{
		"query": {words}, "limit": {strconv.Itoa(pageSize)}, "sort": {"date"},
		"start": {a.Since.UTC().Format(timestamp)}, "end": {now.UTC().Format(timestamp)},
	}
	if a.Environment != nil {
		const most = 64 // letters of an environment's name
		bad := !utf8.ValidString(*a.Environment) || strings.ContainsFunc(*a.Environment, func(c rune) bool { return c == '/' || c == '\n' || c == '\r' || c == '\f' || c == 0 })
		if bad || *a.Environment == "" || utf8.RuneCountInString(*a.Environment) > most {
			return nil, fmt.Errorf("environment is %s, want a name of at most %d letters, without / and line breaks", builtins.Quoted(*a.Environment), most)
		}
		q.Set("environment", *a.Environment)
	}
	return q, nil
}

// timestamp is ISO 8601 as the API's documentation writes it; it is in UTC.
const timestamp = "2006-01-02T15:04:05.0000"

var slug = lazy.Regexp(`^[A-Za-z0-9_-]{1,100}$`)

// split takes "organization/project" apart.
func split(text string) (organization, project string, err error) {
	organization, project, _ = strings.Cut(text, "/")
	if !slug().MatchString(organization) || !slug().MatchString(project) {
		return "", "", fmt.Errorf("project is %s, want organization/project such as acme/tickets", builtins.Quoted(text))
	}
	return organization, project, nil
}

// project returns the number of a project, which lists want.
func (s *asked) project(ctx context.Context, organization, project string) (string, error) {
	var found struct{ ID, Slug string }
	what := "project " + value.QuoteString(project) + " in " + organization
	if _, err := s.get(ctx, "/projects/"+organization+"/"+project+"/", nil, what, &found); err != nil {
		return "", err
	}
	if found.ID == "" {
		return "", s.strange("it has no number for a project")
	}
	return found.ID, nil
}

// listed is an issue as the API has it. Its counts are of the time that was
// asked for, and so are its times, but for those of lifetime.
// https://docs.sentry.io/api/events/list-an-organizations-issues/
type listed struct {
	ShortID   string    `json:"shortId"`
	Title     string    `json:"title"`
	Culprit   string    `json:"culprit"`
	Level     string    `json:"level"`
	Count     string    `json:"count"` // a number all the same
	UserCount int       `json:"userCount"`
	FirstSeen time.Time `json:"firstSeen"`
	LastSeen  time.Time `json:"lastSeen"`
	Permalink string    `json:"permalink"`
	Lifetime  *struct {
		FirstSeen *time.Time `json:"firstSeen"`
	} `json:"lifetime"`
}

// issues gathers the pages of a list.
func (s *asked) issues(ctx context.Context, since time.Time, path string, query url.Values) ([]issue, error) {
	found := []issue{}
	for cursor := ""; ; {
		var page []*listed
		next, err := s.get(ctx, path, query, "issues", &page)
		if err != nil {
			return nil, err
		}
		if page == nil {
			return nil, s.strange("it has null for a list")
		}
		for _, x := range page {
			if x == nil || x.ShortID == "" || x.LastSeen.IsZero() {
				return nil, s.strange("an issue has no name, or no time")
			}
			count, err := strconv.Atoi(x.Count)
			if err != nil {
				return nil, s.strange("an issue happened " + strconv.Quote(x.Count) + " times")
			}
			first := x.FirstSeen
			if x.Lifetime != nil && x.Lifetime.FirstSeen != nil {
				first = *x.Lifetime.FirstSeen
			}
			found = append(found, issue{
				ID: x.ShortID, Title: x.Title, Culprit: x.Culprit, Level: x.Level, New: !first.Before(since), Count: count, Users: x.UserCount,
				FirstSeen: first.UTC(), LastSeen: x.LastSeen.UTC(), URL: x.Permalink,
			})
		}
		switch {
		case next == "":
			return found, nil
		case next == cursor:
			return nil, s.strange("its pages go round in circles")
		case len(found) >= mostIssues, len(page) == 0:
			return nil, fmt.Errorf("more than %d issues: too many to read; level: and a later since: leave some out", mostIssues)
		}
		cursor = next
		query.Set("cursor", cursor)
	}
}
