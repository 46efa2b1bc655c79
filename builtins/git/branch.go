package git

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var branch = builtins.New("git.branch", types.Reads,
	"Return the branch that is checked out; null where it is a commit or a tag, as in most CI jobs.",
	func(ctx context.Context, h *builtins.Host, _ struct{}) (*string, error) {
		name, err := run(ctx, h, "branch", "--show-current")
		if err != nil || name == "" {
			return nil, err
		}
		return &name, nil
	}).With(`expect git.branch() == "main"`)
