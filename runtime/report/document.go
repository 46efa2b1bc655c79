package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/event"
)

// document is the report in JSON. Names and fields are those of the events;
// new fields may come, and v grows when one changes its meaning.
type document struct {
	V        int               `json:"v"`
	Run      string            `json:"run"`
	Release  string            `json:"release"`
	Target   string            `json:"target,omitempty"`
	Version  string            `json:"version,omitempty"`
	Script   string            `json:"script"`
	Operator string            `json:"operator,omitempty"`
	Inputs   map[string]string `json:"inputs,omitempty"`
	Started  time.Time         `json:"started"`
	Duration time.Duration     `json:"duration"` // nanoseconds
	Outcome  string            `json:"outcome"`  // "running" while that is not known
	Reason   string            `json:"reason,omitempty"`
	Passed   int               `json:"passed"`
	Failed   int               `json:"failed"`
	Warned   int               `json:"warned"`
	Skipped  int               `json:"skipped"`
	Left     []string          `json:"left,omitempty"`
	Follow   []event.Follow    `json:"follow,omitempty"`
	Rollback *rollbackDocument `json:"rollback,omitempty"`
	Notes    []string          `json:"notes,omitempty"`
	Nodes    []nodeDocument    `json:"nodes"`
}

type rollbackDocument struct {
	Reason string   `json:"reason"`
	Undos  []string `json:"undos"`
}

type nodeDocument struct {
	ID       string               `json:"id"`
	Type     string               `json:"type"`
	Title    string               `json:"title"`
	Place    source.Place         `json:"place"`
	Status   event.Status         `json:"status"` // "running" while it goes on
	Reason   string               `json:"reason,omitempty"`
	Started  time.Time            `json:"started"`
	Duration time.Duration        `json:"duration"`
	Tries    int                  `json:"tries,omitempty"`
	Failures []event.Failure      `json:"failures,omitempty"`
	Answer   *event.Answered      `json:"answer,omitempty"`
	Decided  *event.Decided       `json:"decided,omitempty"`
	Baseline *event.BaselineTaken `json:"baseline,omitempty"`
	Nodes    []nodeDocument       `json:"nodes,omitempty"`
}

func (r *Run) document(w io.Writer) error {
	d := document{
		V: 1, Run: r.ID, Release: r.Start.Release, Target: r.Start.Target, Version: r.Start.Version, Script: r.Start.Script,
		Operator: r.Start.Operator, Inputs: r.Start.Inputs, Started: r.Started, Duration: r.Finish.Duration,
		Outcome: r.Finish.Outcome, Reason: r.Finish.Reason, Passed: r.Finish.Passed, Failed: r.Finish.Failed,
		Warned: r.Finish.Warned, Skipped: r.Finish.Skipped, Left: r.Finish.Left, Follow: r.Finish.Follow,
		Notes: r.Notes, Nodes: documents(r.Nodes),
	}
	if r.Rollback != nil {
		d.Rollback = &rollbackDocument{r.Rollback.Reason, r.Rollback.Undos}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func documents(nodes []*Node) []nodeDocument {
	all := make([]nodeDocument, len(nodes))
	for i, n := range nodes {
		all[i] = nodeDocument{
			ID: n.ID, Type: n.Type, Title: n.Title, Place: n.Place, Status: n.Status(), Started: n.Began,
			Answer: n.Answer, Decided: n.Decided, Baseline: n.Baseline, Nodes: documents(n.Nodes),
		}
		if f := n.Finish; f != nil {
			all[i].Reason, all[i].Duration, all[i].Tries, all[i].Failures = f.Reason, f.Duration, f.Tries, f.Failures
		}
	}
	return all
}
