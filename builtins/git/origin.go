package git

import (
	"context"

	"github.com/drl-lang/drl/builtins"
)

// Origin returns where the repository was cloned from, as git has it: a URL,
// or host:path. It may hold a password.
func Origin(ctx context.Context, h *builtins.Host) (string, error) {
	return run(ctx, h, "remote", "get-url", "origin")
}
