package report

import (
	"io"
	"sync"

	"github.com/drl-lang/drl/runtime/event"
)

// Sink takes the events of a run, in order. Its methods may be called from
// several goroutines.
type Sink interface{ Event(event.Event) }

// Sinks gives each event to all of them, in their order.
type Sinks []Sink

// Event passes e on.
func (s Sinks) Event(e event.Event) {
	for _, sink := range s {
		sink.Event(e)
	}
}

// JSON writes each event as a line.
type JSON struct {
	mu  sync.Mutex
	w   io.Writer
	err error
}

// NewJSON returns a sink that writes to w. When w can't be written any more
// (a reader that went away, a full disk), the sink is silent from then on and
// keeps the error: the run is more important than its listeners.
func NewJSON(w io.Writer) *JSON { return &JSON{w: w} }

// Event writes e.
func (j *JSON) Event(e event.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = event.Write(j.w, e)
	}
}

// Err returns why the sink fell silent; nil while it hasn't.
func (j *JSON) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}
