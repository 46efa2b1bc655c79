package main

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// glass is a small terminal: what a person would see of the bytes that are
// written to it. It knows what drl uses, and breaks lines and scrolls as
// terminals do.
type glass struct {
	mu            sync.Mutex
	columns, rows int
	cells         [][]string // a wide character is in the first of its two
	row, column   int
	cuts          bool   // what would be on the next row isn't shown
	wrapping      bool   // the last column was written: the next character is on the next row
	soft          []bool // of each row: it goes on from the one before
	rest          []byte
	strange       []string // sequences that it doesn't know
	paste         bool     // it was asked to mark what is pasted
}

func newGlass(columns, rows int) *glass {
	g := &glass{columns: columns, rows: rows}
	for range rows {
		g.cells, g.soft = append(g.cells, g.blank()), append(g.soft, false)
	}
	return g
}

func (g *glass) blank() []string {
	line := make([]string, g.columns)
	for i := range line {
		line[i] = " "
	}
	return line
}

// Write shows bytes; what is incomplete waits for the rest.
func (g *glass) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rest = append(g.rest, p...)
	for len(g.rest) > 0 {
		n := g.one(g.rest)
		if n == 0 {
			break
		}
		g.rest = g.rest[n:]
	}
	return len(p), nil
}

// one shows what b begins with and returns its length; 0: more has to come.
func (g *glass) one(b []byte) int {
	switch b[0] {
	case '\r':
		g.column, g.wrapping = 0, false
		return 1
	case '\n':
		g.down()
		return 1
	case '\b':
		g.column, g.wrapping = max(0, g.column-1), false
		return 1
	case 7:
		return 1
	case 0x1b:
		return g.escape(b)
	}
	if !utf8.FullRune(b) {
		return 0
	}
	r, n := utf8.DecodeRune(b)
	g.put(r)
	return n
}

func (g *glass) down() {
	g.wrapping = false
	if g.row++; g.row == g.rows {
		g.row--
		g.cells, g.soft = append(g.cells[1:], g.blank()), append(g.soft[1:], false)
	}
	g.soft[g.row] = false
}

// resize makes the glass narrower or wider, and breaks its lines anew, as
// terminals of today do.
func (g *glass) resize(columns int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	last := g.row // below it, nothing was written
	for i := range g.cells {
		if strings.TrimSpace(strings.Join(g.cells[i], "")) != "" {
			last = max(last, i)
		}
	}
	var lines [][]string
	line, at := -1, 0 // the cursor's line, and where in it
	for i := range last + 1 {
		row := g.cells[i]
		if i == 0 || !g.soft[i] {
			lines = append(lines, nil)
		}
		n := len(lines) - 1
		if i == g.row {
			line, at = n, len(lines[n])+g.column
		}
		lines[n] = append(lines[n], row...)
	}
	g.columns, g.cells, g.soft = columns, nil, nil
	for n, cells := range lines {
		end := len(cells)
		for end > 0 && cells[end-1] == " " && !(n == line && end <= at) {
			end--
		}
		for from := 0; from == 0 || from < end; from += columns {
			row := g.blank()
			copy(row, cells[from:min(end, from+columns)])
			g.cells, g.soft = append(g.cells, row), append(g.soft, from > 0)
			if n == line && at >= from && (at < from+columns || from+columns >= end) {
				g.row, g.column = len(g.cells)-1, min(at-from, columns-1)
			}
		}
	}
	for len(g.cells) > g.rows {
		g.cells, g.soft = g.cells[1:], g.soft[1:]
		g.row--
	}
	for len(g.cells) < g.rows {
		g.cells, g.soft = append(g.cells, g.blank()), append(g.soft, false)
	}
	g.wrapping = false
}

var glassWidth = &runewidth.Condition{StrictEmojiNeutral: true}

func (g *glass) put(r rune) {
	wide := glassWidth.RuneWidth(r)
	if wide == 0 {
		if g.column > 0 {
			g.cells[g.row][g.column-1] += string(r)
		}
		return
	}
	if g.cuts {
		g.column = min(g.column, g.columns-wide)
	} else if g.wrapping || g.column+wide > g.columns {
		g.column = 0
		g.down()
		g.soft[g.row] = true
	}
	g.cells[g.row][g.column] = string(r)
	if wide == 2 {
		g.cells[g.row][g.column+1] = ""
	}
	if g.column += wide; g.column >= g.columns {
		g.column, g.wrapping = g.columns-1, !g.cuts
	}
}

func (g *glass) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != '[' {
		g.strange = append(g.strange, string(b[:2]))
		return 2
	}
	end := 2
	for end < len(b) && (b[end] < 0x40 || b[end] > 0x7e) {
		end++
	}
	if end == len(b) {
		return 0
	}
	args := string(b[2:end])
	n := 0
	for _, c := range args {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	g.wrapping = g.wrapping && b[end] == 'm'
	switch b[end] {
	case 'A':
		g.row = max(0, g.row-max(1, n))
	case 'B':
		g.row = min(g.rows-1, g.row+max(1, n))
	case 'C':
		g.column = min(g.columns-1, g.column+max(1, n))
	case 'D':
		g.column = max(0, g.column-max(1, n))
	case 'H':
		g.row, g.column = 0, 0
	case 'J':
		if n == 2 {
			for i := range g.cells {
				g.cells[i] = g.blank()
			}
			break
		}
		if g.row == 0 && g.column == 0 { // tmux would keep the screen in its history
			g.strange = append(g.strange, string(b[:end+1])+" at the beginning")
		}
		copy(g.cells[g.row][g.column:], g.blank())
		for i := g.row + 1; i < g.rows; i++ {
			g.cells[i] = g.blank()
		}
	case 'K':
		copy(g.cells[g.row][g.column:], g.blank())
	case 'm':
	case 'h', 'l':
		switch args {
		case "?2004":
			g.paste = b[end] == 'h'
		case "?7":
			g.cuts = b[end] == 'l'
		}
	default:
		g.strange = append(g.strange, string(b[:end+1]))
	}
	return end + 1
}

// lines are the rows that were written to, without blanks at their ends.
func (g *glass) lines() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen()
}

func (g *glass) seen() []string {
	var all []string
	last := 0
	for i, row := range g.cells {
		line := strings.TrimRight(strings.Join(row, ""), " ")
		all = append(all, line)
		if line != "" {
			last = i + 1
		}
	}
	return all[:last]
}

// cursor is where the next character would stand.
func (g *glass) cursor() (row, column int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.row, g.column
}
