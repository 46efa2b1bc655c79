package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Level is how much a Terminal says.
type Level int

// The levels; the zero Level is Normal.
const (
	Quiet   Level = iota - 1 // failures, decisions, what a rollback does, the summary
	Normal                   // and each node when it ended
	Verbose                  // and what runs, what it prints, each failed try
)

// TerminalOptions say what the terminal is like. The zero value is a file:
// lines are appended, in no colours, and nothing is cut.
type TerminalOptions struct {
	Live  bool      // a terminal that moves its cursor: the last lines are alive
	Color bool      // it shows colours
	ASCII bool      // it shows nothing but ASCII: signs and sparklines have another form
	Level Level     // how much is said
	Data  io.Writer // where the script's own print goes; nil: the same place
	// Introduced says that a summary of the plan stands above: the log needn't
	// begin with what is released where.
	Introduced bool
	// Bare says that nodes alone are shown: no heading, no status line.
	Bare bool
	// Brief says that the log is short: its end doesn't repeat the failures.
	Brief bool
	// Size returns the columns and lines of the terminal. Nil, or nought
	// columns: 84, and nothing is cut.
	Size func() (columns, lines int)
	// Ours tells whether nobody else is at the terminal now: the cursor moves
	// only then. Nil: nobody is.
	Ours func() bool
}

// columnsOfAFile is the width for which a log is laid out.
const columnsOfAFile = 84

// Terminal tells a person what happens, while it happens. What is done stays
// as a line; on a live terminal the lines at the end show what is going on,
// elsewhere a line now and then does. It learns the time from events and
// from Tick, which its owner calls about ten times a second.
type Terminal struct {
	mu      sync.Mutex
	out     io.Writer
	options TerminalOptions
	painter

	now     time.Time
	started time.Time
	run     event.RunStarted
	id      string
	nodes   map[string]*node
	running []*node // in the order they began; without those that only hold others
	effects map[int64]event.EffectStarted
	open    []event.Asked // questions without an answer
	failed  []failedNode  // for the end
	counts  map[event.Status]int

	text      strings.Builder // not yet written
	drawn     bool            // live lines stand on the screen, the cursor at their beginning
	drawnAt   time.Time
	frame     string // of them, as last drawn
	suspended bool
	urgent    func(text string) // says what can't wait meanwhile
	lend      func(f func())    // gives the terminal away meanwhile
	held      []event.Event     // what happened meanwhile

	spaced     bool          // the last line is empty, or there is none
	quietSince time.Time     // the last line, for the heartbeat
	heartbeat  time.Duration // the next silence that is broken
}

// node is a node that has begun.
type node struct {
	event.NodeStarted
	id       string
	parent   *node
	since    time.Time
	last     string // the last line that its command wrote
	try      int
	trouble  string // of the last try
	tick     *event.Ticked
	recent   map[string][]float64
	baseline *event.BaselineTaken
	firing   map[string]bool // the rules that were true when last known
	longer   bool            // it was said that it goes on after its window
	headed   bool            // of a section: its heading was printed
	fell     bool            // a node in it failed
	decided  string          // the words of its verdict, if they were said
}

type failedNode struct {
	node   *node
	finish event.NodeFinished
}

// NewTerminal returns a sink that writes progress to out.
func NewTerminal(out io.Writer, o TerminalOptions) *Terminal {
	if o.Data == nil {
		o.Data = out
	}
	return &Terminal{
		out: out, options: o, painter: painter(o.Color),
		nodes: map[string]*node{}, effects: map[int64]event.EffectStarted{}, counts: map[event.Status]int{},
		spaced: true, heartbeat: firstHeartbeat,
	}
}

// Event shows what happened.
func (t *Terminal) Event(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.suspended {
		if b, ok := e.Body.(event.Noted); ok && b.Level == "warning" {
			t.urgent(t.paint(caution, "! "+Visible(b.Text)))
		} else {
			t.held = append(t.held, e)
		}
		return
	}
	t.event(e)
	t.draw()
	t.flush()
}

