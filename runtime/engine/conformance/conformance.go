// Package conformance holds what every engine owes the interpreter, as tests
// that each engine's own tests run. It knows no engine.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// World is what an engine under test is made from.
type World struct {
	Sink func(event.Event)                                          // gets every event
	Ask  func(context.Context, event.Asked) (event.Answered, error) // nil: nobody is there
}

// Run tests the engines that open returns. Each test calls open once, in a
// synctest bubble: time.Now and timers are virtual there. Who is asked waits by
// the engine's Sleep: one with a clock of its own knows of no other wait.
func Run(t *testing.T, open func(testing.TB, World) engine.Engine) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, func(testing.TB, World) engine.Engine)
	}{
		{"events are numbered from 1 and carry their node", numbers},
		{"an effect is announced before it happens and ended after", effects},
		{"an ended context keeps an effect from starting", endedEffect},
		{"a command's exit code is kept", exitCode},
		{"sleep takes as long as it says", sleeps},
		{"a sleep that is cut returns the cause", cutSleep},
		{"a limit ends what it limits, and not what is around", limits},
		{"go waits for all and runs at most max at a time", side},
		{"go starts in order", order},
		{"events of branches keep one order", interleaved},
		{"nobody there is an error of its own", nobody},
		{"an answer comes back", answer},
		{"questions are asked one at a time", oneQuestion},
		{"a question is given up when its context ends", cutQuestion},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tt.test(t, open) })
		})
	}
}

// sink collects events; engines hand them over one at a time.
type sink struct{ events []event.Event }

func (s *sink) add(e event.Event) { s.events = append(s.events, e) }

func (s *sink) kinds() (kinds []string) {
	for _, e := range s.events {
		kinds = append(kinds, e.Body.Kind())
	}
	return kinds
}

func numbers(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var got sink
	e := open(t, World{Sink: got.add})
	e.Emit("a", event.Printed{Text: "one"})
	e.Emit("b", event.Printed{Text: "two"})
	if len(got.events) != 2 {
		t.Fatalf("the sink got %d events, want 2", len(got.events))
	}
	for i, want := range []string{"a", "b"} {
		if v := got.events[i]; v.Seq != int64(i+1) || v.Node != want || v.Time.IsZero() {
			t.Errorf("event %d = number %d of node %q at %v, want number %d of node %q at a time", i, v.Seq, v.Node, v.Time, i+1, want)
		}
	}
}

func effects(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var got sink
	e := open(t, World{Sink: got.add})
	broken := errors.New("broken")
	var ids []int64
	for _, want := range []error{nil, broken} {
		err := e.Do(t.Context(), engine.Effect{Node: "n", Started: event.EffectStarted{Name: "x"}}, func(ctx context.Context, id int64) error {
			ids = append(ids, id)
			e.Emit("n", event.Output{ID: id, Line: "hello"})
			return want
		})
		if !errors.Is(err, want) {
			t.Errorf("Do() = %v, want %v", err, want)
		}
	}
	if ids[0] == ids[1] {
		t.Errorf("two effects have the number %d", ids[0])
	}
	want := []string{"effect_started", "output", "effect_finished", "effect_started", "output", "effect_finished"}
	if diff := cmp.Diff(want, got.kinds()); diff != "" {
		t.Fatalf("events (-want +got)\n%s", diff)
	}
	if f := got.events[5].Body.(event.EffectFinished); f.Error != "broken" || f.ID != ids[1] {
		t.Errorf("the second effect ended as %+v, want error broken of effect %d", f, ids[1])
	}
	if s := got.events[0].Body.(event.EffectStarted); s.ID != ids[0] || s.Name != "x" {
		t.Errorf("the first effect started as %+v, want x with number %d", s, ids[0])
	}
}

