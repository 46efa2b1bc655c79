package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Code names a kind of diagnostic. Codes are stable: never renumbered, never
// reused. Each is declared once, beside the stage that reports it, and listed
// there in Codes, which drl explain and the golden tests read.
type Code struct {
	ID    string // "DRL0201"
	Name  string // "unknown name"
	Doc   string // a paragraph: what it means and why it is refused
	Wrong string // a script that gives it; several files as txtar, main.drl first
	Right string // the same script, mended: it passes drl check
}

// Severity says whether a diagnostic stops the script.
type Severity uint8

// The zero Severity is Error: nothing runs.
const (
	Error Severity = iota
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one mistake in a script: what is wrong in the script's own
// words, where, and what to write in its place. It is an error, so that a
// mistake that shows only when the script runs travels the same way.
type Diagnostic struct {
	Code     *Code
	Severity Severity
	File     *File
	Span     Span
	Message  string    // lower case, no full stop: "found text, want duration"
	Label    string    // a word under the caret; may be empty
	Hint     string    // what to write, "did you mean latency?"; may be empty
	Related  []Related // other places that matter
	Cause    error     // what a library said, if anything
}

// Related is a second place that a diagnostic needs to be understood.
type Related struct {
	File    *File
	Span    Span
	Message string
}

// Error returns "file:line:column: message [code]".
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if d.File != nil {
		line, column := d.File.Position(d.Span.Start)
		fmt.Fprintf(&b, "%s:%d:%d: ", d.File.Name, line, column)
	}
	b.WriteString(d.Message)
	if d.Code != nil {
		b.WriteString(" [" + d.Code.ID + "]")
	}
	return b.String()
}

// Unwrap returns the cause.
func (d *Diagnostic) Unwrap() error { return d.Cause }

// Diagnostics is a list of mistakes; as an error it stands for all of them.
type Diagnostics []*Diagnostic

// Add appends a diagnostic for the span and returns it, so that the caller
// can give it a hint or another place.
func (ds *Diagnostics) Add(code *Code, f *File, s Span, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Code: code, File: f, Span: s, Message: fmt.Sprintf(format, args...)}
	*ds = append(*ds, d)
	return d
}

// Warn is Add for a warning.
func (ds *Diagnostics) Warn(code *Code, f *File, s Span, format string, args ...any) *Diagnostic {
	d := ds.Add(code, f, s, format, args...)
	d.Severity = Warning
	return d
}

// HasErrors tells whether any of ds is more than a warning.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sort orders ds by file and place, errors before warnings at one place, and
// drops what is said twice at one place.
func (ds *Diagnostics) Sort() {
	slices.SortStableFunc(*ds, func(a, b *Diagnostic) int {
		if a.File != b.File && a.File != nil && b.File != nil {
			return strings.Compare(a.File.Name, b.File.Name)
		}
		if a.Span.Start != b.Span.Start {
			return int(a.Span.Start) - int(b.Span.Start)
		}
		return int(a.Severity) - int(b.Severity)
	})
	*ds = slices.CompactFunc(*ds, func(a, b *Diagnostic) bool {
		return a.File == b.File && a.Span == b.Span && a.Message == b.Message
	})
}

// Error returns the first error's text and how many more there are.
func (ds Diagnostics) Error() string {
	switch len(ds) {
	case 0:
		return "no diagnostics"
	case 1:
		return ds[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", ds[0].Error(), len(ds)-1)
}

func itoa(n int) string { return strconv.Itoa(n) }
