package railway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// mostWithin is the longest that a call waits for a deployment.
const mostWithin = 24 * time.Hour

// waiting are the parameters of what waits for a deployment's end.
type waiting struct {
	Within  time.Duration `drl:"within,named" doc:"how long to wait until it is live; that it waits for approval is told at once" default:"15m"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for all of the call, if it is to be shorter" default:"24h"`
}

// overdue says that within has passed.
type overdue struct{ within time.Duration }

func (o overdue) Error() string { return fmt.Sprintf("not within %s", value.Duration(o.within)) }

// limited returns ctx that ends after within.
func (w waiting) limited(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if w.Within <= 0 || w.Within > mostWithin {
		return nil, nil, fmt.Errorf("within is %s, want more than 0s and at most %s", value.Duration(w.Within), value.Duration(mostWithin))
	}
	ctx, stop := context.WithTimeoutCause(ctx, w.Within, overdue{w.Within})
	return ctx, stop, nil
}

// settle waits until a deployment of the service is live, and streams its
// build log meanwhile. One that ends in another way is an error that says
// what serves now.
func (s *service) settle(ctx context.Context, h *builtins.Host, id string) (Deployment, error) {
	log := &buildLog{s: s, id: id, host: h}
	over, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	defer following.Wait()
	defer stop()
	changed := make(chan struct{}, 1)
	following.Go(func() { log.follow(over, changed) })

	start, err := h.Clock()
	if err != nil {
		return Deployment{}, err
	}
	last, told := "", false
	for {
		d, in, err := s.lookAt(ctx, h, id)
		switch {
		case ctx.Err() != nil:
			return Deployment{}, s.late(ctx, id, last)
		case isKind(err, limited) && last != "":
			return Deployment{}, fmt.Errorf("deployment %s of %s was %s, and may still go live: %w", id, s.Name, last, err)
		case isFinal(err):
			return Deployment{}, err
		case err != nil:
			// It may be back before the time is over.
			h.Say("railway: " + err.Error())
		default:
			if d.Status != last {
				h.Say(fmt.Sprintf("railway: %s is %s", s.Name, d.Status))
			}
			last = d.Status
			switch d.class() {
			case good:
				log.finish(ctx)
				return d.deployment(), nil
			case bad:
				return Deployment{}, s.ended(ctx, h, d, in, log)
			case blocked:
				if !told {
					warn(h, fmt.Sprintf("deployment %s of %s waits for approval: somebody has to approve it in Railway's dashboard", d.version(), s.Name))
					told = true
				}
			}
			log.catchUp(ctx)
		}
		if err := pause(ctx, h, log.gap(h.Now().Sub(start)), changed); err != nil {
			return Deployment{}, s.late(ctx, id, last)
		}
	}
}

// late is the error for a deployment that took too long.
func (s *service) late(ctx context.Context, id, last string) error {
	if last == "" {
		last = "not known to have begun"
	}
	return fmt.Errorf("deployment %s of %s is %s: %w; it may still go live", id, s.Name, last, context.Cause(ctx))
}

// pause waits for d, or until something has changed.
func pause(ctx context.Context, h *builtins.Host, d time.Duration, changed <-chan struct{}) error {
	inner, stop := context.WithCancel(ctx)
	var woken sync.WaitGroup
	woken.Go(func() {
		select {
		case <-changed:
			stop()
		case <-inner.Done():
		}
	})
	_ = h.Sleep(inner, d)
	stop()
	woken.Wait()
	return context.Cause(ctx)
}

// ended is the error for a deployment that did not stay, with what is known of
// why, and with what serves now.
func (s *service) ended(ctx context.Context, h *builtins.Host, d *node, in *instance, log *buildLog) error {
	serves := "nothing serves it now"
	switch now := in.serving(); {
	case now != nil && now.ID != d.ID:
		serves = now.version() + " still serves"
	case d.running():
		serves = "some of its instances still run"
	}
	what := fmt.Sprintf("deployment %s of %s", d.version(), s.Name)
	switch d.Status {
	case "FAILED":
		log.finish(ctx)
		text := what + " failed"
		if why := s.why(ctx, h, d.ID); why != "" {
			text += ": " + why
		}
		if line := s.lastWords(ctx, h, d.ID); line != "" { // it was started
			text += fmt.Sprintf(" (its last words: %s)", value.QuoteString(builtins.Short(line)))
		} else if line := log.lastLine(); line != "" {
			text += fmt.Sprintf(" (last line of its build log: %s)", value.QuoteString(builtins.Short(line)))
		}
		return fmt.Errorf("%s; nothing to roll back: the failed deployment never served; %s", text, serves)
	case "CRASHED":
		text := what + " went live and crashed"
		if line := s.lastWords(ctx, h, d.ID); line != "" {
			text += fmt.Sprintf(" (its last words: %s)", value.QuoteString(builtins.Short(line)))
		}
		return fmt.Errorf("%s; %s", text, serves)
	case "SKIPPED":
		return fmt.Errorf("%s was skipped: nothing that the service watches has changed; %s", what, serves)
	}
	if latest := in.Latest; latest != nil && latest.ID != d.ID {
		return fmt.Errorf("%s is %s: %s, which is %s, has taken its place; %s", what, d.Status, latest.version(), latest.Status, serves)
	}
	return fmt.Errorf("%s is %s: it was cancelled or removed; %s", what, d.Status, serves)
}

// why asks which part of a deployment failed; "": that isn't known.
func (s *service) why(ctx context.Context, h *builtins.Host, id string) string {
	var answer struct {
		DeploymentEvents struct {
			Edges []struct {
				Node struct {
					Step    string
					Payload struct{ Error, Reason string }
				}
			}
		}
	}
	if s.ask(ctx, h, "Events", vars{"id": id}, &answer) != nil {
		return "" // the failure is known without it
	}
	for _, e := range answer.DeploymentEvents.Edges {
		for _, said := range []string{e.Node.Payload.Error, e.Node.Payload.Reason} {
			if said != "" {
				return strings.ToLower(strings.ReplaceAll(e.Node.Step, "_", " ")) + ": " + builtins.Short(said)
			}
		}
	}
	return ""
}

// lastWords is the last line that a deployment wrote; "": none is known.
func (s *service) lastWords(ctx context.Context, h *builtins.Host, id string) string {
	lines, err := s.deploymentLogs(ctx, h, id, 20, "", nil)
	if err != nil || len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1].Text
}
