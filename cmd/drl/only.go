package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// onlyFilter compiles what was given to --only: a condition over kind, title,
// phase and id of a node. An empty one lets all through.
func onlyFilter(text string) (func(run.Candidate) (bool, error), error) {
	if text == "" {
		return nil, nil
	}
	fields := func(c run.Candidate) map[string]any {
		return map[string]any{"kind": c.Kind, "title": c.Title, "phase": c.Phase, "id": c.ID}
	}
	filter, err := compile.NewFilter(text, fields(run.Candidate{}))
	if err != nil {
		return nil, fmt.Errorf("--only: %w", err)
	}
	return func(c run.Candidate) (bool, error) { return filter.Match(fields(c)) }, nil
}

// leavesNothing tells whether no node of the plan fits the filter. A title
// that the run alone can tell may fit.
func leavesNothing(nodes []plan.Node, only func(run.Candidate) (bool, error)) bool {
	var any func(nodes []plan.Node, phase string) bool
	any = func(nodes []plan.Node, phase string) bool {
		return slices.ContainsFunc(nodes, func(n plan.Node) bool {
			switch n.Kind {
			case "phase":
				return any(n.Nodes, n.Title)
			case "parallel", "for", "if", "in", "with", "rule":
				return any(n.Nodes, phase)
			case "let", "settle":
				return false // they aren't asked
			}
			fits, err := only(run.Candidate{Kind: n.Kind, Title: n.Title, Phase: phase, ID: n.ID})
			return fits || err != nil || strings.Contains(n.Title, "{")
		})
	}
	return !any(nodes, "")
}
