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
	names := map[os.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP", syscall.SIGQUIT: "SIGQUIT"}
	raw := make(chan os.Signal, 8)
	for s := range names {
		// What drl was started to ignore (by nohup, by a shell that put it in
		// the background) stays ignored.
		if !signal.Ignored(s) {
			signal.Notify(raw, s)
		}
	}
	out := make(chan run.Interrupt)
	done := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case s := <-raw:
				i := run.Interrupt{
					Signal: names[s],
					Person: s == syscall.SIGINT && term.IsTerminal(int(a.in.Fd())),
					Now:    s == syscall.SIGQUIT, // by itself it would leave a trace, and commands
				}
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
