package importer

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// outline is what a Markdown file says, as sections of items, code and prose.
type outline struct {
	top        *section // level 0; its title is that of the document, or empty
	front      []string // the lines of the front matter
	references []string // definitions of links
	boxes      int
}

// section is a heading with what stands below it.
type section struct {
	level  int
	line   int
	title  string
	blocks []block
	subs   []*section
}

// block is an *item, a *code or a *prose.
type block any

// item is an entry of a list.
type item struct {
	line   int
	title  string
	spans  []string // the code in the title
	links  []string // "text: address", in the order of the title
	urls   []string // addresses that are part of the title
	box    bool
	ticked bool
	number int // of a numbered list; 0 else
	blocks []block
}

// code is a code block.
type code struct {
	line  int
	lang  string // the first word after the fence, in lower case
	lines []string
}

// prose is all else: paragraphs, tables, quotes, HTML.
type prose struct {
	line  int
	lines []string // Markdown
	plain string   // of a paragraph, its text without its Markdown
}

// reader makes an outline of a tree of goldmark's.
type reader struct {
	text   []byte
	starts *lineFinder
	out    *outline
	path   []*section // open sections, outermost first
}

func readOutline(md string) *outline {
	front, body := frontMatter(md)
	p := goldmark.New(withGitHubs()).Parser()
	known := parser.NewContext()
	tree := p.Parse(text.NewReader([]byte(body)), parser.WithContext(known))

	out := &outline{top: &section{line: 1}, front: front}
	offset := 0
	if front != nil {
		offset = len(front) + 2
	}
	r := &reader{text: []byte(body), starts: newLineFinder(body, offset), out: out, path: []*section{out.top}}
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			r.open(h)
			continue
		}
		s := r.path[len(r.path)-1]
		s.blocks = append(s.blocks, r.blocks(n)...)
	}
	for _, ref := range known.References() {
		out.references = append(out.references, "["+string(ref.Label())+"]: "+string(ref.Destination()))
	}
	out.titled()
	return out
}

// frontMatter cuts the lines between a first line "---" and the next one off.
func frontMatter(md string) (lines []string, body string) {
	rest, ok := strings.CutPrefix(md, "---\n")
	if !ok {
		return nil, md
	}
	all := strings.Split(rest, "\n")
	for i, line := range all {
		if line == "---" || line == "..." {
			return append([]string{}, all[:i]...), strings.Join(all[i+1:], "\n")
		}
	}
	return nil, md
}

// open begins the section of a heading.
func (r *reader) open(h *ast.Heading) {
	for r.path[len(r.path)-1].level >= h.Level {
		r.path = r.path[:len(r.path)-1]
	}
	t := r.inline(h)
	s := &section{level: h.Level, line: r.line(h), title: t.text()}
	parent := r.path[len(r.path)-1]
	parent.subs = append(parent.subs, s)
	r.path = append(r.path, s)
}

// titled makes the only heading of the first level, which is the first of
// all, the title of the document.
func (o *outline) titled() {
	if len(o.top.subs) != 1 || len(o.top.blocks) > 0 && holdsItems(o.top.blocks) {
		return
	}
	only := o.top.subs[0]
	if only.level != 1 {
		return
	}
	o.top.title = only.title
	o.top.blocks = append(o.top.blocks, only.blocks...)
	o.top.subs = only.subs
}

func holdsItems(blocks []block) bool {
	for _, b := range blocks {
		if _, ok := b.(*item); ok {
			return true
		}
	}
	return false
}

