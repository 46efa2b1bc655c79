package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net"
	"net/http"
	"os"
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
	kept    builtins.Kept
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
		Run:         w.program,
		Dir:         w.dir,
		Print:       func(string) {},
		Warn:        w.warn,
		Random:      rand.Reader,
		PrivateFile: w.private.file,
		Hide:        w.hide.Add,
		Mask:        w.hide.Text,
		Kept:        &w.kept,
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

// mostOutput is how much of a program's output a built-in reads.
const mostOutput = 1 << 20

// program runs a program for a built-in, as a script's own commands are run:
// what those leave is told apart from it.
func (w *world) program(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
	folder, err := w.private.open()
	if err != nil {
		return builtins.Ended{}, err
	}
	if p.Dir == "" {
		p.Dir = w.dir
	}
	runner := shell.Runner{Now: time.Now, Folder: folder}
	result, err := runner.Program(ctx, shell.Program{Argv: p.Argv, Dir: p.Dir, Env: append(os.Environ(), p.Env...), Stdin: p.Stdin})
	ended := builtins.Ended{
		Stdout: result.Stdout[:min(len(result.Stdout), mostOutput)],
		Stderr: result.Stderr[:min(len(result.Stderr), mostOutput)],
		Cut:    result.Cut || len(result.Stdout) > mostOutput,
	}
	var code *shell.ExitError
	switch {
	case ctx.Err() != nil:
		return ended, context.Cause(ctx)
	case errors.As(err, &code):
		ended.Code = code.Code
	case err != nil:
		return ended, err
	}
	return ended, nil
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

// close ends the connections of the run and removes what was kept in private.
func (w *world) close() {
	w.kept.Close()
	w.private.close()
}

// newRunID is a short name for a run, which is typed and said aloud: letters
// and digits that aren't mistaken for each other.
func newRunID() string {
	var b [5]byte
	rand.Read(b[:])
	return base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").EncodeToString(b[:])
}
