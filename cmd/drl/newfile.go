package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// writeNew writes a script to a file that isn't there yet, or to standard
// output where there is no name. What is there is never overwritten.
func (a *app) writeNew(command, name string, text []byte) int {
	if name == "" {
		if _, err := a.out.Write(text); err != nil {
			return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
		}
		return exitOK
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return a.fail(exitUsage, "%s is there already, and is never overwritten: drl %s --stdout shows what would be written, --output writes it elsewhere", name, command)
	}
	if err != nil {
		return a.fail(exitCantWrite, "write %s: %v", name, plainError(err))
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(name) // half a script is worse than none
		return a.fail(exitCantWrite, "write %s: %v", name, plainError(err))
	}
	return exitOK
}

// rows is a summary: what it is about, and what there is to say.
type rows struct{ strings.Builder }

func (r *rows) add(head, text string) { fmt.Fprintf(r, "%-9s %s\n", head, text) }
