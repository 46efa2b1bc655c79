package syntax

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// maxLine is how wide a line with a block on it may be.
const maxLine = 120

// pair matches brackets and finds what is around each piece.
func (d *draft) pair() {
	var open []int
	for i := range d.pieces {
		p := &d.pieces[i]
		d.at[p.start] = i
		p.bracket = -1
		if n := len(open); n > 0 {
			p.bracket = open[n-1]
		}
		switch p.kind {
		case kindOpenParen, kindOpenBracket, kindOpenBrace:
			open = append(open, i)
			if b, ok := d.byOpen[p.start]; ok {
				d.blocks[b].open = i
			}
		case kindCloseParen, kindCloseBracket, kindCloseBrace:
			if n := len(open); n > 0 {
				p.match, d.pieces[open[n-1]].match = open[n-1], i
				open = open[:n-1]
				p.bracket = -1
				if n > 1 {
					p.bracket = open[n-2]
				}
			}
		}
	}
}

// broken tells whether the script has piece i on a line of its own, or must.
func (d *draft) broken(i int) bool {
	p := &d.pieces[i]
	return i > 0 && (p.breaks > 0 || len(p.above) > 0 || d.pieces[i-1].trail != "")
}

// decide says of each piece whether it begins a line, and of each comma
// whether it is written.
func (d *draft) decide() {
	d.decideBlocks()
	for i := range d.pieces {
		p := &d.pieces[i]
		p.newline, p.drop = d.broken(i), false
		if p.elses && i > 0 && d.pieces[i-1].trail == "" && len(p.above) == 0 {
			p.newline = false
		}
	}
	for i := range d.pieces {
		p := &d.pieces[i]
		switch p.kind {
		case kindOpenBrace:
			if b, ok := d.byOpen[p.start]; ok {
				d.spread(i, d.blocks[b].several)
			} else if r := d.records[p.start]; r != nil {
				d.decideRecord(i, r)
			} else {
				d.decideBracket(i)
			}
		case kindOpenParen, kindOpenBracket:
			d.decideBracket(i)
		}
	}
}

// spread puts the insides of the bracket at i on lines of their own, or not.
func (d *draft) spread(i int, several bool) {
	end := d.pieces[i].match
	d.pieces[i+1].newline = several && i+1 < end
	d.pieces[end].newline = several && i+1 < end || d.broken(end) && (len(d.pieces[end].above) > 0 || d.pieces[end-1].trail != "")
}

// decideBlocks finds the blocks that are written in several lines: those that
// were, and with one block of an if all of them.
func (d *draft) decideBlocks() {
	several := map[int]bool{}
	for k := range d.blocks {
		b := &d.blocks[k]
		b.several = b.wide
		for i := b.open + 1; i <= d.pieces[b.open].match && !b.several; i++ {
			p := &d.pieces[i]
			empty := i == b.open+1 && i == d.pieces[b.open].match
			joined := p.elses && len(p.above) == 0 && d.pieces[i-1].trail == ""
			b.several = d.broken(i) && !joined && !(empty && len(p.above) == 0 && d.pieces[i-1].trail == "") ||
				i < d.pieces[b.open].match && strings.Contains(p.text, "\n")
		}
		if b.several && b.chain > 0 {
			several[b.chain] = true
		}
	}
	for k := range d.blocks {
		b := &d.blocks[k]
		b.several = b.several || b.chain > 0 && several[b.chain]
	}
}

// decideRecord writes a record with one field a line, without commas, if it
// was written with a newline between its fields.
func (d *draft) decideRecord(open int, r *Record) {
	end := d.pieces[open].match
	starts := map[int]bool{}
	for _, f := range r.Fields {
		starts[d.place(f.Start)] = true
	}
	several := false
	for i := open + 1; i <= end; i++ {
		p := &d.pieces[i]
		inside := p.bracket == open && (starts[i] || p.kind == kindComma)
		several = several || (inside || i == end && len(r.Fields) > 0 || len(p.above) > 0 && i == end) && d.broken(i)
	}
	for i := open + 1; i <= end; i++ {
		p := &d.pieces[i]
		if p.bracket == open && p.kind == kindComma {
			last := i+1 == end || d.pieces[i+1].kind == kindComma && d.pieces[i+1].bracket == open
			p.drop = several || last || i == open+1
			p.newline = false
		}
		if starts[i] || i == end {
			p.newline = several
		}
	}
}

