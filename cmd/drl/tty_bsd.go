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
func stopProcess() { _ = unix.Kill(unix.Getpid(), unix.SIGTTOU) }
