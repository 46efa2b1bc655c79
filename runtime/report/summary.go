package report

import (
	"fmt"
	"iter"
	"maps"
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// outcomes are how a run ended, in words.
var outcomes = map[string]struct {
	words string
	style style
}{
	"passed":          {"✓ passed", good},
	"failed":          {"✗ failed", bad},
	"rolled_back":     {"↩ rolled back", caution},
	"rollback_failed": {"✗ rollback failed", bad},
	"waiting":         {"? waiting", caution},
	"refused":         {"✗ refused", bad},
	"unknown":         {"? outcome unknown", bad},
	"interrupted":     {"■ interrupted", caution},
	"wrong":           {"✗ nothing ran", bad},
	"bug":             {"✗ a bug in drl", bad},
}

// summary is the end of the log: the failures once more, what is left to a
// person, what is due later, and one last line with everything else.
func (t *Terminal) summary(b event.RunFinished) {
	layout, _ := t.columns()
	lines := []string{""}
	if len(t.failed) > 0 && !t.options.Brief {
		lines = append(lines, t.paint(bold, count(len(t.failed), "failure")))
		for _, f := range t.failed {
			lines = append(lines, t.placed("", "✗ "+nodeTitle(f.finish.Type, f.finish.Title), bad, place(f.finish), layout)...)
			for _, one := range f.finish.Failures {
				lines = append(lines, "    "+oneLine([]event.Failure{one}))
			}
		}
		lines = append(lines, "")
	}
	if len(b.Left) > 0 {
		lines = append(lines, t.paint(bad, "left to undo by hand"+t.onTargetPhrase()))
		for _, left := range b.Left {
			lines = append(lines, "  "+t.paint(bad, "• ")+Visible(left))
		}
		lines = append(lines, "")
	}
	if b.Outcome == "waiting" && len(t.open) > 0 {
		lines = append(lines, t.paint(bold, "waiting for an answer"))
		for _, q := range t.open {
			by := ""
			if q.By != "" {
				by = "  by " + Visible(q.By)
			}
			lines = append(lines, "  "+t.paint(caution, "? ")+Visible(q.Question)+t.paint(faint, by))
		}
		lines = append(lines, "")
	}
	if len(b.Follow) > 0 {
		lines = append(lines, t.paint(bold, "due later"))
		for _, f := range b.Follow {
			by := ""
			if f.By != "" {
				by = ", by " + Visible(f.By)
			}
			lines = append(lines, "  "+Visible(f.Title)+t.paint(faint, "  "+f.Due.Format(time.RFC3339)+by))
		}
		lines = append(lines, "")
	}
	if t.options.Level < Normal && len(lines) == 1 {
		lines = nil
	}
	t.lines(append(lines, t.lastLine(b))...)
}

func (t *Terminal) onTargetPhrase() string {
	if where := t.where(); where != "" {
		return " on " + where
	}
	return ""
}

// lastLine is the summary in a line: outcome, reason, counts, duration, where,
// the run, and what to type next.
func (t *Terminal) lastLine(b event.RunFinished) string {
	outcome, ok := outcomes[b.Outcome]
	if !ok {
		outcome.words, outcome.style = Visible(b.Outcome), caution
	}
	words := t.paint(outcome.style, outcome.words+t.onTargetPhrase())
	if b.Reason != "" {
		words += ": " + Visible(b.Reason)
	}
	parts := []string{words}
	if counts := countsOf(b); counts != "" {
		parts = append(parts, counts)
	}
	parts = append(parts, took(b.Duration))
	if t.id != "" {
		parts = append(parts, "run "+Visible(t.id))
	}
	if b.Next != "" {
		parts = append(parts, "next: "+t.paint(bold, Visible(b.Next)))
	}
	return strings.Join(parts, t.paint(faint, " · "))
}

func countsOf(b event.RunFinished) string {
	var words []string
	for _, c := range []struct {
		n    int
		word string
	}{{b.Passed, "passed"}, {b.Failed, "failed"}, {b.Warned, "warned"}, {b.Skipped, "skipped"}} {
		if c.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	return strings.Join(words, ", ")
}

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
