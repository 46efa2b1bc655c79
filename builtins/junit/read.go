package junit

import (
	"context"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type readArgs struct {
	Path string     `drl:"path" doc:"the file, from the script's folder"`
	Max  value.Size `drl:"max,named" doc:"the longest file to read" default:"32MiB"`
}

type failedTest struct {
	Suite   string `drl:"suite" doc:"the class or suite that it is of"`
	Name    string `drl:"name" doc:"its name"`
	Message string `drl:"message" doc:"why, in the tool's words; may be empty"`
}

type result struct {
	Tests    int           `drl:"tests" doc:"how many tests there are, with those that failed and were skipped"`
	Failures int           `drl:"failures" doc:"how many found something else than they wanted"`
	Errors   int           `drl:"errors" doc:"how many broke"`
	Skipped  int           `drl:"skipped" doc:"how many were not run"`
	Duration time.Duration `drl:"duration" doc:"the time of all tests, added up"`
	Failed   []failedTest  `drl:"failed" doc:"the tests that failed or broke, the first 100 of them"`
}

var read = builtins.New("junit.read", types.Reads, "Read the results of tests from a JUnit file.",
	func(ctx context.Context, h *builtins.Host, a readArgs) (result, error) {
		return builtins.ReadAs(ctx, h, a.Path, a.Max, parse)
	}).With(`expect junit.read("reports/junit.xml").failures == 0`)

// mostFailed is how many tests are listed by name.
const mostFailed = 100

// suite is a testsuite that is open.
type suite struct {
	name     string
	declared result
	listed   int // test cases in it and the suites in it
}

// test is the testcase that is open.
type test struct {
	suite, name             string
	failure, broke, skipped bool
	message                 string
	duration                time.Duration
}

// reader counts test cases as it meets them.
type reader struct {
	result result
	root   string
	suites []*suite
	test   *test
}

// parse counts the test cases; of a suite that only says its numbers and
// lists no test case, these count. It holds one test case at a time: what
// tests have printed may be long.
func parse(content []byte) (result, error) {
	r := &reader{result: result{Failed: []failedTest{}}}
	if err := builtins.WalkXML(content, r.start, r.end); err != nil {
		return result{}, err
	}
	return r.result, nil
}

func (r *reader) start(e xml.StartElement) error {
	name := e.Name.Local
	if r.root == "" {
		if r.root = name; name != "testsuites" && name != "testsuite" {
			return fmt.Errorf("its root is <%s>, want <testsuites> or <testsuite> of JUnit", name)
		}
	}
	switch name {
	case "testsuite":
		s := &suite{name: builtins.XMLAttr(e, "name")}
		for attr, n := range map[string]*int{"tests": &s.declared.Tests, "failures": &s.declared.Failures,
			"errors": &s.declared.Errors, "skipped": &s.declared.Skipped} {
			if err := number(e, attr, n); err != nil {
				return err
			}
		}
		took, err := duration(e)
		if err != nil {
			return err
		}
		s.declared.Duration = took
		r.suites = append(r.suites, s)
	case "testcase":
		if r.test != nil {
			return fmt.Errorf("a <testcase> stands in <testcase> %q", r.test.name)
		}
		took, err := duration(e)
		if err != nil {
			return err
		}
		t := &test{suite: builtins.XMLAttr(e, "classname"), name: builtins.XMLAttr(e, "name"), duration: took}
		if t.suite == "" && len(r.suites) > 0 {
			t.suite = r.suites[len(r.suites)-1].name
		}
		r.test = t
	case "failure", "error", "skipped":
		if t := r.test; t != nil {
			t.failure, t.broke, t.skipped = t.failure || name == "failure", t.broke || name == "error", t.skipped || name == "skipped"
			if t.message == "" {
				t.message = builtins.XMLAttr(e, "message")
			}
		}
	}
	return nil
}

func (r *reader) end(name string) {
	switch {
	case name == "testcase" && r.test != nil:
		r.count(r.test)
		r.test = nil
	case name == "testsuite" && len(r.suites) > 0:
		last := len(r.suites) - 1
		s := r.suites[last]
		r.suites = r.suites[:last]
		if s.listed == 0 {
			d := s.declared
			r.result.Tests += d.Tests
			r.result.Failures += d.Failures
			r.result.Errors += d.Errors
			r.result.Skipped += d.Skipped
			r.result.Duration = add(r.result.Duration, d.Duration)
			s.listed = d.Tests
		}
		if last > 0 {
			r.suites[last-1].listed += s.listed
		}
	}
}

func (r *reader) count(t *test) {
	r.result.Tests++
	r.result.Duration = add(r.result.Duration, t.duration)
	if len(r.suites) > 0 {
		r.suites[len(r.suites)-1].listed++
	}
	switch {
	case t.broke:
		r.result.Errors++
	case t.failure:
		r.result.Failures++
	case t.skipped:
		r.result.Skipped++
		return
	default:
		return
	}
	if len(r.result.Failed) < mostFailed {
		r.result.Failed = append(r.result.Failed, failedTest{t.suite, t.name, t.message})
	}
}

// add adds durations; a sum that does not fit is the longest there is.
func add(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// most is the greatest number that a suite may declare.
const most = 1 << 31

func number(e xml.StartElement, attr string, n *int) error {
	text := strings.TrimSpace(builtins.XMLAttr(e, attr))
	if text == "" {
		return nil
	}
	got, err := strconv.Atoi(text)
	if err != nil || got < 0 || got > most {
		return fmt.Errorf("%s of a <testsuite> is %q, want a number", attr, text)
	}
	*n = got
	return nil
}

// duration reads the seconds of an element. Some tools group digits by
// commas; those that write no number have not measured.
func duration(e xml.StartElement) (time.Duration, error) {
	text := strings.ReplaceAll(strings.TrimSpace(builtins.XMLAttr(e, "time")), ",", "")
	if text == "" || strings.EqualFold(text, "NaN") {
		return 0, nil
	}
	s, err := strconv.ParseFloat(text, 64)
	if err != nil || s > 1e9 {
		return 0, fmt.Errorf("time of a <%s> is %q, want seconds", e.Name.Local, text)
	}
	return time.Duration(max(s, 0) * float64(time.Second)), nil
}
