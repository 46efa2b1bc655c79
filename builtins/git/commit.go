package git

import (
	"context"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var commit = builtins.New("git.commit", types.Reads, "Return the hash of the commit that is checked out.",
	func(ctx context.Context, h *builtins.Host, _ struct{}) (string, error) { return head(ctx, h) },
).With(`let commit = git.commit()`)
