package sarif

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	v210 "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// one is a log of one run with a rule or two, and results as written.
func one(rules, results string) string {
	return `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan", "rules": [` + rules + `]}}, "results": [` + results + `]}]}`
}

func shown(content string) string {
	r, err := parse([]byte(content))
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprintf("%d %d %d %d", r.Critical, r.High, r.Medium, r.Low)
	for _, f := range r.Results {
		text += fmt.Sprintf("; %s %s", f.Rule, f.Severity)
		if f.Suppressed {
			text += " suppressed"
		}
	}
	return text
}

func TestRead(t *testing.T) {
	const severe = `{"id": "A", "properties": {"security-severity": "9.1"}}, {"id": "B", "defaultConfiguration": {"level": "error"}}`
	tests := []struct{ name, content, want string }{
		{"a rule's security severity", one(severe, `{"ruleId": "A", "level": "note"}`), "1 0 0 0; A critical"},
		{"the result's own comes first", one(severe, `{"ruleId": "A", "properties": {"security-severity": 4}}`), "0 0 1 0; A medium"},
		{"by index alone", one(severe, `{"ruleIndex": 1}`), "0 1 0 0; B high"},
		{"without an index the first rule is not meant", one(severe, `{"ruleId": "C"}`), "0 0 1 0; C medium"},
		{"the rule's level", one(severe, `{"ruleId": "B"}`), "0 1 0 0; B high"},
		{"a rule below the rule", one(severe, `{"ruleId": "B/2"}`), "0 1 0 0; B/2 high"},
		{"levels", one("", `{"ruleId": "1", "level": "error"}, {"ruleId": "2", "level": "warning"}, {"ruleId": "3", "level": "note"}, {"ruleId": "4", "level": "none"}, {"ruleId": "5"}`),
			"0 1 2 1; 1 high; 2 medium; 3 low; 4 none; 5 medium"},
		{"where the severities end", one("", `{"properties": {"security-severity": "8.9"}}, {"properties": {"security-severity": "6.9"}}, {"properties": {"security-severity": 3.9}}, {"properties": {"security-severity": "0.0"}}`),
			"0 1 1 2;  high;  medium;  low;  low"},
		{"waived", one("", `{"level": "error", "suppressions": [{"kind": "inSource"}]}, {"level": "error", "suppressions": [{"kind": "external", "status": "rejected"}]}`),
			"0 1 0 0;  high suppressed;  high"},
		{"no failures", one("", `{"kind": "pass", "level": "error"}, {"kind": "informational"}, {"level": "error", "baselineState": "absent"}, {"kind": "review"}`), "0 0 1 0;  none;  none;  none;  medium"},
		{"a rule of an extension", `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "codeql", "rules": [{"id": "other"}]}, "extensions": [{"name": "go-queries", "rules": [{"id": "go/x", "properties": {"security-severity": "7.5"}}]}]},
			"results": [{"ruleId": "go/x", "rule": {"id": "go/x", "index": 0, "toolComponent": {"index": 0}}}]}]}`, "0 1 0 0; go/x high"},
		{"nothing found", one("", ""), "0 0 0 0"},
		{"results that were not written", `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]}`, "0 0 0 0"},

		{"not JSON", "{\n\"runs\":", "line 2: not JSON: unexpected end of JSON input"},
		{"another JSON", `{"vulnerabilities": []}`, "the JSON has no runs, want SARIF 2.1.0"},
		{"an old version", `{"version": "1.0.0", "runs": []}`, `its version is "1.0.0", want SARIF 2.1.0`},
		{"a list", `[]`, "not SARIF: json: cannot unmarshal array into Go value of type sarif.log"},
		{"a severity that is none", one("", `{"properties": {"security-severity": "high"}}`), `not SARIF: security-severity is "high", want a number from 0 to 10`},
		{"a severity too great", one("", `{"properties": {"security-severity": 11}}`), `not SARIF: security-severity is 11, want a number from 0 to 10`},
		{"a level that is none", one("", `{"ruleId": "A", "level": "fatal"}`), `the level of a result of A is "fatal", want error, warning, note or none`},
		{"an extension that is not there", one("", `{"ruleId": "A", "rule": {"toolComponent": {"index": 3}}}`), "a result of A names extension 3 of 0"},
		{"deep", strings.Repeat(`{"runs":[`, 20000), "not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(tt.content); got != tt.want && !(tt.name == "deep" && strings.Contains(got, tt.want)) {
				t.Errorf("read\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// What the library of the format writes is read.
func TestAnotherWritersLogIsRead(t *testing.T) {
	report := v210.NewReport()
	run := v210.NewRunWithInformationURI("scan", "https://example.com")
	properties := v210.NewPropertyBag()
	properties.Add("security-severity", "9.8")
	run.AddRule("CVE-2026-1").WithProperties(properties)
	run.AddRule("style")
	place := v210.NewLocationWithPhysicalLocation(v210.NewPhysicalLocation().
		WithArtifactLocation(v210.NewSimpleArtifactLocation("Dockerfile")).WithRegion(v210.NewSimpleRegion(3, 4)))
	run.CreateResultForRule("CVE-2026-1").WithMessage(v210.NewTextMessage("openssl is old")).AddLocation(place)
	run.CreateResultForRule("style").WithLevel("note").WithMessage(v210.NewTextMessage("long line"))
	report.AddRun(run)
	var b bytes.Buffer
	if err := report.Write(&b); err != nil {
		t.Fatal(err)
	}
	r, err := parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if r.Critical != 1 || r.Low != 1 || len(r.Results) != 2 {
		t.Fatalf("read %+v, want one critical and one low of\n%s", r, b.String())
	}
	f := r.Results[0]
	if f.File != "Dockerfile" || f.Line == nil || *f.Line != 3 || f.Message != "openssl is old" || f.Rule != "CVE-2026-1" {
		t.Errorf("the first is %+v", f)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(one(`{"id": "A", "properties": {"security-severity": "9.1"}}`, `{"ruleId": "A", "rule": {"index": 0}}`)))
	f.Add([]byte(one("", `{"level": "error", "suppressions": [{}], "locations": [{"physicalLocation": {"region": {"startLine": 1}}}]}`)))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parse(content)
		if counted := r.Critical + r.High + r.Medium + r.Low; err == nil && counted > len(r.Results) {
			t.Errorf("%d of %d counted in %q", counted, len(r.Results), content)
		}
	})
}
