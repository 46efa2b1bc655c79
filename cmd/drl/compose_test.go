package main

import (
	"crypto/rand"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// composeCommand puts examples/compose into $WORK/compose, and lets its
// release go to the real engine, under names and at a port of its own, until
// the script ends. A script that calls it begins with
// `[!DRL_TEST_COMPOSE] skip`.
//
//	compose    as $IMAGE and $PORT
func composeCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs("compose"), compose{os.DirFS(filepath.Join(repository(), "examples", "compose"))}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	port := listener.Addr().(*net.TCPAddr).Port
	ts.Check(listener.Close())
	name := "drl-example-" + strings.ToLower(rand.Text()[:8])
	home, err := os.UserHomeDir()
	ts.Check(err)
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	ts.Check(err)
	ts.Setenv("DOCKER_HOST", os.Getenv("DRL_TEST_DOCKER"))
	ts.Setenv("DOCKER_CONFIG", filepath.Join(home, ".docker")) // where the plugin is
	ts.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	ts.Setenv("COMPOSE_PROJECT_NAME", name)
	ts.Setenv("IMAGE", name)
	ts.Setenv("PORT", strconv.Itoa(port))
	docker := func(words ...string) string {
		cmd := exec.Command("docker", words...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+os.Getenv("DRL_TEST_DOCKER"))
		out, _ := cmd.Output()
		return string(out)
	}
	ts.Defer(func() {
		docker("compose", "--project-name", name, "down", "--timeout", "0", "--remove-orphans")
		images := "{{.Repository}}:{{.Tag}}"
		ours := docker("image", "ls", "--format", images, name) + docker("image", "ls", "--format", images, "--filter", "reference=drl-kept:"+name+"*")
		docker(append([]string{"image", "rm", "--force"}, strings.Fields(ours)...)...)
	})
}

// compose leaves out what a build in the repository has left.
type compose struct{ fs.FS }

func (c compose) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(c.FS, name)
	var kept []fs.DirEntry
	for _, e := range entries {
		if name != "service" || e.Name() != "service" {
			kept = append(kept, e)
		}
	}
	return kept, err
}
