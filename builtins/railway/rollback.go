package railway

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type rollbackArgs struct {
	Service string        `drl:"service" doc:"the service's name or id"`
	To      value.Value   `drl:"to" doc:"the Deployment, or the id of one, whose image, settings and variables come back; Railway has to have its image (can_rollback). Databases and volumes stay as they are"`
	Within  time.Duration `drl:"within,named" doc:"how long to wait until it is live" default:"10m"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for all of the call, if it is to be shorter" default:"24h"`
	scopeArgs
}

var rollback = takingDeployment(builtins.New("railway.rollback", types.Writes,
	"Return a service to an earlier deployment, in a new one that has to become live. What is under way is cancelled; where the earlier one still serves, as after a build that failed, nothing is rolled back, and it says so.",
	func(ctx context.Context, h *builtins.Host, a rollbackArgs) (Deployment, error) {
		id, err := deploymentID("to", a.To)
		if err != nil {
			return Deployment{}, err
		}
		ctx, stop, err := waiting{Within: a.Within}.limited(ctx)
		if err != nil {
			return Deployment{}, err
		}
		defer stop()
		s, err := a.at(ctx, h, a.Service)
		if err != nil {
			return Deployment{}, err
		}
		if _, err := s.ofService(ctx, h, id); err != nil {
			return Deployment{}, err
		}
		live, err := s.rollback(ctx, h, id)
		if err != nil {
			return Deployment{}, err
		}
		return live, s.keepImage(ctx, h, live)
	}).With("let before = railway.current(\"web\")\nrailway.deploy(\"web\", image: \"tickets:v1.2.3\")\nrailway.rollback(\"web\", to: before)"), "to")

func (s *service) rollback(ctx context.Context, h *builtins.Host, id string) (Deployment, error) {
	to, in, err := s.lookAt(ctx, h, id)
	if err != nil {
		return Deployment{}, err
	}
	// What has not come to its end could still go live, after all was checked.
	cancelled := false
	if newest := in.Latest; newest != nil && newest.ID != id && (newest.class() == underWay || newest.class() == blocked || newest.class() == unknown) {
		if to, in, err = s.cancel(ctx, h, id, newest); err != nil {
			return Deployment{}, err
		}
		cancelled = true
	}
	if now := in.serving(); now != nil && now.ID == id {
		switch {
		case in.latest() == id:
			announce(h, fmt.Sprintf("%s: nothing to roll back: %s is what serves", s.Name, to.version()))
			return to.deployment(), nil
		case cancelled:
			announce(h, fmt.Sprintf("%s: nothing to roll back: the new deployment was cancelled before it served; %s still does", s.Name, to.version()))
			return to.deployment(), nil
		case in.Latest != nil && in.Latest.class() == bad && in.Latest.Status != "CRASHED":
			announce(h, fmt.Sprintf("%s: nothing to roll back: the failed deployment never served; %s still does", s.Name, to.version()))
			return to.deployment(), nil
		}
	}
	if !to.CanRollback {
		return Deployment{}, fmt.Errorf("%s cannot be rolled back to deployment %s: can_rollback is false: it never served, or its image is gone (Railway keeps one for 24h on Free, 72h on Hobby, 120h on Pro after its deployment is removed); "+
			"railway.redeploy(%q, deployment: %q, rebuild: true) builds it again, or deploy the older commit or image", s.Name, to.version(), s.Name, id)
	}
	before := in.latest()
	answer := yes{}
	made, err := s.change(ctx, h, before, "Rollback", vars{"id": id}, &answer, func() (string, error) {
		return "", answer.want(s.client, "deploymentRollback", "roll "+s.Name+" back")
	})
	if err != nil {
		return Deployment{}, err
	}
	return s.settle(ctx, h, made)
}

// keepImage sets the service's source back to the image that it has returned
// to: the next deployment would be one of the image that failed.
func (s *service) keepImage(ctx context.Context, h *builtins.Host, live Deployment) error {
	if live.Image == nil {
		return nil
	}
	in, err := s.look(ctx, h)
	if err == nil && in.Source.Image != "" && in.Source.Image != *live.Image {
		h.Say(fmt.Sprintf("railway: the source of %s is set back to %s", s.Name, *live.Image))
		err = s.setImage(ctx, h, *live.Image)
	}
	if err != nil {
		return fmt.Errorf("%s has returned to deployment %s, and its source may still be the image that failed: %w", s.Name, live.ID, err)
	}
	return nil
}

// cancel stops a deployment that is under way, and waits until it is decided.
// It returns how the deployment with that id and the service are then.
func (s *service) cancel(ctx context.Context, h *builtins.Host, id string, newest *node) (*node, *instance, error) {
	h.Say(fmt.Sprintf("railway: deployment %s is %s: cancelling it", newest.version(), newest.Status))
	answer := yes{}
	err := s.act(ctx, h, "Cancel", vars{"id": newest.ID}, &answer)
	if isKind(err, missing) || isLost(err) {
		err = nil // how it is now decides
	}
	if err != nil {
		// It may have gone live, or failed, in this moment.
		h.Say("railway: " + err.Error())
	}
	start, clockErr := h.Clock()
	if clockErr != nil {
		return nil, nil, clockErr
	}
	for {
		to, in, lookErr := s.lookAt(ctx, h, id)
		if lookErr == nil && (in.Latest == nil || in.latest() != newest.ID || in.Latest.class() == good || in.Latest.class() == bad) {
			return to, in, nil
		}
		if lookErr != nil && (ctx.Err() != nil || isFinal(lookErr)) {
			return nil, nil, lookErr
		}
		if h.Now().Sub(start) >= longestAppear {
			if err == nil {
				err = lookErr
			}
			if err == nil {
				err = fmt.Errorf("it is still %s after %s", in.Latest.Status, value.Duration(longestAppear))
			}
			return nil, nil, fmt.Errorf("deployment %s of %s could not be cancelled, and may still go live: %w", newest.version(), s.Name, err)
		}
		if err := h.Sleep(ctx, gap(h.Now().Sub(start))); err != nil {
			return nil, nil, err
		}
	}
}
