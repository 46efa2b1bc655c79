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
		return memory.New(memory.Options{Run: "r1", Now: time.Now, AfterFunc: time.AfterFunc, Sink: w.Sink, Ask: w.Ask})
	})
}

func Example() {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	e := memory.New(memory.Options{
		Run:  "r1",
		Now:  func() time.Time { return noon },
		Sink: func(v event.Event) { fmt.Println(v.Seq, v.Node, v.Body.Kind()) },
	})
	restart := engine.Effect{Node: `step "restart"`, Started: event.EffectStarted{Name: "$", Writes: true}}
	err := e.Do(context.Background(), restart, func(context.Context, int64) error { return nil })
	fmt.Println(err)
	// Output:
	// 1 step "restart" effect_started
	// 2 step "restart" effect_finished
	// <nil>
}
