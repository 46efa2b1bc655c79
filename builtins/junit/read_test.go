package junit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/joshdk/go-junit"
)

const pytest = `<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.5">
<testcase classname="tests.test_views" name="test_ok" time="0.25"><system-out>]]&gt; fine</system-out></testcase>
<testcase classname="tests.test_views" name="test_bad" time="1,000.5"><failure message="assert 1 == 2">def test_bad(): ...</failure></testcase>
<testcase classname="tests.test_views" name="test_broke" time="0"><error message="ConnectionError">trace</error></testcase>
<testcase name="test_later"><skipped message="later"/></testcase>
</testsuite></testsuites>`

const nested = `<testsuite name="outer" tests="3"><testsuite name="inner" tests="2"><testcase name="a" time="1"/><testcase name="b" time="2"><failure/><error/></testcase></testsuite>
<testsuite name="numbers only" tests="5" failures="2" errors="1" skipped="1" time="3"/></testsuite>`

func shown(content string) string {
	r, err := parse([]byte(content))
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprintf("%d tests %d failures %d errors %d skipped %v", r.Tests, r.Failures, r.Errors, r.Skipped, r.Duration)
	for _, f := range r.Failed {
		text += fmt.Sprintf("; %s %s: %s", f.Suite, f.Name, f.Message)
	}
	return text
}

func TestRead(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"pytest", pytest, "4 tests 1 failures 1 errors 1 skipped 16m40.75s; tests.test_views test_bad: assert 1 == 2; tests.test_views test_broke: ConnectionError"},
		{"suites in suites, and one that lists nothing", nested, "7 tests 2 failures 2 errors 1 skipped 6s; inner b: "},
		{"no tests", "<testsuites/>", "0 tests 0 failures 0 errors 0 skipped 0s"},
		{"a time that was not measured", `<testsuite><testcase name="a" time="NaN"/><testcase name="b" time="-1"/></testsuite>`, "2 tests 0 failures 0 errors 0 skipped 0s"},

		{"nothing", "", "it holds no element"},
		{"not XML", "ok 1 - works", "it holds no element"},
		{"another XML", "<checkstyle/>", "line 1: its root is <checkstyle>, want <testsuites> or <testsuite> of JUnit"},
		{"cut", pytest[:300], "line 4: not XML: unexpected EOF"},
		{"a bad number", `<testsuite tests="many"/>`, `line 1: tests of a <testsuite> is "many", want a number`},
		{"a number too great", `<testsuite tests="99999999999"/>`, `line 1: tests of a <testsuite> is "99999999999", want a number`},
		{"a bad time", "<testsuite>\n<testcase time='soon'/></testsuite>", `line 2: time of a <testcase> is "soon", want seconds`},
		{"a case in a case", "<testsuite><testcase name='a'><testcase/></testcase></testsuite>", `line 1: a <testcase> stands in <testcase> "a"`},
		{"entities", "<!DOCTYPE a [<!ENTITY a 'b'>]><testsuite/>", "line 1: it declares entities, want a document without"},
		{"deep", strings.Repeat("<testsuite>", 101), "line 1: elements nest more than 100 deep"},
		{"two documents", "<testsuite/><testsuite/>", "line 1: a second document begins with <testsuite>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(tt.content); got != tt.want {
				t.Errorf("read\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestOnlySoManyFailuresAreListed(t *testing.T) {
	r, err := parse([]byte("<testsuite>" + strings.Repeat(`<testcase name="a"><failure/></testcase>`, 150) + "</testsuite>"))
	if err != nil || r.Failures != 150 || len(r.Failed) != 100 {
		t.Errorf("%d failures, %d listed, %v, want 150 and 100", r.Failures, len(r.Failed), err)
	}
}

// Another reader of the format counts the same where suites list their tests.
func TestAnotherReaderCountsTheSame(t *testing.T) {
	for _, content := range []string{pytest, "<testsuites/>", `<testsuites><testsuite name="a"><testcase name="x" time="0.5"><failure/></testcase></testsuite><testsuite name="b"><testcase name="y" time="1"/></testsuite></testsuites>`} {
		suites, err := junit.Ingest([]byte(content))
		if err != nil {
			t.Fatal(err)
		}
		want := result{Failed: []failedTest{}}
		for _, s := range suites {
			want.Tests += s.Totals.Tests
			want.Failures += s.Totals.Failed
			want.Errors += s.Totals.Error
			want.Skipped += s.Totals.Skipped
			want.Duration += s.Totals.Duration
		}
		got, err := parse([]byte(content))
		got.Failed = want.Failed
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(pytest))
	f.Add([]byte(nested))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parse(content)
		if err == nil && (r.Tests < 0 || r.Duration < time.Duration(0) || len(r.Failed) > mostFailed) {
			t.Errorf("%+v of %q", r, content)
		}
	})
}
