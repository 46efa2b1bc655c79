package coverage

import (
	"fmt"
	"strings"
	"testing"
)

const coberturaXML = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage version="7.6" line-rate="0.5" branch-rate="0.5" timestamp="1">
  <packages><package name="tickets"><classes>
    <class name="views.py" filename="tickets/views.py"><methods><method name="get" signature="()">
      <lines><line number="1" hits="1"/></lines></method></methods>
      <lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="7" branch="true" condition-coverage="50% (1/2)"/></lines>
    </class>
    <class name="views.py inner" filename="tickets/views.py"><lines><line number="2" hits="1"/></lines></class>
    <class name="empty.py" filename="tickets/empty.py"><lines/></class>
    <class name="urls.py" filename="tickets/urls.py"><lines><line number="1" hits="0"/></lines></class>
  </classes></package></packages>
</coverage>`

const tracefile = `TN:unit
SF:src/a.js
FN:1,main
DA:1,1
DA:2,0
BRDA:1,0,0,1
BRDA:1,0,1,-
LF:2
LH:1
end_of_record
TN:browser
SF:src/a.js
DA:2,3
BRDA:1,0,1,0
end_of_record
SF:src/b.js
DA:9,0,checksum
DA:10,1e+03
DA:11,-1
end_of_record
`

const goCover = `mode: set
example.com/a/a.go:3.10,5.2 2 1
example.com/a/a.go:6.10,7.2 1 0
example.com/a/a.go:3.10,5.2 2 0
example.com/a/b.go:1.1,2.2 1 1
`

const pyJSON = `{"meta": {"version": "7.6"}, "files": {
 "tickets/views.py": {"summary": {"covered_lines": 3, "num_statements": 4, "covered_branches": 1, "num_branches": 2}},
 "tickets/empty.py": {"summary": {"covered_lines": 0, "num_statements": 0}}},
 "totals": {"covered_lines": 3, "num_statements": 4, "percent_covered": 66.7}}`

func shown(content string) string {
	m, err := parse([]byte(content))
	if err != nil {
		return err.Error()
	}
	r, err := m.result()
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprintf("%s %v", r.Kind, r.Total)
	if r.Branches != nil {
		text += fmt.Sprintf(" branches %v", *r.Branches)
	}
	for _, f := range r.Files {
		text += fmt.Sprintf("; %s %d/%d", f.Path, f.Covered, f.Lines)
	}
	return text
}

func TestRead(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"Cobertura", coberturaXML, "cobertura 75% branches 50%; tickets/urls.py 0/1; tickets/views.py 3/3"},
		{"in Latin-1", strings.Replace(strings.ReplaceAll(coberturaXML, "views.py", "vi\xebws.py"), `version="1.0" ?>`, `version="1.0" encoding="ISO-8859-1"?>`, 1),
			"cobertura 75% branches 50%; tickets/urls.py 0/1; tickets/viëws.py 3/3"},
		{"lcov, two tests of a file", tracefile, "lcov 60% branches 50%; src/a.js 2/2; src/b.js 1/3"},
		{"Go, a block twice", goCover, "go 75%; example.com/a/a.go 2/3; example.com/a/b.go 1/1"},
		{"coverage.py", pyJSON, "coverage.py 75% branches 50%; tickets/views.py 3/4"},
		{"a mark of order before it", "\ufeff" + goCover, "go 75%; example.com/a/a.go 2/3; example.com/a/b.go 1/1"},

		{"nothing", " \n", "it is empty, " + kinds},
		{"something else", "PK\x03\x04", `it begins with "PK\x03\x04", ` + kinds},
		{"no lines", "mode: set\n", "it names no line that could be covered: were the tests run?"},
		{"HTML", "<html><body/></html>", "line 1: its root is <html>, want <coverage> of Cobertura"},
		{"Clover", "<coverage generated='1'>\n<project/></coverage>", "line 2: it is Clover's, want Cobertura's: most tools write either"},
		{"cut XML", coberturaXML[:400], "line 7: not XML: unexpected EOF"},
		{"XML with a bad number", `<coverage><class filename="a"><line number="x" hits="1"/></class></coverage>`, `line 1: number of a <line> is "x", want a number`},
		{"XML with a line nowhere", `<coverage><line number="1" hits="1"/></coverage>`, "line 1: a <line> stands outside of a <class>"},
		{"XML with a bad condition", `<coverage><class filename="a"><line number="1" hits="1" condition-coverage="half"/></class></coverage>`, `line 1: condition-coverage is "half", want one such as 50% (1/2)`},
		{"entities", "<!DOCTYPE x [\n<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>\n<coverage>&b;</coverage>", "line 2: it declares entities, want a document without"},
		{"an entity from nowhere", "<coverage>&xxe;</coverage>", "line 1: not XML: invalid character entity &xxe;"},
		{"deep", strings.Replace(strings.Repeat("<a>", 200), "<a>", "<coverage>", 1), "line 1: elements nest more than 100 deep"},
		{"UTF-16", "\xff\xfe<\x00", `it begins with "\xff\xfe<\x00", ` + kinds},
		{"another encoding", `<?xml version="1.0" encoding="EBCDIC"?><coverage/>`, `not XML: xml: opening charset "EBCDIC": its encoding is "EBCDIC", want UTF-8`},
		{"cut lcov", "TN:\nSF:a\nDA:1\n", `line 3: found "DA:1", want DA:line,hits`},
		{"lcov with a bad count", "SF:a\nDA:1,many\n", `line 2: found "many", want how often it was hit`},
		{"lcov outside of a record", "TN:\nDA:1,1\n", "line 2: DA: stands outside of a record, want SF: before it"},
		{"lcov with a bad line", "SF:a\nBRDA:x,1,1,1\n", `line 2: found "x" after BRDA:, want the number of a line`},
		{"a cut profile", "mode: set\na.go:3.10,5.2 2\n", `not a Go cover profile: line "a.go:3.10,5.2 2" doesn't match expected format: couldn't find a   before NumStmt`},
		{"a profile of too much", "mode: set\na.go:3.10,5.2 9223372036854775807 1\n", "a.go: a block of 9223372036854775807 statements"},
		{"cut JSON", "{\n\"totals\": ", "line 2: not JSON: unexpected end of JSON input"},
		{"other JSON", `{"total": {"lines": {"pct": 80}}}`, "the JSON has no totals and files, want what coverage json writes"},
		{"JSON that cannot be", `{"totals": {}, "files": {"a": {"summary": {"covered_lines": 5, "num_statements": 4}}}}`, "the summary of a counts 5 of 4 lines and 0 of 0 branches"},
		{"JSON without counts", `{"totals": {}, "files": {"a": {"summary": {}}}}`, "the summary of a has no covered_lines and num_statements"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(tt.content); got != tt.want {
				t.Errorf("read\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{coberturaXML, tracefile, goCover, pyJSON} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := parse(content)
		if err != nil {
			return
		}
		r, err := m.result()
		if err != nil {
			return
		}
		if !(r.Total >= 0 && r.Total <= 1) || r.Branches != nil && !(*r.Branches >= 0 && *r.Branches <= 1) {
			t.Errorf("total %v, branches %v of %q", r.Total, r.Branches, content)
		}
	})
}