// Tick tells what time it is.
func (t *Terminal) Tick(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.advance(now)
	if t.suspended {
		return
	}
	if t.options.Live {
		t.draw()
	} else {
		t.beat()
	}
	t.flush()
}

// Suspend takes the live lines away and holds everything back until Resume:
// a question is asked in their place. Warnings, as the word after Ctrl-C,
// don't wait: urgent gets each as a line. An Aside meanwhile is lend's: it
// calls f, and then asks again.
func (t *Terminal) Suspend(urgent func(line string), lend func(f func())) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.erase()
	t.flush()
	t.suspended, t.urgent, t.lend = true, urgent, lend
}

// Resume goes on after Suspend and shows what was held back.
func (t *Terminal) Resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.suspended = false
	for _, e := range t.held {
		t.event(e)
	}
	t.held = nil
	t.touch()
	t.draw()
	t.flush()
}

// Aside takes the live lines away and calls f; nothing is shown until it
// returns. What comes next is shown where the cursor stands then.
func (t *Terminal) Aside(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.suspended {
		t.lend(f)
		return
	}
	t.erase()
	t.flush()
	f()
	t.draw()
	t.flush()
}

// Close takes the live lines away, when no more events will come.
func (t *Terminal) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.erase()
	t.flush()
	t.running = nil
}

func (t *Terminal) advance(now time.Time) {
	if now.After(t.now) {
		t.now = now
	}
	if t.quietSince.IsZero() {
		t.quietSince = now
	}
}

func (t *Terminal) event(e event.Event) {
	t.advance(e.Time)
	switch b := e.Body.(type) {
	case event.RunStarted:
		t.started, t.run, t.id = e.Time, b, e.Run
		t.header()
	case event.NodeStarted:
		t.begin(e, b)
	case event.NodeFinished:
		t.end(e.Node, b)
	case event.TryFailed:
		t.tryFailed(e.Node, b)
	case event.EffectStarted:
		t.effects[b.ID] = b
		if t.options.Level >= Verbose {
			t.say(t.indent(t.nodes[e.Node])+"  ", faint, effectText(b))
		}
	case event.EffectFinished:
		t.effectFinished(e.Node, b)
	case event.Output:
		t.output(e.Node, b)
	case event.RollbackStarted:
		t.rollback(b)
	case event.Asked:
		t.open = append(t.open, b)
	case event.Answered:
		t.answered(b)
	case event.Ticked:
		t.ticked(e.Node, b)
	case event.Decided:
		t.decided(e.Node, b)
	case event.BaselineTaken:
		if n := t.nodes[e.Node]; n != nil {
			n.baseline = &b
		}
	case event.Printed:
		t.printed(b.Text)
	case event.Noted:
		t.noted(b)
	case event.RunFinished:
		t.running = nil
		t.summary(b)
	}
}

// ---- writing

// columns returns the width to lay out for, and the width to cut at (0: none).
func (t *Terminal) columns() (layout, most int) {
	if t.options.Size != nil {
		if c, _ := t.options.Size(); c > 0 {
			return c, c
		}
	}
	return columnsOfAFile, 0
}

// lines puts lines above the live part.
func (t *Terminal) lines(lines ...string) {
	t.erase()
	for _, line := range lines {
		if line == "" && t.spaced {
			continue
		}
		t.spaced = line == ""
		t.text.WriteString(line)
		t.text.WriteByte('\n')
	}
	t.touch()
}

// flush writes what has come together, in one piece, so that a screen never
// shows half of it. An error is of no consequence: the run goes on.
func (t *Terminal) flush() {
	if t.text.Len() > 0 {
		text := t.text.String()
		if t.options.ASCII {
			text = asASCII.Replace(text)
		}
		io.WriteString(t.out, text)
		t.text.Reset()
	}
}

// say is lines for one piece of text in one style.
func (t *Terminal) say(indent string, s style, text string) {
	t.lines(indent + t.paint(s, text))
}

