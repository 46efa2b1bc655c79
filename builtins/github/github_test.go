package github_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/github"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/hostile/standin"
	"github.com/drl-lang/drl/lang/value"
)

const (
	token = "ghp_0123456789abcdef"
	hash  = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
	older = "7638417db6d59f3c431d3e1f261cc637155684cd"
)

type Object = standin.Object

func text(s string) value.Value { return value.String(s) }

// world is a host whose GitHub is a stand-in.
func world(t *testing.T) (*builtins.Host, *standin.GitHub) {
	t.Helper()
	g := standin.NewGitHub(t, token)
	g.Change(func(s *standin.GitHubState) {
		s.Refs = map[string]string{"main": hash, "v1.2.3": hash, hash: hash, "fix/a b": older}
	})
	h := hostile.Host(t)
	env := map[string]string{"GITHUB_API_URL": g.URL, "GITHUB_REPOSITORY": "acme/tickets", "GITHUB_TOKEN": token}
	h.Env = hostile.Env(env)
	return h, g
}

func call(t *testing.T, h *builtins.Host, name string, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, github.Modules(), h, name, nil, args)
}

// said is a result's fields of those names, or its error.
func said(t *testing.T, v value.Value, err error, fields ...string) string {
	t.Helper()
	if err != nil {
		return err.Error()
	}
	list, ok := v.(*value.List)
	if !ok {
		list = value.NewList([]value.Value{v})
	}
	var lines []string
	for _, item := range list.Items() {
		var words []string
		for _, name := range fields {
			words = append(words, hostile.Field(t, item, name).String())
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
}

func run(workflow, number, attempt int, event, status string, conclusion any) Object {
	return Object{"id": number, "workflow_id": workflow, "name": fmt.Sprintf("w%d", workflow), "head_sha": hash, "head_branch": "main", "event": event,
		"status": status, "conclusion": conclusion, "run_number": number, "run_attempt": attempt, "html_url": "https://github.example.com/run",
		"run_started_at": "2026-11-22T10:00:00Z", "updated_at": "2026-11-22T10:05:00Z"}
}

func TestWorkflows(t *testing.T) {
	h, g := world(t)
	got, err := call(t, h, "github.workflows", hostile.Args{"ref": text("main")})
	if want := "no workflow of acme/tickets has run for main, which is " + hash; said(t, got, err) != want {
		t.Errorf("without runs: %v, %v", got, err)
	}
	g.Change(func(s *standin.GitHubState) {
		s.PageSize = 2
		s.Runs = []Object{
			run(1, 12, 1, "push", "completed", "success"), run(1, 11, 1, "push", "completed", "failure"),
			run(1, 13, 1, "pull_request", "completed", "failure"), run(2, 7, 2, "push", "in_progress", nil),
			run(3, 4, 1, "schedule", "completed", "skipped"), {"head_sha": older, "workflow_id": 9},
		}
	})
	g.Asked()
	got, err = call(t, h, "github.workflows", hostile.Args{"ref": text("main")})
	want := `w1 pull_request false completed failure
w1 push true completed success
w2 push false in_progress null
w3 schedule true completed skipped`
	if diff := cmp.Diff(want, said(t, got, err, "name", "event", "ok", "status", "conclusion")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	asked := []string{"GET /repos/acme/tickets/commits/main"}
	for page := range 3 {
		line := "GET /repos/acme/tickets/actions/runs?head_sha=" + hash
		if page > 0 {
			line += fmt.Sprintf("&page=%d", page+1)
		}
		asked = append(asked, line+"&per_page=100")
	}
	if diff := cmp.Diff(asked, g.Asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestChecks(t *testing.T) {
	h, g := world(t)
	if _, err := call(t, h, "github.checks", hostile.Args{"ref": text(hash)}); err == nil || err.Error() != "nothing of acme/tickets has checked "+hash {
		t.Errorf("without checks: %v", err)
	}
	g.Change(func(s *standin.GitHubState) {
		s.CheckRuns = map[string][]Object{hash: {
			{"name": "test", "status": "completed", "conclusion": "success", "app": Object{"slug": "github-actions"}, "output": Object{"title": "12 passed"}},
			{"name": "lint", "status": "queued", "conclusion": nil, "app": Object{"slug": "github-actions"}},
		}}
		s.Statuses = map[string][]Object{hash: {
			{"context": "ci/jenkins", "state": "success", "description": "fine"}, {"context": "ci/jenkins", "state": "pending"},
			{"context": "ci/load", "state": "pending"}, {"context": "ci/old", "state": "error"},
		}}
	})
	got, err := call(t, h, "github.checks", hostile.Args{"ref": text("v1.2.3")})
	want := `ci/jenkins status true completed success fine
ci/load status false pending null ` + `
ci/old status false completed error ` + `
lint github-actions false queued null ` + `
test github-actions true completed success 12 passed`
	if diff := cmp.Diff(want, said(t, got, err, "name", "app", "ok", "status", "conclusion", "summary")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReviews(t *testing.T) {
	h, g := world(t)
	review := func(user, state, association, commit string) Object {
		return Object{"user": Object{"login": user}, "state": state, "author_association": association, "commit_id": commit, "submitted_at": "2026-11-22T10:00:00Z"}
	}
	pull := func(n int, more Object) Object {
		x := Object{"number": n, "state": "open", "user": Object{"login": "ada"}, "head": Object{"sha": hash}, "title": "faster", "merged": false}
		for k, v := range more {
			x[k] = v
		}
		return x
	}
	g.Change(func(s *standin.GitHubState) {
		s.PageSize = 2
		s.Pulls = map[int]Object{1: pull(1, nil), 2: pull(2, nil), 3: pull(3, Object{"state": "closed", "merged": true}),
			4: pull(4, Object{"requested_reviewers": []Object{{"login": "eve"}}, "requested_teams": []Object{{"slug": "core"}}}), 5: pull(5, nil)}
		s.Reviews = map[int][]Object{
			// The author's own, a stranger's, and a comment after an approval.
			1: {review("ada", "APPROVED", "OWNER", hash), review("mallory", "APPROVED", "NONE", hash), review("bob", "APPROVED", "MEMBER", older), review("bob", "COMMENTED", "MEMBER", hash)},
			2: {review("bob", "APPROVED", "MEMBER", hash), review("cat", "CHANGES_REQUESTED", "COLLABORATOR", hash)},
			3: {review("bob", "CHANGES_REQUESTED", "MEMBER", older), review("bob", "APPROVED", "MEMBER", hash)},
			5: {review("bob", "APPROVED", "MEMBER", hash), review("bob", "DISMISSED", "MEMBER", hash), review("mallory", "APPROVED", "CONTRIBUTOR", hash)},
		}
	})
	for pr, want := range map[int]string{
		1: `true 1 0 [] [] open`,
		2: `false 1 1 ["cat"] [] open`,
		3: `true 1 1 [] [] merged`,
		4: `false 0 0 [] ["eve","core"] open`,
		5: `false 0 0 [] [] open`,
		6: `there is no pull request 6 in acme/tickets, or the token may not see it: Not Found`,
		0: `pr is 0, want a pull request's number`,
	} {
		got, err := call(t, h, "github.reviews", hostile.Args{"pr": value.Int(pr)})
		if got := said(t, got, err, "approved", "approvals", "current", "changes", "waiting", "state"); got != want {
			t.Errorf("pull request %d: %s\nwant %s", pr, got, want)
		}
	}
}

func TestAlerts(t *testing.T) {
	h, g := world(t)
	code := func(n int, security any, level, state string) Object {
		return Object{"number": n, "state": state, "rule": Object{"id": fmt.Sprintf("rule-%d", n), "security_severity_level": security, "severity": level},
			"most_recent_instance": Object{"location": Object{"path": "app.js", "start_line": 3}}}
	}
	dependency := func(n int, severity, state string) Object {
		return Object{"number": n, "state": state, "security_advisory": Object{"ghsa_id": fmt.Sprintf("GHSA-%d", n), "severity": severity},
			"security_vulnerability": Object{"severity": severity}, "dependency": Object{"package": Object{"ecosystem": "npm", "name": "left-pad"}}}
	}
	g.Change(func(s *standin.GitHubState) {
		s.PageSize = 2
		s.Code = []Object{code(1, "critical", "error", "fixed"), code(2, "high", "error", "open"), code(3, nil, "warning", "open"), code(4, nil, "note", "open"), code(5, nil, "error", "open")}
		s.Dependabot = []Object{dependency(1, "low", "open"), dependency(2, "medium", "open"), dependency(3, "critical", "open"), dependency(4, "critical", "auto_dismissed"), dependency(5, "high", "open")}
	})
	all := `dependency critical GHSA-3 left-pad
code high rule-2 app.js:3
code high rule-5 app.js:3
dependency high GHSA-5 left-pad
code medium rule-3 app.js:3
dependency medium GHSA-2 left-pad
code low rule-4 app.js:3
dependency low GHSA-1 left-pad`
	lines := strings.Split(all, "\n")
	for _, tt := range []struct {
		args hostile.Args
		want string
	}{
		{nil, all},
		{hostile.Args{"severity": text("high")}, strings.Join(lines[:4], "\n")},
		{hostile.Args{"severity": text("critical")}, lines[0]},
		{hostile.Args{"severity": text("critical"), "dependencies": value.Bool(false)}, ""},
		{hostile.Args{"severity": text("grave")}, `severity is "grave", want one of critical, high, medium, low`},
		{hostile.Args{"code": value.Bool(false), "dependencies": value.Bool(false)}, "code and dependencies are both false, want one of them to be asked for"},
	} {
		got, err := call(t, h, "github.alerts", tt.args)
		if diff := cmp.Diff(tt.want, said(t, got, err, "kind", "severity", "rule", "where")); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.args, diff)
		}
	}
	// A scanner that is off is no scanner without findings.
	g.Change(func(s *standin.GitHubState) { s.CodeOff = "no analysis found" })
	if _, err := call(t, h, "github.alerts", nil); err == nil || err.Error() != "there is no code scanning alerts in acme/tickets, or the token may not see it: no analysis found (code: false leaves code scanning out)" {
		t.Errorf("without code scanning: %v", err)
	}
	g.Change(func(s *standin.GitHubState) { s.Off = "Dependabot alerts are disabled for this repository." })
	if _, err := call(t, h, "github.alerts", hostile.Args{"code": value.Bool(false)}); err == nil || !strings.HasSuffix(err.Error(), "Dependabot alerts are disabled for this repository. (dependencies: false leaves Dependabot out)") {
		t.Errorf("without Dependabot: %v", err)
	}
}

func TestRelease(t *testing.T) {
	h, g := world(t)
	got, err := call(t, h, "github.release", hostile.Args{"tag": text("v1.2.3"), "notes": text("- faster")})
	if got := said(t, got, err, "id", "tag", "draft", "url"); got != "1 v1.2.3 false https://github.example.com/acme/tickets/releases/tag/v1.2.3" {
		t.Error(got)
	}
	for _, tt := range []struct {
		name string
		args hostile.Args
		want string
	}{
		{"again", hostile.Args{"tag": text("v1.2.3")}, `acme/tickets has a release of "v1.2.3" already: https://github.example.com/acme/tickets/releases/tag/v1.2.3`},
		{"without a tag", hostile.Args{"tag": text("v9")}, `there is no tag "v9" in acme/tickets, or the token may not see it: Not Found; push the tag first, or write target: to make it`},
		{"no name", hostile.Args{"tag": text("v 9")}, `tag is "v 9", want the name of a branch, a tag or a commit`},
		{"a tag to make", hostile.Args{"tag": text("v9"), "target": text("main"), "draft": value.Bool(true), "title": text("Nine")}, "2 v9 true"},
		{"notes not text", hostile.Args{"tag": text("v1.2.3"), "notes": text("\xff")}, `notes is "\u{FFFD}", want text in UTF-8 without NUL`},
	} {
		got, err := call(t, h, "github.release", tt.args)
		if got := said(t, got, err, "id", "tag", "draft"); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
	g.Change(func(s *standin.GitHubState) {
		want := []Object{
			{"tag_name": "v1.2.3", "name": "v1.2.3", "body": "- faster", "draft": false, "prerelease": false, "generate_release_notes": false},
			{"tag_name": "v9", "name": "Nine", "body": "", "draft": true, "prerelease": false, "generate_release_notes": false, "target_commitish": "main"},
		}
		for _, r := range s.Releases {
			delete(r, "id")
			delete(r, "html_url")
		}
		if diff := cmp.Diff(want, s.Releases); diff != "" {
			t.Errorf("releases (-want +got):\n%s", diff)
		}
	})
}

func TestDeployment(t *testing.T) {
	h, g := world(t)
	got, err := call(t, h, "github.deployment", hostile.Args{"ref": text("v1.2.3"), "environment": text("production"), "state": text("in_progress"), "url": text("https://tickets.example.com/?a=b")})
	if got := said(t, got, err, "id", "environment", "state"); got != "1 production in_progress" {
		t.Error(got)
	}
	got, err = call(t, h, "github.deployment", hostile.Args{"ref": text("v1.2.3"), "environment": text("production"), "id": value.Int(1)})
	if got := said(t, got, err, "id", "environment", "state"); got != "1 production success" {
		t.Error(got)
	}
	for _, tt := range []struct {
		args hostile.Args
		want string
	}{
		{hostile.Args{"ref": text("v8")}, "api answers 422: No ref found for: v8"},
		{hostile.Args{"id": value.Int(7)}, "there is no deployment 7 in acme/tickets, or the token may not see it: Not Found"},
		{hostile.Args{"state": text("done")}, `state is "done", want one of queued, in_progress, pending, success, failure, error, inactive`},
		{hostile.Args{"environment": text(" ")}, `environment is " ", want a name of at most 255 bytes`},
		{hostile.Args{"log": text("javascript:alert(1)")}, `log is "javascript:alert(1)", want an http or https address`},
	} {
		args := hostile.Args{"ref": text("main"), "environment": text("production")}
		for name, v := range tt.args {
			args[name] = v
		}
		got, err := call(t, h, "github.deployment", args)
		if got := strings.Replace(said(t, got, err, "id"), strings.TrimPrefix(g.URL, "http://"), "api", 1); got != tt.want {
			t.Errorf("%v: %s\nwant %s", tt.args, got, tt.want)
		}
	}
	g.Change(func(s *standin.GitHubState) {
		if s.Deployed[0]["auto_merge"] != false || fmt.Sprint(s.Deployed[0]["required_contexts"]) != "[]" {
			t.Errorf("the deployment merges, or waits for checks: %v", s.Deployed[0])
		}
		if diff := cmp.Diff([]Object{{"state": "in_progress", "description": "", "environment_url": "https://tickets.example.com/?a=b"}, {"state": "success", "description": ""}}, s.States[1]); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	})
}

func TestTokens(t *testing.T) {
	h, g := world(t)
	for name, tt := range map[string]struct {
		env  map[string]string
		args hostile.Args
		want string // a part of the error; "" for none
	}{
		"GITHUB_TOKEN":  {map[string]string{"GITHUB_TOKEN": token}, nil, ""},
		"GH_TOKEN":      {map[string]string{"GH_TOKEN": token, "GITHUB_TOKEN": ""}, nil, ""},
		"an argument":   {map[string]string{"GITHUB_TOKEN": "old"}, hostile.Args{"token": value.NewSecret(token)}, ""},
		"a wrong one":   {map[string]string{"GITHUB_TOKEN": "ghp_wrongwrongwrong"}, nil, " refuses the token: Bad credentials"},
		"none":          {nil, nil, "that can be seen without a token: Not Found"},
		"a line break":  {map[string]string{"GITHUB_TOKEN": "a\nb"}, nil, "the token holds a line break or another control character"},
		"other project": {map[string]string{"GITHUB_TOKEN": token}, hostile.Args{"repo": text("acme/other")}, "there is no commit \"main\" in acme/other"},
	} {
		env := map[string]string{"GITHUB_API_URL": g.URL, "GITHUB_REPOSITORY": "acme/tickets"}
		for k, v := range tt.env {
			env[k] = v
		}
		h.Env = hostile.Env(env)
		g.Change(func(s *standin.GitHubState) { s.Runs = []Object{run(1, 1, 1, "push", "completed", "success")} })
		args := hostile.Args{"ref": text("main")}
		for k, v := range tt.args {
			args[k] = v
		}
		_, err := call(t, h, "github.workflows", args)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "wrongwrong")) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestRepositoryFromOrigin(t *testing.T) {
	h, g := world(t)
	g.Change(func(s *standin.GitHubState) { s.Runs = []Object{run(1, 1, 1, "push", "completed", "success")} })
	h.Run = hostile.Run(h.Dir)
	h.Env = func(name string) (string, bool) {
		return map[string]string{"GITHUB_API_URL": g.URL, "GITHUB_TOKEN": token}[name], name != "GITHUB_REPOSITORY"
	}
	git := func(args ...string) {
		t.Helper()
		if ended, _ := h.Run(t.Context(), builtins.Program{Argv: append([]string{"git"}, args...)}); ended.Code != 0 {
			t.Fatalf("git %v: %s", args, ended.Stderr)
		}
	}
	ask := func() string {
		got, err := call(t, h, "github.workflows", hostile.Args{"ref": text("main")})
		return said(t, got, err, "name")
	}
	git("init", "-q")
	if got := ask(); !strings.HasPrefix(got, "repo is not given, GITHUB_REPOSITORY is not set and git knows no origin here") {
		t.Error(got)
	}
	git("remote", "add", "origin", "x")
	for origin, want := range map[string]string{
		"http://127.0.0.1/acme/tickets.git":           "w1",
		"https://user:hunter2@127.0.0.1/acme/tickets": "w1",
		"ssh://git@ssh.127.0.0.1:443/acme/tickets":    "w1",
		"git@127.0.0.1:acme/tickets.git":              "w1",
		"127.0.0.1:acme/tickets":                      "w1",
		"https://gitlab.com/acme/tickets.git":         `git's origin is at "gitlab.com", and the API at HOST: write repo: "owner/name", or server: for an API such as https://github.example.com/api/v3`,
		"/srv/git/tickets.git":                        `git's origin is at "", and the API at HOST: write repo: "owner/name", or server: for an API such as https://github.example.com/api/v3`,
		"git@127.0.0.1:tickets.git":                   `git's origin is "tickets", want owner/name such as acme/tickets`,
	} {
		git("remote", "set-url", "origin", origin)
		if got := strings.ReplaceAll(ask(), strings.TrimPrefix(g.URL, "http://"), "HOST"); strings.ReplaceAll(got, `"nothing"`, `""`) != want {
			t.Errorf("%s: %s\nwant %s", origin, got, want)
		}
	}
}

// A rate limit is waited for where there is time, and else an error at once
// that says for how long.
func TestRateLimits(t *testing.T) {
	h, g := world(t)
	g.Change(func(s *standin.GitHubState) { s.Runs = []Object{run(1, 1, 1, "push", "completed", "success")} })
	at := time.Now().Truncate(time.Second)
	var waited []time.Duration
	h.Now = func() time.Time { return at }
	h.Sleep = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter)
		wait   time.Duration
		late   string
	}{
		"primary": {func(w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Limit", "5000")
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(at.Add(20*time.Second).Unix(), 10))
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"message": "API rate limit exceeded for user ID 1.", "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}`)
		}, 21 * time.Second, "the rate limit of HOST, 5000 an hour, is used up: it wants no request for 21s, which is longer than the timeout"},
		"secondary": {func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"message": "You have exceeded a secondary rate limit.", "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`)
		}, 7 * time.Second, "HOST wants fewer requests at a time (its secondary rate limit): it wants no request for 7s, which is longer than the timeout"},
		"another": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"message": "slow down"}`)
		}, time.Minute, "HOST wants fewer requests at a time: it wants no request for 1m, which is longer than the timeout"},
	} {
		times := 2
		g.Limit(func(w http.ResponseWriter) bool {
			times--
			if times >= 0 {
				tt.answer(w)
			}
			return times >= 0
		})
		waited = nil
		_, err := call(t, h, "github.workflows", hostile.Args{"ref": text("main"), "timeout": value.Duration(time.Hour)})
		if err != nil || !slices.Equal(waited, []time.Duration{tt.wait, tt.wait}) {
			t.Errorf("%s: %v, waited %v, want twice %v", name, err, waited, tt.wait)
		}
		times, waited = 1, nil
		_, err = call(t, h, "github.workflows", hostile.Args{"ref": text("main"), "timeout": value.Duration(5 * time.Second)})
		if err == nil || strings.Replace(err.Error(), strings.TrimPrefix(g.URL, "http://"), "HOST", 1) != tt.late || waited != nil {
			t.Errorf("%s, too late: %v, waited %v\nwant %s", name, err, waited, tt.late)
		}
	}
}

// What no API should answer is a short error, and no pass.
func TestBadAPIs(t *testing.T) {
	for name, args := range map[string]hostile.Args{
		"github.reviews": {"pr": value.Int(1)}, "github.alerts": {"code": value.Bool(false)}, "github.release": {"tag": text("v1"), "target": text("main")},
	} {
		t.Run(name, func(t *testing.T) {
			var fine []string
			if name == "github.alerts" {
				fine = []string{"a list"}
			}
			hostile.BadAPIs(t, token, fine, func(t *testing.T, address string) error {
				given := hostile.Args{"server": text(address), "token": value.NewSecret(token), "repo": text("acme/tickets"), "timeout": value.Duration(time.Second)}
				for k, v := range args {
					given[k] = v
				}
				_, err := call(t, hostile.Host(t), name, given)
				return err
			})
		})
	}
}

// Lists that have no end, and links that lead in circles or away.
func TestLists(t *testing.T) {
	h, g := world(t)
	many := make([]Object, 1200)
	for i := range many {
		many[i] = Object{"number": i + 1, "state": "open", "security_advisory": Object{"severity": "low"}}
	}
	g.Change(func(s *standin.GitHubState) { s.Dependabot = many })
	if _, err := call(t, h, "github.alerts", hostile.Args{"code": value.Bool(false)}); err == nil || !strings.HasPrefix(err.Error(), "acme/tickets has more than 1000 Dependabot alerts: too many to read") {
		t.Error(err)
	}
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Link", `<http://127.0.0.1:1/?page=2>; rel="next"`)
		fmt.Fprint(w, `[{"number": 1, "state": "open", "rule": {"severity": "note"}}]`)
	}))
	defer s.Close()
	_, err := call(t, h, "github.alerts", hostile.Args{"server": text(s.URL), "dependencies": value.Bool(false)})
	if err == nil || !strings.Contains(err.Error(), "its pages go round in circles") || asked != 2 {
		t.Errorf("%v, after %d requests", err, asked)
	}
}
