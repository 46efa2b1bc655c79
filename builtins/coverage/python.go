package coverage

import (
	"encoding/json"
	"errors"
	"fmt"
)

// pySummary is a summary of coverage.py's JSON.
// https://coverage.readthedocs.io/en/latest/commands/cmd_json.html
type pySummary struct {
	Covered         *int `json:"covered_lines"`
	All             *int `json:"num_statements"`
	CoveredBranches int  `json:"covered_branches"`
	AllBranches     int  `json:"num_branches"`
}

// coveragePy reads what coverage json writes.
func coveragePy(content []byte) (*measured, error) {
	var report struct {
		Totals *pySummary `json:"totals"`
		Files  map[string]struct {
			Summary *pySummary `json:"summary"`
		} `json:"files"`
	}
	if err := json.Unmarshal(content, &report); err != nil {
		var wrong *json.SyntaxError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("line %d: not JSON: %w", 1+newlines(content[:min(int(wrong.Offset), len(content))]), err)
		}
		return nil, fmt.Errorf("not the JSON of coverage.py: %w", err)
	}
	if report.Totals == nil || report.Files == nil {
		return nil, errors.New("the JSON has no totals and files, want what coverage json writes")
	}
	m := &measured{kind: "coverage.py", files: map[string]*counts{}}
	for path, file := range report.Files {
		s := file.Summary
		if s == nil || s.Covered == nil || s.All == nil {
			return nil, fmt.Errorf("the summary of %s has no covered_lines and num_statements", path)
		}
		lines, branches := counts{*s.Covered, *s.All}, counts{s.CoveredBranches, s.AllBranches}
		if !lines.sane() || !branches.sane() {
			return nil, fmt.Errorf("the summary of %s counts %d of %d lines and %d of %d branches", path,
				lines.covered, lines.all, branches.covered, branches.all)
		}
		m.files[path] = &lines
		m.branches.covered, m.branches.all = m.branches.covered+branches.covered, m.branches.all+branches.all
	}
	return m, nil
}

func (c counts) sane() bool { return 0 <= c.covered && c.covered <= c.all && c.all <= most }

func newlines(text []byte) int {
	n := 0
	for _, b := range text {
		if b == '\n' {
			n++
		}
	}
	return n
}
