package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// watchedLine is what a monitor's line says of one metric.
type watchedLine struct {
	name, value, baseline string
	bound, rule           string // the limit as a value of the metric, and what it comes from
	state, brief, then    string // how long it is over it, and what will follow
	left                  string
	note                  string // free text at the end
	values                []float64
	scale                 []float64
	style                 style // of the state
}

// fields says what a line has room for.
type fields struct {
	indent, gap, spark         int
	baseline, rule, then, left bool
	brief                      bool
}

// layouts are those of a monitor's lines, the widest first. All lines of a
// monitor have the same.
var layouts = []fields{
	{indent: 4, gap: 2, spark: 24, baseline: true, rule: true, then: true, left: true},
	{indent: 4, gap: 2, spark: 16, baseline: true, rule: true, then: true, left: true},
	{indent: 4, gap: 2, spark: 16, baseline: true, rule: true, then: true},
	{indent: 4, gap: 2, spark: 12, baseline: true, rule: true},
	{indent: 4, gap: 2, spark: 12, baseline: true, then: true, left: true},
	{indent: 4, gap: 2, spark: 12, baseline: true, then: true},
	{indent: 4, gap: 2, spark: 12, baseline: true, left: true},
	{indent: 4, gap: 2, spark: 12, baseline: true},
	{indent: 4, gap: 2, spark: 10, baseline: true},
	{indent: 4, gap: 2, spark: 8, baseline: true},
	{indent: 4, gap: 2, spark: 12, left: true},
	{indent: 4, gap: 2, spark: 12},
	{indent: 4, gap: 2, spark: 8},
	{indent: 2, gap: 1, spark: 8, brief: true},
	{indent: 2, gap: 1, spark: 5, brief: true},
	{indent: 2, gap: 1, brief: true},
}

// watched is a monitor's line for each metric, and one for each rule that is
// true or held and that no metric's line shows.
func (t *Terminal) watched(n *node, room int) []string {
	tick := *n.tick
	shown := map[int]bool{} // rules
	var lines []watchedLine
	for _, m := range tick.Metrics {
		lines = append(lines, metricLine(tick, m, n.recent[m.Name], shown))
	}
	layout := layouts[len(layouts)-1]
	for _, f := range layouts {
		if w := f.widths(lines); w.total(f) <= room {
			layout = f
			break
		}
	}
	widths := layout.widths(lines)
	var out []string
	for _, l := range lines {
		out = append(out, t.watchedText(l, layout, widths, room))
	}
	for i, r := range tick.Rules {
		if state := ruleState(r); state != "" && !shown[i] {
			text := strings.Repeat(" ", layout.indent) + "▲ " + cut(Visible(r.Rule), max(8, room-layout.indent-4-width(state)))
			out = append(out, t.paint(caution, text)+"  "+t.paint(caution, cut(state, max(1, room-width(text)-2))))
		}
	}
	return out
}

// columns are the widths of a monitor's columns.
type columns struct{ name, spark, value, baseline, bound, state, left int }

func (f fields) widths(lines []watchedLine) (w columns) {
	for _, l := range lines {
		w.name = max(w.name, width(l.name))
		w.value = max(w.value, width(l.value))
		w.spark = max(w.spark, min(f.spark, len(l.values)))
		if f.baseline {
			w.baseline = max(w.baseline, width(l.baseline))
		}
		w.bound = max(w.bound, width(l.limit(f)))
		w.state = max(w.state, width(l.standing(f)))
		if f.left {
			w.left = max(w.left, width(l.left))
		}
	}
	if f.brief {
		w.name, w.value = min(w.name, 10), min(w.value, 12)
	} else {
		w.name, w.value = min(w.name, 20), min(w.value, 20)
	}
	return w
}

func (w columns) total(f fields) int {
	all := f.indent + w.name
	for _, c := range []int{w.spark, w.value, w.baseline, w.bound, w.state, w.left} {
		if c > 0 {
			all += f.gap + c
		}
	}
	return all
}

