package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// GitHub stands in for GitHub's REST API with one repository, acme/tickets.
// https://docs.github.com/en/rest
type GitHub struct {
	server
	GitHubState
}

// GitHubState is what the repository holds, as the API shows it.
type GitHubState struct {
	Refs       map[string]string // branches, tags and hashes, and the hash of each
	Runs       []Object          // of workflows, the newest first
	CheckRuns  map[string][]Object
	Statuses   map[string][]Object // by commit, the newest first
	Pulls      map[int]Object
	Reviews    map[int][]Object
	Code       []Object // alerts
	Dependabot []Object
	CodeOff    string // why code scanning isn't there, "" where it is
	Off        string // why Dependabot isn't
	Releases   []Object
	Deployed   []Object         // deployments
	States     map[int][]Object // of each deployment
	PageSize   int              // at most so many in a page, 0: as many as are asked for
}

// NewGitHub starts one until the test ends.
func NewGitHub(t Test, token string) *GitHub {
	t.Helper()
	g := &GitHub{GitHubState: GitHubState{States: map[int][]Object{}}}
	g.start(t, token, g.answer)
	return g
}

// Change changes what the repository holds.
func (g *GitHub) Change(f func(*GitHubState)) { g.change(func() { f(&g.GitHubState) }) }

func (g *GitHub) answer(w http.ResponseWriter, r *http.Request) {
	switch given := r.Header.Get("Authorization"); {
	case given == "":
		g.refuse(w, http.StatusNotFound, "Not Found") // as a private repository does
		return
	case given != "Bearer "+g.Token:
		g.refuse(w, http.StatusUnauthorized, "Bad credentials")
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/repos/acme/tickets/")
	if !ok {
		g.refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	if r.Method == http.MethodPost {
		g.post(w, r, path)
		return
	}
	number := func(prefix, suffix string) (int, bool) {
		middle, ok := strings.CutPrefix(path, prefix)
		middle, fits := strings.CutSuffix(middle, suffix)
		n, err := strconv.Atoi(middle)
		return n, ok && fits && err == nil
	}
	if ref, ok := strings.CutPrefix(path, "commits/"); ok {
		g.commit(w, r, ref)
		return
	}
	if tag, ok := strings.CutPrefix(path, "releases/tags/"); ok {
		g.one(w, g.Releases, "tag_name", tag)
		return
	}
	if ref, ok := strings.CutPrefix(path, "git/ref/"); ok {
		hash, there := g.Refs[strings.TrimPrefix(ref, "tags/")]
		if !there {
			g.refuse(w, http.StatusNotFound, "Not Found")
			return
		}
		write(w, 200, Object{"ref": "refs/" + ref, "object": Object{"type": "commit", "sha": hash}})
		return
	}
	if n, ok := number("pulls/", ""); ok && g.Pulls[n] != nil {
		write(w, 200, g.Pulls[n])
		return
	}
	if n, ok := number("pulls/", "/reviews"); ok && g.Pulls[n] != nil {
		write(w, 200, g.page(w, r, g.Reviews[n]))
		return
	}
	switch path {
	case "actions/runs":
		runs := slices.DeleteFunc(slices.Clone(g.Runs), func(x Object) bool { return x["head_sha"] != r.URL.Query().Get("head_sha") })
		write(w, 200, Object{"total_count": len(runs), "workflow_runs": g.page(w, r, runs)})
	case "code-scanning/alerts":
		if g.CodeOff != "" {
			g.refuse(w, http.StatusNotFound, g.CodeOff)
			return
		}
		write(w, 200, g.page(w, r, open(g.Code)))
	case "dependabot/alerts":
		switch {
		case g.Off != "":
			g.refuse(w, http.StatusForbidden, g.Off)
		case r.URL.Query().Has("page"):
			// https://github.blog/changelog/2025-10-14-dependabot-alerts-api-pagination-parameters-deprecated
			g.refuse(w, http.StatusBadRequest, "Pagination using the `page` parameter is not supported.")
		default:
			write(w, 200, g.cursor(w, r, open(g.Dependabot)))
		}
	default:
		g.refuse(w, http.StatusNotFound, "Not Found")
	}
}

// refuse answers with an error as the API words them.
func (g *GitHub) refuse(w http.ResponseWriter, status int, message string, errors ...Object) {
	said := Object{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
	if errors != nil {
		said["errors"] = errors
	}
	write(w, status, said)
}

// commit answers for a commit and what hangs on it.
func (g *GitHub) commit(w http.ResponseWriter, r *http.Request, ref string) {
	for suffix, of := range map[string]map[string][]Object{"/check-runs": g.CheckRuns, "/statuses": g.Statuses} {
		if name, ok := strings.CutSuffix(ref, suffix); ok {
			found := g.page(w, r, of[g.Refs[name]])
			if suffix == "/statuses" {
				write(w, 200, found)
			} else {
				write(w, 200, Object{"total_count": len(of[g.Refs[name]]), "check_runs": found})
			}
			return
		}
	}
	hash, there := g.Refs[ref]
	switch {
	case !there:
		g.refuse(w, http.StatusUnprocessableEntity, "No commit found for SHA: "+ref)
	case strings.HasSuffix(r.Header.Get("Accept"), ".sha"):
		w.Header().Set("Content-Type", "application/vnd.github.v3.sha; charset=utf-8")
		fmt.Fprint(w, hash)
	default:
		write(w, 200, Object{"sha": hash})
	}
}

func (g *GitHub) one(w http.ResponseWriter, all []Object, field, want string) {
	for _, x := range all {
		if x[field] == want {
			write(w, 200, x)
			return
		}
	}
	g.refuse(w, http.StatusNotFound, "Not Found")
}

// page is the page of a list that is asked for, with links to others.
func (g *GitHub) page(w http.ResponseWriter, r *http.Request, all []Object) []Object {
	size, page := g.size(r), max(1, intOf(r.URL.Query().Get("page"), 1))
	from, to := min(len(all), (page-1)*size), min(len(all), page*size)
	if to < len(all) {
		g.link(w, r, "page", strconv.Itoa(page+1))
	}
	return append([]Object{}, all[from:to]...)
}

// cursor is [GitHub.page] for lists that have no numbers.
func (g *GitHub) cursor(w http.ResponseWriter, r *http.Request, all []Object) []Object {
	from := 0
	if after := r.URL.Query().Get("after"); after != "" {
		from = intOf(strings.TrimSuffix(strings.TrimPrefix(after, "Y3Vyc29y"), "=="), 0)
	}
	to := min(len(all), from+g.size(r))
	if to < len(all) {
		g.link(w, r, "after", fmt.Sprintf("Y3Vyc29y%d==", to))
	}
	return append([]Object{}, all[from:to]...)
}

func (g *GitHub) size(r *http.Request) int {
	size := min(100, intOf(r.URL.Query().Get("per_page"), 30))
	if g.PageSize > 0 {
		size = min(size, g.PageSize)
	}
	return size
}

func (g *GitHub) link(w http.ResponseWriter, r *http.Request, name, value string) {
	q := r.URL.Query()
	q.Set(name, value)
	w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, g.URL, r.URL.EscapedPath(), q.Encode()))
}

func intOf(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

func open(alerts []Object) []Object {
	return slices.DeleteFunc(slices.Clone(alerts), func(x Object) bool { return x["state"] != "open" })
}

func (g *GitHub) post(w http.ResponseWriter, r *http.Request, path string) {
	var body Object
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		g.refuse(w, http.StatusBadRequest, "Problems parsing JSON")
		return
	}
	text := func(name string) string { s, _ := body[name].(string); return s }
	page := "https://github.example.com/acme/tickets/"
	switch {
	case path == "releases":
		tag := text("tag_name")
		if slices.ContainsFunc(g.Releases, func(x Object) bool { return x["tag_name"] == tag }) {
			g.refuse(w, http.StatusUnprocessableEntity, "Validation Failed", Object{"resource": "Release", "code": "already_exists", "field": "tag_name"})
			return
		}
		body["id"], body["html_url"] = len(g.Releases)+1, page+"releases/tag/"+url.PathEscape(tag)
		g.Releases = append(g.Releases, body)
		write(w, http.StatusCreated, body)
	case path == "deployments":
		hash, there := g.Refs[text("ref")]
		if !there {
			g.refuse(w, http.StatusUnprocessableEntity, "No ref found for: "+text("ref"))
			return
		}
		body["id"], body["sha"] = len(g.Deployed)+1, hash
		g.Deployed = append(g.Deployed, body)
		write(w, http.StatusCreated, body)
	case strings.HasPrefix(path, "deployments/"):
		id := intOf(strings.TrimSuffix(strings.TrimPrefix(path, "deployments/"), "/statuses"), 0)
		if id < 1 || id > len(g.Deployed) {
			g.refuse(w, http.StatusNotFound, "Not Found")
			return
		}
		g.States[id] = append(g.States[id], body)
		write(w, http.StatusCreated, body)
	default:
		g.refuse(w, http.StatusNotFound, "Not Found")
	}
}
