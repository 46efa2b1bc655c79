package event

import (
	"slices"
	"strings"
)

// remembered is how much of the lines that were shown is kept, to recognise
// the rest of a secret whose first few letters were among them.
const remembered = 64

// Lines masks the lines of streams, also secrets that are broken into several
// lines: what base64 and hex programs print is. A line that ends with the
// beginning of a secret waits for the next one; at most seven letters of a
// secret, those before its beginning was recognised, are shown. It is made by
// [Redactor.Lines] and used by one goroutine at a time.
type Lines struct {
	redactor *Redactor
	emit     func(stream, line string)
	streams  []*waiting
}

// waiting is the end of a stream as far as it was read.
type waiting struct {
	name  string
	shown string   // the end of what was shown
	lines []string // not shown yet
}

// Lines returns a masker that hands masked lines to emit, for each stream in
// their order.
func (r *Redactor) Lines(emit func(stream, line string)) *Lines {
	return &Lines{redactor: r, emit: emit}
}

// Line masks a line and emits it, now or when it is known how it goes on.
func (l *Lines) Line(stream, line string) {
	i := slices.IndexFunc(l.streams, func(w *waiting) bool { return w.name == stream })
	if i < 0 {
		i = len(l.streams)
		l.streams = append(l.streams, &waiting{name: stream})
	}
	w := l.streams[i]
	w.lines = append(w.lines, line)
	l.show(w, false)
}

// Close emits what still waits.
func (l *Lines) Close() {
	for _, w := range l.streams {
		l.show(w, true)
	}
}

// show emits the lines of which all is known; all of them when over.
func (l *Lines) show(w *waiting, over bool) {
	whole := w.shown + strings.Join(w.lines, "")
	var covered []span
	unfinished := len(whole)
	if m := l.redactor.current(); m != nil {
		unfinished = m.spans(whole, func(start, end int) { covered = append(covered, span{start, end}) })
	}
	at, ready := len(w.shown), 0
	for _, line := range w.lines {
		if end := at + len(line); end > unfinished && !over {
			break
		}
		l.emit(w.name, masked(line, at, covered))
		at += len(line)
		ready++
	}
	w.lines = append([]string(nil), w.lines[ready:]...)
	if shown := whole[:at]; len(shown) > remembered {
		w.shown = shown[len(shown)-remembered:]
	} else {
		w.shown = shown
	}
}

// masked masks the covered stretches of a line that stands at offset at.
func masked(line string, at int, covered []span) string {
	var b strings.Builder
	rest := 0
	for _, c := range covered {
		start, end := max(c.start-at, rest), min(c.end-at, len(line))
		if start >= end {
			continue
		}
		b.WriteString(line[rest:start])
		b.WriteString(Mask)
		rest = end
	}
	return b.String() + line[rest:]
}
