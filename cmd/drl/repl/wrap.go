package repl

import (
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/runtime/report"
)

// wrapper breaks a text with colours into rows of a terminal. A wide character
// that doesn't fit goes to the next row; a colour goes on there.
type wrapper struct {
	columns int
	indent  string // of lines after the first
	cursor  int    // the character before which the cursor stands
	mark    func() // is called there

	rows []row
	b    strings.Builder
	used int
	pen  string // the colour that is on
}

// write puts a text without line ends.
func (w *wrapper) write(text string) {
	for i := 0; i < len(text); {
		if n := escapeLength(text[i:]); n > 0 {
			w.style(text[i : i+n])
			i += n
			continue
		}
		r, n := decode(text[i:])
		w.put(string(r), cells.RuneWidth(r))
		i += n
	}
}

// rune puts a character of what is typed.
func (w *wrapper) rune(r rune, at int) {
	shown := report.Visible(string(r))
	wide := width(shown)
	if at == w.cursor {
		if w.used+max(1, wide) > w.columns {
			w.newRow("")
		}
		w.mark()
	}
	if r == '\n' {
		w.newline()
		return
	}
	w.put(shown, wide)
}

func (w *wrapper) put(text string, wide int) {
	if w.used+wide > w.columns {
		w.newRow("")
	}
	w.b.WriteString(text)
	w.used += wide
}

func (w *wrapper) newline() { w.newRow(w.indent) }

func (w *wrapper) newRow(begin string) {
	w.finish()
	w.b.WriteString(begin + w.pen)
	w.used = len(begin)
}

func (w *wrapper) finish() {
	text := w.b.String()
	if w.pen != "" {
		text += "\x1b[0m"
	}
	w.rows = append(w.rows, row{text, w.used})
	w.b.Reset()
	w.used = 0
}

func (w *wrapper) style(escape string) {
	w.b.WriteString(escape)
	w.pen = escape
	if escape == "\x1b[0m" {
		w.pen = ""
	}
}

// escapeLength is the length of the colour that s begins with; 0: it doesn't.
func escapeLength(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	if i := strings.IndexByte(s, 'm'); i > 0 && strings.Trim(s[2:i], "0123456789;") == "" {
		return i + 1
	}
	return 0
}

func decode(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// cut returns a text with colours in at most n columns.
func cut(s string, n int) string {
	if visibleWidth(s) <= n {
		return s
	}
	var b strings.Builder
	used := 0
	for i := 0; i < len(s); {
		if e := escapeLength(s[i:]); e > 0 {
			b.WriteString(s[i : i+e])
			i += e
			continue
		}
		r, size := decode(s[i:])
		if used += cells.RuneWidth(r); used > n-1 {
			break
		}
		b.WriteRune(r)
		i += size
	}
	b.WriteString("…")
	if strings.Contains(s, "\x1b") {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// visibleWidth is how many columns a text with colours takes.
func visibleWidth(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if e := escapeLength(s[i:]); e > 0 {
			i += e
			continue
		}
		r, size := decode(s[i:])
		n += cells.RuneWidth(r)
		i += size
	}
	return n
}