// limit is the cell of the limit.
func (l watchedLine) limit(f fields) string {
	switch {
	case l.bound == "":
		return ""
	case f.rule && l.rule != "":
		return "limit " + l.bound + " (" + l.rule + ")"
	case f.brief:
		return "/ " + l.bound
	}
	return "limit " + l.bound
}

// standing is the cell of the hold.
func (l watchedLine) standing(f fields) string {
	switch {
	case f.brief:
		return strings.Replace(l.brief, " of ", "/", 1)
	case f.then && l.then != "":
		return l.state + ", then " + l.then
	}
	return l.state
}

func (t *Terminal) watchedText(l watchedLine, f fields, w columns, room int) string {
	var b strings.Builder
	at := f.indent
	b.WriteString(strings.Repeat(" ", f.indent))
	due := 0 // blanks that come before the next cell
	cell := func(s style, text string, column int) {
		if column == 0 {
			return
		}
		text = cut(text, min(column, max(0, room-at-due)))
		if text != "" && at+due < room {
			b.WriteString(strings.Repeat(" ", due) + t.paint(s, text))
			at += due + width(text)
			due = column - width(text) + f.gap
		} else {
			due += column + f.gap
		}
	}
	cell(plain, l.name, w.name)
	cell(lively, Sparkline(l.values, w.spark, l.scale...), w.spark)
	cell(bold, l.value, w.value)
	cell(faint, l.baseline, w.baseline)
	cell(plain, l.limit(f), w.bound)
	cell(l.style, l.standing(f), w.state)
	cell(faint, l.left, w.left)
	if note := l.note; note != "" && room-at-f.gap > 8 {
		b.WriteString(strings.Repeat(" ", f.gap) + t.paint(caution, cut(note, room-at-f.gap)))
	}
	return b.String()
}

// metricLine is what is said of a metric at a tick. The rule whose limit it
// shows is marked in shown.
func metricLine(tick event.Ticked, m event.Metric, recent []float64, shown map[int]bool) watchedLine {
	l := watchedLine{name: Visible(m.Name), value: Visible(m.Value), values: recent}
	if m.State == "error" {
		l.value, l.note = "error", Visible(m.Value)
	}
	switch m.Baseline {
	case "":
	case "not compared":
		l.baseline = "not compared"
	default:
		l.baseline = "baseline " + Visible(m.Baseline)
	}
	if tick.Left > 0 {
		l.left = limit(tick.Left.Truncate(time.Second)) + " left"
	}
	i, c := nearest(tick.Rules, m.Name)
	if i < 0 {
		return l
	}
	r := tick.Rules[i]
	shown[i] = true
	l.bound = Visible(c.Bound)
	if c.Text != "" {
		l.rule = Visible(c.Text)
	}
	if c.At != nil {
		l.scale = []float64{*c.At}
	}
	l.state, l.brief, l.style = standing(r, c)
	if l.state != "" && r.Is == "true" && c.Is == "true" {
		l.then = r.Action
	}
	return l
}

// nearest is the rule whose limit matters most to a metric: one that is true
// before one that isn't, of those the one that will be decided first, then the
// strictest.
func nearest(rules []event.RuleState, metric string) (which int, c event.Comparison) {
	which, best := -1, -1.0
	for i, r := range rules {
		for _, one := range r.Comparisons {
			if one.Metric != metric || one.Bound == "" || r.Action == "pass" {
				continue
			}
			rank := strictness[r.Action]
			if one.Is == "true" {
				rank += 10
				if r.Is == "true" {
					rank += 10 + 9*heldShare(r)
				}
			}
			if rank > best {
				which, c, best = i, one, rank
			}
		}
	}
	return which, c
}

var strictness = map[string]float64{"rollback": 3, "fail": 2, "warn": 1}

