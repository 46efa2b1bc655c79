package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/joshdk/go-junit"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/event"
)

// told is the report of a story.
func told(tell func(*story)) *Run {
	r := &Record{}
	tell(&story{sink: r, now: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)})
	return r.Run()
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func inFormat(t *testing.T, r *Run, format string) string {
	t.Helper()
	return written(t, func(w io.Writer) error { return r.Write(w, format) })
}

func wholeRelease(s *story) { release(s, func(string) {}) }

// evil is what data may hold to get out of its place.
var evil = []string{
	"]]><failure message=\"x\"/>", "</testcase>&amp;&#0;", "\x00\x01\x1b[31m\u202e\ufffe\xff",
	"a\n::set-output name=x::y", "::error::x", "x\r::warning::y", "%0A::add-mask::x", "##[error]x", "a,line=9::b",
	"# heading", "a\n\n# heading", "[x](http://evil.example)", "![x](http://evil.example/p.png)", "<script>alert(1)</script>", "<!-- x",
	"| a | b |", "```\n# out\n```", "~~~~", "https://evil.example www.evil.example a@evil.example", "@everyone", "- [ ] x", "1. x", "\\", "&lt;b&gt;", "*b* _i_ `c` ~~s~~ ^x^ $x$",
	"http://[::1]/", "[^1]", "    indented", "a\\|b", strings.Repeat("`", 200),
}

// hostile is a run in which every text is one of the evil ones.
func hostile(s *story) {
	s.is("", event.RunStarted{Release: evil[0], Target: evil[1], Version: evil[2], Script: evil[3], Operator: evil[4]})
	for i, text := range evil {
		place := source.Place{File: text, Line: 3, Column: 1}
		phase := fmt.Sprintf("phase %d%s", i, text)
		check := phase + "/check"
		s.is(phase, event.NodeStarted{Type: "phase", Title: text, Place: place})
		s.is(check, event.NodeStarted{Type: "check", Title: text, Parent: phase, Place: place})
		s.is(check, event.Answered{ID: text, Answer: text, By: text, Note: text})
		s.is(check, event.Decided{Verdict: "rollback", Words: text, Place: place})
		s.is(check, event.BaselineTaken{Name: text, Metrics: []event.Metric{{Name: text, Value: text}}})
		s.is(check, event.NodeFinished{Type: "check", Title: text, Place: place, Status: []event.Status{event.Failed, event.Warned, event.Skipped, event.Interrupted}[i%4],
			Reason: text, Failures: []event.Failure{{Place: place, Message: text, Source: "expect " + text, Output: []string{text}, Hint: text,
				Parts: []event.Part{{Column: 0, Width: 2, Text: text, Value: text}}}}})
		s.is(phase, event.NodeFinished{Type: "phase", Title: text, Place: place, Status: event.Failed})
		s.is("", event.Noted{Level: "warning", Text: text})
	}
	s.is("", event.RollbackStarted{Reason: evil[10], Undos: evil})
	s.is("", event.RunEnding{Outcome: "rollback_failed", Reason: evil[11], Left: evil})
}

func TestReports(t *testing.T) {
	r := told(wholeRelease)
	for format, file := range map[string]string{"text": "report.txt", "json": "report.json", "junit": "report.xml", "markdown": "report.md"} {
		golden(t, file, inFormat(t, r, format))
	}
	golden(t, "annotations.txt", written(t, r.Annotate))
	if summary := written(t, r.Summarize); summary != inFormat(t, r, "markdown") {
		t.Error("the summary of a step is not the report in Markdown")
	}
}

func TestAReportOfARunThatGoesOn(t *testing.T) {
	r := told(func(s *story) {
		s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
		s.end(s.begin("check", "done", "", 3, 0), "check", "done", 3, event.Passed, time.Second)
		s.wait(time.Minute)
		s.begin("step", "at work", "", 4, 0)
	})
	if r.Ended || r.Finish.Outcome != "running" || r.Finish.Passed != 1 || r.Finish.Duration != time.Minute {
		t.Errorf("Finish = %+v, want a run of a minute with one passed node", r.Finish)
	}
	if got := inFormat(t, r, "text"); !strings.Contains(got, "running") {
		t.Errorf("the text does not say that the run goes on:\n%s", got)
	}
	ending := told(func(s *story) {
		s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
		s.is("", event.RunEnding{Outcome: "rolled_back", Reason: "slow"})
		s.begin("handler", "finish", "", 9, 0)
	})
	if got := inFormat(t, ending, "text"); !strings.Contains(got, "↩ rolled back: slow") {
		t.Errorf("a report from on finish does not know the outcome:\n%s", got)
	}
}

func TestAnUnknownFormatNamesTheKnownOnes(t *testing.T) {
	err := told(wholeRelease).Write(io.Discard, "pdf")
	if err == nil || err.Error() != `format is "pdf", want one of json, junit, markdown, text` {
		t.Errorf("Write = %v", err)
	}
}

// element is what the schema that CI services share says of an element.
type element struct {
	required, optional, children []string
}

