package importer

import (
	"path"
	"slices"
	"strings"
)

// kind is what a node is in the script.
type kind int

const (
	aText    kind = iota // a comment
	aPhase               // with kids
	aConfirm             //
	aCheck               // with a body
	aStep                // with a body
	aRule                // the call of a rule of the library
	aSettle              //
	aFollow              // with kids
	aChoice              // its kids are its branches
)

// node is one thing that the script will say.
type node struct {
	kind   kind
	title  string
	above  []string // comments above it
	doc    []string // its documentation, and the lines of aText
	clause string   // after the title, as it is written: within 1m
	body   []string // lines; of aRule the call, alone
	cond   string   // of a branch of a choice; empty: else
	kids   []*node
}

// translation is an outline on its way to being a script.
type translation struct {
	file    string // the base name of the Markdown
	out     *outline
	script  *Script
	shape   shape
	inputs  inputs
	web     bool     // std/web is used
	back    []string // what is shown when a run is rolled back
	people  []contact
	version string // the pattern of the input version; empty: there is none
	tried   map[string]string
}

// shape is how a document says what is to be done.
type shape struct{ boxes, numbers, commands bool }

func newTranslation(name string, o *outline) *translation {
	t := &translation{
		file: path.Base(strings.ReplaceAll(name, `\`, "/")), out: o,
		script: &Script{Boxes: o.boxes}, tried: map[string]string{},
	}
	t.script.Title = o.name(t.file)
	t.lookAt(o.top.blocks, false)
	for _, s := range o.top.subs {
		t.look(s, false)
	}
	return t
}

// name is what the release is called: the title of the front matter, of the
// document, or the file's name.
func (o *outline) name(file string) string {
	for _, line := range o.front {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(key), "title") {
			if title := oneLine(strings.Trim(strings.TrimSpace(value), `"'`)); title != "" {
				return title
			}
		}
	}
	if o.top.title != "" {
		return o.top.title
	}
	if name := oneLine(strings.TrimSuffix(file, path.Ext(file))); name != "" && name != "-" {
		return name
	}
	return "checklist"
}

// look finds out the shape of the document from what is to be done in it.
func (t *translation) look(s *section, aside bool) {
	if m := meaningOf(s.title); m == saysRollback || m == saysReference || m == saysContacts {
		aside = true
	}
	t.lookAt(s.blocks, aside)
	for _, sub := range s.subs {
		t.look(sub, aside)
	}
}

func (t *translation) lookAt(blocks []block, aside bool) {
	for _, b := range blocks {
		switch b := b.(type) {
		case *item:
			t.shape.boxes = t.shape.boxes || b.box
			t.shape.numbers = t.shape.numbers || b.number > 0 && !aside
			t.lookAt(b.blocks, aside)
		case *code:
			t.shape.commands = t.shape.commands || b.isShell() && !aside
		}
	}
}

// acts tells whether something is to be done at an item: it has a box, or it
// stands in a list that says what to do in a document without boxes.
func (t *translation) acts(it *item) bool {
	switch {
	case it.box, holdsBox(it.blocks):
		return true
	case it.number > 0:
		return !t.shape.boxes || holdsShell(it.blocks)
	case t.shape.boxes:
		return false
	case holdsShell(it.blocks):
		return true
	}
	return !t.shape.numbers && !t.shape.commands
}

// onlyTells tells whether an item inside another one is no item of its own:
// in a document of bullets alone, those of the first level are.
func (t *translation) onlyTells(it *item) bool {
	return t.shape == shape{} && it.number == 0
}

func holdsBox(blocks []block) bool {
	for _, b := range blocks {
		if it, ok := b.(*item); ok && (it.box || holdsBox(it.blocks)) {
			return true
		}
	}
	return false
}

func holdsShell(blocks []block) bool {
	for _, b := range blocks {
		switch b := b.(type) {
		case *code:
			if b.isShell() {
				return true
			}
		case *item:
			if holdsShell(b.blocks) {
				return true
			}
		}
	}
	return false
}

// nodes translates the whole document.
func (t *translation) nodes() []*node {
	top := t.out.top
	nodes := t.blocks(top, top.blocks)
	nodes = append(nodes, t.sections(top, saysNothing)...)
	return t.later(nodes)
}

