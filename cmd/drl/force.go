package main

import (
	"os"
	"sync"
	"time"

	shell "github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/run"
)

// mostEnding is how long a run may take to end once it was told to end at
// once. Together with what command.EndAll takes it stays under three seconds.
const mostEnding = 1500 * time.Millisecond

// mostSaying is for the last word, which nobody may read.
const mostSaying = 50 * time.Millisecond

// forceEnd returns what ends this process when a run doesn't listen: it waits
// in a call that can't be ended, as the opening of a file on a server that
// has gone. Nothing of its commands and private files is left either.
func (a *app) forceEnd(w *world) (ends func(), stop func()) {
	var once sync.Once
	over := make(chan struct{})
	return func() {
		once.Do(func() {
			time.AfterFunc(mostEnding, func() {
				select {
				case <-over:
					return
				default:
				}
				shell.EndAll()
				w.private.close() // connections end with the process: a call still holds them
				go a.fail(exitFailed, "what ran did not end within %s of the last signal, and drl ends without it", mostEnding)
				time.AfterFunc(mostSaying, func() { os.Exit(run.Exit(run.Interrupted)) })
			})
		})
	}, sync.OnceFunc(func() { close(over) })
}
