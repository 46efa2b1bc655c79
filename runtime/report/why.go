package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/runtime/event"
)

// WhyOptions say how an account is told. The zero value is a file: in no
// colours, laid out for 84 columns, in UTC.
type WhyOptions struct {
	Color bool
	ASCII bool           // it shows nothing but ASCII
	Width int            // 0: 84
	Zone  *time.Location // of the times; nil: UTC
}

// Why tells in words why the run ended as it did, for somebody who has just
// been woken up: what happened, what decided it and on what evidence, what was
// done then, what is left to do, and what to type next.
func (a Account) Why(w io.Writer, o WhyOptions) error {
	t := &why{Account: a, painter: painter(o.Color), layout: o.Width, zone: o.Zone}
	if t.layout < 1 {
		t.layout = columnsOfAFile
	}
	if t.zone == nil {
		t.zone = time.UTC
	}
	t.tell()
	text := t.text.String()
	if o.ASCII {
		text = asASCII.Replace(text)
	}
	_, err := io.WriteString(w, text)
	return err
}

// why is an account that is being told.
type why struct {
	Account
	painter
	layout int
	zone   *time.Location
	text   strings.Builder
}

func (t *why) line(text string) { t.text.WriteString(strings.TrimRight(text, " ") + "\n") }

// wrapped writes a text in as many lines as it takes, the first after head.
func (t *why) wrapped(head string, s style, text string) {
	for _, line := range fold(Visible(text), max(20, t.layout-width(head))) {
		t.line(head + t.paint(s, line))
		head = strings.Repeat(" ", width(head))
	}
}

func (t *why) heading(text string) {
	t.line("")
	t.line(t.paint(bold, text))
}

// clock is a time of the day; with the date where it isn't that of the start.
func (t *why) clock(at time.Time) string {
	at, started := at.In(t.zone), t.Started.In(t.zone)
	if at.YearDay() != started.YearDay() || at.Year() != started.Year() {
		return at.Format("01-02 15:04:05")
	}
	return at.Format("15:04:05")
}

// endings are how a run ended, as the end of a sentence about the release.
var endings = map[string]string{
	"passed":          "went through",
	"failed":          "failed, and nothing was rolled back",
	"rolled_back":     "was rolled back",
	"rollback_failed": "could not be rolled back whole: a person must do the rest",
	"waiting":         "waits for an answer",
	"refused":         "was refused: nothing ran",
	"wrong":           "did not start: the script or its inputs are wrong",
	"unknown":         "ended, and whether its last effect happened is not known",
	"interrupted":     "was interrupted",
	"running":         "has no end on record: it is at work, or drl was killed",
	"bug":             "ended in a bug of drl",
}

func (t *why) tell() {
	outcome, known := outcomes[t.Outcome]
	if !known {
		outcome.words, outcome.style = "…", caution
	}
	ending := endings[t.Outcome]
	if ending == "" {
		ending = "ended as " + Visible(t.Outcome)
	}
	what := Visible(t.Release)
	if t.Version != "" {
		what += " " + Visible(t.Version)
	}
	if t.Target != "" {
		what += " on " + Visible(t.Target)
	}
	sign, _, _ := strings.Cut(outcome.words, " ")
	t.line(t.paint(outcome.style, sign+" "+what+" "+ending))
	t.line("  " + t.paint(faint, t.facts()))

	t.causes()
	t.rollback()
	if len(t.Left) > 0 {
		t.heading("left to undo by hand")
		for _, left := range t.Left {
			t.wrapped("  • ", bad, left)
		}
	}
	t.also()
	t.rest()
}

// facts are the run, the script, who, when and how long.
func (t *why) facts() string {
	parts := []string{"run " + Visible(t.Run)}
	if t.Script != "" {
		parts = append(parts, Visible(t.Script))
	}
	if t.Operator != "" {
		parts = append(parts, "by "+Visible(t.Operator))
	}
	when := t.Started.In(t.zone).Format("2006-01-02 15:04:05 MST")
	if _, offset := t.Started.In(t.zone).Zone(); offset != 0 {
		when += " (" + t.Started.UTC().Format("15:04:05") + " UTC)"
	}
	parts = append(parts, when)
	if t.Ended != nil {
		parts = append(parts, "for "+took(t.Ended.Sub(t.Started)))
	} else {
		parts = append(parts, "last heard of at "+t.clock(t.Last))
	}
	return strings.Join(parts, " · ")
}