func (t *Terminal) printed(text string) {
	t.erase()
	t.flush()
	t.spaced = false
	io.WriteString(t.options.Data, VisibleText(text)+"\n")
	t.touch()
}

// touch notes that something was just said.
func (t *Terminal) touch() {
	t.quietSince, t.heartbeat = t.now, firstHeartbeat
}

// ---- what is said

// where is "staging", "production (guarded)", or nothing without targets.
func (t *Terminal) where() string {
	switch {
	case t.run.Target == "":
		return ""
	case t.run.Guard:
		return Visible(t.run.Target) + " (guarded)"
	}
	return Visible(t.run.Target)
}

// what is "ticketing v1.2.3 → production (guarded)".
func (t *Terminal) what() string {
	what := Visible(t.run.Release)
	if t.run.Version != "" {
		what += " " + Visible(t.run.Version)
	}
	if where := t.where(); where != "" {
		what += " → " + where
	}
	return what
}

func (t *Terminal) header() {
	if t.options.Level < Normal || t.options.Bare {
		return
	}
	if t.options.Introduced {
		t.spaced = false
		t.lines("")
	} else {
		t.lines(t.paint(bold, t.what()))
	}
	if t.options.Level >= Verbose {
		for _, name := range slices.Sorted(mapKeys(t.run.Inputs)) {
			t.lines("  " + t.paint(faint, Visible(name)+" = "+Visible(t.run.Inputs[name])))
		}
	}
}

// isHeading tells whether the type of node is a section in the log, under
// which its nodes are indented.
func isHeading(kind string) bool { return kind == "phase" || kind == "handler" }

// isSilent tells whether the type of node only holds others: it says
// something only where it fails by itself.
func isSilent(kind string) bool {
	return slices.Contains([]string{"parallel", "for", "if", "in", "rule", "with", "while"}, kind)
}

func (t *Terminal) begin(e event.Event, b event.NodeStarted) {
	n := &node{NodeStarted: b, id: e.Node, parent: t.nodes[b.Parent], since: e.Time}
	t.nodes[e.Node] = n
	t.head(n.parent)
	switch {
	case isSilent(b.Type), isHeading(b.Type):
	default:
		t.running = append(t.running, n)
		if t.options.Level >= Verbose {
			t.lines(t.indent(n) + t.paint(faint, "· "+nodeTitle(b.Type, b.Title)))
		}
	}
}

// head prints the headings above a node that begins: a section without nodes,
// as a handler that only sends a message, has none.
func (t *Terminal) head(n *node) {
	if n == nil || n.headed || t.options.Level < Normal {
		return
	}
	n.headed = true
	t.head(n.parent)
	if isHeading(n.Type) {
		t.lines("", t.indent(n)+t.paint(bold, nodeTitle(n.Type, n.Title)))
	}
}

// indent is the blanks before a node's line.
func (t *Terminal) indent(n *node) string {
	depth := 0
	if n == nil || t.options.Level < Normal {
		return "" // without headings there is nothing to stand under
	}
	if n.Type == "undo" {
		return "  " // under what is rolled back, wherever its step stands
	}
	for p := n.parent; p != nil; p = p.parent {
		if isHeading(p.Type) || p.Type == "monitor" {
			depth++
		}
	}
	return strings.Repeat("  ", min(depth, 6))
}

// nodeTitle is a title with the word that tells what it is of, where the
// title alone wouldn't.
func nodeTitle(kind, title string) string {
	title = Visible(title)
	switch kind {
	case "handler":
		kind = "on"
		fallthrough
	case "undo", "settle", "baseline", "finally", "wait":
		if !strings.HasPrefix(title, kind) {
			return strings.TrimSpace(kind + " " + title)
		}
	}
	return title
}

// symbols of how a node ended.
var symbols = map[event.Status]struct {
	sign  string
	style style
}{
	event.Passed:      {"✓", good},
	event.Failed:      {"✗", bad},
	event.Warned:      {"!", caution},
	event.Skipped:     {"-", faint},
	event.Interrupted: {"■", caution},
}

