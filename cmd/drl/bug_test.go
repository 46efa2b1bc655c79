package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// No trace reaches a person, and no secret the file with it.
func TestABugSaysWhatToDo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	a := newApp()
	var err error
	if a.err, err = os.Create(filepath.Join(t.TempDir(), "stderr")); err != nil {
		t.Fatal(err)
	}
	defer a.err.Close()
	a.secrets.Add("hunter2hunter2")
	code := a.guarded(func() int { panic("it broke on hunter2hunter2") })
	if code != exitBug {
		t.Errorf("exit code %d, want %d", code, exitBug)
	}
	said, err := os.ReadFile(a.err.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(said), "this is a bug in drl, not in your script: it broke on •••") || strings.Contains(string(said), "goroutine") {
		t.Errorf("said\n%s", said)
	}
	kept := regexp.MustCompile(`the trace is in (\S+)`).FindStringSubmatch(string(said))
	if kept == nil {
		t.Fatalf("no file is named in\n%s", said)
	}
	trace, err := os.ReadFile(kept[1])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(trace), "TestABugSaysWhatToDo") || strings.Contains(string(trace), "hunter2") {
		t.Errorf("kept\n%s", trace)
	}
}