func (t *why) causes() {
	switch {
	case len(t.Causes) > 0:
		t.heading("why")
		for i, c := range t.Causes {
			if i > 0 {
				t.line("")
			}
			t.cause(c)
		}
	case t.Outcome == "passed" && len(t.Also) == 0:
		t.heading("why")
		t.line("  every node passed or was left out on purpose")
	case t.Reason != "" && t.Outcome != "passed":
		t.heading("why")
		t.wrapped("  ", plain, t.Reason)
	}
	if len(t.AtWork) > 0 {
		t.heading("what was at work")
		for _, title := range t.AtWork {
			t.wrapped("  • ", plain, title)
		}
	}
	if len(t.Open) > 0 {
		t.heading("waiting for an answer")
		for _, q := range t.Open {
			t.question(q)
		}
	}
}

func (t *why) question(q event.Asked) {
	t.wrapped("  ? ", caution, q.Question)
	if q.By != "" {
		t.line("    by " + Visible(q.By))
	}
	if len(q.Options) > 0 {
		t.line("    " + Visible(strings.Join(q.Options, ", ")))
	}
	if q.Typed != "" {
		t.line("    to say yes, type " + Visible(q.Typed))
	}
}

// cause tells of a node that failed, or of what a monitor decided.
func (t *why) cause(c Cause) {
	sign, s := "✗", bad
	if known, ok := symbols[c.Status]; ok && c.Decided == nil {
		sign, s = known.sign, known.style
	}
	title := nodeTitle(c.Type, c.Title)
	if c.Phase != "" {
		title += t.paint(faint, "  in "+Visible(c.Phase))
	}
	if c.Decided != nil {
		sign, s = "◆", verdictStyle(c.Decided.Verdict)
	}
	head := "  " + t.clock(c.Time) + " " + t.paint(s, sign) + " " + title
	plainHead := "  " + t.clock(c.Time) + " " + sign + " " + nodeTitle(c.Type, c.Title)
	if c.Phase != "" {
		plainHead += "  in " + Visible(c.Phase)
	}
	place := Visible(c.Place)
	if room := t.layout - width(plainHead) - width(place); room >= 2 {
		t.line(head + strings.Repeat(" ", room) + t.paint(faint, place))
	} else {
		t.line(head)
		t.line("      " + t.paint(faint, place))
	}
	if c.Decided != nil {
		t.decision(c)
		return
	}
	for _, f := range c.Failures {
		for _, line := range failure(t.painter, f, len(c.Failures) > 1, t.layout-6, 0) {
			t.line("      " + line)
		}
	}
	switch {
	case c.Tries > 1:
		t.line("      " + t.paint(faint, fmt.Sprintf("%d tries in %s", c.Tries, took(c.Duration))))
	case c.Duration >= time.Second:
		t.line("      " + t.paint(faint, "after "+took(c.Duration)))
	}
	if c.Reason != "" {
		t.line("      " + t.paint(caution, "→ ") + Visible(c.Reason))
	}
}

func verdictStyle(verdict string) style {
	switch verdict {
	case "rollback", "fail", "error":
		return bad
	case "pass":
		return good
	}
	return caution
}

// verdicts say what a monitor's verdict means, where the rule doesn't.
var verdicts = map[string]string{
	"rollback":     "its rule for a rollback held",
	"fail":         "its rule to fail held",
	"warn":         "its rule to warn held",
	"error":        "there was nothing to judge",
	"inconclusive": "there was too little to judge by: no verdict, which is not a pass",
	"not_compared": "there was nothing to compare with: no verdict, which is not a pass",
	"interrupted":  "it was ended early: no verdict, which is not a pass",
	"pass":         "nothing spoke against it",
}

