package repl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/report"
)

// What a value shows at most; the rest is counted. A name has the whole of it.
const (
	mostRows  = 40
	mostLines = 60
)

// cells measures text in the columns of a terminal.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

func width(s string) int { return cells.StringWidth(s) }

// fit returns s in at most n columns.
func fit(s string, n int) string {
	if width(s) <= n {
		return s
	}
	return cells.Truncate(s, max(n, 1), "…")
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

// painter puts the colours that every terminal has on text, or leaves it alone.
type painter bool

const (
	faint   = "2"
	bold    = "1"
	red     = "31"
	green   = "32"
	yellow  = "33"
	blue    = "34"
	magenta = "35"
	cyan    = "36"
)

func (p painter) paint(color, text string) string {
	if !p || text == "" || color == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// shower lays values out for a terminal.
type shower struct {
	painter
	columns int
}

// show returns the lines of a value. Nothing in them is obeyed by a terminal.
func (s shower) show(v value.Value) []string {
	lines := s.lines(v)
	if len(lines) > mostLines {
		left := len(lines) - mostLines
		lines = append(lines[:mostLines:mostLines], s.paint(faint, fmt.Sprintf("… %d more lines", left)))
	}
	return lines
}

func (s shower) lines(v value.Value) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case value.String:
		return s.text(string(v))
	case value.Time:
		return []string{s.paint(cyan, clock(time.Time(v)))}
	case value.Events:
		return []string{s.scalar(v) + s.paint(faint, "  "+ratio(v))}
	case *value.List:
		if v == nil || v.Len() == 0 {
			return []string{"[]"}
		}
		if names := columnsOf(v); names != nil {
			return s.table(names, v)
		}
		return s.nested(v, 0)
	case *value.Record:
		return s.record(v)
	}
	return []string{s.scalar(v)}
}

// clock is a time in the zone of this machine and in UTC.
func clock(t time.Time) string {
	local := t.Local()
	text := local.Format("2006-01-02 15:04:05")
	if local.Nanosecond() != 0 {
		text = strings.TrimRight(local.Format("2006-01-02 15:04:05.000"), "0")
		text = strings.TrimSuffix(text, ".")
	}
	zone, offset := local.Zone()
	if offset == 0 {
		return text + " UTC"
	}
	utc := t.UTC()
	layout := "15:04:05"
	if utc.YearDay() != local.YearDay() {
		layout = "2006-01-02 15:04:05"
	}
	return text + " " + zone + " (" + utc.Format(layout) + " UTC)"
}

func ratio(e value.Events) string {
	if e.Total == 0 {
		return "of none"
	}
	return value.Percent(e.Bad / e.Total).String()
}

// scalar is a value in one line.
func (s shower) scalar(v value.Value) string {
	text := report.Visible(value.Quote(v))
	switch v := v.(type) {
	case value.String:
		return s.paint(green, text)
	case value.Null, value.Secret:
		return s.paint(faint, text)
	case value.Bool, value.Int, value.Number, value.Ratio, value.Percent, value.Points, value.Duration, value.Size, value.Rate, value.Events:
		return s.paint(cyan, text)
	case value.Time:
		return s.paint(cyan, clock(time.Time(v)))
	}
	return text
}

// text shows one line with its quotes, and several as they are.
func (s shower) text(t string) []string {
	if !strings.Contains(strings.TrimRight(t, "\n"), "\n") {
		return []string{s.scalar(value.String(t))}
	}
	var lines []string
	for _, l := range strings.Split(strings.TrimRight(t, "\n"), "\n") {
		lines = append(lines, report.Visible(l))
	}
	return lines
}

// record shows one field a line; what is nested stands below its name.
func (s shower) record(r *value.Record) []string {
	if r == nil || r.Handle != nil || r.Len() == 0 {
		if r != nil && r.Handle != nil {
			return []string{r.Type}
		}
		return []string{"{}"}
	}
	if r.Type == "CommandResult" || r.Type == "SecretCommandResult" {
		return s.command(r)
	}
	if r.Type == "" && r.IsMap {
		return s.nested(r, 0)
	}
	widest := 0
	for _, name := range r.Names() {
		widest = max(widest, width(report.Visible(name)))
	}
	widest = min(widest, s.columns/3)
	var lines []string
	for i, name := range r.Names() {
		head := s.paint(blue, pad(fit(report.Visible(name), widest), widest)) + "  "
		lines = append(lines, head+s.inline(r.At(i), s.columns-widest-2))
	}
	return lines
}

// command shows what a command wrote, and its code where it isn't 0.
func (s shower) command(r *value.Record) (lines []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		v, _ := r.Get(stream)
		text, ok := v.(value.String)
		switch {
		case !ok:
			lines = append(lines, s.scalar(v))
		case text != "":
			for _, l := range strings.Split(string(text), "\n") {
				lines = append(lines, report.Visible(l))
			}
		}
	}
	if code, _ := r.Get("code"); code != value.Int(0) && code != nil {
		lines = append(lines, s.paint(yellow, "exit code "+code.String()))
	}
	return lines
}

