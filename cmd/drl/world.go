package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	shell "github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/event"
)

// world is the real world as a run sees it.
type world struct {
	dir     string // the script's folder
	hide    *event.Redactor
	warn    func(text string)
	private privateFolder
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
		PrivateFile: w.private.file,
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
	folder, err := w.private.open()
	if err != nil {
		return nil, err
	}
	runner := shell.Runner{Now: time.Now, Folder: folder}
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

// commands runs the lines of commands.
func (w *world) commands(ctx context.Context, l shell.Line, output func(stream, line string)) (shell.Result, error) {
	folder, err := w.private.open()
	if err != nil {
		return shell.Result{}, err
	}
	r := shell.Runner{Now: time.Now, Output: output, Folder: folder}
	return r.Run(ctx, l)
}

// close removes what was kept in private.
func (w *world) close() { w.private.close() }

// newRunID is a short name for a run, which is typed and said aloud: letters
// and digits that aren't mistaken for each other.
func newRunID() string {
	var b [5]byte
	rand.Read(b[:])
	return base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").EncodeToString(b[:])
}
