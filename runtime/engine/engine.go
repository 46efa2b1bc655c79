// Package engine says what an interpreter may do to the world. runtime/run
// uses nothing else, so that one plan runs on this machine's memory, on a
// journal, in virtual time and, later, on a fleet.
//
// An engine knows nodes by their identity alone, and nothing of scripts. What
// every engine owes its caller is written once, in engine/conformance, which
// each one's tests run.
package engine

import (
	"context"
	"errors"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Engine is the world of one run. All methods are safe for use by what Go
// runs side by side.
type Engine interface {
	// Now is the engine's clock. It never goes back.
	Now() time.Time
	// Sleep waits for d, or until ctx ends: then it returns context.Cause.
	// Of an ended context it returns the cause even where d is 0 or less.
	Sleep(ctx context.Context, d time.Duration) error
	// Limit returns a context that ends with cause after d, unless done is
	// called first, which ends it too and has to be called. Where the clock is
	// virtual, what wakes at the same moment comes before.
	Limit(ctx context.Context, d time.Duration, cause error) (limited context.Context, done func())
	// Do carries out one effect: its intent is kept, then act runs, then how
	// it ended is kept. Do returns act's error, or that nothing was done
	// because ctx had ended or the intent could not be kept. id is the
	// effect's number, which its Output events carry.
	Do(ctx context.Context, e Effect, act func(ctx context.Context, id int64) error) error
	// Await asks a person. ErrNobody means that no answer can come here. When
	// ctx ends first, the error is context.Cause.
	Await(ctx context.Context, q event.Asked) (event.Answered, error)
	// Emit keeps an event of the node. The engine gives it its number and time.
	Emit(node string, b event.Body)
	// Go runs the functions side by side, at most max at a time (0: all), and
	// returns when all have ended. They start in their order. Functions that
	// had to wait for their turn run even where ctx has ended meanwhile: they
	// find out themselves.
	Go(ctx context.Context, max int, fns ...func(context.Context))
}

// Effect is a call or command that is about to look at or change the world.
type Effect struct {
	Node       string              // identity of the node
	Started    event.EffectStarted // ID is the engine's to give
	Repeatable bool                // doing it again does no harm
}

// Coded is an error that knows the exit code of the command it is about; Do
// keeps the code with how the effect ended.
type Coded interface {
	error
	ExitCode() int
}

// Finished is the event that effect id ended with err, or nil, after so long:
// what every Do keeps.
func Finished(id int64, took time.Duration, err error) event.EffectFinished {
	done := event.EffectFinished{ID: id, Duration: took}
	if err != nil {
		done.Error = err.Error()
		var coded Coded
		if errors.As(err, &coded) {
			done.Code = coded.ExitCode()
		}
	}
	return done
}

// ErrNobody is returned by Await when nobody is there to answer.
var ErrNobody error = nobody{}

type nobody struct{}

func (nobody) Error() string { return "nobody is here to answer" }
