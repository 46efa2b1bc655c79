package report

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type markdownArgs struct {
	Path string `drl:"path" doc:"where to, from the script's folder; its folder is made if need be, and what was there is replaced"`
}

var markdown = builtins.New("report.markdown", types.Writes,
	"Write a report of the run so far in Markdown, whatever the path's ending.",
	func(ctx context.Context, h *builtins.Host, a markdownArgs) (struct{}, error) {
		return struct{}{}, writeReport(ctx, h, a.Path, "markdown")
	}).With(`report.markdown("reports/release.md")`)
