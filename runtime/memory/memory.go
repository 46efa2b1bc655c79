// Package memory is the engine without a journal: everything that happened is
// handed to a sink and forgotten. It is what `drl run` uses until a run has to
// outlive its process, and what tests of the interpreter use in a synctest
// bubble, where its waits take no time.
//
// Clock, alarm and asking are given; nothing here knows the real ones.
package memory

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// Options is the world that an [Engine] hands on.
type Options struct {
	// Run is the id that every event carries.
	Run string
	// Now is the clock; required.
	Now func() time.Time
	// AfterFunc is the clock's alarm, as [time.AfterFunc] is the real one's;
	// required where something waits or is limited.
	AfterFunc func(d time.Duration, f func()) *time.Timer
	// Sink gets each event, one at a time, in the order of their numbers.
	// Nil: discard.
	Sink func(event.Event)
	// Ask asks a person and waits for the answer or the end of ctx. It is
	// called for one question at a time. Nil: nobody is there.
	Ask func(ctx context.Context, q event.Asked) (event.Answered, error)
}

// Engine is an [engine.Engine] that keeps nothing. It is made by New.
type Engine struct {
	opts Options

	mu     sync.Mutex // holds the order of events
	seq    int64
	effect int64

	asking chan struct{} // holds one token: who has it may ask
}

var _ engine.Engine = (*Engine)(nil)

// New returns an engine over the given world.
func New(o Options) *Engine {
	e := &Engine{opts: o, asking: make(chan struct{}, 1)}
	e.asking <- struct{}{}
	return e
}

// Now is the clock that was given.
func (e *Engine) Now() time.Time { return e.opts.Now() }

// Sleep waits for d, or until ctx ends: then it returns context.Cause.
func (e *Engine) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if d <= 0 {
		return nil
	}
	over := make(chan struct{})
	defer e.opts.AfterFunc(d, func() { close(over) }).Stop()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Limit returns a context that ends with cause after d.
func (e *Engine) Limit(ctx context.Context, d time.Duration, cause error) (context.Context, func()) {
	limited, cancel := context.WithCancelCause(ctx)
	alarm := e.opts.AfterFunc(d, func() { cancel(cause) })
	return limited, func() {
		alarm.Stop()
		cancel(nil)
	}
}

// Emit numbers the event and hands it to the sink.
func (e *Engine) Emit(node string, b event.Body) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.emit(node, b)
}

func (e *Engine) emit(node string, b event.Body) {
	e.seq++
	if e.opts.Sink != nil {
		e.opts.Sink(event.Event{Seq: e.seq, Time: e.opts.Now(), Run: e.opts.Run, Node: node, Body: b})
	}
}

// Do emits that the effect started, runs act, and emits how it ended.
func (e *Engine) Do(ctx context.Context, f engine.Effect, act func(context.Context, int64) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e.mu.Lock()
	e.effect++
	id := e.effect
	f.Started.ID = id
	e.emit(f.Node, f.Started)
	e.mu.Unlock()

	start := e.opts.Now()
	err := act(ctx, id)
	e.Emit(f.Node, engine.Finished(id, e.opts.Now().Sub(start), err))
	return err
}

// Await asks the person that was given; questions of branches that run side
// by side are asked one after the other.
func (e *Engine) Await(ctx context.Context, q event.Asked) (event.Answered, error) {
	if e.opts.Ask == nil {
		return event.Answered{}, engine.ErrNobody
	}
	select {
	case <-e.asking:
	case <-ctx.Done():
		return event.Answered{}, context.Cause(ctx)
	}
	defer func() { e.asking <- struct{}{} }()
	if ctx.Err() != nil {
		return event.Answered{}, context.Cause(ctx)
	}
	return e.opts.Ask(ctx, q)
}

// Go runs the functions side by side and waits for all. A goroutine, that at
// hand first of all, goes on with the next function when one has ended: its
// stack has grown already, and that of a new one would have to.
func (e *Engine) Go(ctx context.Context, max int, fns ...func(context.Context)) {
	if max <= 0 || max > len(fns) {
		max = len(fns)
	}
	var taken atomic.Int64
	work := func() {
		for n := int(taken.Add(1)); n <= len(fns); n = int(taken.Add(1)) {
			fns[n-1](ctx)
		}
	}
	var others sync.WaitGroup
	defer others.Wait()
	for range max - 1 {
		others.Go(work)
	}
	work()
}