// decision tells what a monitor decided: the rule, what it saw, on how many
// samples, and for how long it held.
func (t *why) decision(c Cause) {
	d := c.Decided
	if words := verdicts[d.Verdict]; words != "" {
		t.line("      " + t.paint(bold, strings.ReplaceAll(Visible(d.Verdict), "_", " ")+": ") + words)
	}
	t.line("")
	if d.Rule != "" {
		for line := range strings.SplitSeq(d.Rule, "\n") {
			t.line("      " + t.paint(lively, Visible(strings.TrimSpace(line))))
		}
	}
	t.wrapped("      ", bold, d.Words)
	t.line("")
	for i, line := range evidence(*d) {
		t.wrapped("      ", plain, line)
		if i >= len(d.Evidence) {
			continue
		}
		metric := d.Evidence[i].Metric
		if values := c.seen[metric]; len(values) > 1 {
			spark := Sparkline(values, max(8, min(60, t.layout-10)), bounds(d.Comparisons, metric)...)
			t.line("        " + t.paint(lively, spark))
		}
	}
	for _, one := range d.Comparisons {
		if one.Value == "" || one.Limit == "" || one.Is != "true" && len(d.Comparisons) > 1 {
			continue
		}
		what := Visible(one.Text)
		if one.Metric != "" && !strings.Contains(one.Text, one.Metric) {
			what = Visible(one.Metric) + ": " + what
		}
		t.wrapped("      ", plain, fmt.Sprintf("%s: it was %s, and the limit is %s", what, Visible(one.Value), Visible(one.Limit)))
	}
	if held := t.held(c); held != "" {
		t.wrapped("      ", plain, held)
	}
	if d.Extended > 0 {
		t.wrapped("      ", plain, "the monitor looked "+limit(d.Extended)+" longer than its window, because a rule was held when that ended")
	}
	for _, words := range glossary(d.Rule) {
		t.wrapped("      ", faint, words)
	}
	if c.Reason != "" && c.Reason != d.Verdict && c.Reason != strings.ReplaceAll(d.Verdict, "_", " ") && c.Reason != d.Words {
		t.line("      " + t.paint(caution, "→ ") + Visible(c.Reason))
	}
}

// bounds are the limits of a metric.
func bounds(comparisons []event.Comparison, metric string) (at []float64) {
	for _, c := range comparisons {
		if c.Metric == metric && c.At != nil {
			at = append(at, *c.At)
		}
	}
	return at
}

// held says since when the rule was true, and how long it had to be.
func (t *why) held(c Cause) string {
	d, after := c.Decided, ""
	if !c.began.IsZero() && c.Time.Sub(c.began) >= time.Second {
		after = ", " + limit(c.Time.Sub(c.began)) + " after the monitor began"
	}
	switch {
	case d.Rule == "":
		return ""
	case d.Hold > 0 && d.Held >= d.Hold:
		return fmt.Sprintf("true since %s, for %s: as long as the rule wants; decided at %s%s", t.clock(*c.Since), limit(d.Held), t.clock(c.Time), after)
	case d.Hold > 0:
		return fmt.Sprintf("true for %s of the %s that the rule wants, at %s%s", limit(d.Held), limit(d.Hold), t.clock(c.Time), after)
	case c.State != nil && c.State.Wanted > 0:
		return fmt.Sprintf("true at %d of the last ticks, %d are wanted; decided at %s%s", c.State.Times, c.State.Wanted, t.clock(c.Time), after)
	case strings.Contains(d.Rule, " for "): // how long, an older drl didn't tell
		return fmt.Sprintf("decided at %s%s", t.clock(c.Time), after)
	case d.Verdict == "rollback" || d.Verdict == "fail" || d.Verdict == "warn":
		return fmt.Sprintf("the rule has no `for`: once is enough; decided at %s%s", t.clock(c.Time), after)
	}
	return ""
}

// unusual are words of rules that not everybody knows.
var unusual = []struct {
	pattern func() *regexp.Regexp
	means   func(found []string) string
}{
	{lazy.Regexp(`\bdegradation\b`), func([]string) string {
		return "degradation: how much worse than the baseline; of the last 2 minutes, or 10 samples, against the middle of what was before"
	}},
	{lazy.Regexp(`\.p(\d\d)\b`), func(found []string) string {
		return "p" + found[1] + ": of 100 samples, " + found[1] + " are below it"
	}},
	{lazy.Regexp(`\.over\(([^)]*)\)`), func(found []string) string {
		return "over(" + found[1] + "): all that went wrong in that time, of all there was"
	}},
	{lazy.Regexp(`\.missing\b`), func([]string) string { return "missing: the share of looks that gave no value" }},
	{lazy.Regexp(`\.stddev\b`), func([]string) string { return "stddev: how far samples usually are from their mean" }},
	{lazy.Regexp(`\.trend\b`), func([]string) string { return "trend: by how much it rises in a time" }},
	{lazy.Regexp(`\bproven\(`), func([]string) string {
		return "proven: chance alone would show such a difference at most once in 100 healthy releases"
	}},
	{lazy.Regexp(`\bleak\(`), func([]string) string {
		return "leak: even its lowest values rise, so fast that the limit is reached in that time"
	}},
	{lazy.Regexp(`\bburn\(`), func([]string) string {
		return "burn: how many times as fast as the objective allows errors come"
	}},
}

