package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/runtime/event"
)

// drawing shows source with the value of each part under its place:
//
//	expect r.latency < 500ms
//	       │         │
//	       1.24s     500ms
//
// Parts that do not fit so, in limit columns (below 1: any number), are listed
// underneath.
func drawing(p painter, source string, parts []event.Part, limit int) []string {
	source, _, more := strings.Cut(source, "\n")
	shown, columns := spread(source)
	if more {
		shown += " …"
	}
	lines := []string{shown}

	var labels, rest []mark
	parts = telling(parts)
	for i, part := range parts {
		m := mark{text: Visible(part.Text), value: Visible(part.Value)}
		at := anchor(parts, i)
		if at < 0 || at >= len(columns)-1 {
			rest = append(rest, m)
			continue
		}
		m.column = columns[at]
		labels = append(labels, m)
	}
	slices.SortStableFunc(labels, func(a, b mark) int { return cmp.Compare(a.column, b.column) })
	if !fits(shown, labels, limit) {
		labels, rest = nil, slices.Concat(labels, rest)
	}
	lines = append(lines, marks(p, labels, limit)...)
	return append(lines, listed(p, rest, limit)...)
}

// mark is a value with the column that it belongs to.
type mark struct {
	column      int
	text, value string
}

// spread returns a line of source as it is shown, and the column of each of
// its characters and of its end.
func spread(source string) (shown string, columns []int) {
	var b strings.Builder
	at := 0
	for _, r := range source {
		columns = append(columns, at)
		s := spell(r)
		if r == '\t' {
			s = " "
		}
		b.WriteString(s)
		at += width(s)
	}
	return breakCommands(b.String()), append(columns, at)
}

// telling leaves out what tells nothing: the object of a member whose own
// value is there, and what is written as its own value anyway.
func telling(parts []event.Part) []event.Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p event.Part) bool {
		isObject := strings.HasPrefix(p.Value, "{") && slices.ContainsFunc(parts, func(q event.Part) bool {
			return q.Column == p.Column && q.Width > p.Width
		})
		return isObject || p.Text == p.Value && strings.HasPrefix(p.Text, `"`)
	})
}

// anchor is the character of the source under which the i-th part's value
// belongs: where the part begins, or the last word of a chain whose beginning
// has a value of its own.
func anchor(parts []event.Part, i int) int {
	p := parts[i]
	inner := 0 // the width of the widest part that p begins with
	for _, q := range parts {
		if q.Column == p.Column && q.Width < p.Width {
			inner = max(inner, q.Width)
		}
	}
	if inner == 0 {
		return p.Column
	}
	skip := 0
	for _, r := range []rune(p.Text)[min(inner, utf8.RuneCountInString(p.Text)):] {
		if !strings.ContainsRune(" .?()", r) {
			break
		}
		skip++
	}
	return p.Column + inner + skip
}

// fits tells whether the values can stand under their places with enough room
// to be read.
func fits(shown string, labels []mark, limit int) bool {
	if limit < 1 {
		return true
	}
	if width(shown) > limit {
		return false
	}
	return !slices.ContainsFunc(labels, func(m mark) bool {
		return m.column+min(width(m.value), 12) > limit
	})
}

// marks draws the bars and, from the right, each value on the first line that
// has room for it.
func marks(p painter, labels []mark, limit int) []string {
	if len(labels) == 0 {
		return nil
	}
	var bars row
	for _, m := range labels {
		bars.put(p, faint, m.column, "│")
	}
	lines := []string{bars.String()}
	for len(labels) > 0 {
		var kept, placed []mark
		next := -1 // where the neighbour at the right begins
		for _, m := range slices.Backward(labels) {
			if next < 0 || m.column+width(m.value) < next {
				placed = append(placed, m)
			} else {
				kept = append(kept, m)
			}
			next = m.column
		}
		var line row
		for _, m := range labels {
			switch {
			case slices.Contains(placed, m):
				room := 0
				if limit > 0 {
					room = limit - m.column
				}
				line.put(p, valueOf, m.column, cut(m.value, room))
			default:
				line.put(p, faint, m.column, "│")
			}
		}
		lines = append(lines, line.String())
		slices.Reverse(kept)
		labels = kept
	}
	return lines
}

// row is a line that is filled from left to right.
type row struct {
	b  strings.Builder
	at int
}

func (r *row) put(p painter, s style, column int, text string) {
	if column < r.at {
		return // a second bar of the same place
	}
	r.b.WriteString(strings.Repeat(" ", column-r.at))
	r.b.WriteString(p.paint(s, text))
	r.at = column + width(text)
}

func (r *row) String() string { return r.b.String() }

// listed shows values under each other, by what they are of.
func listed(p painter, marks []mark, limit int) []string {
	name := 0
	for _, m := range marks {
		name = max(name, min(width(m.text), 24))
	}
	var lines []string
	for _, m := range marks {
		room := 0
		if limit > 0 {
			room = max(12, limit-name-4)
		}
		lines = append(lines, "  "+pad(cut(m.text, name), name)+"  "+p.paint(valueOf, cut(m.value, room)))
	}
	return lines
}
