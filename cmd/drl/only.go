package main

import (
	"fmt"

	"github.com/drl-lang/drl/lang/compile"
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
