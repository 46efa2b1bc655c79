package git

import (
	"context"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var tag = builtins.New("git.tag", types.Reads,
	"Return the tag of the commit that is checked out; of several the newest, null where there is none.",
	func(ctx context.Context, h *builtins.Host, _ struct{}) (*string, error) {
		if _, err := head(ctx, h); err != nil {
			return nil, err
		}
		out, err := run(ctx, h, "tag", "--points-at", "HEAD", "--sort=-version:refname", "--sort=-creatordate")
		if err != nil || out == "" {
			return nil, err
		}
		first, _, _ := strings.Cut(out, "\n")
		return &first, nil
	}).With(`expect git.tag() == "v1.2.3"`)
