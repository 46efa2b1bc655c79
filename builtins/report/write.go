package report

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type writeArgs struct {
	Path   string  `drl:"path" doc:"where to, from the script's folder; its folder is made if need be, and what was there is replaced"`
	Format *string `drl:"format,named" doc:"text, json, junit or markdown; left out: by the path's ending, .txt .json .xml .md"`
}

var write = builtins.New("report.write", types.Writes,
	"Write a report of the run so far: in on finish, with its outcome.",
	func(ctx context.Context, h *builtins.Host, a writeArgs) (struct{}, error) {
		format, err := formatOf(a.Path, a.Format)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, writeReport(ctx, h, a.Path, format)
	}).With(`report.write("reports/release.xml")`)
