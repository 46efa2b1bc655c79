package importer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// writer builds the text of a script.
type writer struct {
	b      strings.Builder
	indent int
}

func (w *writer) line(text string) {
	if text != "" {
		w.b.WriteString(strings.Repeat("    ", w.indent))
		w.b.WriteString(text)
	}
	w.b.WriteByte('\n')
}

func (w *writer) open(text string) { w.line(text + " {"); w.indent++ }
func (w *writer) shut()            { w.indent--; w.line("}") }

// comments writes lines behind a mark, # or ##.
func (w *writer) comments(mark string, lines []string) {
	for _, line := range lines {
		w.line(strings.TrimRight(mark+" "+line, " "))
	}
}

const widest = 96

// wrapped cuts a line of prose at its blanks, so that none is wider than one
// reads; a row of a table stays as it is.
func wrapped(line string) []string {
	if len(line) <= widest || strings.HasPrefix(line, "|") {
		return []string{line}
	}
	var out []string
	part := ""
	for word := range strings.FieldsSeq(line) {
		if part != "" && utf8.RuneCountInString(part)+1+utf8.RuneCountInString(word) > widest {
			out = append(out, part)
			part = ""
		}
		part = strings.TrimPrefix(part+" "+word, " ")
	}
	return append(out, part)
}

// write is the script, before it is formatted.
func (t *translation) write(nodes []*node) []byte {
	w := &writer{}
	t.head(w, &nodes)
	if t.web {
		w.line(`use "std/web"`)
		w.line("")
	}
	t.release(w)
	for i, in := range t.inputs {
		if i == 0 {
			w.line("")
		}
		w.input(in)
	}
	t.script.Inputs = t.inputs.names()
	t.all(w, nodes)
	t.rollback(w)
	if len(t.out.references) > 0 {
		w.line("")
		w.comments("#", append([]string{"Links:"}, t.out.references...))
	}
	return []byte(w.b.String())
}

// head is the comment that begins the script: where it is from, and what the
// document says before its first item.
func (t *translation) head(w *writer, nodes *[]*node) {
	w.comments("#", []string{"From " + t.file + "."})
	if title := t.out.top.title; title != "" && title != t.script.Title {
		w.comments("#", []string{"", title})
	}
	if len(t.out.front) > 0 {
		w.line("#")
		w.comments("#", t.out.front)
	}
	for len(*nodes) > 0 && (*nodes)[0].kind == aText && anythingIn(*nodes) {
		w.line("#")
		w.comments("#", (*nodes)[0].doc)
		*nodes = (*nodes)[1:]
	}
	w.line("")
}

func (t *translation) release(w *writer) {
	w.open("release " + quote(t.script.Title))
	if t.version != "" {
		w.line("version: version")
	}
	if len(t.people) > 0 {
		w.line("contacts: [")
		for _, c := range t.people {
			w.line("    { role: " + quote(c.role) + ", contact: " + quote(c.contact) + " },")
		}
		w.line("]")
	}
	w.shut()
}

func (w *writer) input(in input) {
	w.comments("##", []string{in.doc})
	if in.among != nil {
		var values []string
		for _, v := range in.among {
			values = append(values, quote(v))
		}
		text := "input " + in.name + ": string in [" + strings.Join(values, ", ") + "]"
		if in.def != "" {
			text += " = " + quote(in.def)
		}
		w.line(text)
		return
	}
	text := "input " + in.name + ": string"
	if in.pattern != "" {
		text += " matches '" + in.pattern + "'"
	}
	w.line(text)
}

// all writes nodes, with a blank line around what has several lines.
func (t *translation) all(w *writer, nodes []*node) {
	for i, n := range nodes {
		if w.indent == 0 && i == 0 || i > 0 && (n.long() || nodes[i-1].long()) {
			w.line("")
		}
		t.one(w, n)
	}
}

func (n *node) long() bool {
	return n.kind == aPhase || n.kind == aFollow || n.kind == aChoice || n.kind == aText || n.kind == aSettle ||
		len(n.body) > 1 || len(n.doc) > 0 || len(n.above) > 0
}

