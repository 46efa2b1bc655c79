package source

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Style says how diagnostics are printed. The zero Style has no colour and a
// hundred columns.
type Style struct {
	Color bool
	Width int // of the terminal, in columns; 0: 100
}

// The colours of a diagnostic, as terminals know them.
const (
	styleError   = "1;31"
	styleWarning = "1;33"
	styleBold    = "1"
	styleDim     = "2"
	styleHint    = "36"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// Print writes a diagnostic as a person reads it: what is wrong, the line with
// carets under it, other places that matter, what to write instead, and the
// code that drl explain knows more about.
//
//	release.drl:7:12: error: found text, want duration
//	    timeout "soon"
//	            ^^^^^^
//	  hint: write 30s
//	  drl explain DRL0305
func Print(w io.Writer, d *Diagnostic, s Style) error {
	p := &printer{style: s, width: s.Width}
	if p.width <= 0 {
		p.width = 100
	}
	p.diagnostic(d)
	_, err := io.WriteString(w, p.out.String())
	return err
}

// PrintAll writes diagnostics with a blank line between them.
func PrintAll(w io.Writer, ds Diagnostics, s Style) error {
	for i, d := range ds {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := Print(w, d, s); err != nil {
			return err
		}
	}
	return nil
}

type printer struct {
	out   strings.Builder
	style Style
	width int
}

func (p *printer) diagnostic(d *Diagnostic) {
	color := styleError
	if d.Severity == Warning {
		color = styleWarning
	}
	p.place(d.File, d.Span)
	p.out.WriteString(p.style.paint(color, d.Severity.String()+":") + " " + p.style.paint(styleBold, printable(d.Message)) + "\n")
	p.excerpt(d.File, d.Span, d.Label, color)
	for _, r := range d.Related {
		p.out.WriteString("  ")
		p.place(r.File, r.Span)
		p.out.WriteString(printable(r.Message) + "\n")
		p.excerpt(r.File, r.Span, "", styleDim)
	}
	if d.Cause != nil {
		p.note("cause: ", printable(d.Cause.Error()))
	}
	if d.Hint != "" {
		p.note("hint: ", printable(d.Hint))
	}
	if d.Code != nil {
		p.out.WriteString("  " + p.style.paint(styleDim, "drl explain "+d.Code.ID) + "\n")
	}
}

// note writes a line with a word in front; further lines are indented below.
func (p *printer) note(word, text string) {
	lines := strings.Split(text, "\n")
	p.out.WriteString("  " + p.style.paint(styleHint, word) + lines[0] + "\n")
	for _, line := range lines[1:] {
		p.out.WriteString("  " + strings.Repeat(" ", len(word)) + line + "\n")
	}
}

// place writes "file:line:column: ", or nothing where there is no file.
func (p *printer) place(f *File, span Span) {
	if f == nil {
		return
	}
	line, column := f.Position(span.Start)
	fmt.Fprintf(&p.out, "%s:%d:%d: ", f.Name, line, column)
}

const excerptIndent = "    "

// excerpt writes the line of a span with carets under it. Of a span over
// several lines it shows the first and says how far it goes.
func (p *printer) excerpt(f *File, span Span, label, color string) {
	if f == nil || len(f.Text) == 0 {
		return
	}
	first, _ := f.Position(span.Start)
	last, _ := f.Position(max(span.Start, span.End-min(span.End, 1)))
	text := f.Line(first)
	if strings.TrimSpace(text) == "" {
		return
	}
	start := int(span.Start - f.lines[first-1])
	end := len(text)
	if last == first {
		end = int(span.End - f.lines[first-1])
	} else if trimmed := len(strings.TrimRight(text, " \t")); trimmed > start {
		end = trimmed
	}
	start, end = min(start, len(text)), min(end, len(text))

	// Columns are those of a terminal: tabs are expanded to four blanks, and
	// wide characters take two.
	before, under, after := expand(text[:start]), expand(text[start:max(start, end)]), expand(text[max(start, end):])
	from, wide := columns(before), max(1, columns(under))
	line := before + under + after
	line, from, wide = fit(line, from, wide, p.width-len(excerptIndent))

	p.out.WriteString(excerptIndent + line + "\n")
	carets := strings.Repeat("^", wide)
	if last > first {
		more := fmt.Sprintf("… to line %d", last)
		if label != "" {
			more = label + " " + more
		}
		label = more
	}
	if label != "" {
		carets += " " + printable(label)
	}
	p.out.WriteString(excerptIndent + strings.Repeat(" ", from) + p.style.paint(color, carets) + "\n")
}

// fit cuts a long line to width columns around the marked stretch, and says
// with … where something was left out.
func fit(line string, from, wide, width int) (cut string, newFrom, newWide int) {
	width = max(width, 20)
	total := columns(line)
	if total <= width {
		return line, from, wide
	}
	// A third of what is left over stands before the marked stretch.
	skip := 0
	if from+wide > width-1 {
		skip = max(0, from-max(2, (width-min(wide, width))/3))
	}
	cells := make([]string, 0, width)
	column, shownFrom, end := 0, -1, 0
	for _, r := range line {
		w := runeWidth(r)
		if column >= skip && column+w <= skip+width-2 {
			if shownFrom < 0 {
				shownFrom = column
			}
			cells = append(cells, string(r))
			end = column + w
		}
		column += w
	}
	cut = strings.Join(cells, "")
	lead := 0
	if skip > 0 {
		cut, lead = "…"+cut, 1
	}
	if end < total {
		cut += "…"
	}
	if shownFrom < 0 {
		shownFrom = skip
	}
	newFrom = max(0, from-shownFrom+lead)
	newWide = max(1, min(wide, end-from))
	return cut, newFrom, newWide
}

// expand replaces tabs by four blanks, and what no terminal should be sent by
// a mark.
func expand(text string) string {
	return printable(strings.ReplaceAll(text, "\t", "    "))
}

// printable replaces control characters and broken UTF-8: a script must not be
// able to move the cursor of who reads about it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ', r == 0x7f, 0x80 <= r && r < 0xa0, r == 0x061c, 0x200b <= r && r <= 0x200f, 0x202a <= r && r <= 0x202e, 0x2060 <= r && r <= 0x206f, r == 0xfeff:
			return utf8.RuneError
		}
		return r
	}, text)
}
