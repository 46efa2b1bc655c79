package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/drl-lang/drl/runtime/event"
)

// mostAnnotations is how many errors, and how many warnings, GitHub shows of
// one step; it drops the rest.
// https://docs.github.com/en/actions/reference/limits
const mostAnnotations = 10

// annotation is a message that GitHub shows beside a line of the script.
type annotation struct {
	worse   int // what is worse is shown first
	level   string
	file    string
	line    int
	column  int
	title   string
	message string
}

// Annotate writes what went wrong as commands of GitHub Actions: ten errors
// and ten warnings at most, the worst first. What an event holds stays text:
// it can't begin a command of its own.
func (r *Run) Annotate(w io.Writer) error {
	written := map[string]int{}
	for _, a := range r.annotations() {
		if written[a.level]++; written[a.level] > mostAnnotations {
			continue
		}
		if _, err := io.WriteString(w, a.command()+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// annotations are those of the run, the worst first; of the same weight, in
// the order they happened.
func (r *Run) annotations() []annotation {
	var all []annotation
	for _, left := range r.Finish.Left {
		all = append(all, annotation{worse: 5, level: "error", file: r.Start.Script, title: "left to undo by hand", message: left})
	}
	r.each(func(n *Node, _ int) {
		if n.Finish == nil || len(n.Finish.Failures) == 0 {
			return
		}
		a := annotation{level: "error", title: nodeTitle(n.Type, n.Title), message: failuresText(n)}
		at := n.Finish.Place
		if f := n.Finish.Failures[0]; f.Place.Line > 0 {
			at = f.Place
		}
		a.file, a.line, a.column = at.File, at.Line, at.Column
		switch {
		case n.Finish.Status == event.Warned:
			a.level = "warning"
		case n.Type == "undo":
			a.worse = 4
		case n.Type == "monitor":
			a.worse = 3
		case n.Type == "step":
			a.worse = 2
		case n.Type == "check":
			a.worse = 1
		}
		all = append(all, a)
	})
	for _, note := range r.Notes {
		all = append(all, annotation{level: "warning", file: r.Start.Script, title: r.Start.Release, message: note})
	}
	slices.SortStableFunc(all, func(a, b annotation) int { return cmp.Compare(b.worse, a.worse) })
	return all
}

// command is the annotation as the runner reads it. Its own escapes are
// those of a line end, a percent sign, and in properties of : and ,.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
func (a annotation) command() string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var properties []string
	if a.file != "" {
		properties = append(properties, "file="+property.Replace(Visible(a.file)))
	}
	if a.line > 0 {
		properties = append(properties, fmt.Sprintf("line=%d,col=%d", a.line, max(a.column, 1)))
	}
	properties = append(properties, "title="+property.Replace(Visible(a.title)))
	message := VisibleText(strings.TrimRight(a.message, "\n"))
	return "::" + a.level + " " + strings.Join(properties, ",") + "::" + data.Replace(message)
}

// mostSummary is how much GitHub takes of a step's summary: 1 MiB, less
// what says that it was cut.
const mostSummary = 1<<20 - 1<<10

// Summarize writes the summary of a step of GitHub Actions: the report in
// Markdown, cut at a line if it is longer than is shown.
func (r *Run) Summarize(w io.Writer) error {
	var b bytes.Buffer
	if err := r.markdown(&b); err != nil {
		return err
	}
	text := b.Bytes()
	if len(text) > mostSummary {
		cut := bytes.LastIndexByte(text[:mostSummary], '\n') + 1
		text = append(text[:cut:cut], "\n\n(The rest was cut: a summary holds 1 MiB.)\n"...)
	}
	_, err := w.Write(text)
	return err
}
