package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Without a live part, silence is broken after 10 s, then after twice as long
// each time, up to a minute.
const (
	firstHeartbeat = 10 * time.Second
	lastHeartbeat  = time.Minute
)

// sparkMost is how many of a metric's latest values a sparkline is made of.
const sparkMost = 24

// spinner turns once a second.
var spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

// Wipe erases from the row of the cursor to the end of the screen. Not from its
// very beginning, for where that is the screen's, tmux keeps what is erased in
// its history: a live line each time (screen_write_clearendofscreen, 3.3a).
const Wipe = "\r \x1b[J\r"

// erase takes the live part off the screen.
//
// The cursor stands at its beginning (draw puts it there), so nothing that
// isn't ours is ever erased. Whoever goes up from its end has to know how many
// rows it takes, and can't: a terminal that becomes narrower breaks its lines
// anew or cuts them, each as it likes and some time before it tells; a shell to
// which the process was lent has written below. What is left of the live part
// then, at worst, is a row of our own that is no longer true.
func (t *Terminal) erase() {
	if !t.drawn {
		return
	}
	t.drawn, t.frame = false, ""
	if t.ours() {
		t.text.WriteString(Wipe)
	}
}

// ours tells whether we may move the cursor: another program that has the
// terminal, as the shell that put us in the background, does.
func (t *Terminal) ours() bool { return t.options.Ours == nil || t.options.Ours() }

// draw puts the live part at the end of the screen, if it has changed and
// didn't do so a moment ago: a command may write thousands of lines a second.
func (t *Terminal) draw() {
	if !t.options.Live || t.drawn && t.now.Sub(t.drawnAt) < 50*time.Millisecond && len(t.running) > 0 {
		return
	}
	lines := t.alive()
	frame := strings.Join(lines, "\n")
	if t.drawn && frame == t.frame {
		return
	}
	t.erase()
	if len(lines) == 0 || !t.ours() {
		return
	}
	// Lines that don't wrap take a row each, also in a terminal that has become
	// narrower than we know.
	t.text.WriteString("\x1b[?7l" + frame + "\x1b[?7h\r")
	if up := len(lines) - 1; up > 0 {
		fmt.Fprintf(&t.text, "\x1b[%dA", up)
	}
	t.drawn, t.drawnAt, t.frame = true, t.now, frame
}

// alive returns the live lines: each fits the width, so that none wraps, and
// together they fit the screen.
func (t *Terminal) alive() []string {
	if len(t.running) == 0 {
		return nil
	}
	columns, most := 80, 16
	if t.options.Size != nil {
		if c, l := t.options.Size(); c > 0 {
			columns = c
			if l > 0 {
				most = max(3, l-4)
			}
		}
	}
	room := columns - 1 // a full line would wrap on some terminals
	var lines []string
	for i, n := range t.running {
		shown := t.aliveNode(n, room)
		if len(lines)+len(shown) > most-2 && i > 0 {
			lines = append(lines, t.paint(faint, cut(fmt.Sprintf("  … and %d more running", len(t.running)-i), room)))
			break
		}
		lines = append(lines, shown[:min(len(shown), most-1)]...)
	}
	if t.options.Bare {
		return lines
	}
	return append(lines, t.status(room))
}

// status is the line under everything: what is released where, how far it is.
func (t *Terminal) status(room int) string {
	done := 0
	for _, n := range t.counts {
		done += n
	}
	progress := fmt.Sprintf("%d done", done)
	if t.run.Nodes >= done && t.run.Nodes > 0 {
		progress = fmt.Sprintf("%d of %d", done, t.run.Nodes)
	}
	if failed := t.counts[event.Failed]; failed > 0 {
		progress += fmt.Sprintf(", %d failed", failed)
	}
	tail := "  " + progress + "  " + clock(t.now.Sub(t.started))
	what := t.what()
	if where := t.where(); where != "" && width(what)+width(tail) > room {
		what = where
	}
	what = cut(what, max(12, room-width(tail)))
	s := faint
	if t.run.Guard {
		s = caution
	}
	return t.paint(s, what) + t.paint(faint, cut(tail, max(1, room-width(what))))
}

func (t *Terminal) aliveNode(n *node, room int) []string {
	sign := string(spinner[int(t.now.UnixMilli()/100)%len(spinner)])
	tail := "  " + t.elapsed(n)
	title := cut(nodeTitle(n.Type, n.Title), max(8, room-2-width(tail)))
	if n.Type == "confirm" || n.Type == "ask" {
		sign = "?"
	}
	lines := []string{t.paint(lively, sign) + " " + title + t.paint(faint, cut(tail, max(1, room-2-width(title))))}
	if n.tick != nil {
		return append(lines, t.watched(n, room)...)
	}
	if detail := n.detail(); detail != "" {
		lines = append(lines, "    "+t.paint(faint, cut(detail, room-4)))
	}
	return lines
}

// elapsed is how long n has been going on and how long it may.
func (t *Terminal) elapsed(n *node) string {
	if n.tick != nil {
		return progress(*n.tick)
	}
	words := clock(t.now.Sub(n.since))
	if n.Limit > 0 {
		words += " of " + limit(n.Limit)
	}
	return words
}

// detail is what is last known of a running node.
func (n *node) detail() string {
	if n.trouble != "" && n.last == "" {
		return fmt.Sprintf("try %d: %s", n.try, n.trouble)
	}
	return n.last
}

// beat breaks a long silence, where nothing is live, by saying what runs.
func (t *Terminal) beat() {
	if t.options.Level < Normal || len(t.running) == 0 || t.now.Sub(t.quietSince) < t.heartbeat {
		return
	}
	next := min(2*t.heartbeat, lastHeartbeat)
	for _, n := range t.running {
		line := t.indent(n) + "… "
		if t.run.Guard {
			line += t.where() + ": "
		}
		line += nodeTitle(n.Type, n.Title) + "  " + t.elapsed(n)
		switch detail := n.detail(); {
		case n.tick != nil:
			line += "  " + metricsText(*n.tick)
		case detail != "":
			line += "  " + detail
		}
		t.lines(t.paint(faint, line))
	}
	t.heartbeat = next
}
