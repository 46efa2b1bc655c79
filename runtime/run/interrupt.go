package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Interrupt is a signal to end the run.
type Interrupt struct {
	Signal string // SIGINT, SIGTERM, SIGHUP
	// Person says that a person at a terminal sent it, who can be asked.
	Person bool
	// Now says that it ends the run at once, as a second one does.
	Now bool
}

func (i *Interrupt) Error() string { return "interrupted by " + i.Signal }

// interruption is what signals have done to the run so far.
type interruption struct {
	mu    sync.Mutex
	first *Interrupt // ended the nodes; nil: none
	back  bool       // a rollback is at work
	noted bool       // and was asked once to end
}

// rollingBack says that from here on nodes are undone: one more Ctrl-C is
// answered with a word, because a rollback that is cut short leaves a mess.
func (i *interruption) rollingBack() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.back, i.noted = true, false
}

// rolledBack says that nothing is undone any more: an interrupt ends what is
// left.
func (i *interruption) rolledBack() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.back = false
}

// mostGrace is how long after an interrupt that no person sent a command that
// is being ended is left alone: whoever sent it, as CI does, comes back soon
// and kills.
const mostGrace = 5 * time.Second

// hasten ends the grace of commands that are being ended, some time after the
// first interrupt. A person decides alone how long to wait.
func (r *runner) hasten(over context.Context) {
	select {
	case <-r.soft.Done():
	case <-over.Done():
		return
	}
	var i *Interrupt
	if errors.As(context.Cause(r.soft), &i) && !i.Person && r.engine.Sleep(over, mostGrace) == nil {
		r.hurry(i)
	}
}

// watch takes signals until ctx ends.
func (r *runner) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case i, open := <-r.opts.Interrupts:
			if !open {
				return
			}
			r.interrupt(&i)
		}
	}
}

func (r *runner) interrupt(i *Interrupt) {
	r.stopped.mu.Lock()
	back, noted, first := r.stopped.back, r.stopped.noted, r.stopped.first
	waits := back && i.Person && !noted && !i.Now
	starts := !back && first == nil && !i.Now
	switch {
	case waits:
		r.stopped.noted = true
	case starts:
		r.stopped.first = i
	}
	r.stopped.mu.Unlock()
	note := func(text string) { r.engine.Emit("", event.Noted{Level: "warning", Text: i.Signal + ": " + text}) }
	switch {
	case waits:
		note("a rollback is at work and goes on; once more ends it as it is")
	case starts:
		note("nothing new starts, what runs is being ended; once more ends at once")
		r.endSoft(i)
	default:
		if r.opts.Ends != nil {
			r.opts.Ends()
		}
		note("ending now")
		r.endHard(i)
	}
}

// interrupted is the halt of a run that a signal has ended, or nil.
func (s *strand) interrupted(ctx context.Context) *halt {
	if ctx.Err() == nil {
		return nil
	}
	var i *Interrupt
	if errors.As(context.Cause(ctx), &i) {
		return &halt{kind: haltInterrupted, reason: i.Error()}
	}
	if s.r.hard.Err() != nil {
		return &halt{kind: haltInterrupted, reason: fmt.Sprintf("interrupted: %v", context.Cause(ctx))}
	}
	return nil
}

// The answers after a first interrupt.
const (
	answerLeave = "leave it"
)

// wantsRollback asks the person who interrupted the run what to do about what
// was done so far. Nobody is asked where nothing could be undone.
func (r *runner) wantsRollback() bool {
	r.stopped.mu.Lock()
	first := r.stopped.first
	r.stopped.mu.Unlock()
	undos := r.standing()
	if first == nil || !first.Person || r.hard.Err() != nil || len(undos) == 0 {
		return false
	}
	q := event.Asked{
		ID: "interrupted", Type: "policy", Options: []string{answerRollback, answerLeave},
		Question: "the run was interrupted; what can be undone: " + quoteAll(undos),
	}
	a, err := r.person(r.hard, "", q, askTimeout)
	return err == nil && a.Answer == answerRollback
}
