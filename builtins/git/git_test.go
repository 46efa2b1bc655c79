package git

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// repository is a real one, and a host that is in it.
type repository struct {
	t   *testing.T
	dir string
	h   *builtins.Host
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	for name, text := range map[string]string{
		"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
		"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_AUTHOR_DATE": "2026-11-22T20:00:00Z", "GIT_COMMITTER_DATE": "2026-11-22T21:00:00Z",
	} {
		t.Setenv(name, text)
	}
	r := &repository{t: t, dir: t.TempDir()}
	r.h = &builtins.Host{Dir: r.dir, Run: hostile.Run(r.dir)}
	return r
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) commit(subject string) {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message="+subject)
}

// call calls a builtin with positional arguments; nil is one left out.
func (r *repository) call(f *builtins.Func, args ...any) (value.Value, error) {
	given := make([]value.Value, len(f.Signature().Params))
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			given[i] = value.String(arg)
		case int:
			given[i] = value.Int(arg)
		}
	}
	return f.Call(context.Background(), r.h, nil, given)
}

// shows calls a builtin and returns its value, or its error, as text.
func (r *repository) shows(f *builtins.Func, args ...any) string {
	v, err := r.call(f, args...)
	if err != nil {
		return err.Error()
	}
	return v.String()
}

func (r *repository) wants(want string, f *builtins.Func, args ...any) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.shows(f, args...)); diff != "" {
		r.t.Errorf("%s%v (-want +got):\n%s", f.Name, args, diff)
	}
}

func TestReading(t *testing.T) {
	r := newRepository(t)
	r.wants("git rev-parse: not a git repository (or any of the parent directories): .git", commit)
	r.wants("git rev-parse: not a git repository (or any of the parent directories): .git", changed, "v1")
	r.git("init", "--quiet", "--initial-branch=main")
	r.wants("the repository has no commit yet", commit)
	r.wants("the repository has no commit yet", tag)
	r.wants("main", branch)

	r.write("a.txt", "a")
	r.commit("first")
	first := r.git("rev-parse", "HEAD")
	r.wants(first, commit)
	r.wants("null", tag)
	r.wants("true", clean)
	r.git("tag", "v1.0.0")
	r.wants("v1.0.0", tag)
	r.git("tag", "v1.0.10")
	r.wants("v1.0.10", tag)

	odd := "deep/t\tab \"q\" ü\nnewline.txt"
	r.write(odd, "b")
	r.wants("false", clean)
	r.git("mv", "a.txt", "b.txt")
	r.commit("second: <é> \x1f %H\n\nbody")
	r.wants(value.NewList([]value.Value{value.String("a.txt"), value.String("b.txt"), value.String(odd)}).String(), changed, "v1.0.0")
	r.wants("[]", changed, "HEAD")
	r.wants("null", tag)

	second := r.git("rev-parse", "HEAD")
	got, err := r.call(log, "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`[{"hash":"%s","author":"Ada","email":"ada@example.com","at":"%s","subject":"second: <é> \u001f %%H"}]`, second,
		value.Time(time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)))
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	r.wants("[]", log, "HEAD")
	r.wants("last is 0, want 1 to 1000", log, "v1.0.0", 0)

	r.git("checkout", "--quiet", first)
	r.wants("null", branch)
	r.wants("v1.0.10", tag)
}

