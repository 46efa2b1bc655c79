package plan

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// PrintOptions says how a plan is printed. The zero value is plain text that
// isn't cut.
type PrintOptions struct {
	Color bool
	Width int // of the terminal in characters; 0: lines aren't cut
}

// Print writes the plan for a person: a summary of what will run, what can be
// undone and who is asked, then the tree.
func (p *Plan) Print(w io.Writer, o PrintOptions) error {
	pr := &printer{o: o}
	pr.header(p)
	pr.summary(p)
	pr.line(0, "", "")
	pr.noReturn = p.Summary().NoReturn
	for i := range p.Nodes {
		pr.node(&p.Nodes[i], 0, "stop")
	}
	if len(p.Handlers) > 0 {
		pr.line(0, "", "")
		for i := range p.Handlers {
			h := &p.Handlers[i]
			pr.line(0, bold, "on "+h.Title)
			pr.effects(h.Effects, 1)
		}
	}
	pr.line(0, "", "")
	pr.line(0, dim, "This is a plan: nothing was changed.")
	_, err := w.Write(pr.out.Bytes())
	return err
}

// PrintSummary writes what Print begins with: what will run, what can be
// undone, who is asked, and where there is no way back.
func (p *Plan) PrintSummary(w io.Writer, o PrintOptions) error {
	pr := &printer{o: o}
	pr.header(p)
	pr.summary(p)
	_, err := w.Write(pr.out.Bytes())
	return err
}

type printer struct {
	o        PrintOptions
	out      bytes.Buffer
	noReturn string
}

// The styles of a terminal.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// line writes an indented line. What doesn't fit goes on in the next one.
func (pr *printer) line(depth int, style, text string) {
	indent := strings.Repeat("  ", depth)
	for i, part := range wrap(text, pr.o.Width-len(indent)-2, pr.o.Width > 0) {
		if i > 0 {
			part = "  " + part
		}
		if style != "" && pr.o.Color {
			part = "\x1b[" + style + "m" + part + "\x1b[0m"
		}
		pr.out.WriteString(strings.TrimRight(indent+part, " ") + "\n")
	}
}

// wrap breaks text at blanks into lines of at most width characters; a longer
// word stays whole, because it may be copied.
func wrap(text string, width int, on bool) []string {
	text = printable(text)
	if !on || width < 20 {
		return []string{text}
	}
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = word
			continue
		}
		if line != "" || len(lines) == 0 && word == "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// printable replaces what a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, text)
}

func (pr *printer) header(p *Plan) {
	title := p.Program.Name
	if p.Version != "" {
		title += " " + p.Version
	}
	if p.TargetName != "" {
		title += " to " + p.TargetName
	}
	pr.line(0, bold, title)
	if p.Guard {
		pr.line(0, red, p.TargetName+" is guarded: confirmations want its name typed")
	}
	if p.Identity != nil {
		pr.line(0, "", "identity: "+p.Identity.String())
	}
	for _, in := range p.Inputs {
		from := ""
		switch in.From {
		case "environment":
			from = "  (from the environment)"
		case "default":
			from = "  (default)"
		}
		pr.line(1, "", in.Name+" = "+in.Text+from)
	}
}

func (pr *printer) summary(p *Plan) {
	s := p.Summary()
	called := map[string]string{}
	Each(p.Nodes, func(n *Node) { called[n.ID] = n.Kind + " " + n.Title })
	pr.line(0, "", "")
	pr.line(0, "", "runs      "+count(s.Checks, "check")+", "+count(s.Steps, "step")+monitors(s))
	if s.Steps > 0 {
		pr.line(0, "", "undo      "+undos(s))
	}
	if len(s.Confirms) > 0 {
		pr.line(0, yellow, "asks      "+asks(s.Confirms))
	} else {
		pr.line(0, "", "asks      nobody")
	}
	if s.NoReturn != "" {
		pr.line(0, red, "no way back after "+called[s.NoReturn])
	}
	if s.Settles != "" {
		pr.line(0, "", "settles   "+strings.TrimPrefix(called[s.Settles], "settle ")+": nothing is undone after it")
	}
	if len(s.Follows) > 0 {
		pr.line(0, "", "follow    "+strings.Join(s.Follows, "; "))
	}
}