// decideBracket lets what is in ( ) or [ ] stand in the lines it was written
// in. The closing bracket begins a line if what follows the opening one does.
func (d *draft) decideBracket(open int) {
	end := d.pieces[open].match
	if end < 0 {
		return
	}
	last := &d.pieces[end]
	empty := end == open+1
	must := len(last.above) > 0 || d.pieces[end-1].trail != "" || d.pieces[end-1].kind == kindComma && len(d.pieces[end-1].above) > 0
	last.newline = must || !empty && d.pieces[open+1].newline
	if before := &d.pieces[end-1]; before.kind == kindComma && !last.newline {
		before.drop = true
	}
}

// line is one line of the formatted script.
type line struct {
	indent  int
	blank   bool // a blank line stands before it
	text    string
	trail   string
	column  group
	at      int  // with a column: where in text what is aligned begins
	single  bool // what is aligned ends on this line
	first   int  // the places of its pieces
	last    int
	comment bool
}

// lines writes the pieces.
func (d *draft) lines() []line {
	var out []line
	var open []int // the indentation of the lines that opened what is open
	var b strings.Builder
	cur := line{first: -1}
	previous := -1 // the last piece that was written
	var carried []remark
	flush := func() {
		if cur.first >= 0 {
			cur.text = b.String()
			out = append(out, cur)
		}
		b.Reset()
		cur = line{first: -1}
	}
	for i := range d.pieces {
		p := &d.pieces[i]
		if p.drop {
			// The comments of a comma go to what stands before and after it.
			carried = append(carried, p.above...)
			if p.trail != "" && cur.trail != "" {
				carried = append(carried, remark{text: p.trail})
			} else if p.trail != "" {
				cur.trail = p.trail
			}
			continue
		}
		closes := p.match >= 0 && p.match < i
		begins := i == 0 || p.newline || p.EOF()
		if begins {
			flush()
			inside := 0
			if n := len(open); n > 0 {
				inside = open[n-1] + 1
			}
			opened := len(out) == 0 || previous >= 0 && d.pieces[previous].match > previous
			for k, r := range append(carried, p.above...) {
				out = append(out, line{indent: inside, text: r.text, comment: true, blank: r.blank && !(opened && k == 0), first: -1})
			}
			carried = nil
			if p.EOF() {
				break
			}
			cur.indent = inside
			if closes {
				cur.indent = open[len(open)-1]
			} else if d.goesOn(previous, i) {
				cur.indent++
			}
			cur.blank = p.breaks > 1 && !closes && !(opened && len(p.above) == 0)
			cur.first = i
		} else if previous >= 0 && d.blank(previous, i) {
			b.WriteByte(' ')
		}
		if p.column != groupNone && cur.column == groupNone && d.aligned(i) {
			cur.column, cur.at = p.column, b.Len()
			cur.single = true
		}
		b.WriteString(p.text)
		if closes {
			open = open[:len(open)-1]
		} else if p.match > i {
			open = append(open, cur.indent)
		}
		cur.last = i
		if p.trail != "" {
			cur.trail = p.trail
		}
		previous = i
	}
	return out
}

// EOF tells whether p is the end of the file.
func (p *piece) EOF() bool { return p.kind == lexer.EOF }

// aligned tells whether the piece with a column is one to align: its field
// begins its line, and all of it is on that line.
func (d *draft) aligned(i int) bool {
	p := &d.pieces[i]
	first := i
	for first > 0 && !d.pieces[first].newline {
		first--
	}
	if i-first > 2 && p.column != groupInputs || i-first > 3 {
		return false
	}
	for k := i; k < len(d.pieces) && d.pieces[k].start < p.until; k++ {
		if k > i && d.pieces[k].newline || strings.Contains(d.pieces[k].text, "\n") {
			return false
		}
	}
	return true
}

