package git

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var clean = builtins.New("git.clean", types.Reads,
	"Tell whether the folder is as the commit has it: nothing changed, staged or new. What is ignored does not count.",
	func(ctx context.Context, h *builtins.Host, _ struct{}) (bool, error) {
		out, err := run(ctx, h, "status", "--porcelain", "-z", "--untracked-files=normal")
		return out == "", err
	}).With(`check "nothing is left to commit" { expect git.clean() }`)
