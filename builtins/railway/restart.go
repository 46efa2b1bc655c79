package railway

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type restartArgs struct {
	Service string `drl:"service" doc:"the service's name or id"`
	scopeArgs
	waiting
}

var restart = builtins.New("railway.restart", types.Writes,
	"Restart what serves, or else the newest deployment, without a build, and wait until it runs.",
	func(ctx context.Context, h *builtins.Host, a restartArgs) (Deployment, error) {
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		s, in, err := serviceArgs{a.Service, a.scopeArgs}.look(ctx, h)
		if err != nil {
			return Deployment{}, err
		}
		what := in.servingOrLatest()
		if what == nil {
			return Deployment{}, fmt.Errorf("%s: %w", s.Name, errNever)
		}
		answer := yes{}
		err = s.act(ctx, h, "Restart", vars{"id": what.ID}, &answer)
		switch {
		case isLost(err) && ctx.Err() == nil:
			return Deployment{}, s.restartLost(ctx, h, what.ID, err)
		case err != nil:
			return Deployment{}, err
		}
		if err := answer.want(s.client, "deploymentRestart", "restart "+s.Name); err != nil {
			return Deployment{}, err
		}
		return s.runs(ctx, h, what)
	}).With(`railway.restart("worker")`)

// restartLost says how a deployment is after a restart whose answer was lost:
// nothing that Railway tells shows whether it was restarted.
func (s *service) restartLost(ctx context.Context, h *builtins.Host, id string, err error) error {
	now, _, lookErr := s.lookAt(ctx, h, id)
	if lookErr != nil {
		return fmt.Errorf("whether %s was restarted is not known: %w; then %w", s.Name, err, lookErr)
	}
	state := "does not run"
	if now.live() {
		state = "runs"
	}
	return fmt.Errorf("whether %s was restarted is not known: %w; it is %s and %s; another restart does no harm", s.Name, err, now.Status, state)
}

// runs waits until a deployment runs again.
func (s *service) runs(ctx context.Context, h *builtins.Host, was *node) (Deployment, error) {
	start, err := h.Clock()
	if err != nil {
		return Deployment{}, err
	}
	last := was.Status
	for {
		// Its processes are those of before for a moment.
		if err := h.Sleep(ctx, gap(h.Now().Sub(start))); err != nil {
			return Deployment{}, s.late(ctx, was.ID, last+" and does not run")
		}
		now, in, err := s.lookAt(ctx, h, was.ID)
		switch {
		case isFinal(err):
			return Deployment{}, err
		case err != nil:
			h.Say("railway: " + err.Error())
			continue
		case now.live():
			return now.deployment(), nil
		case now.Status == "CRASHED" && was.Status == "CRASHED":
			// As it was: it may not have begun.
		case now.class() == bad:
			return Deployment{}, s.ended(ctx, h, now, in, &buildLog{s: s, id: was.ID, host: h})
		}
		last = now.Status
	}
}