// goesOn tells whether the line that begins with piece i goes on with the
// statement, field or item of the line before.
func (d *draft) goesOn(previous, i int) bool {
	if previous < 0 {
		return false
	}
	p := &d.pieces[i]
	switch p.kind {
	case kindDot, kindOptionalDot, kindCoalesce, wordAnd, wordOr, wordElse:
		return !p.elses
	case kindOpenBrace:
		return false
	}
	before := d.pieces[previous].kind
	return before >= 0 && before != kindComma && goesOn[before]
}

// blank tells whether a blank stands between the pieces a and b of a line.
func (d *draft) blank(a, b int) bool {
	p, q := &d.pieces[a], &d.pieces[b]
	switch {
	case q.tight || p.prefix:
		return false
	case p.kind == kindQuestion && strings.HasPrefix(q.text, "."):
		return true // together they would be another token
	}
	switch p.kind {
	case kindOpenParen, kindOpenBracket, kindDot, kindOptionalDot, kindRange:
		return false
	case kindOpenBrace:
		_, isBlock := d.byOpen[p.start]
		return q.kind != kindCloseBrace || isBlock
	}
	switch q.kind {
	case kindCloseParen, kindCloseBracket, kindDot, kindOptionalDot, kindRange, kindComma, kindColon, kindQuestion:
		return false
	}
	return true
}

// breakLong marks the outermost blocks of lines that are too long, to be
// written in several lines.
func (d *draft) breakLong(lines []line) (changed bool) {
	for _, l := range lines {
		if l.first < 0 || 4*l.indent+utf8.RuneCountInString(l.text) <= maxLine {
			continue
		}
		for i := l.first; i <= l.last; i++ {
			p := &d.pieces[i]
			if k, ok := d.byOpen[p.start]; ok && p.kind == kindOpenBrace && !d.blocks[k].several && p.match > i+1 && p.match <= l.last {
				d.blocks[k].wide, changed = true, true
				i = p.match
			}
		}
	}
	return changed
}

// align gives the lines of a group that stand directly below each other a
// common column, and then the comments behind such lines.
func align(lines []line) {
	runs(lines, func(l *line) (group, bool) { return l.column, l.column != groupNone && l.single },
		func(run []line) {
			widest := 0
			for i := range run {
				widest = max(widest, utf8.RuneCountInString(run[i].text[:run[i].at]))
			}
			for i := range run {
				l := &run[i]
				pad := widest - utf8.RuneCountInString(l.text[:l.at])
				l.text = l.text[:l.at] + strings.Repeat(" ", pad) + l.text[l.at:]
			}
		})
	runs(lines, func(l *line) (group, bool) { return 0, l.trail != "" && !strings.Contains(l.text, "\n") },
		func(run []line) {
			widest := 0
			for i := range run {
				widest = max(widest, utf8.RuneCountInString(run[i].text))
			}
			for i := range run {
				run[i].text += strings.Repeat(" ", widest-utf8.RuneCountInString(run[i].text))
			}
		})
}

// runs calls each for the longest runs of lines of one group and indentation
// without a blank line between them.
func runs(lines []line, of func(*line) (group, bool), each func([]line)) {
	for i := 0; i < len(lines); {
		g, ok := of(&lines[i])
		j := i + 1
		for ok && j < len(lines) && !lines[j].blank && lines[j].indent == lines[i].indent {
			if h, also := of(&lines[j]); !also || h != g {
				break
			}
			j++
		}
		if ok {
			each(lines[i:j])
		}
		i = j
	}
}

func render(lines []line) []byte {
	var b bytes.Buffer
	for _, l := range lines {
		if l.blank {
			b.WriteByte('\n')
		}
		for range l.indent {
			b.WriteString("    ")
		}
		b.WriteString(l.text)
		if l.trail != "" {
			b.WriteString("  " + l.trail)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
