package railway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type waitArgs struct {
	Service string      `drl:"service" doc:"the service's name or id"`
	Commit  *string     `drl:"commit,named" doc:"wait for a deployment of this commit; 7 digits or more"`
	After   value.Value `drl:"after,named,optional" doc:"wait for a deployment that is newer than this Deployment, or the id of one"`
	scopeArgs
	waiting
}

var wait = takingDeployment(builtins.New("railway.wait", types.Reads,
	"Wait until the deployment that a push makes is live: of the commit, newer than after, or else the newest; one that ends in another way is an error, as of railway.deploy.",
	func(ctx context.Context, h *builtins.Host, a waitArgs) (Deployment, error) {
		const least = 7
		if a.Commit != nil && len(*a.Commit) < least {
			return Deployment{}, fmt.Errorf("commit is %s, want %d digits or more", value.QuoteString(*a.Commit), least)
		}
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		s, err := a.at(ctx, h, a.Service)
		if err != nil {
			return Deployment{}, err
		}
		if a.Commit == nil && a.After == nil {
			in, err := s.look(ctx, h)
			if err != nil {
				return Deployment{}, err
			}
			if in.Latest == nil {
				return Deployment{}, fmt.Errorf("%s: %w", s.Name, errNever)
			}
			return s.settle(ctx, h, in.latest())
		}
		var after time.Time
		if a.After != nil {
			id, err := deploymentID("after", a.After)
			if err != nil {
				return Deployment{}, err
			}
			old, err := s.ofService(ctx, h, id)
			if err != nil {
				return Deployment{}, err
			}
			after = old.CreatedAt
		}
		id, err := s.awaited(ctx, h, a.Commit, after)
		if err != nil {
			return Deployment{}, err
		}
		return s.settle(ctx, h, id)
	}).With("let before = railway.current(\"web\")\nlet live = railway.wait(\"web\", after: before, commit: git.commit())"), "after")

// awaited waits until there is a deployment of the commit that is newer.
func (s *service) awaited(ctx context.Context, h *builtins.Host, commit *string, after time.Time) (string, error) {
	start, err := h.Clock()
	if err != nil {
		return "", err
	}
	for {
		newest, err := s.history(ctx, h, 20)
		if err != nil && (ctx.Err() != nil || isFinal(err)) {
			return "", orLate(err, s, commit)
		}
		for i := range newest {
			n := &newest[i]
			built := n.Meta.text("commitHash")
			if n.CreatedAt.After(after) && (commit == nil || built != nil && strings.HasPrefix(*built, *commit)) {
				return n.ID, nil
			}
		}
		if err := h.Sleep(ctx, gap(h.Now().Sub(start))); err != nil {
			return "", orLate(err, s, commit)
		}
	}
}

// orLate says what didn't appear, where within is over.
func orLate(err error, s *service, commit *string) error {
	late := overdue{}
	if !errors.As(err, &late) {
		return err
	}
	what := "no newer deployment"
	if commit != nil {
		what = "no deployment of commit " + builtins.Short(*commit)
	}
	return fmt.Errorf("%s of %s has appeared: %w", what, s.Name, err)
}