var junitSchema = map[string]element{
	"testsuites": {nil, []string{"name", "time", "tests", "failures", "errors", "disabled"}, []string{"testsuite"}},
	"testsuite":  {[]string{"name", "tests"}, []string{"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"}, []string{"properties", "testcase", "system-out", "system-err"}},
	"testcase":   {[]string{"name"}, []string{"assertions", "time", "classname", "status"}, []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {nil, []string{"type", "message"}, nil},
	"error":      {nil, []string{"type", "message"}, nil},
	"skipped":    {nil, []string{"type", "message"}, nil},
	"system-out": {},
	"system-err": {},
}

// validate holds a document against the schema.
func validate(t *testing.T, document string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	var open []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, document)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			e, known := junitSchema[name]
			switch {
			case !known:
				t.Errorf("there is no element %s", name)
			case len(open) == 0 && name != "testsuites":
				t.Errorf("the root is %s", name)
			case len(open) > 0 && !slices.Contains(junitSchema[open[len(open)-1]].children, name):
				t.Errorf("%s stands in %s", name, open[len(open)-1])
			}
			var has []string
			for _, a := range token.Attr {
				has = append(has, a.Name.Local)
				if !slices.Contains(e.required, a.Name.Local) && !slices.Contains(e.optional, a.Name.Local) {
					t.Errorf("%s has an attribute %s", name, a.Name.Local)
				}
			}
			for _, r := range e.required {
				if !slices.Contains(has, r) {
					t.Errorf("%s has no attribute %s", name, r)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.Directive, xml.Comment:
			t.Errorf("there is a %T", token)
		}
	}
}

func TestJUnitIsWhatReadersWant(t *testing.T) {
	for name, r := range map[string]*Run{"release": told(wholeRelease), "hostile": told(hostile), "nothing": told(func(*story) {})} {
		t.Run(name, func(t *testing.T) {
			document := inFormat(t, r, "junit")
			validate(t, document)
			suites, err := junit.Ingest([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			want, got := map[junit.Status]int{}, map[junit.Status]int{}
			r.each(func(n *Node, _ int) {
				status := map[event.Status]junit.Status{event.Passed: junit.StatusPassed, event.Warned: junit.StatusPassed, event.Failed: junit.StatusFailed,
					event.Skipped: junit.StatusSkipped, event.Interrupted: junit.StatusError}
				if !n.onlyHolds() {
					want[status[n.Status()]]++
				}
			})
			for _, s := range suites {
				for _, c := range s.Tests {
					got[c.Status]++
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("test cases (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarkdownShowsHostileTextsAsText(t *testing.T) {
	r := told(hostile)
	document := []byte(inFormat(t, r, "markdown"))
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(text.NewReader(document))
	headings := 0
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock, ast.KindCodeSpan, ast.KindThematicBreak:
			t.Errorf("a %s came of it:\n%s", n.Kind(), document)
		case ast.KindHeading:
			headings++
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The title, left to undo, what went wrong, rolled back, people, monitors,
	// nodes, warnings.
	if headings != 8 {
		t.Errorf("%d headings, want 8:\n%s", headings, document)
	}
}

func TestAnnotationsAreTenOfAKindTheWorstFirst(t *testing.T) {
	got := written(t, told(hostile).Annotate)
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if len(lines) != 20 {
		t.Fatalf("%d lines, want 10 errors and 10 warnings:\n%s", len(lines), got)
	}
	for i, line := range lines {
		level := "::error "
		if i >= 10 {
			level = "::warning "
		}
		if !strings.HasPrefix(line, level) || strings.ContainsAny(line, "\r\x00\x1b") || !utf8.ValidString(line) {
			t.Errorf("line %d is %q, want %s…", i+1, line, level)
		}
	}
	if !strings.Contains(lines[0], "title=left to undo by hand") {
		t.Errorf("the first is %s, want what a person must undo", lines[0])
	}
	worst := told(func(s *story) {
		s.is("", event.RunStarted{Release: "r", Script: "r.drl"})
		for _, kind := range []string{"check", "step", "monitor", "undo"} {
			id := s.begin(kind, kind, "", 1, 0)
			s.is(id, event.NodeFinished{Type: kind, Title: kind, Place: at(1), Status: event.Failed, Failures: []event.Failure{{Place: at(2), Message: "m"}}})
		}
	})
	var order []string
	for _, a := range worst.annotations() {
		order = append(order, a.title)
	}
	if diff := cmp.Diff([]string{"undo", "monitor", "step", "check"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestALongSummaryIsCut(t *testing.T) {
	r := told(func(s *story) {
		s.is("", event.RunStarted{Release: "r", Script: "r.drl"})
		for i := range 30 {
			s.is(s.begin("check", fmt.Sprint(i), "", 1, 0), event.NodeFinished{Type: "check", Title: fmt.Sprint(i), Status: event.Failed,
				Failures: []event.Failure{{Message: strings.Repeat("x", 50_000)}}})
		}
	})
	got := written(t, r.Summarize)
	if len(got) > 1<<20 || !strings.HasSuffix(got, "(The rest was cut: a summary holds 1 MiB.)\n") {
		t.Errorf("the summary has %d bytes and ends with %q", len(got), got[len(got)-60:])
	}
}

func FuzzReports(f *testing.F) {
	for _, text := range evil {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data string) {
		r := told(func(s *story) {
			s.is("", event.RunStarted{Release: data, Target: data, Version: data, Script: data})
			s.is(data, event.NodeStarted{Type: "check", Title: data})
			s.is(data, event.NodeFinished{Type: "check", Title: data, Status: event.Failed, Reason: data,
				Failures: []event.Failure{{Message: data, Source: data, Output: []string{data}}}})
		})
		validate(t, inFormat(t, r, "junit"))
		if document := inFormat(t, r, "json"); !json.Valid([]byte(document)) {
			t.Errorf("not JSON: %s", document)
		}
		for line := range strings.Lines(written(t, r.Annotate)) {
			if !strings.HasPrefix(line, "::error ") {
				t.Errorf("a line is %q", line)
			}
		}
		document := []byte(inFormat(t, r, "markdown"))
		tree := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(document))
		ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n.Kind() {
			case ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock, ast.KindCodeSpan:
				t.Errorf("a %s came of %q:\n%s", n.Kind(), data, document)
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
	})
}