// blocks returns what a node of the tree says.
func (r *reader) blocks(n ast.Node) []block {
	switch n := n.(type) {
	case *ast.List:
		var all []block
		number := n.Start
		for li := n.FirstChild(); li != nil; li = li.NextSibling() {
			it := r.item(li)
			if n.IsOrdered() {
				it.number = max(number, 1)
				number = it.number + 1
			}
			all = append(all, it)
		}
		return all
	case *ast.FencedCodeBlock:
		lang := strings.ToLower(string(n.Language(r.text)))
		return []block{&code{line: r.line(n), lang: lang, lines: codeLines(n, r.text)}}
	case *ast.CodeBlock:
		return []block{&code{line: r.line(n), lines: codeLines(n, r.text)}}
	case *ast.ThematicBreak:
		return nil
	case *ast.Blockquote:
		var all []block
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			all = append(all, r.blocks(c)...)
		}
		for _, b := range all {
			if p, ok := b.(*prose); ok {
				for i, line := range p.lines {
					p.lines[i] = "> " + line
				}
			}
		}
		return all
	case *table:
		return []block{&prose{line: r.line(n), lines: strings.Split(rawLines(n, r.text), "\n")}}
	case *ast.HTMLBlock:
		lines := codeLines(n, r.text)
		if n.HasClosure() {
			lines = append(lines, strings.TrimRight(string(n.ClosureLine.Value(r.text)), "\n"))
		}
		return []block{&prose{line: r.line(n), lines: lines}}
	case *ast.Heading: // in a list or a quote
		return []block{&prose{line: r.line(n), lines: []string{strings.Repeat("#", n.Level) + " " + rawLines(n, r.text)}}}
	}
	raw := rawLines(n, r.text)
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	return []block{&prose{line: r.line(n), lines: strings.Split(raw, "\n"), plain: r.inline(n).text()}}
}

// item reads an entry of a list: its first text is the title.
func (r *reader) item(li ast.Node) *item {
	it := &item{line: r.line(li)}
	n := li.FirstChild()
	switch n.(type) {
	case *ast.TextBlock, *ast.Paragraph, *ast.Heading:
		t := r.inline(n)
		it.title, it.spans, it.links, it.urls = t.text(), t.spans, t.links, t.urls
		if box, ok := n.FirstChild().(*box); ok {
			it.box, it.ticked = true, box.ticked
			r.out.boxes++
		}
		n = n.NextSibling()
	}
	for ; n != nil; n = n.NextSibling() {
		it.blocks = append(it.blocks, r.blocks(n)...)
	}
	return it
}

// rawLines is the text of a node as it was written, each line without the
// blanks around it.
func rawLines(n ast.Node, text []byte) string {
	if n.Type() == ast.TypeInline {
		return ""
	}
	var lines []string
	for i := range n.Lines().Len() {
		at := n.Lines().At(i)
		lines = append(lines, strings.TrimSpace(string(at.Value(text))))
	}
	return strings.Join(lines, "\n")
}

// codeLines are the lines of a code block, with their blanks at the left.
func codeLines(n ast.Node, text []byte) []string {
	var lines []string
	for i := range n.Lines().Len() {
		at := n.Lines().At(i)
		lines = append(lines, strings.TrimRight(string(at.Value(text)), " \t\n"))
	}
	return lines
}

// lineFinder tells in which line of the file an offset of the body is.
type lineFinder struct {
	starts []int
	before int // lines of the file above the body
}

func newLineFinder(body string, before int) *lineFinder {
	f := &lineFinder{starts: []int{0}, before: before}
	for i := range len(body) {
		if body[i] == '\n' {
			f.starts = append(f.starts, i+1)
		}
	}
	return f
}

func (f *lineFinder) line(offset int) int {
	low, high := 0, len(f.starts)
	for high-low > 1 {
		if middle := (low + high) / 2; f.starts[middle] <= offset {
			low = middle
		} else {
			high = middle
		}
	}
	return f.before + low + 1
}

// line is where a node begins in the file: the line of the first text in it.
func (r *reader) line(n ast.Node) int {
	for n != nil && n.Type() != ast.TypeInline {
		if fence, ok := n.(*ast.FencedCodeBlock); ok && fence.Info != nil {
			return r.starts.line(fence.Info.Segment.Start)
		}
		if n.Lines().Len() > 0 {
			return r.starts.line(n.Lines().At(0).Start)
		}
		n = n.FirstChild()
	}
	return r.starts.before + 1
}
