package sarif

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The part of a log that is read. An index that is not there is not 0, which
// names the first rule.
type log struct {
	Version string `json:"version"`
	Runs    *[]struct {
		Tool struct {
			Driver     component   `json:"driver"`
			Extensions []component `json:"extensions"`
		} `json:"tool"`
		Results []scanned `json:"results"`
	} `json:"runs"`
}

type component struct {
	Rules []rule `json:"rules"`
}

type rule struct {
	ID            string `json:"id"`
	Configuration struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
	Properties properties `json:"properties"`
}

type properties struct {
	Severity severity `json:"security-severity"`
}

type scanned struct {
	RuleID    string `json:"ruleId"`
	RuleIndex *int   `json:"ruleIndex"`
	Rule      *struct {
		ID        string `json:"id"`
		Index     *int   `json:"index"`
		Component *struct {
			Index *int `json:"index"`
		} `json:"toolComponent"`
	} `json:"rule"`
	Kind         string     `json:"kind"`
	Level        string     `json:"level"`
	Properties   properties `json:"properties"`
	Baseline     string     `json:"baselineState"`
	Suppressions []struct {
		Status string `json:"status"`
	} `json:"suppressions"`
	Message struct {
		Text string `json:"text"`
		ID   string `json:"id"`
	} `json:"message"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Line *int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
	} `json:"locations"`
}

// severity is a number from 0 to 10, which tools write as one or as a text.
type severity struct {
	score float64
	set   bool
}

// UnmarshalJSON reads 9.8 and "9.8".
func (s *severity) UnmarshalJSON(text []byte) error {
	written := strings.Trim(string(text), `" `)
	if written == "null" || written == "" {
		return nil
	}
	score, err := strconv.ParseFloat(written, 64)
	if err != nil || !(score >= 0 && score <= 10) {
		return fmt.Errorf("security-severity is %s, want a number from 0 to 10", text)
	}
	*s = severity{score, true}
	return nil
}

// parse reads a log and rates its results.
func parse(content []byte) (result, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	var l log
	if err := json.Unmarshal(content, &l); err != nil {
		var wrong *json.SyntaxError
		if errors.As(err, &wrong) {
			line := 1 + bytes.Count(content[:min(int(wrong.Offset), len(content))], []byte("\n"))
			return result{}, fmt.Errorf("line %d: not JSON: %w", line, err)
		}
		return result{}, fmt.Errorf("not SARIF: %w", err)
	}
	if l.Runs == nil {
		return result{}, errors.New("the JSON has no runs, want SARIF 2.1.0")
	}
	if !strings.HasPrefix(l.Version, "2.1.") {
		return result{}, fmt.Errorf("its version is %q, want SARIF 2.1.0", l.Version)
	}
	r := result{Results: []finding{}}
	for _, run := range *l.Runs {
		for i := range run.Results {
			s := &run.Results[i]
			found, err := ruleOf(s, run.Tool.Driver, run.Tool.Extensions)
			if err != nil {
				return result{}, err
			}
			f, err := s.finding(found)
			if err != nil {
				return result{}, err
			}
			r.count(f)
		}
	}
	return r, nil
}

// ruleOf finds the rule of a result: by its index, in the driver or the
// extension that it names, else by its id. Tools of one driver often keep
// their rules in extensions. Nil: there is none.
func ruleOf(s *scanned, driver component, extensions []component) (*rule, error) {
	id, index, in := s.RuleID, s.RuleIndex, driver
	if ref := s.Rule; ref != nil {
		if id == "" {
			id = ref.ID
		}
		if ref.Index != nil {
			index = ref.Index
		}
		if c := ref.Component; c != nil && c.Index != nil && *c.Index >= 0 {
			if *c.Index >= len(extensions) {
				return nil, fmt.Errorf("a result of %s names extension %d of %d", id, *c.Index, len(extensions))
			}
			in = extensions[*c.Index]
		}
	}
	if index != nil && *index >= 0 && *index < len(in.Rules) {
		return &in.Rules[*index], nil
	}
	for _, c := range append([]component{in, driver}, extensions...) {
		for i := range c.Rules {
			// CA1000/1 is of the rule CA1000.
			if c.Rules[i].ID != "" && (c.Rules[i].ID == id || strings.HasPrefix(id, c.Rules[i].ID+"/")) {
				return &c.Rules[i], nil
			}
		}
	}
	return nil, nil
}

func (s *scanned) finding(of *rule) (finding, error) {
	f := finding{Rule: s.RuleID, Message: s.Message.Text}
	if f.Rule == "" && s.Rule != nil {
		f.Rule = s.Rule.ID
	}
	if f.Rule == "" && of != nil {
		f.Rule = of.ID
	}
	if f.Message == "" {
		f.Message = s.Message.ID
	}
	if len(s.Locations) > 0 {
		at := s.Locations[0].Physical
		f.File, f.Line = at.Artifact.URI, at.Region.Line
	}
	for _, waiver := range s.Suppressions {
		f.Suppressed = f.Suppressed || waiver.Status == "" || waiver.Status == "accepted"
	}
	var err error
	f.Severity, err = s.severity(of)
	return f, err
}

// severity rates a result as code hosts do: by its security severity, or its
// rule's; where there is none, by its level, which a result without one has
// from its rule.
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
func (s *scanned) severity(of *rule) (string, error) {
	switch s.Kind {
	case "pass", "notApplicable", "informational":
		return "none", nil
	}
	if s.Baseline == "absent" {
		return "none", nil
	}
	score := s.Properties.Severity
	level := s.Level
	if of != nil {
		if !score.set {
			score = of.Properties.Severity
		}
		if level == "" {
			level = of.Configuration.Level
		}
	}
	if score.set {
		switch {
		case score.score >= 9:
			return "critical", nil
		case score.score >= 7:
			return "high", nil
		case score.score >= 4:
			return "medium", nil
		}
		return "low", nil
	}
	switch level {
	case "error":
		return "high", nil
	case "warning", "":
		return "medium", nil
	case "note":
		return "low", nil
	case "none":
		return "none", nil
	}
	return "", fmt.Errorf("the level of a result of %s is %q, want error, warning, note or none", s.RuleID, level)
}

func (r *result) count(f finding) {
	r.Results = append(r.Results, f)
	if f.Suppressed {
		return
	}
	switch f.Severity {
	case "critical":
		r.Critical++
	case "high":
		r.High++
	case "medium":
		r.Medium++
	case "low":
		r.Low++
	}
}
