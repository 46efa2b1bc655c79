package memory_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/engine/conformance"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, func(_ testing.TB, w conformance.World) engine.Engine {
		return memory.New(memory.Options{Run: "r1", Now: time.Now, Sleep: sleep, Sink: w.Sink, Ask: w.Ask})
	})
}

// sleep waits on the clock of the bubble that the test runs in.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func Example() {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	e := memory.New(memory.Options{
		Run:   "r1",
		Now:   func() time.Time { return noon },
		Sleep: func(context.Context, time.Duration) error { return nil },
		Sink:  func(v event.Event) { fmt.Println(v.Seq, v.Node, v.Body.Kind()) },
	})
	restart := engine.Effect{Node: `step "restart"`, Started: event.EffectStarted{Name: "$", Writes: true}}
	err := e.Do(context.Background(), restart, func(context.Context, int64) error { return nil })
	fmt.Println(err)
	// Output:
	// 1 step "restart" effect_started
	// 2 step "restart" effect_finished
	// <nil>
}
