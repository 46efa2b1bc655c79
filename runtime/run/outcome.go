package run

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// The outcomes of a run.
const (
	Passed         = "passed"
	Failed         = "failed"
	RolledBack     = "rolled_back"
	RollbackFailed = "rollback_failed"
	Waiting        = "waiting"
	Refused        = "refused"
	Interrupted    = "interrupted"
)

// wrong is the outcome of a call that was wrong: nothing ran.
const (
	wrong     = "wrong"
	bug       = "bug"
	exitWrong = 2
	exitBug   = 70
)

// Exit is the exit code of `drl run` for an outcome.
func Exit(outcome string) int {
	switch outcome {
	case Passed:
		return 0
	case Failed:
		return 1
	case RolledBack:
		return 3
	case RollbackFailed:
		return 4
	case Waiting:
		return 5
	case Refused:
		return 6
	case Interrupted:
		return 130
	case wrong:
		return exitWrong
	}
	return exitBug
}

// halt says why no further node starts.
type halt struct {
	kind   haltKind
	reason string
	all    []string // where it was merged from several: their reasons
}

// haltKind is what follows from a halt. Of several that came from branches
// side by side the strongest wins: they are in that order.
type haltKind uint8

const (
	haltWaiting haltKind = iota + 1
	haltStop
	haltRollback
	haltRefused
	haltInterrupted
	haltBug
)

func (h *halt) Error() string { return h.reason }

func outcomeOf(h *halt) string {
	if h == nil {
		return Passed
	}
	switch h.kind {
	case haltWaiting:
		return Waiting
	case haltStop, haltRollback:
		return Failed
	case haltRefused:
		return Refused
	case haltInterrupted:
		return Interrupted
	}
	return bug
}

// merge makes one halt of several: the strongest, with all reasons of its kind.
func merge(halts ...*halt) *halt {
	var strongest *halt
	var reasons []string
	for _, h := range halts {
		switch {
		case h == nil:
		case strongest == nil || h.kind > strongest.kind:
			strongest, reasons = h, h.reasons()
		case h.kind == strongest.kind && h != strongest:
			reasons = append(reasons, h.reasons()...)
		}
	}
	reasons = unique(reasons)
	if len(reasons) < 2 {
		return strongest
	}
	return &halt{kind: strongest.kind, reason: summed(reasons), all: reasons}
}

// reasons are those that a halt was merged from, or its own.
func (h *halt) reasons() []string {
	if h.all != nil {
		return slices.Clone(h.all)
	}
	return []string{h.reason}
}

// summed are reasons as one: it stands in a line, and each of them with its
// node.
func summed(reasons []string) string {
	if len(reasons) > 2 {
		return fmt.Sprintf("%s; and %d more", reasons[0], len(reasons)-1)
	}
	return strings.Join(reasons, "; ")
}

func unique(texts []string) (kept []string) {
	seen := map[string]bool{}
	for _, t := range texts {
		if !seen[t] {
			seen[t] = true
			kept = append(kept, t)
		}
	}
	return kept
}

// guarded turns a bug of ours into a halt: no panic reaches a user.
func (r *runner) guarded(fn func() *halt) (h *halt) {
	defer r.catch(&h)
	return fn()
}

// catch is deferred: it makes a panic a halt.
func (r *runner) catch(h **halt) {
	if p := recover(); p != nil {
		r.engine.Emit("", event.Noted{Level: "warning", Text: fmt.Sprintf("drl has a bug: %v\n%s", p, debug.Stack())})
		*h = &halt{kind: haltBug, reason: fmt.Sprintf("drl has a bug: %v", p)}
	}
}

