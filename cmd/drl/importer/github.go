package importer

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/drl-lang/drl/lang/lazy"
)

// What GitHub's Markdown has beyond CommonMark. goldmark's own extensions know
// it, and take longer to start than all the rest of goldmark, each time that
// drl does; the importer needs to know where a box and a table begin.

// withGitHubs makes a parser read boxes and tables.
func withGitHubs() goldmark.Option {
	return goldmark.WithParserOptions(
		parser.WithInlineParsers(util.Prioritized(boxParser{}, 0)),
		parser.WithParagraphTransformers(util.Prioritized(tableFinder{}, 0)),
	)
}

// box is a [ ] or [x] at the start of an item.
type box struct {
	ast.BaseInline
	ticked bool
}

var kindBox = ast.NewNodeKind("Box")

func (*box) Kind() ast.NodeKind              { return kindBox }
func (b *box) Dump(source []byte, level int) { ast.DumpHelper(b, source, level, nil, nil) }

// boxParser reads them before links, which begin alike.
type boxParser struct{}

func (boxParser) Trigger() []byte { return []byte{'['} }

var aBox = lazy.Regexp(`^\[([\sxX])\]\s*`)

func (boxParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	item, ok := parent.Parent().(*ast.ListItem)
	if !ok || item.FirstChild() != parent || parent.HasChildren() {
		return nil
	}
	line, _ := block.PeekLine()
	found := aBox().FindSubmatch(line)
	if found == nil {
		return nil
	}
	block.Advance(len(found[0]))
	return &box{ticked: found[1][0] == 'x' || found[1][0] == 'X'}
}

// table is the lines of a table, as they were written.
type table struct{ ast.BaseBlock }

var kindTable = ast.NewNodeKind("Table")

func (*table) Kind() ast.NodeKind              { return kindTable }
func (*table) IsRaw() bool                     { return true }
func (t *table) Dump(source []byte, level int) { ast.DumpHelper(t, source, level, nil, nil) }

// tableFinder cuts them off the ends of paragraphs.
type tableFinder struct{}

// underHeads is the line of a table between its heads and its rows.
var underHeads = lazy.Regexp(`^[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?\s*$`)

func (tableFinder) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines := p.Lines()
	hasBar := func(i int) bool { at := lines.At(i); return bytes.Contains(at.Value(reader.Source()), []byte("|")) }
	for i := 1; i < lines.Len(); i++ {
		under := lines.At(i)
		if !hasBar(i-1) || !hasBar(i) || !underHeads().Match(under.Value(reader.Source())) {
			continue
		}
		t := &table{}
		t.SetLines(text.NewSegments())
		for _, line := range lines.Sliced(i-1, lines.Len()) {
			t.Lines().Append(line)
		}
		p.Parent().InsertAfter(p.Parent(), p, t)
		lines.SetSliced(0, i-1)
		if i == 1 {
			p.Parent().RemoveChild(p.Parent(), p)
			return
		}
		last := lines.At(i - 2)
		last.Stop-- // its line end
		lines.Set(i-2, last)
		return
	}
}
