// Package query answers what an editor or a prompt asks of a script while it
// is typed: what is here, what could stand here, what does this call take.
// What comes in is a text, an offset, and the checker; what goes out are names
// with their types and documentation. The text may be half-written: a name is
// put where the cursor is, what is open is closed, and the checker is asked
// what it thinks of that.
//
// It knows of no terminal and no protocol: cmd/drl/repl and cmd/drl/lsp show
// its answers.
package query

import (
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// World is what the answers are made from.
type World struct {
	// Check parses and checks a text, mistakes and all; required.
	Check func(text string) *check.Program
	// Universe has the built-ins.
	Universe *types.Universe
	// Value returns the value that a name has now, nil where it has none. Nil:
	// nothing has been run.
	Value func(name string) value.Value
}

// mark is the name that stands at the cursor while the checker looks.
const mark = "drl_cursor_"

// spot is where the cursor is in a tree: the elements around it, the outermost
// first.
type spot struct {
	program *check.Program
	path    []syntax.Element
	offset  uint32
}

// at finds the elements around an offset.
func at(p *check.Program, offset uint32) spot {
	s := spot{program: p, offset: offset}
	syntax.Walk(p.Tree, func(e syntax.Element) bool {
		inside := e.Span().Contains(offset)
		if inside {
			s.path = append(s.path, e)
		}
		return inside
	})
	return s
}

// last returns the innermost element.
func (s spot) last() syntax.Element {
	if len(s.path) == 0 {
		return nil
	}
	return s.path[len(s.path)-1]
}

// around returns the n-th element from the inside; 0 is the innermost.
func (s spot) around(n int) syntax.Element {
	if n >= len(s.path) {
		return nil
	}
	return s.path[len(s.path)-1-n]
}

// marked puts the mark where the word at the cursor is, so that the text can
// be read: with what follows, or if that doesn't help, with what is open
// closed and the rest left out; as a value, or as a call, which can stand on
// its own. It reports whether the mark was found.
func (w *World) marked(text string, start, cursor int) (spot, bool) {
	before := text[:start] + mark
	after, closed := text[cursor:], closers(text[:start])
	for _, attempt := range []string{before + after, before + "()" + after, before + closed, before + "()" + closed} {
		p := w.Check(attempt)
		if p == nil || p.Tree == nil {
			continue
		}
		if s := at(p, uint32(start)); isMark(s.last()) {
			return s, true
		}
	}
	return spot{}, false
}

func isMark(e syntax.Element) bool {
	switch e := e.(type) {
	case *syntax.Ident:
		return e.Name == mark
	case *syntax.Name:
		return e.Text == mark
	case *syntax.TypeExpr:
		return e.Name == mark
	}
	return false
}

// word returns where the name before the cursor begins.
func word(text string, cursor int) (start int) {
	start = cursor
	for start > 0 && isNameByte(text[start-1]) {
		start--
	}
	return start
}

func isNameByte(b byte) bool {
	return b == '_' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// closers closes what is open at the end of a text, the innermost first.
func closers(text string) string {
	open := ""
	for i := 0; i < len(text); i++ {
		c := text[i]
		inText := len(open) > 0 && (open[0] == '"' || open[0] == '\'')
		switch {
		case inText && c == '\\' && open[0] == '"':
			i++
		case inText && c == '{' && open[0] == '"':
			open = "}" + open
		case inText && c == open[0]:
			open = open[1:]
		case inText:
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '"', c == '\'':
			open = string(c) + open
		case c == '(':
			open = ")" + open
		case c == '[':
			open = "]" + open
		case c == '{':
			open = "}" + open
		case (c == ')' || c == ']' || c == '}') && len(open) > 0 && open[0] == c:
			open = open[1:]
		}
	}
	return open
}
