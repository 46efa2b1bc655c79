package docker_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

const (
	registryUser     = "releaser"
	registryPassword = "p4ss-of-the-registry"
)

// registryServer is a registry in this process that wants a login.
type registryServer struct {
	at   string // host and port
	mu   sync.Mutex
	fail string // a method and a part of a path that are refused
}

func newRegistry(t testing.TB) *registryServer {
	t.Helper()
	r := &registryServer{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if user, password, ok := q.BasicAuth(); !ok || user != registryUser || password != registryPassword {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
			return
		}
		r.mu.Lock()
		method, path, _ := strings.Cut(r.fail, " ")
		r.mu.Unlock()
		if method == q.Method && strings.Contains(q.URL.Path, path) {
			http.Error(w, `{"errors":[{"code":"DENIED","message":"this tag is immutable"}]}`, http.StatusForbidden)
			return
		}
		inner.ServeHTTP(w, q)
	}))
	t.Cleanup(s.Close)
	r.at = strings.TrimPrefix(s.URL, "http://")
	return r
}

// configure writes docker's configuration.
func (w *world) configure(config string) {
	w.Helper()
	dir := w.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		w.Fatal(err)
	}
	w.env["DOCKER_CONFIG"] = dir
}

func auths(at, user, password string) string {
	return fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, at, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// tagged gives the shared image a name until the test ends.
func (w *world) tagged(name string) string {
	w.Helper()
	w.Must("docker.tag", hostile.Args{"source": text(w.image()), "target": text(name)})
	w.Cleanup(func() { w.direct.ImageRemove(context.Background(), name, client.ImageRemoveOptions{}) })
	return name
}

func TestPushAndPull(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t), newRegistry(t)
	w.configure(auths(r.at, registryUser, registryPassword))
	var hidden []string
	w.host.Hide = func(text string) { hidden = append(hidden, text) }
	name := w.tagged(r.at + "/team/app:v1")
	digest := hostile.Field(t, w.Must("docker.push", hostile.Args{"ref": text(name)}), "digest").String()
	if !strings.HasPrefix(digest, "sha256:") || len(digest) != 71 {
		t.Errorf("digest is %s", digest)
	}
	if !slices.Contains(hidden, registryPassword) {
		t.Errorf("concealed %q", hidden)
	}
	byDigest := r.at + "/team/app@" + digest
	for _, ref := range []string{name, byDigest} {
		image := w.Must("docker.pull", hostile.Args{"ref": text(ref)})
		if digests := hostile.Field(t, image, "digests").String(); !strings.Contains(digests, byDigest) {
			t.Errorf("pulled %s: digests are %s", ref, digests)
		}
		if ours := hostile.Field(t, w.Must("docker.image", hostile.Args{"ref": text(w.image())}), "id"); !value.Equal(ours, hostile.Field(t, image, "id")) {
			t.Errorf("pulled %s, want the image %v", image, ours)
		}
	}
	w.Refuses("pull "+r.at+"/team/app:v9: ", "docker.pull", hostile.Args{"ref": text(r.at + "/team/app:v9")})
	w.Refuses("push "+r.at+"/team/other:v1: ", "docker.push", hostile.Args{"ref": text(r.at + "/team/other:v1")})
	w.Refuses("want a name with a tag: the registry makes the digest", "docker.push", hostile.Args{"ref": text(byDigest)})
	w.Refuses("there is no image drl-test-none:v1 here", "docker.tag", hostile.Args{"source": text("drl-test-none:v1"), "target": text("x:y")})
	if got := w.Must("docker.image", hostile.Args{"ref": text("drl-test-none:v1")}); got != (value.Null{}) {
		t.Errorf("docker.image of none = %v", got)
	}

	// The engine answers 200 and says in its stream that it failed.
	r.mu.Lock()
	r.fail = "PUT /manifests/"
	r.mu.Unlock()
	w.Refuses("this tag is immutable", "docker.push", hostile.Args{"ref": text(name)})
}

// A login is found where docker login leaves it, or is given; a wrong one is
// an error that does not show it.
func TestLogins(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t), newRegistry(t)
	name := w.tagged(r.at + "/app:v1")
	// helper puts a program where the engine's client looks for helpers.
	plain := w.host.Run
	helper := func(t *testing.T, program string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte("#!/bin/sh\n"+program), 0o700); err != nil {
			t.Fatal(err)
		}
		w.host.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
			p.Argv = append([]string{"env", "PATH=" + dir + ":" + os.Getenv("PATH")}, p.Argv...)
			return plain(ctx, p)
		}
	}
	answers := fmt.Sprintf("read -r server\n[ \"$1 $server\" = 'get %s' ] || exit 9\necho '{\"Username\": \"%s\", \"Secret\": \"%s\"}'", r.at, registryUser, registryPassword)
	for _, tt := range []struct {
		name, config, helper string
		want                 string // in the error; "": none
	}{
		{"auths", auths(r.at, registryUser, registryPassword), "", ""},
		{"an address as the key", auths("http://"+r.at+"/v2/", registryUser, registryPassword), "", ""},
		{"another registry's", auths("registry.example.com", registryUser, registryPassword), "", "no basic auth credentials"},
		{"nobody", `{}`, "", "no basic auth credentials"},
		{"no base64", fmt.Sprintf(`{"auths": {%q: {"auth": "%%%%"}}}`, r.at), "", "has a login for " + r.at + " that can't be read: docker login " + r.at + " writes a new one"},
		{"no JSON", `{"auths": "` + registryPassword, "", "config.json is no configuration of docker"},
		{"the store", `{"credsStore": "test"}`, answers, ""},
		{"a helper", fmt.Sprintf(`{"credsStore": "none", "credHelpers": {%q: "test"}}`, r.at), answers, ""},
		{"a store that knows nothing, and auths", `{"credsStore": "test", ` + auths(r.at, registryUser, registryPassword)[1:], "echo credentials not found in native keychain; exit 1", ""},
		{"a store that knows nothing", `{"credsStore": "test"}`, "echo credentials not found in native keychain; exit 1", "no basic auth credentials"},
		{"a locked store", `{"credsStore": "test"}`, "echo the keychain is locked >&2; exit 1", "docker-credential-test has no login for " + r.at + ": the keychain is locked"},
		{"nonsense", `{"credsStore": "test"}`, "echo " + registryPassword, "docker-credential-test does not answer as a helper for logins does"},
		{"no helper", `{"credsStore": "missing"}`, "true", "docker's configuration wants docker-credential-missing for the login at " + r.at + ", and it isn't on PATH"},
		{"no name", `{"credsStore": "../x"}`, "true", `names a helper for logins "../x", which is no name`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.configure(tt.config)
			helper(t, tt.helper)
			_, err := w.ask("docker.push", hostile.Args{"ref": text(name)})
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%v, want %s", err, tt.want)
			case err != nil && strings.Contains(err.Error(), registryPassword):
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
	w.configure(`{}`)
	w.Must("docker.push", hostile.Args{"ref": text(name), "user": text(registryUser), "password": value.NewSecret(registryPassword)})
	// A push with a wrong password is tried for a minute by the engine.
	w.Refuses("unauthorized", "docker.pull", hostile.Args{"ref": text(name), "user": text(registryUser), "password": value.NewSecret("wr0ng-p4ss")})
	w.Refuses("user and password go together", "docker.pull", hostile.Args{"ref": text(name), "user": text(registryUser)})
}
