package repl

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// sessionName is how the text that is put together for the checker is called.
// No message shows it: what is said of it is said of where it came from.
const sessionName = "session.drl"

// text is what the checker reads: stretches of what was typed and loaded, and
// between them what makes a script of it.
type text struct {
	b     strings.Builder
	parts []part
	file  *source.File // once done
}

// part is a stretch that came from somewhere.
type part struct {
	start, end uint32 // in the text
	file       *source.File
	from       uint32 // in file
}

// newText returns a text that begins with an empty line, where the checker
// puts the names that were given.
func newText() *text {
	t := &text{}
	t.b.WriteByte('\n')
	return t
}

// glue adds text that nobody typed.
func (t *text) glue(s string) { t.b.WriteString(s) }

// take adds a stretch of a file.
func (t *text) take(f *source.File, s source.Span) {
	start := uint32(t.b.Len())
	t.b.WriteString(f.Slice(s))
	t.parts = append(t.parts, part{start: start, end: uint32(t.b.Len()), file: f, from: s.Start})
}

// done returns the whole as a file.
func (t *text) done() *source.File {
	if t.file == nil {
		t.file = source.NewFile(sessionName, []byte(t.b.String()))
	}
	return t.file
}

// origin finds where an offset came from: for what nobody typed, the next
// stretch that somebody did.
func (t *text) origin(offset uint32) (part, uint32) {
	for _, p := range t.parts {
		if offset <= p.end {
			return p, p.from + max(offset, p.start) - p.start
		}
	}
	if len(t.parts) == 0 {
		return part{file: t.done()}, offset
	}
	last := t.parts[len(t.parts)-1]
	return last, last.from + last.end - last.start
}

// typed tells whether the stretch was typed or loaded, at least in part.
func (t *text) typed(s source.Span) bool {
	for _, p := range t.parts {
		if s.Start < p.end && p.start < max(s.End, s.Start+1) {
			return true
		}
	}
	return false
}

func (t *text) span(s source.Span) (*source.File, source.Span) {
	p, start := t.origin(s.Start)
	end := start
	if s.End > s.Start {
		end = max(start, min(p.from+p.end-p.start, p.from+max(s.End, p.start)-p.start))
	}
	return p.file, source.Span{Start: start, End: end}
}

// diagnostics are ds as they are to be shown. Warnings about what nobody
// typed are left out.
func (t *text) diagnostics(ds source.Diagnostics) (shown source.Diagnostics) {
	for _, d := range ds {
		if d.File == t.file && d.Severity == source.Warning && !t.typed(d.Span) {
			continue
		}
		shown = append(shown, t.diagnostic(d))
	}
	return shown
}

func (t *text) diagnostic(d *source.Diagnostic) *source.Diagnostic {
	moved := *d
	if d.File == t.file {
		moved.File, moved.Span = t.span(d.Span)
	}
	moved.Related = nil
	for _, r := range d.Related {
		if r.File == t.file {
			if !t.typed(r.Span) {
				continue
			}
			r.File, r.Span = t.span(r.Span)
		}
		moved.Related = append(moved.Related, r)
	}
	return &moved
}

// place is where a place of the text came from.
func (t *text) place(p source.Place) source.Place {
	if p.File != sessionName || p.Line < 1 {
		return p
	}
	offset := uint32(0)
	for line := 1; line < p.Line; line++ {
		offset += uint32(len(t.file.Line(line))) + 1
	}
	for i, r := 1, t.file.Line(p.Line); i < p.Column && r != ""; i++ {
		for j := range r {
			if j > 0 {
				offset += uint32(j)
				r = r[j:]
				break
			}
		}
	}
	from, at := t.origin(offset)
	return from.file.Place(source.Span{Start: at, End: at})
}
