//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package repl

import "golang.org/x/sys/unix"

const (
	readTermios  = unix.TIOCGETA
	writeTermios = unix.TIOCSETA
)

func flushInput(fd int) error {
	const fread = 1 // FREAD of sys/file.h: the queue of what was typed
	return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, fread)
}
