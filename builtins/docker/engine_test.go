package docker_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// world is the real engine, and a host that finds it as docker would.
type world struct {
	hostile.Caller
	host   *builtins.Host
	env    map[string]string
	direct *client.Client // the test's own
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{host: hostile.Host(t), env: map[string]string{"DOCKER_HOST": hostile.Real(t, "DRL_TEST_DOCKER")}}
	w.Caller = hostile.Caller{TB: t, Ask: w.ask}
	w.host.Env = hostile.Env(w.env)
	w.host.Run = hostile.Run(w.host.Dir)
	var err error
	if w.direct, err = client.New(client.WithHost(w.env["DOCKER_HOST"])); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.direct.Close() })
	return w
}

func (w *world) ask(name string, args hostile.Args) (value.Value, error) {
	w.Helper()
	return hostile.Call(w, docker.Modules(), w.host, name, nil, args)
}

func text(s string) value.Value { return value.String(s) }

func texts(all ...string) value.Value {
	var items []value.Value
	for _, s := range all {
		items = append(items, text(s))
	}
	return value.NewList(items)
}

// own is a name that no other test has.
func own(name string) string { return "drl-test-" + name + "-" + strings.ToLower(rand.Text()[:8]) }

// program is the small service of the example, for an image from scratch.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "drl-docker-*")
	if err != nil {
		return "", err
	}
	cmd := osexec.Command("go", "build", "-ldflags", "-s -w", "-o", filepath.Join(dir, "service"), "github.com/drl-lang/drl/examples/compose/service")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	recipe, err := os.ReadFile("../../examples/compose/service/Dockerfile")
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "Dockerfile"), recipe, 0o600)
})

// shared is the image that the tests' containers run.
var shared struct {
	sync.Once
	tag string
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := program(); err == nil && shared.tag != "" {
		os.RemoveAll(dir)
		if c, err := client.New(client.WithHost(os.Getenv("DRL_TEST_DOCKER"))); err == nil {
			c.ImageRemove(context.Background(), shared.tag, client.ImageRemoveOptions{Force: true, PruneChildren: true})
		}
	}
	os.Exit(code)
}

// image is the shared image, which the first test builds with docker.build.
func (w *world) image() string {
	w.Helper()
	shared.Do(func() {
		dir, err := program()
		if err != nil {
			shared.err = err
			return
		}
		tag := own("image") + ":v1"
		_, shared.err = w.ask("docker.build", hostile.Args{"dir": text(dir), "tag": text(tag), "args": value.NewMap([]string{"VERSION"}, []value.Value{text("v1")})})
		shared.tag = tag
	})
	if shared.err != nil {
		w.Fatal(shared.err)
	}
	return shared.tag
}

// start runs a container of the shared image until the test ends.
func (w *world) start(name string, config container.Config) string {
	w.Helper()
	name = own(name)
	config.Image = w.image()
	made, err := w.direct.ContainerCreate(w.Context(), client.ContainerCreateOptions{Name: name, Config: &config})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if _, err := w.direct.ContainerRemove(context.Background(), made.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
			w.Error(err)
		}
	})
	if _, err := w.direct.ContainerStart(w.Context(), made.ID, client.ContainerStartOptions{}); err != nil {
		w.Fatal(err)
	}
	return name
}

// until asks again until it is as wanted.
func (w *world) until(what string, is func() bool) {
	w.Helper()
	for end := time.Now().Add(time.Minute); !is(); {
		if time.Now().After(end) {
			w.Fatalf("%s: still not", what)
		}
		w.host.Sleep(w.Context(), 100*time.Millisecond)
	}
}
