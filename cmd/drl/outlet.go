package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/drl-lang/drl/runtime/run"
)

const (
	// mostWaiting is how much is kept for a reader that is slow.
	mostWaiting = 4 << 20
	// mostPatience is how long a reader may take nothing, with that much
	// waiting, until what comes more is dropped.
	mostPatience = time.Second
	// outletChunk is how much is written at once: each is a sign of life.
	outletChunk = 16 << 10
	// mostSpare is how many chunks are kept for what comes next.
	mostSpare = 4
)

// outlet is standard output or error while a run is at work: what is written
// to it waits in memory for its reader. A pager that nobody scrolls, a
// terminal that is held with Ctrl-S, a full disk: the run goes on.
type outlet struct {
	file *os.File
	line *waitingLine
	err  error // of the first write that failed; nothing is written after it
	lost int   // bytes that were dropped
}

// waitingLine is what waits to be written. Two outlets to one file share it,
// so that what they write stays in order.
type waitingLine struct {
	mu      sync.Mutex
	chunks  []outletWrite
	spare   [][]byte      // those of chunks that were written, for others
	size    int           // bytes, with those that are being written
	stuck   bool          // the reader doesn't read
	closed  bool          // nothing more comes
	changed chan struct{} // closed at the next change; nil: nobody waits for it
	ended   chan struct{}
}

type outletWrite struct {
	to   *outlet
	data []byte
}

// openOutlets returns outlets to both files.
func openOutlets(out, err *os.File) (stdout, stderr *outlet) {
	stdout, stderr = openOutlet(out), &outlet{file: err}
	a, problem := out.Stat()
	b, other := err.Stat()
	if problem == nil && other == nil && os.SameFile(a, b) {
		stderr.line = stdout.line
	} else {
		stderr = openOutlet(err)
	}
	return stdout, stderr
}

func openOutlet(file *os.File) *outlet {
	l := &waitingLine{ended: make(chan struct{})}
	go l.write()
	return &outlet{file: file, line: l}
}

// Write keeps p until it can be written. It returns the error of an earlier
// write.
func (o *outlet) Write(p []byte) (int, error) {
	l := o.line
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.stuck && l.size+len(p) > mostWaiting && l.size > 0 && o.err == nil {
		if !l.wait(mostPatience) {
			l.stuck = true
		}
	}
	switch {
	case o.err != nil:
		return 0, o.err
	case l.stuck:
		o.lost += len(p)
		return len(p), nil
	}
	l.size += len(p)
	for rest := p; len(rest) > 0; {
		last := l.room(o)
		n := min(len(rest), outletChunk-len(last.data))
		last.data = append(last.data, rest[:n]...)
		rest = rest[n:]
	}
	l.change()
	return len(p), nil
}

// room is the end of the line if it is o's and not full, else a new one.
func (l *waitingLine) room(o *outlet) *outletWrite {
	if n := len(l.chunks); n == 0 || l.chunks[n-1].to != o || len(l.chunks[n-1].data) == outletChunk {
		var data []byte
		if last := len(l.spare) - 1; last >= 0 {
			data, l.spare = l.spare[last], l.spare[:last]
		}
		l.chunks = append(l.chunks, outletWrite{o, data})
	}
	return &l.chunks[len(l.chunks)-1]
}

// write writes what waits, until the line is closed and empty.
func (l *waitingLine) write() {
	defer close(l.ended)
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for len(l.chunks) == 0 && !l.closed {
			l.wait(0)
		}
		if len(l.chunks) == 0 {
			return
		}
		w := l.chunks[0]
		l.chunks = l.chunks[1:]
		if w.to.err == nil {
			l.mu.Unlock()
			_, err := w.to.file.Write(w.data)
			l.mu.Lock()
			w.to.err = err
		}
		l.size -= len(w.data)
		if len(l.spare) < mostSpare {
			l.spare = append(l.spare, w.data[:0])
		}
		l.stuck = false
		l.change()
	}
}

// wait waits for a change, at most for d (0: as long as it takes), and tells
// whether there was one. The lock is held before and after.
func (l *waitingLine) wait(d time.Duration) bool {
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	changed := l.changed
	l.mu.Unlock()
	defer l.mu.Lock()
	var late <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-changed:
		return true
	case <-late:
		return false
	}
}

func (l *waitingLine) change() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// drain waits until all is written, as long as the reader reads.
func (o *outlet) drain() {
	o.line.mu.Lock()
	defer o.line.mu.Unlock()
	for o.line.size > 0 && o.line.wait(mostPatience) {
	}
}

// closeOutlets waits until all is written. Of a run that was interrupted
// nothing is kept for a reader that doesn't read; of another one until a
// signal comes.
func closeOutlets(interrupted bool, signals <-chan run.Interrupt, outlets ...*outlet) {
	for _, o := range outlets {
		if interrupted {
			o.drain()
		}
		o.line.close()
	}
	for _, o := range outlets {
		if interrupted && o.waits() {
			continue
		}
		select {
		case <-o.line.ended:
		case <-signals:
			return
		}
	}
}

// waits tells whether something is not yet written.
func (o *outlet) waits() bool {
	o.line.mu.Lock()
	defer o.line.mu.Unlock()
	return o.line.size > 0
}

func (l *waitingLine) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.change()
	}
}

// problem says what is missing from the outlet; "" is nothing. A reader that
// went away wants nothing more.
func (o *outlet) problem(name string) string {
	o.line.mu.Lock()
	defer o.line.mu.Unlock()
	switch {
	case o.err != nil && !errors.Is(o.err, syscall.EPIPE) && !errors.Is(o.err, os.ErrClosed):
		return fmt.Sprintf("%s could not be written: %v; the run is not affected", name, plainError(o.err))
	case o.lost > 0:
		return fmt.Sprintf("%d bytes of %s were dropped: its reader took nothing; the run is not affected", o.lost, name)
	}
	return ""
}

var _ io.Writer = (*outlet)(nil)
