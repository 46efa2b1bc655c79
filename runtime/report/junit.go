package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// The elements that JUnit's readers agree on. Text is character data, which
// the encoder escapes: there is no CDATA section that data could end.
type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`

	took time.Duration
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	Classname string       `xml:"classname,attr"`
	Time      string       `xml:"time,attr"`
	Skipped   *junitNote   `xml:"skipped"`
	Error     *junitNote   `xml:"error"`
	Failure   *junitNote   `xml:"failure"`
	SystemOut *junitOutput `xml:"system-out"`
}

type junitNote struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

type junitOutput struct {
	Text string `xml:",chardata"`
}

// junit writes a suite for each phase and handler, and one for what stands
// outside of them. A warning passes and says so in its output; what was cut
// off by an interrupt or still goes on is an error.
func (r *Run) junit(w io.Writer) error {
	all := &junitSuites{Name: r.what(), Time: seconds(r.Finish.Duration)}
	suites := map[string]*junitSuite{}
	r.each(func(n *Node, _ int) {
		if n.onlyHolds() {
			return
		}
		name := r.suiteOf(n)
		s := suites[name]
		if s == nil {
			s = &junitSuite{Name: name, Timestamp: n.Began.UTC().Format(junitTime)}
			suites[name] = s
			all.Suites = append(all.Suites, s)
		}
		var took time.Duration
		if n.Finish != nil {
			took = n.Finish.Duration
		}
		s.add(r.junitCase(n), took)
	})
	return all.write(w)
}

// Suite is a part of what was tested, as JUnit has it.
type Suite struct {
	Name  string
	Began time.Time
	Cases []Case
}

// Case is one test of a suite. It passed where Failure is empty.
type Case struct {
	Name    string
	Took    time.Duration
	Failure string // what was wrong, in a line
	Text    string // … and all that there is to say of it
}

// JUnit writes suites of tests that are no run.
func JUnit(w io.Writer, name string, suites []Suite) error {
	all := &junitSuites{Name: Visible(name)}
	var took time.Duration
	for _, suite := range suites {
		s := &junitSuite{Name: Visible(suite.Name), Timestamp: suite.Began.UTC().Format(junitTime)}
		for _, c := range suite.Cases {
			one := junitCase{Name: Visible(c.Name), Classname: s.Name, Time: seconds(c.Took)}
			if c.Failure != "" {
				one.Failure = &junitNote{Message: Visible(c.Failure), Type: "test", Text: VisibleText(c.Text)}
			}
			s.add(one, c.Took)
		}
		took += s.took
		all.Suites = append(all.Suites, s)
	}
	all.Time = seconds(took)
	return all.write(w)
}

// junitTime is how JUnit writes a time, in UTC.
const junitTime = "2006-01-02T15:04:05"

func (all *junitSuites) write(w io.Writer) error {
	for _, s := range all.Suites {
		s.Time = seconds(s.took)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suiteOf is the outermost phase or handler around the node.
func (r *Run) suiteOf(n *Node) string {
	name := Visible(r.Start.Release)
	if n.Type == "undo" {
		return "rollback"
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if isHeading(p.Type) {
			name = nodeTitle(p.Type, p.Title)
		}
	}
	return name
}

func (r *Run) junitCase(n *Node) junitCase {
	c := junitCase{
		Name:      nodeTitle(n.Type, n.Title),
		Classname: strings.Join(append([]string{Visible(r.Start.Release)}, n.path()...), "."),
		Time:      "0.000",
	}
	if n.Finish == nil {
		c.Error = &junitNote{Message: "it was still running when the report was written"}
		return c
	}
	c.Time = seconds(n.Finish.Duration)
	note := &junitNote{Message: oneLine(n.Finish.Failures), Type: n.Type, Text: failuresText(n)}
	if note.Message == "" {
		note.Message = Visible(n.Finish.Reason)
	}
	switch n.Finish.Status {
	case event.Failed:
		c.Failure = note
	case event.Interrupted:
		c.Error = note
	case event.Skipped:
		c.Skipped = &junitNote{Message: Visible(n.Finish.Reason)}
	case event.Warned:
		c.SystemOut = &junitOutput{"warning: " + note.Message + "\n" + note.Text}
	}
	return c
}

func (s *junitSuite) add(c junitCase, took time.Duration) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.took += took
}

// failuresText is a node's failures as a terminal shows them.
func failuresText(n *Node) string {
	var b strings.Builder
	for _, f := range n.Finish.Failures {
		for _, line := range failure(painter(false), f, true, columnsOfAFile, 0) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