// glossary says what the words in a rule mean.
func glossary(rule string) (lines []string) {
	for _, w := range unusual {
		if found := w.pattern().FindStringSubmatch(rule); found != nil {
			lines = append(lines, w.means(found))
		}
	}
	return lines
}

// rollback tells what was undone, what ran then, and whether it helped.
func (t *why) rollback() {
	back := t.Back
	if back == nil {
		return
	}
	t.heading("what was done then")
	switch {
	case len(back.wanted) == 0:
		t.line("  " + t.clock(back.Time) + " rolled back: there was nothing to undo")
	default:
		t.line("  " + t.clock(back.Time) + " rolled back: " + count(len(back.wanted), "step") + " to undo, the newest first")
	}
	for _, c := range append(back.Undos, back.Handlers...) {
		if c.Status == event.Failed || c.Status == event.Warned {
			t.cause(c)
			continue
		}
		sign := symbols[c.Status]
		line := "  " + t.clock(c.Time) + " " + t.paint(sign.style, sign.sign) + " " + nodeTitle(c.Type, c.Title)
		if c.Duration >= time.Second {
			line += t.paint(faint, "  "+took(c.Duration))
		}
		t.line(line)
	}
	if r := back.Recovered; r != nil {
		head := "  " + t.clock(back.recoveredAt) + " "
		switch r.Is {
		case "yes":
			t.wrapped(head, good, "the old version does well: "+r.Words)
		case "no":
			t.wrapped(head, bad, "the old version does not do well: "+r.Words)
		default:
			t.wrapped(head, caution, "whether the old version does well is not known: "+r.Words)
		}
	}
}

// also tells in a line each what else was not as it should be.
func (t *why) also() {
	if len(t.Also) == 0 {
		return
	}
	title := "what else was seen"
	if len(t.Causes) == 0 {
		title = "what was seen"
	}
	t.heading(title)
	for _, c := range t.Also {
		if c.Decided != nil && len(t.Causes) == 0 {
			t.cause(c)
			continue
		}
		sign, s := symbols[c.Status].sign, symbols[c.Status].style
		words := c.Reason
		switch {
		case c.Decided != nil:
			sign, s, words = "◆", verdictStyle(c.Decided.Verdict), strings.ReplaceAll(c.Decided.Verdict, "_", " ")+": "+c.Decided.Words
		case len(c.Failures) > 0:
			words = oneLine(c.Failures)
		}
		if sign == "" {
			sign = "·"
		}
		t.line("  " + t.clock(c.Time) + " " + t.paint(s, sign) + " " + nodeTitle(c.Type, c.Title) + t.paint(faint, "  "+Visible(c.Place)))
		if words != "" {
			t.wrapped("      ", plain, words)
		}
	}
}

// rest is what is left to do.
func (t *why) rest() {
	if len(t.Notes) > 0 {
		t.heading("warnings")
		for _, note := range t.Notes {
			t.wrapped("  ! ", caution, note)
		}
	}
	if len(t.Follow) > 0 {
		t.heading("due later")
		for _, f := range t.Follow {
			by := ""
			if f.By != "" {
				by = ", by " + Visible(f.By)
			}
			t.line("  " + Visible(f.Title) + t.paint(faint, "  "+f.Due.In(t.zone).Format("2006-01-02 15:04 MST")+by))
		}
	}
	if t.Next != "" {
		t.heading("next")
		t.line("  " + Visible(t.Next)) // in one line: it is to be copied
	}
}

// fold breaks a text at blanks into lines of at most n columns; a word that is
// longer stands alone.
func fold(text string, n int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= n:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
