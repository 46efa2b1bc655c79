package git

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type createTagArgs struct {
	Name    string  `drl:"name" doc:"the tag's name"`
	Message *string `drl:"message" doc:"makes it an annotated tag, with its author and time"`
	At      string  `drl:"at,named" doc:"the commit, tag or branch that it is of" default:"HEAD"`
}

var createTag = builtins.New("git.create_tag", types.Writes,
	"Make a tag here; git.push sends it away. One of that name that is there already is an error.",
	func(ctx context.Context, h *builtins.Host, a createTagArgs) (struct{}, error) {
		none := struct{}{}
		if err := checkName("name", a.Name); err != nil {
			return none, err
		}
		if _, err := run(ctx, h, "check-ref-format", "refs/tags/"+a.Name); err != nil {
			if ctx.Err() != nil {
				return none, err
			}
			return none, fmt.Errorf("name is %q, which is no name of a tag: it holds a blank, .., ~ ^ : ? * [ \\, or ends in .lock", a.Name)
		}
		at, err := resolve(ctx, h, "at", a.At)
		if err != nil {
			return none, err
		}
		args := []string{"tag", a.Name, at}
		if a.Message != nil {
			args = []string{"tag", "--annotate", "--cleanup=verbatim", "--message=" + *a.Message, a.Name, at}
		}
		_, err = run(ctx, h, args...)
		return none, err
	}).With(`git.create_tag("v1.2.3", message: "released to production")`)
