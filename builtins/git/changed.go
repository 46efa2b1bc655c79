package git

import (
	"context"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type sinceArgs struct {
	Since string `drl:"since" doc:"a commit, tag or branch"`
}

var changed = builtins.New("git.changed", types.Reads,
	"List the files that differ between a commit and the one that is checked out, from the root of the repository. A file that was renamed is both its names.",
	func(ctx context.Context, h *builtins.Host, a sinceArgs) ([]string, error) {
		from, err := resolve(ctx, h, "since", a.Since)
		if err != nil {
			return nil, err
		}
		out, err := run(ctx, h, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", from, "HEAD", "--")
		if err != nil || out == "" {
			return []string{}, err
		}
		return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"), nil
	}).With(`let migrations = git.changed("v1.2.2").filter(path => path contains "/migrations/")`)