func (t *translation) one(w *writer, n *node) {
	counts := &t.script.Counts
	if n.kind == aText {
		w.comments("#", n.doc)
		return
	}
	w.comments("#", n.above)
	w.comments("##", n.doc)
	title := quote(n.title)
	if n.clause != "" {
		title += " " + n.clause
	}
	switch n.kind {
	case aPhase:
		counts.Phases++
		w.open("phase " + title)
		t.all(w, n.kids)
		w.shut()
	case aFollow:
		counts.FollowUps++
		w.open("follow " + title)
		t.all(w, n.kids)
		w.shut()
	case aConfirm:
		counts.Confirms++
		w.line("confirm " + title)
	case aSettle:
		w.line("settle " + title)
	case aRule:
		counts.Checks++
		w.line(n.body[0])
	case aCheck:
		counts.Checks++
		w.block("check "+title, n.body)
	case aStep:
		counts.Steps++
		if !strings.HasPrefix(n.body[0], "undo ") {
			counts.Unwritten++
		}
		w.block("step "+title, n.body)
	case aChoice:
		t.branches(w, n.kids)
	}
}

// branches writes sections that exclude each other.
func (t *translation) branches(w *writer, kids []*node) {
	for i, kid := range kids {
		switch {
		case i == 0:
			w.open("if " + kid.cond)
		case kid.cond != "":
			w.indent--
			w.open("} else if " + kid.cond)
		default:
			w.indent--
			w.open("} else")
		}
		t.one(w, kid)
	}
	w.shut()
}

// block writes a head with its body, which is on the same line where it is
// one statement.
func (w *writer) block(head string, body []string) {
	if len(body) == 1 && !strings.Contains(body[0], "#") && !strings.Contains(body[0], "\n") && len(head)+len(body[0]) < 100 {
		w.line(head + " { " + body[0] + " }")
		return
	}
	w.open(head)
	for _, line := range body {
		if line == "}" {
			w.indent--
		}
		first, rest, more := strings.Cut(line, "\n")
		w.line(first)
		if more {
			w.continued(rest)
		}
		if strings.HasSuffix(line, "{") && !strings.HasPrefix(line, "$ ") && !strings.HasPrefix(line, "#") {
			w.indent++
		}
	}
	w.shut()
}

// continued writes the lines of a command that goes on. Their blanks at the
// left may be part of a quoted text, and only then do they stay.
func (w *writer) continued(lines string) {
	quoted := strings.ContainsAny(lines, `"'`)
	for line := range strings.SplitSeq(lines, "\n") {
		if quoted {
			w.b.WriteString(line + "\n")
			continue
		}
		w.indent++
		w.line(strings.TrimSpace(line))
		w.indent--
	}
}

// rollback writes the handler that shows what the document says about going
// back.
func (t *translation) rollback(w *writer) {
	if len(t.back) == 0 {
		return
	}
	w.line("")
	w.comments("#", []string{"Nothing of this runs: it is shown to the operator when a run was rolled back."})
	w.open("on rollback")
	text := strings.Join(t.back, "\n")
	quotes := "'''"
	if strings.Contains(text, quotes) {
		quotes, text = `"""`, escaped(text)
	}
	w.line("print(" + quotes)
	for line := range strings.SplitSeq(text, "\n") {
		w.indent++
		w.line(strings.TrimRight(line, " \t"))
		w.indent--
	}
	w.line("    " + quotes + ")")
	w.shut()
}

// quote writes a text as a string of the language that is that text.
func quote(text string) string { return `"` + escaped(text) + `"` }

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "{", `\{`, "}", `\}`, "\t", `\t`).Replace(text)
}

func (c Counts) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Confirms, "confirm"}, {c.Checks, "check"}, {c.Steps, "step"}, {c.Phases, "phase"}, {c.FollowUps, "follow-up"}} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.word)
		case p.n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", p.n, p.word))
		}
	}
	return strings.Join(parts, ", ")
}
