package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/drl-lang/drl/builtins"
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

// command runs a program for a built-in, in a session of its own, and ends
// all of that session when ctx ends.
func (w *world) command(ctx context.Context, argv []string) ([]byte, error) {
	if len(argv) == 0 {
		return nil, errors.New("no program was named")
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = w.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	out, problems := &limited{most: mostOutput}, &limited{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, problems
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if last := strings.TrimSpace(problems.String()); last != "" {
			return nil, fmt.Errorf("%s: %w: %s", argv[0], err, last)
		}
		return nil, fmt.Errorf("%s: %w", argv[0], err)
	}
	if out.over {
		return nil, fmt.Errorf("%s wrote more than 1 MiB", argv[0])
	}
	return out.Bytes(), nil
}

// limited keeps the first bytes that are written to it.
type limited struct {
	bytes.Buffer
	most int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	room := l.most - l.Len()
	if len(p) > room {
		l.over = true
		l.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return l.Buffer.Write(p)
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