// heldShare is how much of its hold a rule has behind it.
func heldShare(r event.RuleState) float64 {
	switch {
	case r.Hold > 0:
		return min(1, float64(r.Held)/float64(r.Hold))
	case r.Wanted > 0:
		return min(1, float64(r.Times)/float64(r.Wanted))
	}
	return 1
}

// standing says where a rule stands with a metric, in words and in brief.
func standing(r event.RuleState, c event.Comparison) (state, brief string, s style) {
	switch {
	case c.Is == "true" && r.Is == "true":
		way := c.Way
		if way == "" {
			way = "true"
		}
		hold := held(r)
		if hold == "" {
			return way + " it", way, bad
		}
		return way + " for " + hold, hold, caution
	case c.Is == "true":
		return strings.TrimSpace(c.Way + " it"), c.Way, caution
	case c.Is == "unknown" && r.Held > 0:
		return "not known, held " + held(r), "? " + held(r), caution
	case r.Times > 0:
		return held(r), held(r), caution
	}
	return "", "", plain
}

// held is "30s of 2m" or "2 of 3 ticks"; "" for a rule without a hold.
func held(r event.RuleState) string {
	switch {
	case r.Hold > 0:
		return limit(r.Held.Truncate(time.Second)) + " of " + limit(r.Hold)
	case r.Wanted > 0:
		return fmt.Sprintf("%d of %s", r.Times, count(r.Wanted, "tick"))
	}
	return ""
}

// ruleState says what is worth a line of a rule: that it is true or was, with
// what it sees; "" for one that is quiet.
func ruleState(r event.RuleState) string {
	var words []string
	switch hold := held(r); {
	case r.Action == "pass":
		return ""
	case r.Is == "true" && hold == "":
		words = append(words, "true")
	case r.Is == "true":
		words = append(words, "true for "+hold)
	case r.Is == "unknown" && r.Held > 0:
		words = append(words, "not known, held "+hold)
	case r.Times > 0:
		words = append(words, hold)
	default:
		return ""
	}
	for _, c := range r.Comparisons {
		if c.Is == "true" && c.Value != "" && c.Metric == "" {
			words = append(words, "now "+Visible(c.Value))
		}
	}
	return strings.Join(words, ", ")
}

// progress is how far a monitor is.
func progress(tick event.Ticked) string {
	words := fmt.Sprintf("tick %d", tick.Tick)
	if tick.Of >= tick.Tick {
		words += fmt.Sprintf(" of %d", tick.Of)
	}
	switch {
	case tick.More > 0:
		words += ", " + limit(tick.More.Truncate(time.Second)) + " more at most"
	case tick.Left > 0:
		words += ", " + limit(tick.Left.Truncate(time.Second)) + " left"
	case tick.Of == 0 && tick.At > 0:
		words += ", " + clock(tick.At)
	}
	if tick.Warmup > 0 {
		words += ", warming up for " + limit(tick.Warmup.Truncate(time.Second))
	}
	return words
}

// metricsText is a tick in a line, with nothing left out that matters.
func metricsText(tick event.Ticked) string {
	shown := map[int]bool{}
	var words []string
	for _, m := range tick.Metrics {
		l := metricLine(tick, m, nil, shown)
		word := l.name + " " + l.value
		if l.note != "" {
			word = l.name + ": " + l.note
		}
		var more []string
		if l.baseline != "" {
			more = append(more, l.baseline)
		}
		if l.bound != "" {
			more = append(more, "limit "+l.bound)
		}
		if len(more) > 0 {
			word += " (" + strings.Join(more, ", ") + ")"
		}
		if l.state != "" {
			word += " " + l.state
		}
		words = append(words, word)
	}
	for i, r := range tick.Rules {
		if state := ruleState(r); state != "" && !shown[i] {
			words = append(words, Visible(r.Rule)+": "+state)
		}
	}
	return strings.Join(words, ", ")
}

