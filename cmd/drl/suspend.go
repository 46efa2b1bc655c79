package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// suspends has Ctrl-Z call aside, until done is called: it takes off the
// terminal what others would write into, calls stop, which stops the process
// and returns when it was called back (at once if nobody could do that), and
// puts it there again. again is called where the process was stopped without
// being asked, as SIGSTOP does.
//
// The stop is by SIGTTOU (stopProcess, of each system). Of SIGTSTP there is no
// default action any more once os/signal has listened to it: the runtime's
// handler stays. SIGTTOU stops too, and is ignored by the kernel where SIGTSTP
// would be: in a group of processes that nobody is left to call back, which
// SIGSTOP would stop for good.
func suspends(aside func(stop func()), again func()) (done func()) {
	signals := make(chan os.Signal, 4)
	// What drl was started to ignore stays ignored.
	if !signal.Ignored(syscall.SIGTSTP) {
		signal.Notify(signals, syscall.SIGTSTP)
	}
	signal.Notify(signals, syscall.SIGCONT)
	over := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		known := false // the SIGCONT that comes next: it ended a stop of aside's
		for {
			select {
			case s := <-signals:
				if s == syscall.SIGTSTP {
					aside(stopProcess)
				} else if !known {
					again()
				}
				known = s == syscall.SIGTSTP
			case <-over:
				return
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(over)
		ended.Wait()
	}
}

// foreground tells whether the terminal f is lent to us, and not to the shell
// that put us in the background. One that isn't our controlling terminal is
// nobody's to lend.
func foreground(f output) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp()
}
