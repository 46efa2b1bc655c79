package compose_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/compose"
	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// world is the real engine and the real docker compose, in a folder with a
// compose file.
type world struct {
	hostile.Caller
	host   *builtins.Host
	engine string
	name   string // of the project
	warned []string
}

func newWorld(t *testing.T, file string) *world {
	t.Helper()
	hostile.Real(t, "DRL_TEST_COMPOSE")
	w := &world{host: hostile.Host(t), engine: hostile.Real(t, "DRL_TEST_DOCKER"), name: "drl-test-" + strings.ToLower(rand.Text()[:8])}
	w.Caller = hostile.Caller{TB: t, Ask: w.ask}
	w.host.Run = hostile.Run(w.host.Dir)
	w.host.Warn = func(text string) { w.warned = append(w.warned, text) }
	w.host.Env = hostile.Env(map[string]string{"DOCKER_HOST": w.engine})
	w.write("compose.yaml", "name: "+w.name+"\n"+file)
	t.Cleanup(func() {
		w.docker("compose", "--project-name", w.name, "down", "--timeout", "0", "--volumes", "--remove-orphans")
		tags := strings.Fields(w.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference=drl-kept:"+w.name+"*"))
		w.docker(append([]string{"image", "rm", "--force", w.name + ":none"}, tags...)...)
	})
	return w
}

func (w *world) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.host.Dir, name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

// docker runs docker for the test itself, and returns what it writes.
func (w *world) docker(words ...string) string { return runDocker(w.engine, words...) }

func runDocker(engine string, words ...string) string {
	cmd := osexec.Command("docker", words...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+engine, "DOCKER_BUILDKIT=0")
	out, _ := cmd.Output()
	return strings.TrimSpace(string(out))
}

func (w *world) ask(name string, args hostile.Args) (value.Value, error) {
	w.Helper()
	given := hostile.Args{"host": text(w.engine)}
	for k, v := range args {
		given[k] = v
	}
	return hostile.Call(w, compose.Modules(), w.host, name, nil, given)
}

// runs is what the container of a service is: its image's id and its id.
func (w *world) runs(service string) (image, container string) {
	w.Helper()
	id := w.docker("ps", "--no-trunc", "--quiet", "--filter", "label=com.docker.compose.project="+w.name, "--filter", "label=com.docker.compose.service="+service)
	if id == "" {
		return "", ""
	}
	return w.docker("inspect", "--format", "{{.Image}}", id), id
}

// service finds a service in a list of them.
func (w *world) service(list value.Value, name string) value.Value {
	w.Helper()
	for _, s := range list.(*value.List).Items() {
		if hostile.Field(w, s, "service") == text(name) {
			return s
		}
	}
	w.Fatalf("no service %s in %v", name, list)
	return nil
}

func text(s string) value.Value { return value.String(s) }

func texts(all ...string) value.Value {
	var items []value.Value
	for _, s := range all {
		items = append(items, text(s))
	}
	return value.NewList(items)
}

// with is variables for a compose file.
func with(pairs ...string) value.Value {
	var names []string
	var values []value.Value
	for i := 0; i < len(pairs); i += 2 {
		names, values = append(names, pairs[i]), append(values, text(pairs[i+1]))
	}
	return value.NewMap(names, values)
}

// images are versions of the example's service: by their names here, which
// are made once for all tests.
var images = sync.OnceValues(func() (map[string]string, error) {
	engine := os.Getenv("DRL_TEST_DOCKER")
	dir, err := os.MkdirTemp("", "drl-compose-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := osexec.Command("go", "build", "-ldflags", "-s -w", "-o", filepath.Join(dir, "service"), "github.com/drl-lang/drl/examples/compose/service")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	recipe, err := os.ReadFile("../../examples/compose/service/Dockerfile")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), recipe, 0o600); err != nil {
		return nil, err
	}
	h := &builtins.Host{Dir: dir, Dial: (&net.Dialer{}).DialContext, Kept: &builtins.Kept{}}
	defer h.Kept.Close()
	family := "drl-test-compose-" + strings.ToLower(rand.Text()[:8])
	all := map[string]string{}
	for version, args := range map[string][]string{"v1": {"v1", ""}, "v2": {"v2", ""}, "bad": {"v2", "no database"}} {
		all[version] = family + ":" + version
		made = append(made, all[version])
		for _, f := range docker.Modules()[0].Funcs {
			if f.Name != "docker.build" {
				continue
			}
			given := make([]value.Value, len(f.Signature().Params))
			for i, p := range f.Signature().Params {
				switch p.Name {
				case "dir":
					given[i] = text(".")
				case "tag":
					given[i] = text(all[version])
				case "args":
					given[i] = with("VERSION", args[0], "FAULT", args[1])
				case "host":
					given[i] = text(engine)
				}
			}
			if _, err := f.Call(context.Background(), h, nil, given); err != nil {
				return all, err
			}
		}
	}
	return all, nil
})

// made are the images that were made.
var made []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, tag := range made {
		runDocker(os.Getenv("DRL_TEST_DOCKER"), "image", "rm", "--force", tag)
	}
	os.Exit(code)
}

// tags gives each version a name of the test's own, as tag of a repository.
func (w *world) tags(repository string) {
	w.Helper()
	all, err := images()
	if err != nil {
		w.Fatal(err)
	}
	for version, image := range all {
		tag := repository + ":" + version
		w.docker("tag", image, tag)
		w.Cleanup(func() { w.docker("image", "rm", tag) })
	}
}

// registryHere is a registry in this process, with the versions of the service
// as app:v1, v2 and bad; the engine has none of them under these names.
func (w *world) registryHere() string {
	w.Helper()
	s := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	w.Cleanup(s.Close)
	repository := strings.TrimPrefix(s.URL, "http://") + "/app"
	w.tags(repository)
	for _, version := range []string{"v1", "v2", "bad"} {
		if _, err := hostile.Call(w, docker.Modules(), w.host, "docker.push", nil, hostile.Args{"ref": text(repository + ":" + version)}); err != nil {
			w.Fatal(err)
		}
		w.docker("image", "rm", repository+":"+version)
	}
	return repository
}
