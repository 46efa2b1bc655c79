package main

import (
	"io"
	"os"
)

// output is standard output or error, which may be a terminal.
type output interface {
	io.Writer
	Fd() uintptr
}

// told is standard output, and remembers the first write to it that failed. A
// run writes to the file itself: its exit code is the run's.
type told struct {
	*os.File
	err error
}

func (t *told) Write(p []byte) (int, error) {
	n, err := t.File.Write(p)
	if t.err == nil {
		t.err = err
	}
	return n, err
}

// WriteString writes a text as Write does.
func (t *told) WriteString(text string) (int, error) { return t.Write([]byte(text)) }

// heard returns the exit code of a command that did well: what it had to tell
// was its point, and nobody was told where that could not be written.
func (a *app) heard(code int) int {
	if code == exitOK && a.out.err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(a.out.err))
	}
	return code
}