func endedEffect(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var got sink
	e := open(t, World{Sink: got.add})
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	err := e.Do(ctx, engine.Effect{}, func(context.Context, int64) error {
		t.Error("the effect happened")
		return nil
	})
	if !errors.Is(err, why) {
		t.Errorf("Do() = %v, want the context's cause", err)
	}
	if len(got.events) != 0 {
		t.Errorf("events = %v, want none", got.kinds())
	}
}

type coded int

func (c coded) Error() string { return fmt.Sprintf("exit status %d", int(c)) }
func (c coded) ExitCode() int { return int(c) }

func exitCode(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var got sink
	e := open(t, World{Sink: got.add})
	_ = e.Do(t.Context(), engine.Effect{}, func(context.Context, int64) error {
		return fmt.Errorf("make test: %w", coded(2))
	})
	if f := got.events[1].Body.(event.EffectFinished); f.Code != 2 {
		t.Errorf("code = %d, want 2", f.Code)
	}
}

func sleeps(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	start := e.Now()
	for _, d := range []time.Duration{time.Hour, 0, -time.Second} {
		if err := e.Sleep(t.Context(), d); err != nil {
			t.Errorf("Sleep(%v) = %v", d, err)
		}
	}
	if got := e.Now().Sub(start); got != time.Hour {
		t.Errorf("slept %v, want 1h", got)
	}
}

func cutSleep(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	start := e.Now()
	e.Go(t.Context(), 0,
		func(c context.Context) { _ = e.Sleep(c, time.Second); cancel(why) },
		func(context.Context) {
			if err := e.Sleep(ctx, time.Hour); !errors.Is(err, why) {
				t.Errorf("Sleep() = %v, want the cause", err)
			}
		})
	if got := e.Now().Sub(start); got != time.Second {
		t.Errorf("slept %v, want 1s", got)
	}
	if err := e.Sleep(ctx, 0); !errors.Is(err, why) {
		t.Errorf("Sleep(ended, 0) = %v, want the cause", err)
	}
}

func limits(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	start, outer, inner := e.Now(), errors.New("outer"), errors.New("inner")
	e.Go(t.Context(), 0, func(ctx context.Context) {
		one, done := e.Limit(ctx, 2*time.Minute, outer)
		two, doneToo := e.Limit(one, time.Minute, inner)
		if err := e.Sleep(two, 59*time.Second); err != nil || e.Now().Sub(start) != 59*time.Second {
			t.Errorf("Sleep() within the limit = %v after %v, want nil after 59s", err, e.Now().Sub(start))
		}
		if err := e.Sleep(two, time.Hour); !errors.Is(err, inner) || e.Now().Sub(start) != time.Minute {
			t.Errorf("Sleep() of more = %v after %v, want the inner cause after 1m", err, e.Now().Sub(start))
		}
		doneToo()
		if err := e.Sleep(one, time.Hour); !errors.Is(err, outer) || e.Now().Sub(start) != 2*time.Minute {
			t.Errorf("Sleep() under the outer limit = %v after %v, want its cause after 2m", err, e.Now().Sub(start))
		}
		done()
		three, finished := e.Limit(ctx, time.Minute, inner)
		finished()
		if err := e.Sleep(ctx, time.Hour); err != nil || e.Now().Sub(start) != time.Hour+2*time.Minute {
			t.Errorf("Sleep() after the limit = %v, %v after the start, want nil, 1h2m", err, e.Now().Sub(start))
		}
		if err := context.Cause(three); err == nil || errors.Is(err, inner) {
			t.Errorf("what was done ended with %v, want an end that is not its limit's", err)
		}
		four, finished := e.Limit(three, time.Minute, inner)
		defer finished()
		if err := context.Cause(four); err == nil || errors.Is(err, inner) {
			t.Errorf("a limit within what was done ended with %v, want the end of what is around", err)
		}
	})
}

