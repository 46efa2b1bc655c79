package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/drl-lang/drl/runtime/event"
)

// Formats are the formats that [Run.Write] knows.
var Formats = slices.Sorted(maps.Keys(writers))

var writers = map[string]func(r *Run, w io.Writer) error{
	"text":     (*Run).text,
	"json":     (*Run).document,
	"junit":    (*Run).junit,
	"markdown": (*Run).markdown,
}

// Write writes the report of the run in one of the [Formats].
func (r *Run) Write(w io.Writer, format string) error {
	write, ok := writers[format]
	if !ok {
		return fmt.Errorf("format is %q, want one of %s", format, strings.Join(Formats, ", "))
	}
	return write(r, w)
}

// text writes what a terminal would have shown, in no colours.
func (r *Run) text(w io.Writer) error {
	kept := &firstError{w: w}
	t := NewTerminal(kept, TerminalOptions{})
	for _, e := range r.events {
		t.Event(e)
	}
	if !r.Ended {
		t.Event(event.Event{Time: r.Last, Run: r.ID, Body: r.Finish})
	}
	return kept.err
}

// firstError keeps the error that a Terminal does not care for.
type firstError struct {
	w   io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.w.Write(p)
	f.err = err
	return n, err
}
