package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// person asks a question, and answers it at once where it was answered ahead.
func (r *runner) person(ctx context.Context, node string, q event.Asked, limit time.Duration) (event.Answered, error) {
	r.engine.Emit(node, q)
	a, ok := r.ahead(q)
	if !ok {
		var err error
		r.mu.Lock()
		r.waiting = q.ID
		r.mu.Unlock()
		r.limited(ctx, limit, func(ctx context.Context) { a, err = r.engine.Await(ctx, q) })
		if errors.Is(err, engine.ErrNobody) {
			return a, err // the question stays open
		}
		r.mu.Lock()
		r.waiting = ""
		r.mu.Unlock()
		var late *expired
		if errors.As(err, &late) {
			return a, fmt.Errorf("nobody answered within %s", value.Duration(limit))
		}
		if err != nil {
			return a, err
		}
	}
	a.ID = q.ID
	shown := a
	if q.Secret {
		r.host.Conceal(a.Answer)
		shown.Answer = value.Mask
	}
	r.engine.Emit(node, shown)
	return a, nil
}

// ahead finds the answer that was given with --yes or --answer, or in a test.
func (r *runner) ahead(q event.Asked) (event.Answered, bool) {
	for _, pattern := range sortedKeys(r.opts.Answers) {
		if q.Type != "confirm" && r.answers(pattern, q) {
			return event.Answered{Answer: r.opts.Answers[pattern], By: r.opts.Operator, Note: "--answer"}, true
		}
	}
	if q.Type != "confirm" && q.Type != "undo" {
		return event.Answered{}, false
	}
	for _, pattern := range r.opts.No {
		if value.Wildcard(pattern, q.ID) {
			return event.Answered{Answer: "no", By: r.opts.Operator, Note: "--no"}, true
		}
	}
	for _, pattern := range r.opts.Yes {
		if r.answers(pattern, q) {
			return event.Answered{Answer: "yes", By: r.opts.Operator, Note: "--yes"}, true
		}
	}
	return event.Answered{}, false
}

// answers tells whether a pattern may answer a question. What only says "all"
// is no answer about a guarded target.
func (r *runner) answers(pattern string, q event.Asked) bool {
	if r.plan.Guard && strings.Trim(pattern, "*") == "" {
		return false
	}
	return value.Wildcard(pattern, q.ID)
}

// wait ends the run with an open question, and says what to type.
func (r *runner) wait(q event.Asked, reason string) *halt {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = q.ID
	switch q.Type {
	case "confirm":
		r.next = r.again() + " --yes " + shellQuote(q.ID)
	case "policy":
		// None of the answers is the one to type: a person decides.
		r.next = r.again() + " --answer " + shellQuote(q.ID+"=…") + ", with " + strings.Join(q.Options[:len(q.Options)-1], ", ") + " or " + q.Options[len(q.Options)-1]
	default:
		r.next = r.again() + " --answer " + shellQuote(q.ID+"=…")
	}
	return &halt{kind: haltWaiting, reason: reason}
}

// again is the command line that starts such a run once more.
func (r *runner) again() string {
	if r.opts.Again != "" {
		return r.opts.Again
	}
	line := "drl run " + shellQuote(r.plan.Program.Source.Name)
	if r.plan.TargetName != "" {
		line += " --target " + shellQuote(r.plan.TargetName)
	}
	for _, in := range r.plan.Inputs {
		if _, secret := in.Value.(value.Secret); in.Typed && !secret {
			line += " --" + in.Name + " " + shellQuote(in.Text)
		}
	}
	for _, pattern := range r.opts.Yes {
		line += " --yes " + shellQuote(pattern)
	}
	return line
}

// shellQuote writes text as one word of a shell.
func shellQuote(text string) string {
	plain := text != "" && !strings.ContainsFunc(text, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+,@%", c)
	})
	if plain {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// confirm asks for a yes, from as many people as it wants.
func (s *strand) confirm(ctx context.Context, n *node, c *syntax.Confirm) end {
	want, err := s.number(ctx, c.Approvals, 1)
	if err != nil {
		return s.failed(c, err)
	}
	q := event.Asked{ID: n.title, Question: n.title, Type: "confirm"}
	if c.By != nil {
		v, err := s.eval(ctx, c.By)
		if err != nil {
			return s.failed(c, err)
		}
		q.By = v.String()
	}
	if s.r.plan.Guard {
		q.Typed = s.r.plan.TargetName
	}
	var names, notes []string
	for len(names) < want {
		a, err := s.r.person(ctx, n.id, q, n.limit)
		switch {
		case errors.Is(err, engine.ErrNobody):
			return s.unanswered(q, fmt.Sprintf("%s: nobody is here to answer", n.title))
		case err != nil:
			return s.failed(c, err)
		case a.Answer != "yes":
			return s.failed(c, fmt.Errorf("answered with no%s%s", by(a), note(a)))
		case slices.Contains(names, a.By):
			return s.unanswered(q, fmt.Sprintf("%s: %d of %d people have said yes", n.title, len(names), want))
		}
		names = append(names, a.By)
		if a.Note != "" {
			notes = append(notes, a.Note)
		}
	}
	n.value = value.NewRecord("Confirmation", []string{"by", "at", "note"}, []value.Value{
		value.String(strings.Join(names, ", ")), value.Time(s.r.engine.Now()), value.String(strings.Join(notes, "; ")),
	})
	e := passed
	if len(names) > 0 && names[0] != "" {
		e.reason = "yes, said " + strings.Join(names, ", ")
		if slices.Contains(notes, "--yes") {
			e.reason += " ahead"
		}
	}
	return e
}

func note(a event.Answered) string {
	if a.Note == "" {
		return ""
	}
	return ": " + a.Note
}

// unanswered is the end of a node whose question stays open.
func (s *strand) unanswered(q event.Asked, reason string) end {
	return end{status: event.Interrupted, reason: "waiting for an answer", halt: s.r.wait(q, reason)}
}

// ask asks for a text.
func (s *strand) ask(ctx context.Context, n *node, a *syntax.Ask) end {
	q := event.Asked{ID: n.title, Question: n.title, Type: "ask", Secret: a.Secret}
	answer, err := s.r.person(ctx, n.id, q, n.limit)
	switch {
	case errors.Is(err, engine.ErrNobody):
		return s.unanswered(q, fmt.Sprintf("%s: nobody is here to answer", n.title))
	case err != nil:
		return s.failed(a, err)
	}
	n.value = value.String(answer.Answer)
	if a.Secret {
		n.value = value.NewSecret(answer.Answer)
	}
	return passed
}
