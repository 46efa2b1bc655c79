package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

// guarded runs f. A bug in drl ends in a message that says what to do, with
// the trace in a file: never in a bare trace.
func (a *app) guarded(f func() int) (code int) {
	defer func() {
		if p := recover(); p != nil {
			code = a.bug(p, debug.Stack())
		}
	}()
	return f()
}

func (a *app) bug(p any, trace []byte) int {
	where := "the trace could not be kept"
	if f, err := os.CreateTemp("", "drl-bug-*.txt"); err == nil {
		fmt.Fprintf(f, "drl %s\n%v\n\n%s", version(), p, trace)
		if f.Close() == nil {
			where = "the trace is in " + f.Name()
		}
	}
	fmt.Fprintf(a.err, `
drl: this is a bug in drl, not in your script: %v
     %s
     please report it with that file: https://github.com/drl-lang/drl/issues
     if a run was going on, nothing more was started and nothing was undone:
     look at what the last lines above name before you run it again
`, p, where)
	return exitBug
}
