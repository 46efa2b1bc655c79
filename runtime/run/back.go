package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// predecessor is the version that a rollback would go back to, and the run in
// which that version was itself rolled back the last time; nil: it wasn't, or
// nothing is known of it.
func predecessor(newestFirst []Past) (version string, refused *Past) {
	var deployed []string // versions, the one that serves last
	last := map[string]*Past{}
	for i := range slices.Backward(newestFirst) {
		p := &newestFirst[i]
		switch p.Outcome {
		case Refused, wrong:
			continue // nothing ran
		case RolledBack:
		default:
			deployed = append(deployed, p.Version)
		}
		last[p.Version] = p
	}
	if len(deployed) == 0 {
		return "", nil
	}
	version = deployed[len(deployed)-1]
	if p := last[version]; version != "" && (p.Outcome == RolledBack || p.Outcome == RollbackFailed) {
		return version, p
	}
	return version, nil
}

// backTo asks a person before a rollback to a version whose last verdict was
// one itself. It returns the halt that follows.
func (r *runner) backTo(ctx context.Context, h *halt) *halt {
	if len(r.standing()) == 0 {
		return h
	}
	version, refused := predecessor(r.past())
	if refused == nil {
		return h
	}
	reason := fmt.Sprintf("%s; it would go back to %s, which was itself rolled back in run %s", h.reason, version, refused.Run)
	q := event.Asked{ID: "back to " + version, Question: reason, Type: "policy", Options: []string{answerStop, answerRollback}}
	a, err := r.person(ctx, "", q, askTimeout)
	switch {
	case errors.Is(err, engine.ErrNobody):
		return r.wait(q, reason)
	case err == nil && a.Answer == answerRollback:
		return h
	}
	return &halt{kind: haltStop, reason: reason}
}
