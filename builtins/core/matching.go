package core

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

// Matching is a pattern that stands where a text could.
type Matching struct {
	Pattern string `drl:"pattern" doc:"a regular expression (RE2) for the whole text"`
}

type matchingArgs struct {
	Pattern string `drl:"pattern,constant" doc:"a regular expression (RE2) for the whole text: '5..'"`
}

var matching = builtins.New("matching", types.Pure,
	"Make a pattern that may stand in place of a text in where: of prometheus.increase and its like.",
	func(_ context.Context, _ *builtins.Host, a matchingArgs) (Matching, error) { return Matching(a), nil },
).With(`let failed = prometheus.increase('http_requests_total', where: { code: matching('5..') })`)
