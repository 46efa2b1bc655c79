package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
	shell "github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/event"
)

// world is the real world as a run sees it.
type world struct {
	dir    string // the script's folder
	hide   *event.Redactor
	warn   func(text string)
	mu     sync.Mutex
	folder string // of private files; made when the first one is wanted
}

// host is the world for built-ins. Print and Warn are the run's.
func (w *world) host() *builtins.Host {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &builtins.Host{
		Now:         time.Now,
		Sleep:       sleep,
		Dial:        dialer.DialContext,
		Proxy:       http.ProxyFromEnvironment,
		Env:         os.LookupEnv,
		Command:     w.command,
		Dir:         w.dir,
		Print:       func(string) {},
		Warn:        w.warn,
		Random:      rand.Reader,
		PrivateFile: w.privateFile,
		Hide:        w.hide.Add,
		Mask:        w.hide.Text,
		Version:     version(),
	}
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// mostOutput is how much of a program's output secret.command reads.
const mostOutput = 1 << 20

// command runs a program for a built-in, as a script's own commands are run:
// what those leave is told apart from it.
func (w *world) command(ctx context.Context, argv []string) ([]byte, error) {
	runner := shell.Runner{Now: time.Now}
	result, err := runner.Program(ctx, shell.Program{Argv: argv, Dir: w.dir, Env: os.Environ()})
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		if last := strings.TrimSpace(result.Stderr); last != "" {
			return nil, fmt.Errorf("%w: %s", err, last[max(0, len(last)-4<<10):])
		}
		return nil, err
	case result.Cut || len(result.Stdout) > mostOutput:
		return nil, fmt.Errorf("%s wrote more than 1 MiB", argv[0])
	}
	return []byte(result.Stdout), nil
}

// privateFile keeps content in a file that this user alone can read, until the
// end of the run.
func (w *world) privateFile(content []byte) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.folder == "" {
		folder, err := os.MkdirTemp("", "drl-private-*") // 0700
		if err != nil {
			return "", fmt.Errorf("make a private folder: %w", err)
		}
		w.folder = folder
	}
	f, err := os.CreateTemp(w.folder, "secret-*") // 0600
	if err != nil {
		return "", fmt.Errorf("make a private file: %w", err)
	}
	_, err = f.Write(content)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("write a private file: %w", err)
	}
	return filepath.Abs(f.Name())
}

// close removes what was kept in private.
func (w *world) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.folder != "" {
		os.RemoveAll(w.folder)
		w.folder = ""
	}
}

// newRunID is a short name for a run, which is typed and said aloud: letters
// and digits that aren't mistaken for each other.
func newRunID() string {
	var b [5]byte
	rand.Read(b[:])
	return base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").EncodeToString(b[:])
}
