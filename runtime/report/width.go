package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// cells measures text in the columns of a terminal. It is ours, so that no
// environment variable of the machine changes a layout.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

func width(s string) int { return cells.StringWidth(s) }

// cut returns s in at most n columns, with … where something is left out.
// n below 1 means no limit.
func cut(s string, n int) string {
	if n < 1 || width(s) <= n {
		return s
	}
	return cells.Truncate(s, n, "…")
}

// pad returns s in at least n columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-width(s)))
}

// across returns left and, at the right edge of n columns, right; on a line
// of its own, under indent blanks, where both don't fit.
func across(left, right string, n, indent int) []string {
	if right == "" {
		return []string{left}
	}
	if room := n - width(left) - width(right); room >= 2 {
		return []string{left + strings.Repeat(" ", room) + right}
	}
	return []string{left, strings.Repeat(" ", indent) + right}
}
