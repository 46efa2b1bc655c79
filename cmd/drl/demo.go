package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/examples/ticketing"
	"github.com/drl-lang/drl/examples/ticketing/stack"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/run"
)

func prepareDemo(a *app, f *pflag.FlagSet) func([]string) int {
	keep := f.Bool("keep", false, "keep the folder of the demo: scripts, databases, backups")
	return func(args []string) int {
		if len(args) > 0 {
			return a.usage("demo", "drl demo takes no argument, and got %s", args[0])
		}
		return a.demo(*keep)
	}
}

// demoInputs make the script's half hour a few seconds.
var demoInputs = map[string]string{
	"user": "demo", "password": "demo-password",
	"window": "10s", "interval": "500ms", "patience": "2s",
}

// demo starts the ticketing stack in this process and releases two versions
// to it with the script of examples/ticketing, for real. The second one is
// slower, and is rolled back. Then the script gets two slips, and is refused
// before anything starts.
func (a *app) demo(keep bool) int {
	dir, err := os.MkdirTemp("", "drl-demo-*")
	if err != nil {
		return a.fail(exitCantWrite, "make a folder for the demo: %v", err)
	}
	if keep {
		defer fmt.Fprintf(a.err, "\nthe demo's folder: %s\n", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	if err := copyFiles(dir, ticketing.Files); err != nil {
		return a.fail(exitCantWrite, "write the demo's scripts: %v", err)
	}
	// From here on the scripts are called what they are called in examples.
	if err := os.Chdir(dir); err != nil {
		return a.fail(exitCantWrite, "go to the demo's folder: %v", err)
	}
	s, err := stack.Start(context.Background(), filepath.Join(dir, "stack"), stack.Options{Now: time.Now})
	if err != nil {
		return a.fail(exitFailed, "%v", err)
	}
	defer s.Close()

	a.say("A ticketing stack of four services answers at %s, in version v1.", s.URL)
	a.say("1. v2 goes out: the whole checklist of examples/ticketing/release.drl.")
	if code := a.demoRelease(s.URL, "v2"); code != exitOK {
		return a.fail(exitFailed, "v2 should have gone out, and ended with %d", code)
	}
	a.say("\n2. v3 goes out. It works twice as long on each request; its health checks stay green.")
	const rolledBack = 3
	if code := a.demoRelease(s.URL, "v3"); code != rolledBack {
		return a.fail(exitFailed, "v3 should have been rolled back, and ended with %d", code)
	}
	a.say("\nv2 serves again.")
	a.say("3. v2 once more, after an edit at night: a percent without its sign, and a field misspelled.")
	if err := slip("release.drl", "degradation > 50%", "degradation > 50"); err != nil {
		return a.fail(exitFailed, "%v", err)
	}
	if err := slip(filepath.Join("rules", "verify.drl"), "reply.latency < 500ms", "reply.latancy < 500ms"); err != nil {
		return a.fail(exitFailed, "%v", err)
	}
	a.scripts.files = nil // they are other scripts now
	if code := a.demoRelease(s.URL, "v2"); code != exitUsage {
		return a.fail(exitFailed, "the edited script should have been refused, and ended with %d", code)
	}
	a.say("\nThe scripts: examples/ticketing. Your own: drl help language.")
	return exitOK
}

// slip puts a mistake into a copy of a script.
func slip(name, right, wrong string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(right)) {
		return fmt.Errorf("%s has no %q to get wrong", name, right)
	}
	return os.WriteFile(name, bytes.Replace(text, []byte(right), []byte(wrong), 1), 0o644)
}

func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.err, format+"\n\n", args...)
}

// demoRelease runs the release script for a version and returns its exit code.
func (a *app) demoRelease(url, version string) int {
	given := map[string]string{"url": url, "version": version}
	for name, text := range demoInputs {
		given[name] = text
	}
	p, w, code := a.planFor("release.drl", "demo", given)
	if p == nil {
		return code
	}
	return a.start(p, w, run.Options{Run: newRunID(), Yes: []string{"*"}}, &report.Record{}, false)
}

// copyFiles writes the files of from below dir.
func copyFiles(dir string, from fs.FS) error {
	return fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := filepath.Join(dir, filepath.FromSlash(name))
		if e.IsDir() {
			return os.MkdirAll(at, 0o755)
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return os.WriteFile(at, text, 0o644)
	})
}
