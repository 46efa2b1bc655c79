package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// predecessor is the version that a rollback would go back to, and the run in
// which that version was itself rolled back the last time; nil: it wasn't, or
// nothing is known of it.
func predecessor(newestFirst []Past) (version string, refused *Past) {
	last := map[string]*Past{}
	for i := range newestFirst {
		p := &newestFirst[i]
		if p.Outcome == Refused || p.Outcome == wrong || p.Outcome == Failed && !p.acted() {
			continue // nothing was deployed
		}
		if last[p.Version] == nil {
			last[p.Version] = p
		}
		if p.Outcome == RolledBack {
			continue
		}
		if p := last[p.Version]; p.Version != "" && (p.Outcome == RolledBack || p.Outcome == RollbackFailed) {
			return p.Version, p
		}
		return p.Version, nil
	}
	return "", nil
}

// acted tells whether a step of the run has begun to write: one that failed in
// its checks has left everything as it was.
func (p *Past) acted() bool {
	if p.Events == nil {
		return true
	}
	for e, err := range p.Events() {
		if _, armed := e.Body.(event.UndoArmed); armed || err != nil {
			return true
		}
	}
	return false
}

// backTo asks a person before a rollback to a version whose last verdict was
// one itself. It returns the halt that follows.
func (r *runner) backTo(ctx context.Context, h *halt) *halt {
	if len(r.standing()) == 0 {
		return h
	}
	version, refused := predecessor(r.past())
	if refused == nil || version == r.plan.Version {
		return h // back to itself leads nowhere: the record isn't what serves
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
