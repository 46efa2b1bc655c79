package importer

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// inlineText is the text of a line of Markdown, without its emphasis and with
// its code in backquotes; addresses that can't be seen in it are kept beside.
type inlineText struct {
	b     strings.Builder
	spans []string
	links []string
	urls  []string
}

// text is on one line, with one blank between words.
func (t *inlineText) text() string { return strings.Join(strings.Fields(t.b.String()), " ") }

// inline reads the content of a heading, a paragraph or the text of an item.
func (r *reader) inline(n ast.Node) *inlineText {
	t := &inlineText{}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.add(t, c)
	}
	t.urls = append(t.urls, addresses(t.text())...)
	return t
}

func (r *reader) add(t *inlineText, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Segment.Value(r.text)
		if !n.IsRaw() {
			value = bytes.ReplaceAll(value, []byte("~~"), nil) // struck through
			value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
		}
		t.b.WriteString(plainText(strings.ToValidUTF8(string(value), "\ufffd")))
		if n.SoftLineBreak() || n.HardLineBreak() {
			t.b.WriteByte(' ')
		}
		return
	case *ast.String:
		t.b.Write(n.Value)
		return
	case *ast.CodeSpan:
		inside := &inlineText{}
		r.children(inside, n)
		span := strings.TrimSpace(inside.b.String())
		t.spans = append(t.spans, span)
		t.b.WriteString("`" + span + "`")
		return
	case *ast.RawHTML:
		var tag strings.Builder
		for i := range n.Segments.Len() {
			at := n.Segments.At(i)
			tag.Write(at.Value(r.text))
		}
		// A tag of HTML says how the text looks; <previous-commit> is text.
		if html := tag.String(); !isMarkup(html) {
			t.b.WriteString(html)
		} else if strings.HasPrefix(html, "<br") {
			t.b.WriteByte(' ')
		}
		return
	case *ast.AutoLink:
		t.b.Write(n.URL(r.text))
		return
	case *ast.Link:
		r.children(t, n)
		t.link(r.textOf(n), string(n.Destination))
		return
	case *ast.Image:
		r.children(t, n)
		t.link(r.textOf(n), string(n.Destination))
		return
	}
	r.children(t, n)
}

func (r *reader) children(t *inlineText, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.add(t, c)
	}
}

func (r *reader) textOf(n ast.Node) string {
	t := &inlineText{}
	r.children(t, n)
	return t.text()
}

// link keeps the address of a link whose text doesn't show it.
func (t *inlineText) link(text, address string) {
	address = oneLine(address)
	if address == "" || address[0] == '#' {
		return // to another place of the same text
	}
	if strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://") {
		t.urls = append(t.urls, address)
	}
	if text != address {
		t.links = append(t.links, strings.TrimPrefix(text+": "+address, ": "))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(plainText(s)), " ") }

// markup are the tags that say how text looks.
var markup = " a abbr b big br code del details div em font hr i img ins kbd li mark ol p pre s small span strike strong sub summary sup td th tr tt u ul "

func isMarkup(tag string) bool {
	name := strings.TrimLeft(tag, "</")
	end := strings.IndexFunc(name, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') })
	if end < 0 {
		return true
	}
	rest := name[end]
	return end == 0 || (rest == '>' || rest == ' ' || rest == '/') && strings.Contains(markup, " "+strings.ToLower(name[:end])+" ")
}

// addresses are the http and https addresses in a text.
func addresses(text string) []string {
	var found []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" `\"'<>()", r) }) {
		if strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
			found = append(found, strings.TrimRight(word, ".,;:!?"))
		}
	}
	return found
}
