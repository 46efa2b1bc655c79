// Package virtual is the world of `drl test`: an engine whose clock leaps to
// the next wake-up whenever everything waits, and mocks that answer in the
// place of built-ins and commands. A day of monitoring takes milliseconds in
// it, and the same test gives the same events every time.
//
// Nothing in it touches anything real: it has no clock, network, process or
// file. What runs over it is runtime/run, as in the real world; who puts both
// together is cmd/drl/tester.
package virtual

import (
	"container/heap"
	"context"
	"math"
	"time"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// Options is what an [Engine] starts from.
type Options struct {
	// Run is the id that every event carries.
	Run string
	// Start is what the clock shows at first.
	Start time.Time
	// Sink gets each event, in the order of their numbers. Nil: discard.
	Sink func(event.Event)
	// Ask answers for a person. When it has to wait it waits with the engine's
	// Sleep. Nil: nobody is there.
	Ask func(ctx context.Context, q event.Asked) (event.Answered, error)
}

// Engine is an [engine.Engine] in virtual time. Of all that Go runs side by
// side exactly one goroutine is at work, until it waits for something: then
// the next one that can go on does, and when none can, the clock leaps. Its
// methods are for what it runs, and for the goroutine that starts it.
//
// Whoever waits, waits by Sleep, Await or Go. A goroutine that waited in
// another way would hold the time for all.
type Engine struct {
	opts   Options
	now    time.Time
	seq    int64 // of events
	effect int64
	turn   int64 // of waits
	limits int64

	ready    []*waiter // can go on, the first first
	sleeping sleepers
	groups   []*group // have functions that may start, the innermost last
	asking   bool     // somebody is being asked
	askers   []*waiter
}

var _ engine.Engine = (*Engine)(nil)

// New returns an engine.
func New(o Options) *Engine { return &Engine{opts: o, now: o.Start} }

// Now is the virtual time.
func (e *Engine) Now() time.Time { return e.now }

// Emit numbers the event and hands it to the sink.
func (e *Engine) Emit(node string, b event.Body) {
	e.seq++
	if e.opts.Sink != nil {
		e.opts.Sink(event.Event{Seq: e.seq, Time: e.now, Run: e.opts.Run, Node: node, Body: b})
	}
}

// Do emits that the effect started, runs act, and emits how it ended.
func (e *Engine) Do(ctx context.Context, f engine.Effect, act func(context.Context, int64) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e.effect++
	id := e.effect
	f.Started.ID = id
	e.Emit(f.Node, f.Started)
	start := e.now
	err := act(ctx, id)
	e.Emit(f.Node, engine.Finished(id, e.now.Sub(start), err))
	return err
}

// Sleep waits for d of the virtual time, or until ctx ends: then it returns
// context.Cause.
func (e *Engine) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if d <= 0 {
		return nil
	}
	w := &waiter{ctx: ctx, at: e.now.Add(d)}
	e.turn++
	w.turn = e.turn
	heap.Push(&e.sleeping, w)
	e.park(w)
	if w.cut {
		return context.Cause(ctx)
	}
	return nil
}

// Limit returns a context that ends with cause when the clock has gone on by d.
func (e *Engine) Limit(ctx context.Context, d time.Duration, cause error) (context.Context, func()) {
	limited, cancel := context.WithCancelCause(ctx)
	e.limits++
	// What wakes at the same moment comes before, and inner limits before outer.
	w := &waiter{at: e.now.Add(d), turn: math.MaxInt64 - e.limits, end: func() { cancel(cause) }}
	heap.Push(&e.sleeping, w)
	return limited, func() {
		if w.heap >= 0 {
			heap.Remove(&e.sleeping, w.heap)
		}
		cancel(nil)
	}
}

// Await asks the person that was given, one question at a time.
func (e *Engine) Await(ctx context.Context, q event.Asked) (event.Answered, error) {
	if e.opts.Ask == nil {
		return event.Answered{}, engine.ErrNobody
	}
	if e.asking {
		w := &waiter{ctx: ctx}
		e.askers = append(e.askers, w)
		e.park(w)
		if w.cut {
			return event.Answered{}, context.Cause(ctx)
		}
	}
	e.asking = true
	defer e.asked()
	if ctx.Err() != nil {
		return event.Answered{}, context.Cause(ctx)
	}
	return e.opts.Ask(ctx, q)
}

// asked lets the next question be asked.
func (e *Engine) asked() {
	e.asking = false
	if len(e.askers) > 0 {
		e.asking = true // so that none comes in between
		e.ready = append(e.ready, e.askers[0])
		e.askers = e.askers[1:]
	}
}