func (t *Terminal) end(id string, b event.NodeFinished) {
	n := t.nodes[id]
	if n == nil {
		n = &node{NodeStarted: event.NodeStarted{Type: b.Type, Title: b.Title, Place: b.Place}, id: id}
	}
	t.running = slices.DeleteFunc(t.running, func(r *node) bool { return r == n })
	if len(b.Failures) == 0 && (isSilent(b.Type) || isHeading(b.Type)) {
		if b.Status != event.Skipped || b.Reason == "" {
			return
		}
	}
	if !isSilent(b.Type) && !isHeading(b.Type) {
		t.counts[b.Status]++
	}
	if b.Status == event.Failed && len(b.Failures) > 0 {
		t.failed = append(t.failed, failedNode{n, b})
		for p := n.parent; p != nil; p = p.parent {
			p.fell = true
		}
	}
	if b.Type == "handler" && n.fell {
		// The node that failed in it says why.
		b.Failures, b.Reason = nil, "ended there: what follows in it did not run"
	}
	important := b.Status == event.Failed || b.Status == event.Warned || b.Type == "undo"
	if t.options.Level < Normal && !important {
		return
	}
	if b.Tries > 1 && strings.HasPrefix(b.Reason, fmt.Sprintf("%d tries", b.Tries)) {
		b.Reason = "" // finished says it in its own words
	}
	t.lines(t.finished(n, b)...)
}

// finished is what is said of a node that ended.
func (t *Terminal) finished(n *node, b event.NodeFinished) []string {
	indent := t.indent(n)
	symbol := symbols[b.Status]
	title := symbol.sign + " " + nodeTitle(b.Type, b.Title)
	if len(b.Failures) == 0 {
		tail := ""
		if b.Reason != "" {
			tail += "  " + Visible(b.Reason)
		}
		if b.Duration >= time.Millisecond && b.Status != event.Skipped {
			tail += "  " + took(b.Duration)
		}
		if b.Tries > 1 {
			tail += fmt.Sprintf(", %d tries", b.Tries)
		}
		lines := []string{indent + t.paint(symbol.style, symbol.sign) + title[len(symbol.sign):] + t.paint(faint, tail)}
		if n.baseline != nil {
			lines = append(lines, indent+"    "+t.paint(faint, baselineText(*n.baseline)))
		}
		return lines
	}

	layout, most := t.columns()
	lines := t.placed(indent, title, symbol.style, place(b), layout)
	for _, f := range b.Failures {
		if f.Message != "" && f.Message == n.decided {
			continue
		}
		shown := failure(t.painter, f, len(b.Failures) > 1, layout-len(indent)-4, most-len(indent)-4)
		lines = append(lines, indented(indent+"    ", shown)...)
	}
	switch {
	case b.Tries > 1:
		lines = append(lines, indent+"    "+t.paint(faint, fmt.Sprintf("%d tries in %s", b.Tries, took(b.Duration))))
	case b.Duration >= time.Second:
		lines = append(lines, indent+"    "+t.paint(faint, "after "+took(b.Duration)))
	}
	if b.Reason != "" {
		lines = append(lines, indent+"    "+t.paint(caution, "→ ")+Visible(b.Reason))
	}
	return lines
}

// placed is a title with its place at the right edge.
func (t *Terminal) placed(indent, title string, s style, place string, layout int) []string {
	lines := across(indent+title, place, layout, len(indent)+4)
	if len(lines) == 1 {
		head := strings.TrimSuffix(lines[0], place)
		return []string{indent + t.paint(s, title) + head[len(indent)+len(title):] + t.paint(faint, place)}
	}
	return []string{indent + t.paint(s, title), lines[1][:len(indent)+4] + t.paint(faint, place)}
}

// place is where to look: at the failure, if there is but one.
func place(b event.NodeFinished) string {
	if len(b.Failures) == 1 && b.Failures[0].Place.Line > 0 {
		return Visible(b.Failures[0].Place.String())
	}
	return Visible(b.Place.String())
}

func indented(indent string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = indent + line
	}
	return out
}

