package virtual_test

import (
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/engine/conformance"
	"github.com/drl-lang/drl/runtime/virtual"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, func(_ testing.TB, w conformance.World) engine.Engine {
		return virtual.New(virtual.Options{Run: "r1", Start: time.Unix(0, 0), Sink: w.Sink, Ask: w.Ask})
	})
}
