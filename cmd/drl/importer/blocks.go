package importer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/lazy"
)

// blocks translates items, code and prose that follow each other in s.
func (t *translation) blocks(s *section, blocks []block) []*node {
	blocks = t.attach(blocks)
	procedure := holdsShell(blocks) && (!t.shape.boxes || holdsBox(s.blocks))
	var nodes []*node
	for i := 0; i < len(blocks); i++ {
		switch b := blocks[i].(type) {
		case *item:
			if t.acts(b) {
				nodes = append(nodes, t.item(b, 0)...)
				continue
			}
		case *code:
			if procedure && b.isShell() {
				n := shellsIn(blocks[i:])
				nodes = append(nodes, t.bare(s, nil, blocks[i:i+n]))
				i += n - 1
				continue
			}
		case *prose:
			n := shellsIn(blocks[i+1:])
			if procedure && n > 0 {
				nodes = append(nodes, t.bare(s, b, blocks[i+1:i+1+n]))
				i += n
				continue
			}
			if procedure && !t.shape.boxes && asksFor().MatchString(b.plain) {
				n := otherCode(b, blocks[i+1:])
				nodes = append(nodes, t.asked(b, blocks[i+1:i+1+n]))
				i += n
				continue
			}
		}
		nodes = tell(nodes, blocks, i)
	}
	return nodes
}

// tell adds a block that is only told to the comments.
func tell(nodes []*node, blocks []block, i int) []*node {
	lines := markdownOf(blocks[i:i+1], "")
	last := len(nodes) - 1
	if last < 0 || nodes[last].kind != aText {
		return append(nodes, &node{kind: aText, doc: lines})
	}
	if _, isItem := blocks[i].(*item); isItem {
		if _, another := blocks[i-1].(*item); another {
			nodes[last].doc = append(nodes[last].doc, lines...)
			return nodes
		}
	}
	nodes[last].doc = blankBetween(nodes[last].doc, lines)
	return nodes
}

// shellsIn is how many blocks, from the first on, are commands.
func shellsIn(blocks []block) int {
	for i, b := range blocks {
		if c, ok := b.(*code); !ok || !c.isShell() {
			return i
		}
	}
	return len(blocks)
}

// otherCode is how many blocks of code, which isn't commands, belong to prose
// that ends with a colon.
func otherCode(p *prose, blocks []block) int {
	if !strings.HasSuffix(p.plain, ":") || len(blocks) == 0 {
		return 0
	}
	if _, ok := blocks[0].(*code); ok {
		return 1
	}
	return 0
}

// attach gives code that follows an item at the margin, where Markdown no
// longer counts it to the item, to that item: that is how most people mean it.
func (t *translation) attach(blocks []block) []block {
	var out []block
	var last *item
	for _, b := range blocks {
		switch b := b.(type) {
		case *item:
			last = nil
			if t.acts(b) && !holdsCode(b.blocks) {
				last = b
			}
		case *code:
			if last != nil {
				last.blocks = append(last.blocks, b)
				continue
			}
		default:
			last = nil
		}
		out = append(out, b)
	}
	return out
}

func holdsCode(blocks []block) bool {
	for _, b := range blocks {
		if _, ok := b.(*code); ok {
			return true
		}
	}
	return false
}

// bare is the node of commands that stand in no item. above, which may be nil,
// is the prose above them.
func (t *translation) bare(s *section, above *prose, commands []block) *node {
	var codes []*code
	for _, b := range commands {
		codes = append(codes, b.(*code))
	}
	title, used := titleAbove(above, codes[0])
	if title == "" {
		title = orNoText(s.title)
	}
	var notes []block
	if above != nil && (!used || !sameText(above.plain, title)) {
		notes = append([]block{above}, commands...)
	} else if above != nil && conditionWords().MatchString(above.plain) {
		title = oneSentence(above.plain)
	}
	return t.work(codes[0].line, title, codes, notes)
}

func sameText(plain, title string) bool {
	return strings.EqualFold(capital(orderWords().ReplaceAllString(strings.TrimRight(plain, " .:!?"), "")), title)
}

var (
	sentenceEnd = lazy.Regexp(`[.!?] +`)
	orderWords  = lazy.Regexp(`(?i)^(after that|afterwards|and|finally|first|next|now|then),? `)
	pointsBack  = lazy.Regexp(`(?i)^(it|that|these|they|this|those)\b`)
	// asksFor is how prose begins that asks for something to be done.
	asksFor = lazy.Regexp(`(?i)^((after that|afterwards|finally|first|next|now|then|please|also),? )?(add|agree|announce|apply|approve|ask|call|change|check|choose|click|close|confirm|copy|create|decide|delete|disable|do|drain|enable|ensure|fill|find|follow|get|give|go|inform|inspect|install|let|log|look|make|mark|merge|monitor|notify|open|pause|ping|post|press|read|record|remove|repeat|reply|restart|review|send|set|sign|start|stop|switch|take|tell|test|turn|type|update|upgrade|verify|wait|warn|watch|write) `)
)

// titleAbove is the title of commands that stand in no item: a sentence above
// them, the last one where it ends with a colon, else the first; or their
// first comment. used tells that it is that of the prose above.
func titleAbove(above *prose, c *code) (title string, used bool) {
	if above != nil && above.plain != "" {
		if title = oneSentence(above.plain); title != "" && len(title) <= 90 {
			return title, true
		}
	}
	if len(c.lines) > 0 {
		comment, ok := strings.CutPrefix(strings.TrimSpace(c.lines[0]), "#")
		if title = strings.TrimSpace(comment); ok && len(title) > 2 && len(title) <= 90 {
			return title, false
		}
	}
	return "", false
}

// oneSentence is the sentence of a paragraph that says what to do.
func oneSentence(plain string) string {
	sentences := sentenceEnd().Split(plain, -1)
	title := sentences[0]
	if last := sentences[len(sentences)-1]; strings.HasSuffix(plain, ":") && !pointsBack().MatchString(last) {
		title = last
	}
	return capital(orderWords().ReplaceAllString(strings.TrimRight(title, " .:!?"), ""))
}

func capital(text string) string {
	if text == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// asked is the confirm of prose that asks for something between commands: they
// don't go on before it is done.
func (t *translation) asked(p *prose, code []block) *node {
	n := &node{kind: aConfirm, title: oneSentence(p.plain)}
	if len(n.title) > 90 {
		n.title = orNoText(strings.TrimRight(p.plain[:strings.LastIndexByte(p.plain[:90], ' ')], " ,.;:")) + " …"
	}
	if !sameText(p.plain, n.title) || len(code) > 0 {
		n.doc = told(append([]block{p}, code...))
	}
	return n
}
