package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type alertsArgs struct {
	Severity     string `drl:"severity" doc:"the least that is listed: \"critical\", \"high\", \"medium\" or \"low\"" default:"low"`
	Code         bool   `drl:"code,named" doc:"whether to ask code scanning; false where the repository doesn't use it" default:"true"`
	Dependencies bool   `drl:"dependencies,named" doc:"whether to ask Dependabot; false where the repository doesn't use it" default:"true"`
	repository
}

type alert struct {
	Kind      string     `drl:"kind" doc:"\"code\" or \"dependency\""`
	Severity  string     `drl:"severity" doc:"\"critical\", \"high\", \"medium\" or \"low\""`
	Rule      string     `drl:"rule" doc:"the rule's or the advisory's name: \"js/sql-injection\", \"CVE-2026-1234\""`
	Summary   string     `drl:"summary" doc:"what it is"`
	Where     string     `drl:"where" doc:"the file and line, or the package"`
	Number    int        `drl:"number" doc:"its number among the alerts of its kind"`
	CreatedAt *time.Time `drl:"created_at" doc:"since when it is known"`
	URL       string     `drl:"url" doc:"its page"`
}

// severities, the worst first.
var severities = []string{"critical", "high", "medium", "low"}

var alerts = builtins.New("github.alerts", types.Reads,
	"List the open alerts of code scanning, on the default branch, and of Dependabot, the worst first. A scanner that is off, or that the token may not see, is an error, never an empty list.",
	func(ctx context.Context, h *builtins.Host, a alertsArgs) ([]alert, error) {
		least := slices.Index(severities, a.Severity)
		switch {
		case least < 0:
			return nil, fmt.Errorf("severity is %s, want one of %s", builtins.Quoted(a.Severity), strings.Join(severities, ", "))
		case !a.Code && !a.Dependencies:
			return nil, errors.New("code and dependencies are both false, want one of them to be asked for")
		}
		s, err := a.open(ctx, h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		found := []alert{}
		if a.Code {
			x, err := s.codeAlerts(ctx)
			if err != nil {
				return nil, fmt.Errorf("%w (code: false leaves code scanning out)", err)
			}
			found = append(found, x...)
		}
		if a.Dependencies {
			x, err := s.dependencyAlerts(ctx)
			if err != nil {
				return nil, fmt.Errorf("%w (dependencies: false leaves Dependabot out)", err)
			}
			found = append(found, x...)
		}
		found = slices.DeleteFunc(found, func(x alert) bool { return slices.Index(severities, x.Severity) > least })
		slices.SortStableFunc(found, func(x, y alert) int {
			return cmp.Compare(slices.Index(severities, x.Severity), slices.Index(severities, y.Severity))
		})
		return found, nil
	}).With(`expect github.alerts("critical") == []`)

func (s *asked) codeAlerts(ctx context.Context) ([]alert, error) {
	open, err := all(ctx, s, "code scanning alerts", func(at from) ([]*github.Alert, *github.Response, error) {
		return s.CodeScanning.ListAlertsForRepo(ctx, s.owner, s.name, &github.AlertListOptions{
			State: "open", ListOptions: github.ListOptions{Page: at.page, PerPage: pageSize},
		})
	})
	if err != nil {
		return nil, err
	}
	var found []alert
	for _, x := range open {
		severity, known := severityOf(x.GetRule())
		if !known {
			return nil, s.strange("an alert's severity is " + severity)
		}
		found = append(found, alert{
			Kind: "code", Severity: severity, Rule: cmp.Or(x.GetRule().GetID(), x.GetRuleID()), Summary: cmp.Or(x.GetRule().GetDescription(), x.GetRuleDescription()),
			Where: placeOf(x.GetMostRecentInstance().GetLocation()), Number: x.GetNumber(), CreatedAt: when(x.CreatedAt), URL: x.GetHTMLURL(),
		})
	}
	return found, nil
}

// severityOf returns how bad a rule's finding is. A rule that isn't about
// security has only a level; of it, as sarif.read rates it, an error is high.
func severityOf(r *github.Rule) (severity string, known bool) {
	if severity := r.GetSecuritySeverityLevel(); severity != "" {
		return severity, slices.Contains(severities, severity)
	}
	switch r.GetSeverity() {
	case "error":
		return "high", true
	case "warning":
		return "medium", true
	case "note", "none", "":
		return "low", true
	}
	return r.GetSeverity(), false
}

func placeOf(l *github.Location) string {
	if l.GetStartLine() == 0 {
		return l.GetPath()
	}
	return fmt.Sprintf("%s:%d", l.GetPath(), l.GetStartLine())
}

func (s *asked) dependencyAlerts(ctx context.Context) ([]alert, error) {
	state := "open"
	open, err := all(ctx, s, "Dependabot alerts", func(at from) ([]*github.DependabotAlert, *github.Response, error) {
		options := &github.ListAlertsOptions{State: &state, ListCursorOptions: github.ListCursorOptions{After: at.after}}
		options.ListOptions.PerPage = pageSize
		return s.Dependabot.ListRepoAlerts(ctx, s.owner, s.name, options)
	})
	if err != nil {
		return nil, err
	}
	var found []alert
	for _, x := range open {
		advisory := x.GetSecurityAdvisory()
		severity := cmp.Or(x.GetSecurityVulnerability().GetSeverity(), advisory.GetSeverity())
		if !slices.Contains(severities, severity) {
			return nil, s.strange("an alert's severity is " + severity)
		}
		found = append(found, alert{
			Kind: "dependency", Severity: severity, Rule: cmp.Or(advisory.GetCVEID(), advisory.GetGHSAID()), Summary: advisory.GetSummary(),
			Where: x.GetDependency().GetPackage().GetName(), Number: x.GetNumber(), CreatedAt: when(x.CreatedAt), URL: x.GetHTMLURL(),
		})
	}
	return found, nil
}