// sections translates what stands below a heading's own text.
func (t *translation) sections(parent *section, m meaning) []*node {
	var nodes []*node
	for i := 0; i < len(parent.subs); {
		n := alternatives(parent.subs[i:])
		if n == 1 {
			nodes = append(nodes, t.section(parent.subs[i], m)...)
		} else {
			nodes = append(nodes, t.choice(parent.subs[i:i+n], m)...)
		}
		i += n
	}
	return nodes
}

// section translates one heading with all below it. m is what the headings
// around it say.
func (t *translation) section(s *section, m meaning) []*node {
	if own := meaningOf(s.title); own == saysRollback || own != saysNothing && (m == saysNothing || m == saysContacts) {
		m = own
	}
	switch {
	case m == saysRollback:
		t.shown(s)
		return nil
	case m == saysContacts && t.contacts(s):
		return nil
	case m == saysReference && !s.hasBoxes():
		return t.asText(s, "it reads like something to look up, not to do")
	}
	own := t.blocks(s, s.blocks)
	kids := append(own, t.sections(s, m)...)
	if !anythingIn(kids) {
		return t.asText(s, "")
	}
	phase := &node{kind: aPhase, title: orNoText(s.title)}
	for len(own) > 0 && own[0].kind == aText {
		phase.doc = append(phase.doc, blankBetween(phase.doc, own[0].doc)...)
		own, kids = own[1:], kids[1:]
	}
	phase.kids = kids
	return []*node{phase}
}

// anythingIn tells whether nodes hold more than comments.
func anythingIn(nodes []*node) bool {
	for _, n := range nodes {
		if n.kind != aText {
			return true
		}
	}
	return false
}

func (s *section) hasBoxes() bool {
	if holdsBox(s.blocks) {
		return true
	}
	for _, sub := range s.subs {
		if sub.hasBoxes() {
			return true
		}
	}
	return false
}

// asText makes comments of a section. why is said to the user; it is empty
// for what is only prose.
func (t *translation) asText(s *section, why string) []*node {
	if why != "" || s.hasCommands() {
		if why == "" {
			why = "nothing in it has a box or a number"
		}
		t.script.AsText = append(t.script.AsText, Note{s.line, s.title, why})
	}
	return []*node{{kind: aText, doc: s.markdown("")}}
}

func (s *section) hasCommands() bool {
	if holdsShell(s.blocks) {
		return true
	}
	for _, sub := range s.subs {
		if sub.hasCommands() {
			return true
		}
	}
	return false
}

// deepest is how deep lists become phases in phases; below, they are flat.
const deepest = 12

// item translates an item at which something is to be done.
func (t *translation) item(it *item, depth int) []*node {
	title := orNoText(it.title)
	if !it.box {
		title = orNoText(strings.TrimRight(it.title, " :"))
	}
	var codes []*code
	var inner, notes []block
	for _, b := range t.attach(it.blocks) {
		if c, ok := b.(*code); ok && c.isShell() {
			codes = append(codes, c)
		} else if child, ok := b.(*item); ok && t.acts(child) && !t.onlyTells(child) {
			inner = append(inner, b)
			continue
		}
		notes = append(notes, b)
	}
	n := t.itemNode(it, title, codes, notes, len(inner) > 0)
	if it.ticked {
		n.above = append(n.above, "Ticked in "+t.file+"; each release asks again.")
	}
	if len(inner) == 0 {
		return []*node{n}
	}
	var kids []*node
	for _, b := range inner {
		kids = append(kids, t.item(b.(*item), depth+1)...)
	}
	if depth >= deepest {
		return append([]*node{n}, kids...)
	}
	if n.kind == aPhase {
		n.kids = kids
		return []*node{n}
	}
	// The item has commands of its own: they come first in its phase.
	phase := &node{kind: aPhase, title: title, above: n.above}
	n.above, n.title = nil, "the commands"
	phase.kids = append([]*node{n}, kids...)
	return []*node{phase}
}

// itemNode is the node of an item without those inside it.
func (t *translation) itemNode(it *item, title string, codes []*code, notes []block, holds bool) *node {
	doc := slices.Clone(it.links)
	if len(codes) > 0 {
		return t.work(it.line, title, codes, notes, doc...)
	}
	doc = append(doc, told(notes)...)
	if holds {
		return &node{kind: aPhase, title: title, doc: doc}
	}
	if n := t.fitting(it, title); n != nil {
		n.doc = append(doc, n.doc...)
		return n
	}
	return &node{kind: aConfirm, title: title, doc: doc}
}

func orNoText(title string) string {
	if title == "" {
		return "(no text)"
	}
	return title
}