// inline is a value in at most n columns.
func (s shower) inline(v value.Value, n int) string {
	plain := painter(false)
	switch of := v.(type) {
	case *value.List, *value.Record:
		return fit(report.Visible(value.Short(v, max(n, 8)*2)), n)
	case value.String:
		return s.paint(green, fit(report.Visible(value.Short(of, max(n, 8)*2)), n))
	case value.Failed:
		return s.paint(faint, fit(report.Visible("none: "+of.Err.Error()), n))
	}
	text := shower{painter: plain}.scalar(v)
	if width(text) > n {
		return fit(text, n)
	}
	return s.scalar(v)
}

// nested shows lists and maps as JSON is written, one item a line.
func (s shower) nested(v value.Value, depth int) []string {
	indent := strings.Repeat("  ", depth)
	room := s.columns - len(indent) - 1
	if text := value.Short(v, room+1); depth < 12 && width(text) > room {
		switch v := v.(type) {
		case *value.List:
			lines := []string{indent + "["}
			for _, item := range v.Items() {
				lines = append(lines, s.nested(item, depth+1)...)
				if len(lines) > 4*mostLines {
					break
				}
			}
			return append(lines, indent+"]")
		case *value.Record:
			if v.Handle == nil {
				return s.fields(v, depth)
			}
		}
	}
	return []string{indent + s.inline(v, room)}
}

func (s shower) fields(r *value.Record, depth int) []string {
	indent := strings.Repeat("  ", depth)
	lines := []string{indent + "{"}
	for i, name := range r.Names() {
		key := report.Visible(name)
		if strings.ContainsAny(name, " .-/\"") || name == "" {
			key = value.QuoteString(name)
		}
		inner := s.nested(r.At(i), depth+1)
		head := indent + "  " + s.paint(blue, key) + ": "
		if room := s.columns - len(indent) - 4 - width(key); len(inner) == 1 {
			lines = append(lines, head+s.inline(r.At(i), max(room, 8)))
			continue
		}
		inner[0] = head + strings.TrimSpace(inner[0])
		lines = append(lines, inner...)
	}
	return append(lines, indent+"}")
}

// columnsOf returns the names of the columns of a list of records, nil where
// it is no table.
func columnsOf(l *value.List) (names []string) {
	for _, item := range l.Items() {
		r, ok := item.(*value.Record)
		if !ok || r == nil || r.Handle != nil {
			return nil
		}
		for _, name := range r.Names() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) > 30 {
		return nil
	}
	return names
}

// table shows records as rows. Columns that don't fit are left out, and said.
func (s shower) table(names []string, l *value.List) []string {
	rows := l.Items()[:min(l.Len(), mostRows)]
	grid := make([][]string, len(rows))
	widths := make([]int, len(names))
	numbers := make([]bool, len(names))
	for c, name := range names {
		widths[c] = width(report.Visible(name))
		numbers[c] = true
	}
	plain := shower{columns: s.columns}
	for i, item := range rows {
		grid[i] = make([]string, len(names))
		for c, name := range names {
			v, has := item.(*value.Record).Get(name)
			if !has {
				continue
			}
			cell := plain.inline(v, max(12, s.columns/2))
			if text, ok := v.(value.String); ok {
				cell = fit(report.Visible(string(text)), max(12, s.columns/2))
			}
			grid[i][c] = cell
			widths[c] = max(widths[c], width(cell))
			numbers[c] = numbers[c] && isNumber(v)
		}
	}
	shown := len(names)
	for total := 0; ; {
		total = 0
		for _, w := range widths[:shown] {
			total += w + 2
		}
		if total-2 <= s.columns || shown == 1 {
			break
		}
		shown--
	}
	row := func(cells []string, color string) string {
		var b strings.Builder
		for c, cell := range cells[:shown] {
			if c > 0 {
				b.WriteString("  ")
			}
			cell = fit(cell, s.columns)
			switch room := strings.Repeat(" ", max(0, widths[c]-width(cell))); {
			case numbers[c]:
				b.WriteString(room + s.paint(color, cell))
			case c == shown-1:
				b.WriteString(s.paint(color, cell))
			default:
				b.WriteString(s.paint(color, cell) + room)
			}
		}
		return b.String()
	}
	heads := make([]string, len(names))
	for c, name := range names {
		heads[c] = report.Visible(name)
	}
	lines := []string{row(heads, bold)}
	for _, cells := range grid {
		lines = append(lines, row(cells, ""))
	}
	var left []string
	if more := l.Len() - len(rows); more > 0 {
		left = append(left, fmt.Sprintf("%d more rows", more))
	}
	if shown < len(names) {
		left = append(left, "not shown: "+strings.Join(heads[shown:], ", "))
	}
	if len(left) > 0 {
		lines = append(lines, s.paint(faint, fit("… "+strings.Join(left, "; "), s.columns)))
	}
	return lines
}

func isNumber(v value.Value) bool {
	switch v.(type) {
	case value.Int, value.Number, value.Ratio, value.Percent, value.Points, value.Duration, value.Size, value.Rate:
		return true
	}
	return false
}