// Whatever is given as a name stays one.
func TestHostileNames(t *testing.T) {
	r := newRepository(t)
	r.git("init", "--quiet", "--initial-branch=main")
	r.write("a.txt", "a")
	r.commit("first")
	for name, want := range map[string]string{
		"--output=stolen": `since is "--output=stolen", want a name that does not begin with -`,
		"-h":              `since is "-h", want a name that does not begin with -`,
		"":                "since is empty, want a name",
		"a\nb":            `since is "a\nb", want a name on one line`,
		"a\x00b":          `since is "a\x00b", want a name on one line`,
		"v1; touch x":     `since is "v1; touch x", and there is no such commit here: is the clone a shallow one, or are its tags missing?`,
		"$(touch x)":      `since is "$(touch x)", and there is no such commit here: is the clone a shallow one, or are its tags missing?`,
		"HEAD..HEAD":      `since is "HEAD..HEAD", and there is no such commit here: is the clone a shallow one, or are its tags missing?`,
	} {
		r.wants(want, changed, name)
		r.wants(want, log, name)
	}
	r.wants(`name is "-d", want a name that does not begin with -`, createTag, "-d")
	r.wants(`name is "a b", which is no name of a tag: it holds a blank, .., ~ ^ : ? * [ \, or ends in .lock`, createTag, "a b")
	r.wants(`ref is "--force", want a name that does not begin with -`, push, "--force")
	r.wants(`ref is "*", and there is no branch or tag of that name here`, push, "*")
	r.wants(`ref is "main:other", and there is no branch or tag of that name here`, push, "main:other")
	r.wants(`remote is "--upload-pack=touch x", want a name that does not begin with -`, push, "main", "--upload-pack=touch x")
	r.wants(`remote is "ext::touch x", and the repository has none: git remote add`, push, "main", "ext::touch x")
	if files, _ := os.ReadDir(r.dir); len(files) != 2 {
		t.Errorf("the folder holds %v, want .git and a.txt", files)
	}
}

func TestTagsArePushed(t *testing.T) {
	r := newRepository(t)
	r.git("init", "--quiet", "--initial-branch=main")
	r.write("a.txt", "a")
	r.commit("first")
	origin := t.TempDir()
	r.git("init", "--quiet", "--bare", origin)
	r.git("remote", "add", "origin", origin)

	message := "released: \"v1\"\n# not a comment\n$(x) -m"
	r.wants("null", createTag, "v1.2.3", message)
	if got := r.git("tag", "--list", "--format=%(contents)", "v1.2.3"); got != message {
		t.Errorf("the tag's message is %q, want %q", got, message)
	}
	r.wants("null", createTag, "light")
	if got := r.git("cat-file", "-t", "light"); got != "commit" {
		t.Errorf("a tag without a message is a %s, want a commit", got)
	}
	r.wants("git tag: tag 'v1.2.3' already exists", createTag, "v1.2.3")
	r.wants(`at is "nowhere", and there is no such commit here: is the clone a shallow one, or are its tags missing?`, createTag, "v2", nil, "nowhere")

	r.wants("null", push, "v1.2.3")
	r.wants("null", push, "main")
	if got := r.git("ls-remote", "origin"); !strings.Contains(got, "refs/tags/v1.2.3") || !strings.Contains(got, "refs/heads/main") || strings.Contains(got, "light") {
		t.Errorf("the remote has\n%s", got)
	}
	r.wants(`remote is "upstream", want origin`, push, "main", "upstream")

	// What was pushed is never overwritten.
	r.git("commit", "--quiet", "--amend", "--message=another")
	if got := r.shows(push, "main"); !strings.Contains(got, "[rejected]") {
		t.Errorf("push of another history: %s", got)
	}
	r.git("branch", "light")
	r.wants(`ref is "light", which is a branch and a tag`, push, "light")
}

// A server that wants a login does not make git ask for one.
func TestNothingIsAsked(t *testing.T) {
	r := newRepository(t)
	r.git("init", "--quiet", "--initial-branch=main")
	r.write("a.txt", "a")
	r.commit("first")
	server := newLoginServer(t)
	r.git("remote", "add", "origin", server+"/repository.git")
	got := r.shows(push, "main")
	if !strings.Contains(got, "could not read Username") || !strings.Contains(got, "terminal prompts disabled") {
		t.Errorf("push to a server that wants a login: %s", got)
	}
	r.git("remote", "set-url", "origin", strings.Replace(server, "http://", "http://deploy:s3cr3t-p4ss@", 1)+"/repository.git")
	if got := r.shows(push, "main"); strings.Contains(got, "s3cr3t-p4ss") || got == "null" {
		t.Errorf("push with a refused password: %s", got)
	}
}

func FuzzParseLog(f *testing.F) {
	f.Add("h\x00Ada\x00a@x\x002026-11-22T21:00:00Z\x00subject\x00")
	f.Add("")
	f.Fuzz(func(t *testing.T, out string) {
		if all, err := parseLog(out); err == nil && len(all) > strings.Count(out, "\x00")+1 {
			t.Errorf("%d commits of %q", len(all), out)
		}
	})
}
