package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// tty is the terminal of the person who started drl, whatever standard output
// and error are.
type tty struct {
	file *os.File
	rest []byte // read, but past the end of the line that was wanted

	mu     sync.Mutex
	before *unix.Termios // the modes, where the echo was turned off; nil: it wasn't
}

// openTTY opens the terminal. It fails where nobody is there: standard input
// is no terminal, or the process has none.
func openTTY(in *os.File) (*tty, error) {
	if !term.IsTerminal(int(in.Fd())) {
		return nil, errors.New("standard input is no terminal")
	}
	file, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &tty{file: file}, nil
}

func (t *tty) Close() error { return t.file.Close() }

func (t *tty) Write(p []byte) (int, error) { return t.file.Write(p) }

// control calls f with the file's descriptor, without making it blocking as
// Fd would.
func (t *tty) control(f func(fd int) error) error {
	raw, err := t.file.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}

// forget drops what was typed before a question could be read.
func (t *tty) forget() {
	t.rest = nil
	t.control(flushInput)
}

// hidden turns the echo off until the function that it returns is called.
func (t *tty) hidden() (restore func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, err := t.silence()
	if err != nil {
		return nil, err
	}
	t.before = before
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.become(before)
		t.before = nil
	}, nil
}

// lend calls f, which gives the terminal to somebody else, with the echo on. A
// shell doesn't bring back that it was off.
func (t *tty) lend(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.before == nil {
		f()
		return
	}
	t.become(t.before)
	f()
	t.silence()
}

// silence turns the echo off, but for the ends of lines, and returns the modes
// before.
func (t *tty) silence() (before *unix.Termios, err error) {
	err = t.control(func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, readTermios)
		if err != nil {
			return err
		}
		kept := *state
		before = &kept
		state.Lflag &^= unix.ECHO
		state.Lflag |= unix.ECHONL
		return unix.IoctlSetTermios(fd, writeTermios, state)
	})
	return before, err
}

func (t *tty) become(modes *unix.Termios) {
	t.control(func(fd int) error { return unix.IoctlSetTermios(fd, writeTermios, modes) })
}

// mostTyped is the longest line that is read.
const mostTyped = 64 << 10

// line reads a line, without its end. io.EOF means that the person closed the
// terminal's input (Ctrl-D); when ctx ends, the error is its cause.
func (t *tty) line(ctx context.Context) (string, error) {
	t.file.SetReadDeadline(time.Time{})
	stop := context.AfterFunc(ctx, func() { t.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 4096)
	for {
		if i := strings.IndexByte(string(t.rest), '\n'); i >= 0 {
			line := strings.TrimSuffix(string(t.rest[:i]), "\r")
			t.rest = t.rest[i+1:]
			return line, nil
		}
		if len(t.rest) > mostTyped {
			return "", errors.New("the line is longer than 64 KiB")
		}
		n, err := t.file.Read(buf)
		t.rest = append(t.rest, buf[:n]...)
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case n == 0 && (err == nil || errors.Is(err, io.EOF)):
			return "", io.EOF
		case err != nil && n == 0:
			return "", err
		}
	}
}

// showLastLines gives the terminal the time to take what was written last.
// When the process that owns a terminal ends, as drl does in docker run -t or
// xterm -e, Linux drops what is on its way to the other end, and tells nobody
// how much that is.
func (a *app) showLastLines() {
	if sid, err := unix.Getsid(0); err == nil && sid == os.Getpid() && (term.IsTerminal(int(a.err.Fd())) || term.IsTerminal(int(a.out.Fd()))) {
		time.Sleep(50 * time.Millisecond)
	}
}
