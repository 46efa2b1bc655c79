package main

import (
	"fmt"
	"image/color"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/drl-lang/drl/cmd/drl/tester"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/virtual"
)

// testPrinter writes results for a person.
type testPrinter struct {
	strings.Builder
	color   bool
	columns int // 0: a file
	level   report.Level
}

// all writes what went wrong, what was reached, and one last line.
func (p *testPrinter) all(r *tester.Result, took time.Duration) string {
	files := map[string]int{}
	for _, t := range r.Tests {
		files[t.File]++
		p.test(t)
	}
	if r.Cover != nil {
		p.cover(r.Cover)
	}
	failed := r.Failed()
	of := plural(len(r.Tests), "test") + " of " + plural(len(files), "file")
	if failed == 0 {
		fmt.Fprintf(p, "%s: %s in %s\n", of, p.paint(lipgloss.Green, "all passed"), short(took))
	} else {
		fmt.Fprintf(p, "%s: %s, %d passed in %s\n", of, p.paint(lipgloss.Red, fmt.Sprintf("%d failed", failed)), len(r.Tests)-failed, short(took))
	}
	return p.String()
}

func short(d time.Duration) value.Duration { return value.Duration(d.Round(time.Millisecond)) }

func (p *testPrinter) test(t *tester.Test) {
	if t.Passed() {
		if p.level >= report.Verbose {
			fmt.Fprintf(p, "%s %s\n", p.paint(lipgloss.Green, "✓"), report.Visible(t.Title))
		}
		return
	}
	fmt.Fprintf(p, "%s  %s\n", p.paint(lipgloss.Red, "✗ "+report.Visible(t.Title)), t.Place)
	p.missing(t)
	if len(t.Missing) > 0 && !blamesTest(t) {
		p.WriteString("\n")
		return // what a run makes of neutral values says nothing
	}
	var shown *tester.Ran
	for i, f := range t.Failures {
		p.block("    ", report.Failure(f.Failure, p.color, max(0, p.columns-4)))
		if f.Run == nil || f.Run == shown || i+1 < len(t.Failures) && t.Failures[i+1].Run == f.Run {
			continue
		}
		shown = f.Run
		fmt.Fprintf(p, "    what run(%s) of line %d did:\n", value.QuoteString(shown.Script), shown.Place.Line)
		var log strings.Builder
		shown.Print(&log, p.color, max(0, p.columns-8))
		p.block("      │ ", strings.Split(strings.Trim(log.String(), "\n"), "\n"))
	}
	p.WriteString("\n")
}

// missing lists the mocks to add.
func (p *testPrinter) missing(t *tester.Test) {
	if len(t.Missing) == 0 {
		return
	}
	fmt.Fprintf(p, "    %s without a mock. Add to the test, with what the world would answer:\n", plural(len(t.Missing), "call"))
	for _, mock := range t.Missing {
		p.block("        ", strings.Split(report.VisibleText(mock), "\n"))
	}
}

// blamesTest tells whether something failed that isn't an untrue expect, which
// a missing mock explains.
func blamesTest(t *tester.Test) bool {
	for _, f := range t.Failures {
		if len(f.Parts) == 0 {
			return true
		}
	}
	return false
}

func (p *testPrinter) block(indent string, lines []string) {
	for _, line := range lines {
		p.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

func (p *testPrinter) paint(c color.Color, text string) string {
	if !p.color {
		return text
	}
	return lipgloss.NewStyle().Foreground(c).Render(text)
}

// cover writes a table of the files, and the places below it.
func (p *testPrinter) cover(files []virtual.FileCover) {
	table := tabwriter.NewWriter(p, 0, 0, 3, ' ', 0)
	fmt.Fprint(table, "file\tlines\tbranches\trules fired\tundos run\n")
	for _, f := range files {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.File, percentOf(f.Lines), percentOf(f.Branches), ofAll(f.Rules), ofAll(f.Undos))
	}
	table.Flush()
	p.WriteString("\n")
	for _, f := range files {
		for _, m := range f.Missed {
			at := fmt.Sprintf("%s:%d", f.File, m.Line)
			if m.Last > m.Line {
				at += fmt.Sprintf("-%d", m.Last)
			}
			fmt.Fprintf(p, "%s  %s: %s\n", at, missedWords[m.Kind], report.Visible(m.What))
		}
	}
	p.WriteString("\n")
}

var missedWords = map[string]string{"line": "never run", "branch": "never taken", "rule": "never fired", "undo": "never run"}

// percentOf is a share in words: 92%, or a dash where there is nothing.
func percentOf(n virtual.Count) string {
	if n.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d%%", 100*n.Reached/n.Of)
}

func ofAll(n virtual.Count) string {
	if n.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", n.Reached, n.Of)
}

// testsJSON is what drl test --json prints: stable, for editors and CI.
type testsJSON struct {
	V      int                 `json:"v"`
	Passed int                 `json:"passed"`
	Failed int                 `json:"failed"`
	Tests  []oneTestJSON       `json:"tests"`
	Cover  []virtual.FileCover `json:"cover,omitempty"`
}

type oneTestJSON struct {
	File     string          `json:"file"`
	Title    string          `json:"title"`
	Place    source.Place    `json:"place"`
	Status   string          `json:"status"`             // passed or failed
	Took     time.Duration   `json:"took"`               // nanoseconds of real time
	Failures []event.Failure `json:"failures,omitempty"` // as in the events of a run
	Missing  []string        `json:"missing,omitempty"`  // the mocks to add
	Runs     []ranJSON       `json:"runs,omitempty"`
}

type ranJSON struct {
	Script      string             `json:"script"`
	Line        int                `json:"line"`
	Outcome     string             `json:"outcome"`
	Reason      string             `json:"reason,omitempty"`
	Duration    time.Duration      `json:"duration"` // of virtual time
	Diagnostics source.Diagnostics `json:"diagnostics,omitempty"`
}

func testJSON(r *tester.Result) testsJSON {
	out := testsJSON{V: 1, Passed: len(r.Tests) - r.Failed(), Failed: r.Failed(), Cover: r.Cover}
	for _, t := range r.Tests {
		one := oneTestJSON{File: t.File, Title: t.Title, Place: t.Place, Status: string(event.Passed), Took: t.Took, Missing: t.Missing}
		if !t.Passed() {
			one.Status = string(event.Failed)
		}
		for _, f := range t.Failures {
			one.Failures = append(one.Failures, f.Failure)
		}
		for _, ran := range t.Runs {
			one.Runs = append(one.Runs, ranJSON{ran.Script, ran.Place.Line, ran.Finish.Outcome, ran.Finish.Reason, ran.Finish.Duration, ran.Wrong})
		}
		out.Tests = append(out.Tests, one)
	}
	return out
}

// junitOf writes a suite for each file.
func junitOf(w io.Writer, r *tester.Result, began time.Time) error {
	var suites []report.Suite
	for _, t := range r.Tests {
		if n := len(suites); n == 0 || suites[n-1].Name != t.File {
			suites = append(suites, report.Suite{Name: t.File, Began: began})
		}
		c := report.Case{Name: t.Title, Took: t.Took}
		if !t.Passed() {
			p := &testPrinter{}
			p.test(t)
			c.Text = p.String()
			c.Failure = plural(len(t.Missing), "call") + " without a mock"
			if len(t.Missing) == 0 {
				c.Failure = report.FailureLine(t.Failures[0].Failure)
			}
		}
		suites[len(suites)-1].Cases = append(suites[len(suites)-1].Cases, c)
	}
	return report.JUnit(w, "drl test", suites)
}
