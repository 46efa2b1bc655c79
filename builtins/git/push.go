package git

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type pushArgs struct {
	Ref     string        `drl:"ref" doc:"the branch or tag to send"`
	Remote  string        `drl:"remote" doc:"where to: the name of a remote, as git remote lists them" default:"origin"`
	Timeout time.Duration `drl:"timeout" doc:"longest time that the call may take" default:"2m"`
}

var push = builtins.New("git.push", types.Writes,
	"Send a branch or tag to the same name on a remote. It never overwrites what is there, and a login that would have to be typed is an error.",
	func(ctx context.Context, h *builtins.Host, a pushArgs) (struct{}, error) {
		none := struct{}{}
		ref, err := fullName(ctx, h, a.Ref)
		if err != nil {
			return none, err
		}
		if err := checkRemote(ctx, h, a.Remote); err != nil {
			return none, err
		}
		_, err = run(ctx, h, "push", "--quiet", "--no-follow-tags", "--no-force", a.Remote, ref+":"+ref)
		return none, err
	}).With(`git.push("v1.2.3")`)

// fullName finds the branch or tag of that name.
func fullName(ctx context.Context, h *builtins.Host, name string) (string, error) {
	if err := checkName("ref", name); err != nil {
		return "", err
	}
	var found []string
	for _, ref := range []string{"refs/heads/" + name, "refs/tags/" + name} {
		_, err := run(ctx, h, "show-ref", "--verify", "--quiet", ref)
		if said := (*failed)(nil); errors.As(err, &said) {
			continue
		}
		if err != nil {
			return "", err
		}
		found = append(found, ref)
	}
	switch len(found) {
	case 0:
		if _, err := run(ctx, h, "rev-parse", "--git-dir"); err != nil {
			return "", err
		}
		return "", fmt.Errorf("ref is %q, and there is no branch or tag of that name here", name)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("ref is %q, which is a branch and a tag", name)
}

// checkRemote takes the names of remotes alone: git would take an address, or
// a program to run, too.
func checkRemote(ctx context.Context, h *builtins.Host, name string) error {
	if err := checkName("remote", name); err != nil {
		return err
	}
	out, err := run(ctx, h, "remote")
	if err != nil {
		return err
	}
	remotes := strings.Fields(out)
	if slices.Contains(remotes, name) {
		return nil
	}
	if len(remotes) == 0 {
		return fmt.Errorf("remote is %q, and the repository has none: git remote add", name)
	}
	return fmt.Errorf("remote is %q, want %s", name, strings.Join(remotes, " or "))
}