// mostAsks is how many questions a summary lists by name.
const mostAsks = 5

func asks(titles []string) string {
	if len(titles) <= mostAsks {
		return strings.Join(titles, "; ")
	}
	return count(len(titles), "time") + ": " + strings.Join(titles[:mostAsks-1], "; ") + fmt.Sprintf("; and %d more", len(titles)-mostAsks+1)
}

func monitors(s Summary) string {
	if len(s.Monitors) == 0 {
		return ""
	}
	return ", " + count(len(s.Monitors), "monitor")
}

func undos(s Summary) string {
	irreversible := s.Steps - s.Undoable - s.Asked - s.Kept - s.Missing
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{
		{s.Undoable, "by itself"}, {s.Asked, "after a question"}, {s.Kept, "not needed"},
		{s.Missing, "not written"}, {irreversible, "impossible"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}

// node prints a node and what is in it. around is the policy of the phase that
// it stands in: only another one is shown.
func (pr *printer) node(n *Node, depth int, around string) {
	if n.Kind == "let" {
		pr.effects(n.Effects, depth)
		return
	}
	style := map[string]string{"phase": bold, "confirm": yellow, "ask": yellow, "settle": cyan, "follow": dim}[n.Kind]
	head := n.Kind
	if n.Title != "" {
		head += " " + n.Title
	}
	if n.Kind == "phase" {
		head = n.Title
	}
	if n.By != "" {
		head += ", by " + n.By
	}
	if n.Policy != "" && n.Policy != around {
		head += ", or " + n.Policy
	}
	pr.line(depth, style, head)
	pr.limits(n, depth+1)
	pr.effects(n.Effects, depth+1)
	if n.DoneIf != "" {
		pr.line(depth+1, dim, "done if "+n.DoneIf)
	}
	pr.undo(n, depth+1)
	if n.Policy != "" {
		around = n.Policy
	}
	for i := range n.Nodes {
		pr.node(&n.Nodes[i], depth+1, around)
	}
	if n.ID == pr.noReturn && n.ID != "" {
		pr.line(0, red, "──── no way back from here: the step above can't be undone ────")
	}
}

func (pr *printer) limits(n *Node, depth int) {
	if n.Kind == "monitor" {
		for _, l := range n.Limits {
			pr.line(depth, "", l)
		}
		if n.Odds != "" {
			pr.line(depth, dim, "odds: "+n.Odds)
		}
		return
	}
	if len(n.Limits) > 0 {
		pr.line(depth, dim, strings.Join(n.Limits, ", "))
	}
}

// effects shows what is written with an arrow, so that it stands out among
// what is only looked at.
// effects prints what a body does: each write, and each look once.
func (pr *printer) effects(effects []Effect, depth int) {
	looks := map[string]bool{}
	for _, e := range effects {
		switch {
		case e.Writes:
			pr.line(depth, "", "→ "+e.Text)
		case !looks[e.Text]:
			looks[e.Text] = true
			pr.line(depth, dim, "  "+e.Text)
		}
	}
}

func (pr *printer) undo(n *Node, depth int) {
	if n.Irreversible != "" {
		pr.line(depth, red, "irreversible: "+n.Irreversible)
		return
	}
	if n.Undo == nil {
		return
	}
	switch n.Undo.Kind {
	case "missing":
		pr.line(depth, yellow, "no undo is written")
		return
	case "none":
		pr.line(depth, dim, "nothing to undo: "+n.Undo.Why)
		return
	}
	word := "undo"
	if n.Undo.Kind == "ask" {
		word = "undo, after a question"
	}
	for _, e := range n.Undo.Effects {
		if e.Writes {
			pr.line(depth, green, word+": "+e.Text)
		}
	}
	if len(n.Undo.Effects) == 0 {
		pr.line(depth, green, word)
	}
}
