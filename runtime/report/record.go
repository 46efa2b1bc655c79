package report

import (
	"io"
	"slices"
	"sync"

	"github.com/drl-lang/drl/runtime/event"
)

// Record is a sink that keeps what a report will tell, so that one can be
// written while the run goes on and after it. What commands write, and what
// the run reads, is left out: a report has the end of a failed command's
// output in its failure. The zero Record is empty.
type Record struct {
	mu     sync.Mutex
	events []event.Event
}

// Event keeps e.
func (r *Record) Event(e event.Event) {
	switch e.Body.(type) {
	case event.Output, event.EffectStarted, event.EffectFinished, event.Bound, event.LoopStarted, event.TryFailed:
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// Run returns what has happened so far.
func (r *Record) Run() *Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	run := &Run{events: slices.Clone(r.events), nodes: map[string]*Node{}}
	for _, e := range run.events {
		run.add(e)
	}
	return run
}

// Write writes a report of what has happened so far in one of the [Formats].
func (r *Record) Write(w io.Writer, format string) error { return r.Run().Write(w, format) }
