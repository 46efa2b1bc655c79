package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Format returns the text of a script in the one style: the same tokens in
// the same lines, with the blanks, the order of clauses and imports, and the
// alignment that every script has. It is for files without errors.
//
// It works on tokens, with the tree to say what they are: whatever isn't a
// question of style stays as it was written, and no comment can get lost.
// Format(Format(x)) is Format(x), and the tree of what it returns is that of f.
func Format(f *File) []byte {
	d := newDraft(f)
	d.describe(f)
	d.sortUses(f)
	d.sortClauses(f)
	d.pair()
	for {
		d.decide()
		lines := d.lines()
		align(lines)
		if !d.breakLong(lines) {
			return render(lines)
		}
	}
}

// piece is a token, or a whole text or command with what is in its braces:
// it is written as it stands.
type piece struct {
	kind       kind
	text       string
	start, end uint32
	breaks     int      // newlines before it in the script: 0, 1 or, for a blank line, 2
	above      []remark // the comment lines before it
	trail      string   // the comment behind it on its line

	tight   bool // no blank before it
	prefix  bool // no blank after it
	elses   bool // the else of a statement
	drop    bool // a comma that isn't written
	column  group
	until   uint32 // with a column: the end of what is aligned
	match   int    // of brackets: the place of the other one; else -1
	bracket int    // the place of the innermost bracket around it, or -1
	newline bool   // begins a line
}

// remark is a line that holds a comment alone.
type remark struct {
	text  string
	blank bool // a blank line stands before it
}

// group names what is aligned together: the place of a record or a block of
// metrics, the file's inputs, or nothing.
type group int

const (
	groupNone group = iota
	groupInputs
	groupFirst // the place of a bracket is added
)

// draft is a script on its way to being formatted.
type draft struct {
	pieces []piece
	at     map[uint32]int // from where a piece starts to its place
	blocks []blockPiece
	byOpen map[uint32]int // from where a block opens to its place in blocks
	// records are the places of the braces of records and maps, by start.
	records map[uint32]*Record
	types   map[uint32]bool // the braces of types
}

// blockPiece is a block, the body of a monitor or that of metrics.
type blockPiece struct {
	start, end uint32 // the braces
	open       int    // its place
	wide       bool   // was too long for a line
	several    bool   // is written in several lines
	chain      int    // the same for the blocks of one if
}

// newDraft cuts the text into pieces.
func newDraft(f *File) *draft {
	s := newScanner(f.Source.Text)
	d := &draft{
		at: map[uint32]int{}, byOpen: map[uint32]int{},
		records: map[uint32]*Record{}, types: map[uint32]bool{},
	}
	var tokens []lexer.Token
	for {
		t, _ := s.Next()
		if t.Type != kindNewline {
			tokens = append(tokens, t)
		}
		if t.EOF() {
			break
		}
	}
	comments := s.comments
	end := uint32(0)
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		p := piece{kind: t.Type, start: uint32(t.Pos.Offset), match: -1}
		for depth := 0; ; i++ {
			switch tokens[i].Type {
			case kindStringHead, kindCommandHead, kindCommandValueHead:
				depth++
			case kindStringTail, kindCommandTail:
				depth--
			}
			if depth == 0 || tokens[i].EOF() {
				break
			}
		}
		switch t.Type {
		case kindStringHead:
			p.kind = kindString
		case kindCommandHead:
			p.kind = kindCommand
		case kindCommandValueHead:
			p.kind = kindCommandValue
		}
		p.end = uint32(tokens[i].Pos.Offset + len(tokens[i].Value))
		p.text = s.text[p.start:p.end]
		for len(comments) > 0 && comments[0].Start < p.start {
			c := comments[0]
			comments = comments[1:]
			if c.Start < end {
				continue // inside a text of several lines
			}
			newlines := strings.Count(s.text[end:c.Start], "\n")
			if newlines == 0 && len(d.pieces) > 0 {
				d.pieces[len(d.pieces)-1].trail = c.Text
			} else {
				p.above = append(p.above, remark{c.Text, newlines > 1})
			}
			end = c.End
		}
		p.breaks = min(2, strings.Count(s.text[end:p.start], "\n"))
		end = p.end
		d.at[p.start] = len(d.pieces)
		d.pieces = append(d.pieces, p)
	}
	return d
}

// place returns the place of the first piece that starts at or after offset.
func (d *draft) place(offset uint32) int {
	for low, high := 0, len(d.pieces); ; {
		if low == high {
			return low
		}
		if middle := (low + high) / 2; d.pieces[middle].start < offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
}

// describe marks the pieces with what the tree says of them.
func (d *draft) describe(f *File) {
	chain := 0
	chained := map[*Block]int{}
	block := func(start, end uint32, chain int) {
		d.byOpen[start] = len(d.blocks)
		d.blocks = append(d.blocks, blockPiece{start: start, end: end, chain: chain})
	}
	tightAfter := func(end uint32) { d.pieces[d.place(end)].tight = true }
	Walk(f, func(e Element) bool {
		switch e := e.(type) {
		case *If:
			if chained[e.Then] == 0 {
				chain++
				for n := e; n != nil; {
					chained[n.Then] = chain
					next, _ := n.Else.(*If)
					if last, ok := n.Else.(*ElseBlock); ok {
						chained[last.Block] = chain
					}
					n = next
				}
			}
			if e.Else != nil {
				d.pieces[d.place(e.Else.Span().Start)-1].elses = true
			}
		case *ElseBlock:
			block(e.Start, e.End, chained[e.Block])
		case *Block:
			block(e.Start, e.End, chained[e])
		case *Monitor:
			d.body(e.Span().End, block)
		case *Metrics:
			d.body(e.Span().End, block)
			for _, m := range e.Metrics {
				sign := &d.pieces[d.place(m.Name.End)]
				sign.column, sign.until = groupFirst+group(e.Start), m.End
			}
		case *Input:
			p := &d.pieces[d.place(e.Type.Start)]
			p.column, p.until = groupInputs, e.End
		case *Record:
			d.records[e.Start] = e
			for _, field := range e.Fields {
				p := &d.pieces[d.place(field.Value.Span().Start)]
				p.column, p.until = groupFirst+group(e.Start), field.End
			}
		case *Fn:
			tightAfter(e.Name.End)
		case *Rule:
			tightAfter(e.Name.End)
		case *Call:
			tightAfter(e.Fn.Span().End)
		case *Index:
			tightAfter(e.X.Span().End)
		case *Mock:
			if len(e.Path) > 0 {
				tightAfter(e.Path[len(e.Path)-1].End)
			}
		case *TypeExpr:
			if e.IsRecord {
				d.types[e.Start] = true
			} else if e.List != nil || e.Map != nil {
				d.pieces[d.place(e.Start)+1].tight = true
			}
		case *Unary:
			if e.Op == "-" {
				d.pieces[d.place(e.Start)].prefix = true
			}
		case *String, *Command:
			return false // written as it stands
		}
		return true
	})
}

// body finds the braces of what ends with a body.
func (d *draft) body(end uint32, block func(start, end uint32, chain int)) {
	last := d.place(end) - 1
	depth := 0
	for i := last; i >= 0; i-- {
		switch d.pieces[i].kind {
		case kindCloseBrace:
			depth++
		case kindOpenBrace:
			if depth--; depth == 0 {
				block(d.pieces[i].start, end, 0)
				return
			}
		}
	}
}
