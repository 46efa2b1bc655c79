//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package main

import "golang.org/x/sys/unix"

const (
	readTermios  = unix.TIOCGETA
	writeTermios = unix.TIOCSETA
)

func flushInput(fd int) error {
	const fread = 1 // FREAD of sys/file.h: the queue of what was typed
	return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, fread)
}

// stopProcess stops the process and returns when it goes on.
//
// Of SIGTSTP itself there is no default action any more once os/signal has
// listened to it: the runtime's handler stays. SIGTTOU stops too, and is
// ignored by the kernel where SIGTSTP would be: in a group of processes that
// nobody is left to call back, which SIGSTOP would stop for good.
func stopProcess() { _ = unix.Kill(unix.Getpid(), unix.SIGTTOU) }
