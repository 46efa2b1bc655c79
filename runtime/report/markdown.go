package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// markdown writes the report for people who read it where Markdown is shown:
// the outcome, what went wrong, what is left to do, and every node.
func (r *Run) markdown(w io.Writer) error {
	m := &markdownText{}
	m.line("# " + escape(r.outcome()) + ": " + escape(r.what()))
	m.facts(r)
	m.list("Left to undo by hand", r.Finish.Left)
	m.failures(r)
	if r.Rollback != nil {
		m.list("Rolled back: "+r.Rollback.Reason, r.Rollback.Undos)
	}
	m.people(r)
	m.nodes(r)
	m.list("Warnings of the run", r.Notes)
	var due []string
	for _, f := range r.Finish.Follow {
		by := ""
		if f.By != "" {
			by = ", by " + f.By
		}
		due = append(due, f.Title+", due "+f.Due.Format(time.RFC3339)+by)
	}
	m.list("Due later", due)
	_, err := io.WriteString(w, m.String())
	return err
}

type markdownText struct{ strings.Builder }

func (m *markdownText) line(text string) { m.WriteString(text + "\n") }

func (m *markdownText) heading(text string) { m.line("\n## " + escape(text) + "\n") }

func (m *markdownText) row(cells ...string) { m.line("| " + strings.Join(cells, " | ") + " |") }

func (m *markdownText) list(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	m.heading(heading)
	for _, item := range items {
		m.line("- " + escape(item))
	}
}

func (m *markdownText) facts(r *Run) {
	m.line("")
	m.row("", "")
	m.row("---", "---")
	for _, fact := range [][2]string{
		{"Reason", r.Finish.Reason},
		{"Run", r.ID},
		{"Script", r.Start.Script},
		{"Started", r.Started.UTC().Format(time.RFC3339)},
		{"Duration", took(r.Finish.Duration)},
		{"By", r.Start.Operator},
		{"Nodes", countsOf(r.Finish)},
	} {
		if fact[1] != "" {
			m.row(fact[0], escape(fact[1]))
		}
	}
}

func (m *markdownText) failures(r *Run) {
	headed := false
	r.each(func(n *Node, _ int) {
		if n.Finish == nil || len(n.Finish.Failures) == 0 {
			return
		}
		if !headed {
			m.line("\n## What went wrong")
			headed = true
		}
		m.line("\n**" + escape(symbols[n.Finish.Status].sign+" "+nodeTitle(n.Type, n.Title)) + "** " + escape(place(*n.Finish)) + "\n")
		m.fenced(failuresText(n))
	})
}

// fenced writes a text that nothing in it can end.
func (m *markdownText) fenced(text string) {
	longest, ticks := 2, 0
	for _, c := range text {
		if c != '`' {
			ticks = 0
			continue
		}
		ticks++
		longest = max(longest, ticks)
	}
	fence := strings.Repeat("`", longest+1)
	m.line(fence + "text\n" + strings.TrimRight(text, "\n") + "\n" + fence)
}

// people lists who said yes to what, and what monitors decided.
func (m *markdownText) people(r *Run) {
	var said, decided []string
	r.each(func(n *Node, _ int) {
		if a := n.Answer; a != nil {
			text := nodeTitle(n.Type, n.Title) + ": " + a.Answer
			if a.By != "" {
				text += ", by " + a.By
			}
			if a.Note != "" {
				text += " (" + a.Note + ")"
			}
			said = append(said, text)
		}
		if d := n.Decided; d != nil {
			decided = append(decided, nodeTitle(n.Type, n.Title)+": "+strings.ReplaceAll(d.Verdict, "_", " ")+", "+d.Words)
		}
	})
	m.list("What people said", said)
	m.list("What monitors decided", decided)
}

func (m *markdownText) nodes(r *Run) {
	m.heading("Every node")
	m.row("", "Node", "Took", "")
	m.row("---", "---", "---", "---")
	r.each(func(n *Node, depth int) {
		if isSilent(n.Type) && n.onlyHolds() {
			return
		}
		title := strings.Repeat("&nbsp;&nbsp;", len(n.path())) + escape(nodeTitle(n.Type, n.Title))
		if isHeading(n.Type) {
			title = strings.Repeat("&nbsp;&nbsp;", len(n.path())) + "**" + escape(nodeTitle(n.Type, n.Title)) + "**"
		}
		if n.Finish == nil {
			m.row("…", title, "", "")
			return
		}
		duration := ""
		if n.Finish.Status != event.Skipped {
			duration = took(n.Finish.Duration)
		}
		note := n.Finish.Reason
		if n.Finish.Tries > 1 && note == "" {
			note = fmt.Sprintf("%d tries", n.Finish.Tries)
		}
		if n.Baseline != nil {
			note = strings.TrimSpace(note + " " + baselineText(*n.Baseline))
		}
		m.row(escape(symbols[n.Finish.Status].sign), title, duration, escape(note))
	})
}

// escape makes of any text one line that Markdown shows as it is: no link,
// picture, HTML, table cell, list or heading comes of it. What would be a
// mention of somebody is broken by a joiner without a width.
func escape(text string) string {
	text = Visible(strings.TrimSpace(text))
	var b strings.Builder
	for i, c := range text {
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '&':
			b.WriteString("&amp;")
		case c == '@':
			b.WriteString("@&#8288;")
		case strings.ContainsRune("\\`*_[]|~$", c),
			i == 0 && strings.ContainsRune("#+-=>", c),
			c == ':' && strings.HasPrefix(text[i:], "://"),
			c == '.' && i > 2 && strings.EqualFold(text[i-3:i], "www"),
			(c == '.' || c == ')') && strings.Trim(text[:i], "0123456789") == "":
			b.WriteString(`\` + string(c))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
