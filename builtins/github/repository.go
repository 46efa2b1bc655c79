package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/go-github/v84/github"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/git"
	"github.com/drl-lang/drl/lang/lazy"
)

const standardAPI = "https://api.github.com"

// repository is the parameters that say what to ask about, and whom.
type repository struct {
	Repo    *string        `drl:"repo,named" doc:"the repository: \"acme/tickets\"; without one, GITHUB_REPOSITORY or where git's origin is"`
	Token   *builtins.Text `drl:"token,named" doc:"a token; without one, GITHUB_TOKEN or GH_TOKEN"`
	Server  *builtins.Text `drl:"server,named" doc:"the API's address; without one, GITHUB_API_URL or https://api.github.com"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait for all answers, rate limits included" default:"30s"`
}

// asked is one call's way to a repository.
type asked struct {
	*github.Client
	owner, name string
	base        *url.URL
	token       bool // there is one
	host        *builtins.Host
	close       func()
}

// String names the repository.
func (s *asked) String() string { return s.owner + "/" + s.name }

// open says where to ask; of GitHub, nothing is asked yet. The caller closes
// it.
func (r repository) open(ctx context.Context, h *builtins.Host) (*asked, error) {
	address, name := builtins.Plain(standardAPI), "server"
	if text, set := h.Getenv("GITHUB_API_URL"); r.Server != nil {
		address = *r.Server
	} else if set && text != "" {
		address, name = builtins.Plain(text), "GITHUB_API_URL"
	}
	base, err := builtins.Address(address, name, standardAPI+" or https://github.example.com/api/v3")
	if err != nil {
		return nil, err
	}
	if base.User != nil {
		return nil, fmt.Errorf("%s holds a user or password, want an address without: the token goes in token: or GITHUB_TOKEN", name)
	}
	owner, repo, err := r.whose(ctx, h, base)
	if err != nil {
		return nil, err
	}
	token, err := h.Token(r.Token, "GITHUB_TOKEN", "GH_TOKEN")
	if err != nil {
		return nil, err
	}
	client, closing, err := h.Client()
	if err != nil {
		return nil, err
	}
	client.Transport = whole{builtins.Bearer{RoundTripper: client.Transport, Token: token}}
	client.CheckRedirect = keepMethod(client.CheckRedirect)
	c := github.NewClient(client)
	base.Path = strings.TrimSuffix(base.Path, "/") + "/"
	c.BaseURL, c.UserAgent, c.DisableRateLimitCheck = base, strings.TrimSuffix("drl/"+h.Version, "/"), true
	return &asked{c, owner, repo, base, token != "", h, closing}, nil
}

// keepMethod lets no redirect make a question of what was to change something.
func keepMethod(check func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, before []*http.Request) error {
		if next.Method != before[0].Method {
			return http.ErrUseLastResponse
		}
		return check(next, before)
	}
}

// whose returns the repository's owner and name.
func (r repository) whose(ctx context.Context, h *builtins.Host, base *url.URL) (owner, name string, err error) {
	if r.Repo != nil {
		return split("repo", *r.Repo)
	}
	if text, set := h.Getenv("GITHUB_REPOSITORY"); set && text != "" {
		return split("GITHUB_REPOSITORY", text)
	}
	origin, err := git.Origin(ctx, h)
	if err != nil {
		if ctx.Err() != nil {
			return "", "", context.Cause(ctx)
		}
		return "", "", errors.New("repo is not given, GITHUB_REPOSITORY is not set and git knows no origin here: one of them says which repository, such as \"acme/tickets\"")
	}
	host, path := place(origin)
	// The token is for the API's server: no other host's repository is meant.
	if host == "" || !strings.EqualFold(host, strings.TrimPrefix(base.Hostname(), "api.")) {
		return "", "", fmt.Errorf("git's origin is at %s, and the API at %s: write repo: \"owner/name\", or server: for an API such as https://github.example.com/api/v3",
			builtins.Quoted(host), base.Host)
	}
	return split("git's origin", path)
}

// place returns the host and path of a git address: a URL or host:path.
func place(origin string) (host, path string) {
	if u, err := url.Parse(origin); err == nil && u.Host != "" {
		host, path = u.Hostname(), u.Path
	} else if before, after, ok := strings.Cut(origin, ":"); ok {
		_, host, _ = strings.Cut("@"+before, "@")
		if at := strings.LastIndex(before, "@"); at >= 0 {
			host = before[at+1:]
		}
		path = after
	}
	// https://docs.github.com/en/authentication/troubleshooting-ssh/using-ssh-over-the-https-port
	host = strings.TrimPrefix(host, "ssh.")
	return host, strings.TrimSuffix(strings.Trim(path, "/"), ".git")
}

var partOfName = lazy.Regexp(`^[A-Za-z0-9._-]{1,100}$`)

// split takes "owner/name" apart.
func split(what, repo string) (owner, name string, err error) {
	owner, name, _ = strings.Cut(repo, "/")
	for _, part := range []string{owner, name} {
		if !partOfName().MatchString(part) || strings.Trim(part, ".") == "" {
			return "", "", fmt.Errorf("%s is %s, want owner/name such as acme/tickets", what, builtins.Quoted(repo))
		}
	}
	return owner, name, nil
}

// checkRef refuses what git would not take for the name of a branch, a tag or
// a commit. https://git-scm.com/docs/git-check-ref-format
func checkRef(what, ref string) error {
	bad := ref == "" || len(ref) > 255 || !utf8.ValidString(ref) ||
		strings.ContainsFunc(ref, func(c rune) bool { return c <= ' ' || c == 0x7f || strings.ContainsRune(`~^:?*[\`, c) }) ||
		strings.Contains(ref, "..") || strings.Contains(ref, "@{") || strings.Contains(ref, "//") ||
		strings.HasPrefix(ref, "-") || strings.HasPrefix(ref, "/") || strings.HasSuffix(ref, "/") || strings.HasSuffix(ref, ".")
	for part := range strings.SplitSeq(ref, "/") {
		bad = bad || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock")
	}
	if bad {
		return fmt.Errorf("%s is %s, want the name of a branch, a tag or a commit", what, builtins.Quoted(ref))
	}
	return nil
}

// checkText refuses what JSON cannot carry byte for byte, and what GitHub does
// not keep.
func checkText(what, text string) error {
	const most = 125_000 // characters of a release's notes
	switch {
	case !utf8.ValidString(text), strings.Contains(text, "\x00"):
		return fmt.Errorf("%s is %s, want text in UTF-8 without NUL", what, builtins.Quoted(text))
	case utf8.RuneCountInString(text) > most:
		return fmt.Errorf("%s has %d characters, want %d at most", what, utf8.RuneCountInString(text), most)
	}
	return nil
}