func side(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	for _, tt := range []struct {
		max, want int
		took      time.Duration
	}{{0, 6, time.Second}, {2, 2, 3 * time.Second}, {1, 1, 6 * time.Second}, {9, 6, time.Second}} {
		var now, most, done atomic.Int64
		fns := slices.Repeat([]func(context.Context){func(ctx context.Context) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			_ = e.Sleep(ctx, time.Second)
			now.Add(-1)
			done.Add(1)
		}}, 6)
		start := e.Now()
		e.Go(t.Context(), tt.max, fns...)
		if int(most.Load()) != tt.want || done.Load() != 6 || e.Now().Sub(start) != tt.took {
			t.Errorf("Go(max %d) ran %d at a time, %d in all, for %v; want %d, 6, %v",
				tt.max, most.Load(), done.Load(), e.Now().Sub(start), tt.want, tt.took)
		}
	}
	e.Go(t.Context(), 0)
}

func order(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	var got []int
	var fns []func(context.Context)
	for i := range 5 {
		fns = append(fns, func(context.Context) { got = append(got, i) })
	}
	e.Go(t.Context(), 1, fns...)
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4}, got); diff != "" {
		t.Errorf("order (-want +got)\n%s", diff)
	}
}

func interleaved(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var got sink
	e := open(t, World{Sink: got.add})
	fn := func(context.Context) {
		for range 50 {
			e.Emit("", event.Printed{})
		}
	}
	e.Go(t.Context(), 0, fn, fn, fn)
	for i, v := range got.events {
		if v.Seq != int64(i+1) {
			t.Fatalf("event %d has the number %d", i+1, v.Seq)
		}
	}
	if len(got.events) != 150 {
		t.Errorf("the sink got %d events, want 150", len(got.events))
	}
}

func nobody(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add})
	if _, err := e.Await(t.Context(), event.Asked{ID: "ready"}); !errors.Is(err, engine.ErrNobody) {
		t.Errorf("Await() = %v, want ErrNobody", err)
	}
}

func answer(t *testing.T, open func(testing.TB, World) engine.Engine) {
	e := open(t, World{Sink: new(sink).add, Ask: func(_ context.Context, q event.Asked) (event.Answered, error) {
		return event.Answered{ID: q.ID, Answer: "yes", By: "ada"}, nil
	}})
	got, err := e.Await(t.Context(), event.Asked{ID: "ready"})
	if err != nil || got.Answer != "yes" || got.ID != "ready" || got.By != "ada" {
		t.Errorf("Await() = %+v, %v, want ada's yes", got, err)
	}
}

func oneQuestion(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var mu sync.Mutex
	now, most := 0, 0
	count := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		now += by
		most = max(most, now)
	}
	var e engine.Engine
	e = open(t, World{Sink: new(sink).add, Ask: func(ctx context.Context, _ event.Asked) (event.Answered, error) {
		count(1)
		defer count(-1)
		return event.Answered{}, e.Sleep(ctx, time.Second) // a person who thinks
	}})
	ask := func(ctx context.Context) {
		if _, err := e.Await(ctx, event.Asked{}); err != nil {
			t.Errorf("Await() = %v", err)
		}
	}
	e.Go(t.Context(), 0, ask, ask, ask)
	if most != 1 {
		t.Errorf("%d questions were asked at a time, want 1", most)
	}
}

func cutQuestion(t *testing.T, open func(testing.TB, World) engine.Engine) {
	var e engine.Engine
	e = open(t, World{Sink: new(sink).add, Ask: func(ctx context.Context, _ event.Asked) (event.Answered, error) {
		return event.Answered{}, e.Sleep(ctx, time.Hour) // a person who isn't there
	}})
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	ask := func(context.Context) {
		if _, err := e.Await(ctx, event.Asked{}); !errors.Is(err, why) {
			t.Errorf("Await() = %v, want the cause", err)
		}
	}
	e.Go(t.Context(), 0, ask, ask, func(c context.Context) { _ = e.Sleep(c, time.Minute); cancel(why) })
}