// ticked takes a tick, and says what began or ended with it.
func (t *Terminal) ticked(id string, b event.Ticked) {
	n := t.nodes[id]
	if n == nil {
		return
	}
	if n.tick == nil {
		n.recent, n.firing = map[string][]float64{}, map[string]bool{}
	}
	n.tick = &b
	for _, m := range b.Metrics {
		n.recent[m.Name] = append(n.recent[m.Name], numberOf(m))
		n.recent[m.Name] = n.recent[m.Name][max(0, len(n.recent[m.Name])-sparkMost):]
	}
	title := nodeTitle(n.Type, n.Title)
	if b.Gap > 0 {
		t.lines(t.indent(n) + t.paint(caution, "! ") + title + ": nothing was looked at for " + limit(b.Gap) + "; holds and the window go on where they were")
	}
	for _, r := range b.Rules {
		firing := r.Is == "true"
		waits := r.Hold > 0 || r.Wanted > 1
		switch {
		case firing && !n.firing[r.Rule] && waits:
			t.lines(t.indent(n) + t.paint(caution, "▲ ") + title + ": true from now on: " + Visible(r.Rule) + seenBy(r, "true"))
		case r.Is == "false" && n.firing[r.Rule] && waits:
			t.lines(t.indent(n) + t.paint(good, "▽ ") + title + ": false again: " + Visible(r.Rule) + seenBy(r, "false"))
		}
		if r.Is != "unknown" {
			n.firing[r.Rule] = firing
		}
	}
	if b.More > 0 && !n.longer {
		n.longer = true
		t.lines(t.indent(n) + t.paint(caution, "▲ ") + title + ": its window is over while a rule is held: it goes on until that is decided, for " + limit(b.More) + " at most")
	}
}

// numberOf is a metric's number for a sparkline.
func numberOf(m event.Metric) float64 {
	if m.Number == nil {
		return math.NaN()
	}
	return *m.Number
}

// seenBy is what a rule has seen of those comparisons, in brackets.
func seenBy(r event.RuleState, is string) string {
	var words []string
	for _, c := range r.Comparisons {
		if c.Is != is || c.Value == "" {
			continue
		}
		word := "now " + Visible(c.Value)
		if c.Metric != "" && len(r.Comparisons) > 1 {
			word = Visible(c.Metric) + " " + word
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// decided says a verdict, with the numbers that it rests on.
func (t *Terminal) decided(id string, b event.Decided) {
	n := t.nodes[id]
	layout, _ := t.columns()
	s := caution
	switch b.Verdict {
	case "pass":
		s = good
		if t.options.Level < Verbose {
			return // its node says so when it ends
		}
	case "rollback", "fail", "error":
		s = bad
	}
	if n != nil {
		n.decided = b.Words
	}
	verdict := "◆ " + strings.ReplaceAll(Visible(b.Verdict), "_", " ") + ": " + Visible(b.Words)
	t.lines(t.placed(t.indent(n), verdict, s, Visible(b.Place.String()), layout)...)
	for _, line := range evidence(b) {
		t.lines(t.indent(n) + "    " + t.paint(faint, line))
	}
}

// evidence is what a verdict knows of each metric, and what its rule's names
// stood for.
func evidence(b event.Decided) (lines []string) {
	for _, e := range b.Evidence {
		line := Visible(e.Metric) + " " + Visible(e.Value) + ", n " + count(e.Samples, "tick")
		if e.Baseline != "" {
			line += "; baseline " + Visible(e.Baseline) + ", n " + count(e.BaselineSamples, "tick")
		}
		if e.BaselineRuns > 0 {
			line += " of the middle one of " + count(e.BaselineRuns, "run")
		}
		if i := slices.IndexFunc(b.Comparisons, func(c event.Comparison) bool { return c.Metric == e.Metric && c.Bound != "" }); i >= 0 {
			line += "; limit " + Visible(b.Comparisons[i].Bound)
		}
		if e.Sketch {
			line += "; quantiles are within 1%"
		}
		lines = append(lines, line)
	}
	if len(b.Limits) > 0 {
		lines = append(lines, Visible(strings.Join(b.Limits, ", ")))
	}
	return lines
}
