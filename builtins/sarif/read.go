package sarif

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type readArgs struct {
	Path string     `drl:"path" doc:"the file, from the script's folder"`
	Max  value.Size `drl:"max,named" doc:"the longest file to read" default:"16MiB"`
}

type finding struct {
	Rule       string `drl:"rule" doc:"the rule's id"`
	Severity   string `drl:"severity" doc:"critical, high, medium or low; none for what is no finding"`
	Message    string `drl:"message" doc:"what was found"`
	File       string `drl:"file" doc:"where; may be empty"`
	Line       *int   `drl:"line" doc:"the line there"`
	Suppressed bool   `drl:"suppressed" doc:"whether it was waived: such a result is not counted"`
}

type result struct {
	Critical int       `drl:"critical" doc:"results with a security severity of 9.0 and more"`
	High     int       `drl:"high" doc:"those of 7.0 to 8.9; without one, of the level error"`
	Medium   int       `drl:"medium" doc:"those of 4.0 to 6.9; without one, of the level warning, which is what a result without a level has"`
	Low      int       `drl:"low" doc:"those under 4.0; without one, of the level note"`
	Results  []finding `drl:"results" doc:"each result, in the order of the file; also those that do not count: waived, gone since the baseline, or of a kind that is no failure"`
}

var read = builtins.New("sarif.read", types.Reads,
	"Read what scanners have found. A security severity, the result's own or its rule's, decides before the level.",
	func(ctx context.Context, h *builtins.Host, a readArgs) (result, error) {
		return builtins.ReadAs(ctx, h, a.Path, a.Max, parse)
	}).With(`expect sarif.read("reports/scan.sarif").critical == 0`)
