package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/drl-lang/drl/runtime/event"
)

// failure shows one failure: what was said, its source with values, what the
// command last wrote, what to do. With place, its own line says where it is.
// Lines are laid out for layout columns and cut at most (below 1: never).
func failure(p painter, f event.Failure, withPlace bool, layout, most int) []string {
	var lines []string
	source := Visible(strings.TrimSpace(firstLine(f.Source)))
	if f.Message != "" && !saysNoMore(f) {
		for line := range strings.SplitSeq(strings.TrimRight(f.Message, "\n"), "\n") {
			lines = append(lines, Visible(line))
		}
	}
	if source != "" {
		// The parts count from the first character of Source, blanks included.
		lines = append(lines, drawing(p, f.Source, f.Parts, most)...)
	}
	if withPlace && len(lines) > 0 {
		at := Visible(f.Place.String())
		first := across(lines[0], at, layout, 0)
		last := len(first) - 1
		first[last] = strings.TrimSuffix(first[last], at) + p.paint(faint, at)
		lines = append(first, lines[1:]...)
	}
	for _, line := range f.Output {
		lines = append(lines, p.paint(faint, "│ ")+Visible(line))
	}
	if f.Code != "" {
		lines = append(lines, p.paint(faint, "see: drl explain "+Visible(f.Code)))
	}
	if f.Hint != "" {
		lines = append(lines, p.paint(lively, "hint: ")+Visible(f.Hint))
	}
	return lines
}

// Failure is a failure as a terminal of so many columns shows it, a line each;
// below 1: nothing is cut.
func Failure(f event.Failure, color bool, columns int) []string {
	layout := columns
	if columns < 1 {
		layout = columnsOfAFile
	}
	return failure(painter(color), f, true, layout, columns)
}

// FailureLine is a failure in a line.
func FailureLine(f event.Failure) string { return oneLine([]event.Failure{f}) }

// saysNoMore tells whether the message repeats the source, as that of an
// expect without an else does: the source with its values says it better.
func saysNoMore(f event.Failure) bool {
	source := strings.Join(strings.Fields(firstLine(f.Source)), " ")
	_, condition, _ := strings.Cut(source, " ")
	return f.Message == source || f.Message == condition+" is not true"
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// oneLine tells failures in a line: the first, and how many more there are.
func oneLine(failures []event.Failure) string {
	if len(failures) == 0 {
		return ""
	}
	f := failures[0]
	text := firstLine(f.Message)
	if text == "" || saysNoMore(f) {
		text = strings.TrimSpace(firstLine(f.Source))
	}
	text = Visible(text)
	if f.Message == "" || saysNoMore(f) {
		var values []string
		for _, part := range telling(f.Parts) {
			named := strings.IndexFunc(part.Text, unicode.IsLetter) == 0 // not an operator, not a literal
			if len(values) < 3 && named && part.Text != part.Value && width(part.Value) < 40 && !strings.HasPrefix(part.Value, "not evaluated") {
				values = append(values, Visible(part.Text)+" is "+Visible(part.Value))
			}
		}
		if len(values) > 0 {
			text += " (" + strings.Join(values, ", ") + ")"
		}
	}
	for _, line := range slices.Backward(f.Output) {
		if line = strings.TrimSpace(line); line != "" {
			text += ": " + Visible(line)
			break
		}
	}
	if more := len(failures) - 1; more > 0 {
		text += ", and " + count(more, "more failure")
	}
	return text
}
