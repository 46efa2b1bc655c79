package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/drl-lang/drl/runtime/run"
)

// interrupts brings the signals that end a run to it, until stop is called.
// Ctrl-C at a terminal comes from a person, who can be asked what then.
func (a *app) interrupts() (signals <-chan run.Interrupt, stop func()) {
	names := map[os.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP"}
	raw := make(chan os.Signal, 8)
	signal.Notify(raw, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	out := make(chan run.Interrupt)
	done := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case s := <-raw:
				i := run.Interrupt{Signal: names[s], Person: s == syscall.SIGINT && term.IsTerminal(int(a.in.Fd()))}
				select {
				case out <- i:
				case <-done:
					return
				}
			case <-done:
				return
			}
		}
	})
	return out, func() {
		signal.Stop(raw)
		close(done)
		ended.Wait()
	}
}
