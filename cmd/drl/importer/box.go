package importer

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/drl-lang/drl/lang/lazy"
)

// goldmark's own extensions know boxes, tables and what is struck through, and
// take longer to start than all the rest of it, each time that drl does. What
// the importer needs of them is here and in isTable.

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

func withBoxes() parser.Option {
	return parser.WithInlineParsers(util.Prioritized(boxParser{}, 0))
}

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