// end carries out what a halt asks for, runs the handlers and closes the run.
func (r *runner) end(h *halt) Result {
	if h != nil && h.kind == haltInterrupted && r.wantsRollback() {
		h = &halt{kind: haltRollback, reason: h.reason}
	}
	r.mu.Lock()
	if h != nil && h.kind == haltRollback && r.settled {
		// "Rolled back" would say that the old version serves.
		h = &halt{kind: haltStop, reason: h.reason + "; nothing is rolled back after settle"}
	}
	r.mu.Unlock()
	if h != nil && h.kind == haltRollback {
		h = r.backTo(r.hard, h)
	}
	r.mu.Lock()
	r.outcome = outcomeOf(h)
	if h != nil {
		r.reason = h.reason
	}
	r.mu.Unlock()
	ctx := r.hard
	switch {
	case h == nil:
		r.handle(ctx, "success", "")
	case h.kind == haltRollback:
		r.rollback(ctx, h.reason)
		r.recovery(r.soft)
	case h.kind == haltWaiting:
		r.handle(ctx, "waiting", "")
	case h.kind == haltStop:
		r.handle(ctx, "failure", "")
	}
	r.mu.Lock()
	ending := event.RunEnding{Outcome: r.outcome, Reason: r.reasonOf(h), Left: r.byHand()}
	r.mu.Unlock()
	r.engine.Emit("", ending)
	r.handle(ctx, "finish", "")
	return r.finish(h)
}

// reasonOf is why the run ended as it did. The caller holds mu.
func (r *runner) reasonOf(h *halt) string {
	if h != nil && h.kind == haltInterrupted && r.outcome == Interrupted {
		return h.reason
	}
	if r.outcome == RollbackFailed && r.unfinished != "" {
		return r.unfinished + "; rolled back because " + r.reason
	}
	return r.reason
}

// byHand is what a person must still undo. The caller holds mu.
func (r *runner) byHand() (left []string) {
	if r.outcome == Passed || r.outcome == RolledBack {
		return nil
	}
	for _, a := range r.left() {
		left = append(left, a.byHand())
	}
	return left
}

// finish emits the last event.
func (r *runner) finish(h *halt) Result {
	r.mu.Lock()
	f := r.counts
	f.Outcome, f.Reason, f.Left = r.outcome, r.reasonOf(h), r.byHand()
	f.Exit = Exit(r.outcome)
	f.Duration = r.engine.Now().Sub(r.started)
	if r.outcome == Passed {
		f.Follow = r.follows
	}
	f.Next = r.next
	r.mu.Unlock()
	r.engine.Emit("", f)
	return Result{RunFinished: f}
}

// refuse ends a run before anything in it started.
func (r *runner) refuse(exit int, ds source.Diagnostics) Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := event.RunFinished{Outcome: wrong, Exit: exit, Reason: ds[0].Message, Duration: r.engine.Now().Sub(r.started)}
	r.engine.Emit("", f)
	return Result{RunFinished: f, Wrong: ds}
}

// record is the value of `run` in handlers.
func (r *runner) record(reason string) value.Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reason == "" {
		reason = r.reason
	}
	var metrics []value.Value
	titles := sortedKeys(r.metrics)
	for _, title := range titles {
		metrics = append(metrics, r.metrics[title]())
	}
	fields := []struct {
		name string
		v    value.Value
	}{
		{"id", value.String(r.opts.Run)},
		{"release", value.String(r.plan.Program.Name)},
		{"target", value.String(r.plan.TargetName)},
		{"version", value.String(r.plan.Version)},
		{"reason", value.String(reason)},
		{"started", value.Time(r.started.Round(time.Millisecond))},
		{"duration", value.Duration(r.engine.Now().Sub(r.started).Round(time.Millisecond))},
		{"outcome", value.String(r.outcome)},
		{"nodes", value.NewList(append([]value.Value(nil), r.nodes...))},
		{"metrics", value.NewMap(titles, metrics)},
		{"operator", value.String(r.opts.Operator)},
		{"downtime", value.Duration(0)},
		{"waiting_for", value.String(r.waiting)},
	}
	var names []string
	var values []value.Value
	for _, f := range fields {
		names, values = append(names, f.name), append(values, f.v)
	}
	return value.NewRecord("Run", names, values)
}

// haltOf finds a halt among the causes of an error.
func haltOf(err error) *halt {
	var h *halt
	if errors.As(err, &h) {
		return h
	}
	return nil
}
