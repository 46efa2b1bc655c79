package repl

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/drl-lang/drl/runtime/report"
)

// screen draws what is being typed at the end of the terminal: pinned lines,
// the statement with its prompt, and choices below it. Everything else is put
// above. Several goroutines may use it.
type screen struct {
	out       io.Writer
	size      func() (columns, lines int)
	highlight func(text string) string // colours; the text in it is unchanged

	mu      sync.Mutex
	active  bool
	prompt  string
	text    []rune
	cursor  int
	pinned  []string
	choices []string

	frame  string // what stands on the screen
	rows   []int  // widths of the rows that stand on the screen
	row    int    // the one in which the cursor stands, …
	column int    // … and where in it
}

// begin shows the prompt.
func (s *screen) begin(prompt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active, s.prompt, s.text, s.cursor, s.choices = true, prompt, nil, 0, nil
	s.rows, s.row = nil, 0
	s.draw()
}

// edit shows another state of the statement.
func (s *screen) edit(text []rune, cursor int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text, s.cursor = append(s.text[:0:0], text...), cursor
	s.draw()
}

// choose shows lines below the statement; none takes them away.
func (s *screen) choose(lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(lines) == 0 && len(s.choices) == 0 {
		return
	}
	s.choices = lines
	s.draw()
}

// end leaves the statement on the screen, with a word after it, and nothing
// else.
func (s *screen) end(word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.active {
		return
	}
	pinned := s.pinned
	s.pinned, s.choices, s.cursor = nil, nil, len(s.text)
	s.draw()
	io.WriteString(s.out, word+"\r\n")
	s.pinned, s.active, s.rows = pinned, false, nil
}

// pin keeps lines above the statement.
func (s *screen) pin(lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinned = lines
	s.draw()
}

// print puts a text above what is drawn.
func (s *screen) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.active {
		io.WriteString(s.out, text)
		return
	}
	io.WriteString(s.out, s.erase()+strings.ReplaceAll(text, "\n", "\r\n"))
	s.rows = nil
	s.draw()
}

// clear empties the terminal but for what is being typed.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	io.WriteString(s.out, "\x1b[H\x1b[2J")
	s.rows = nil
	s.draw()
}

// redraw is for when something else has written to the terminal, or its size
// has changed.
func (s *screen) redraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame = ""
	s.draw()
}

// aside leaves what is being typed where it stands, goes below it and calls f;
// nothing is drawn until it returns. Then what is being typed is shown again,
// on lines of its own.
func (s *screen) aside(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if below := len(s.rows) - s.row; s.active && len(s.rows) > 0 {
		io.WriteString(s.out, strings.Repeat("\r\n", below))
	}
	s.rows = nil
	f()
	s.draw()
}

// again shows what is being typed where the cursor stands: somebody else has
// moved it, so that nothing above it is known to be ours.
func (s *screen) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active {
		io.WriteString(s.out, report.Wipe)
	}
	s.rows = nil
	s.draw()
}

// erase takes what is drawn off the screen.
func (s *screen) erase() string {
	if len(s.rows) == 0 {
		return ""
	}
	columns, _ := s.extent()
	up := 0
	for _, w := range s.rows[:s.row] {
		// A terminal that has become narrower has broken the rows.
		up += max(1, (w+columns-1)/columns)
	}
	up += s.column / columns
	if up == 0 {
		return report.Wipe
	}
	return fmt.Sprintf("\x1b[%dA", up) + report.Wipe
}

// extent is the size to draw for.
func (s *screen) extent() (columns, lines int) {
	columns, lines = s.size()
	if columns < 1 {
		columns = 80
	}
	if lines < 1 {
		lines = 24
	}
	return max(columns, 8), max(lines, 4)
}

func (s *screen) draw() {
	if !s.active {
		return
	}
	columns, height := s.extent()
	l := s.layout(columns)
	first, last := window(len(l.rows), l.row, height-1)

	erase := s.erase()
	drawn := len(s.rows) > 0
	var b strings.Builder
	s.rows = nil
	for i, r := range l.rows[first:last] {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(r.text)
		s.rows = append(s.rows, r.width)
	}
	s.row, s.column = l.row-first, l.column
	if up := len(s.rows) - 1 - s.row; up > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", up)
	}
	b.WriteString("\r")
	if l.column > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", l.column)
	}
	frame := fmt.Sprintf("%s %d", b.String(), columns)
	if drawn && frame == s.frame {
		return
	}
	s.frame = frame
	io.WriteString(s.out, erase+b.String())
}

// window chooses which rows are shown where there are more than fit: those
// around the cursor, and the last ones where all of those fit.
func window(rows, cursor, most int) (first, last int) {
	if rows <= most {
		return 0, rows
	}
	first = min(max(0, cursor-most+1), rows-most)
	if cursor >= first && cursor < first+most {
		return first, first + most
	}
	return cursor, cursor + most
}

// laid is what is to stand on the screen.
type laid struct {
	rows        []row
	row, column int // of the cursor
}

// row is one row with its colours.
type row struct {
	text  string
	width int
}

// layout breaks everything into rows of at most so many columns.
func (s *screen) layout(columns int) laid {
	var l laid
	for _, line := range s.pinned {
		line = cut(line, columns)
		l.rows = append(l.rows, row{line, visibleWidth(line)})
	}
	w := &wrapper{columns: columns}
	w.write(s.prompt)
	if wide := visibleWidth(s.prompt); wide > columns/2 {
		w.newline()
	} else {
		w.indent = strings.Repeat(" ", wide)
	}

	at := 0
	w.mark = func() { l.row, l.column = len(l.rows)+len(w.rows), w.used }
	w.cursor = s.cursor
	colored := s.highlight(string(s.text))
	for i := 0; i < len(colored); {
		if n := escapeLength(colored[i:]); n > 0 {
			w.style(colored[i : i+n])
			i += n
			continue
		}
		r, n := decode(colored[i:])
		w.rune(r, at)
		at++
		i += n
	}
	if at == s.cursor || s.cursor > at {
		if w.used == columns {
			w.newRow("")
		}
		w.mark()
	}
	w.finish()
	l.rows = append(l.rows, w.rows...)
	for _, line := range s.choices {
		line = cut(line, columns)
		l.rows = append(l.rows, row{line, visibleWidth(line)})
	}
	return l
}
