// Package engine says what an interpreter may do to the world. runtime/run
// uses nothing else, so that one plan runs on this machine's memory, on a
// journal, in virtual time and, later, on a fleet.
package engine

import (
	"context"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Engine is the world of one run. All methods are safe for use by what Go
// runs side by side.
type Engine interface {
	// Now is the engine's clock.
	Now() time.Time
	// Sleep waits for d, or until ctx ends: then it returns context.Cause.
	Sleep(ctx context.Context, d time.Duration) error
	// Do carries out one effect: its intent is kept, then act runs, then how
	// it ended is kept. Do returns act's error, or that nothing was done
	// because the intent could not be kept. id is the effect's number, which
	// its Output events carry.
	Do(ctx context.Context, e Effect, act func(ctx context.Context, id int64) error) error
	// Await asks a person. ErrNobody means that no answer can come here.
	Await(ctx context.Context, q event.Asked) (event.Answered, error)
	// Emit keeps an event of the node. The engine gives it its number and time.
	Emit(node string, b event.Body)
	// Go runs the functions side by side, at most max at a time (0: all), and
	// returns when all have ended.
	Go(ctx context.Context, max int, fns ...func(context.Context))
}

// Effect is a call or command that is about to look at or change the world.
type Effect struct {
	Node       string              // identity of the node
	Started    event.EffectStarted // ID is the engine's to give
	Repeatable bool                // doing it again does no harm
}

// ErrNobody is returned by Await when nobody is there to answer.
var ErrNobody error = nobody{}

type nobody struct{}

func (nobody) Error() string { return "nobody is here to answer" }