func baselineText(b event.BaselineTaken) string {
	var words []string
	for _, m := range b.Metrics {
		words = append(words, Visible(m.Name)+" "+Visible(m.Value))
	}
	if b.Samples > 0 {
		words = append(words, "of "+count(b.Samples, "sample"))
	}
	switch {
	case b.Runs == 1:
		words = append(words, "those of 1 run")
	case b.Runs > 1:
		words = append(words, "the median of "+count(b.Runs, "run"))
	}
	return strings.Join(words, "  ")
}

func (t *Terminal) tryFailed(id string, b event.TryFailed) {
	n := t.nodes[id]
	if n == nil {
		return
	}
	n.try, n.trouble = b.Try, oneLine(b.Failures)
	if t.options.Level >= Verbose {
		t.lines(t.indent(n) + t.paint(caution, fmt.Sprintf("↻ %s: try %d: %s", nodeTitle(n.Type, n.Title), b.Try, n.trouble)))
	}
}

func effectText(b event.EffectStarted) string {
	text := Visible(b.Text)
	if b.Name == "$" && !strings.HasPrefix(text, "$") {
		text = "$ " + text
	}
	return text
}

func (t *Terminal) effectFinished(id string, b event.EffectFinished) {
	started, ok := t.effects[b.ID]
	delete(t.effects, b.ID)
	if !ok || t.options.Level < Verbose || b.Duration < time.Second && b.Error == "" {
		return
	}
	line := effectText(started) + ": " + took(b.Duration)
	if b.Error != "" {
		line += ", " + Visible(b.Error)
	}
	t.say(t.indent(t.nodes[id])+"  ", faint, line)
}

func (t *Terminal) output(id string, b event.Output) {
	n := t.nodes[id]
	if b.Stream == "note" { // what became of the command, not what it wrote
		note := Visible(b.Line)
		if n != nil {
			note = nodeTitle(n.Type, n.Title) + ": " + note
		}
		t.say(t.indent(n), caution, "! "+note)
		return
	}
	// A program that redraws its line, as progress bars do, ends each with \r.
	text := strings.TrimRight(b.Line, "\r")
	text = Visible(text[strings.LastIndexByte(text, '\r')+1:])
	if n != nil && strings.TrimSpace(text) != "" {
		n.last = text
	}
	if t.options.Level >= Verbose {
		t.lines(t.indent(n) + "  " + t.paint(faint, "│ ") + text)
	}
}

func (t *Terminal) rollback(b event.RollbackStarted) {
	lines := []string{"", t.paint(bad, "↩ rolling back"+t.onTarget()+": "+Visible(b.Reason))}
	if len(b.Undos) == 0 {
		lines = append(lines, "    there is nothing to undo")
	} else {
		lines = append(lines, "    "+count(len(b.Undos), "step")+" to undo, the newest first:")
	}
	for i, undo := range b.Undos {
		lines = append(lines, fmt.Sprintf("    %2d. %s", i+1, Visible(undo)))
	}
	t.lines(lines...)
}

func (t *Terminal) onTarget() string {
	if where := t.where(); where != "" {
		return " " + where
	}
	return ""
}

func (t *Terminal) answered(b event.Answered) {
	i := slices.IndexFunc(t.open, func(a event.Asked) bool { return a.ID == b.ID })
	if i < 0 {
		return
	}
	asked := t.open[i]
	t.open = slices.Delete(t.open, i, i+1)
	if asked.Type == "confirm" || asked.Type == "ask" {
		return // its node says so when it ends
	}
	by := ""
	if b.By != "" {
		by = ", says " + Visible(b.By)
	}
	t.lines("  " + t.paint(caution, "? ") + Visible(asked.Question) + ": " + Visible(b.Answer) + t.paint(faint, by))
}

func (t *Terminal) noted(b event.Noted) {
	if b.Level == "warning" {
		t.lines(t.paint(caution, "! "+Visible(b.Text)))
	} else if t.options.Level >= Normal {
		t.lines(t.paint(faint, "· ") + Visible(b.Text))
	}
}
