package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// The answers to what a node `or ask` asks.
const (
	answerRetry    = "retry"
	answerGoOn     = "go on"
	answerStop     = "stop"
	answerRollback = "roll back"
)

// apply does what the node's policy says about its failure: its own, else the
// phase's, else the end's, else stop. again says that the node is to be tried
// once more.
func (n *node) apply(ctx context.Context, e end) (again bool, h *halt) {
	s := n.s
	policy := s.policyOf(n.policy)
	if policy == "" {
		policy = e.policy
	}
	if e.mustAsk {
		policy = "ask"
	} else {
		s.tookPolicy(n.policy)
	}
	reason := n.words(e)
	switch policy {
	case "warn":
		n.warn(ctx, e, "")
		return false, nil
	case "rollback":
		n.finish(e)
		return false, &halt{kind: haltRollback, reason: reason}
	case "ask":
		return n.decide(ctx, e, reason)
	}
	n.finish(e)
	return false, s.stop(n, &halt{kind: haltStop, reason: reason})
}

// policyOf is what is written after the title, else the phase's.
func (s *strand) policyOf(p *syntax.Policy) string {
	if p != nil {
		return p.Action
	}
	return s.policy
}

// tookPolicy says that a policy decided: what is written after a node's title,
// else the phase's.
func (s *strand) tookPolicy(own *syntax.Policy) {
	if own == nil {
		own = s.written
	}
	if own != nil {
		s.code.Reached(own, compile.Begun)
	}
}

// stop ends the run, at once or, for a check, after the checks that follow it.
func (s *strand) stop(n *node, h *halt) *halt {
	if n.head.Kind != "check" {
		return h
	}
	s.pending = merge(s.pending, h)
	return nil
}

// warn finishes a node that failed and is gone on after.
func (n *node) warn(ctx context.Context, e end, why string) {
	e.status = event.Warned
	if why != "" {
		e.reason = why
	}
	n.finish(e)
	n.s.r.handle(n.s.r.hard, "warn", n.words(e))
}

// decide asks a person what a failure means.
func (n *node) decide(ctx context.Context, e end, reason string) (again bool, h *halt) {
	s := n.s
	question := event.Asked{
		ID: n.title, Question: reason, Type: "policy",
		Options: []string{answerRetry, answerGoOn, answerStop, answerRollback},
	}
	a, err := s.r.person(ctx, n.id, question, askTimeout)
	if errors.Is(err, engine.ErrNobody) {
		n.finish(e)
		return false, s.r.wait(question, reason)
	}
	if h := s.interrupted(ctx); h != nil {
		e.status, e.reason = event.Interrupted, h.reason
		n.finish(e)
		return false, h
	}
	if err != nil {
		e.reason = err.Error()
		n.finish(e)
		return false, &halt{kind: haltStop, reason: fmt.Sprintf("%s; %v", reason, err)}
	}
	switch a.Answer {
	case answerRetry:
		s.r.engine.Emit(n.id, event.TryFailed{Try: max(n.tries, 1), Failures: e.failures})
		return true, nil
	case answerGoOn:
		n.warn(ctx, e, "gone on"+by(a))
		return false, nil
	case answerRollback:
		n.finish(e)
		return false, &halt{kind: haltRollback, reason: reason}
	}
	n.finish(e)
	return false, &halt{kind: haltStop, reason: reason}
}

func by(a event.Answered) string {
	if a.By == "" {
		return ""
	}
	return ", said " + a.By
}
