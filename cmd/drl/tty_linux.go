package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

const (
	readTermios  = unix.TCGETS
	writeTermios = unix.TCSETS
)

func flushInput(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) }

// stopProcess stops the process and returns when it goes on.
func stopProcess() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A signal to this very thread has stopped it before the call returns. One
	// to the process may be taken by another, a moment later.
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGTTOU)
}
