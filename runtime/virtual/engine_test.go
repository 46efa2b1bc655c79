package virtual_test

import (
	"context"
	"errors"
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

// A clock that leaps has equal moments, which another one hardly has.
func TestLimitIsLastAtItsMoment(t *testing.T) {
	e := virtual.New(virtual.Options{Start: time.Unix(0, 0)})
	outer, inner := errors.New("outer"), errors.New("inner")
	e.Go(t.Context(), 0, func(ctx context.Context) {
		one, done := e.Limit(ctx, time.Minute, outer)
		defer done()
		two, doneToo := e.Limit(one, time.Minute, inner)
		defer doneToo()
		if err := e.Sleep(two, time.Minute); err != nil {
			t.Errorf("Sleep() of all the time that there is = %v, want nil", err)
		}
		if err := e.Sleep(two, time.Minute); !errors.Is(err, inner) {
			t.Errorf("Sleep() of more = %v, want the inner cause", err)
		}
		if err := e.Sleep(one, time.Second); !errors.Is(err, outer) {
			t.Errorf("Sleep() under the outer limit = %v, want its cause", err)
		}
		if took := e.Now().Sub(time.Unix(0, 0)); took != time.Minute {
			t.Errorf("it took %v, want 1m", took)
		}
	})
}
