package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/drl-lang/drl/runtime/report"
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
	what := report.Visible(a.secrets.Text(fmt.Sprint(p)))
	where := "the trace could not be kept"
	if f, err := os.CreateTemp("", "drl-bug-*.txt"); err == nil {
		fmt.Fprintf(f, "drl %s\n%s\n\n%s", version(), what, a.secrets.Text(string(trace)))
		if f.Close() == nil {
			where = "the trace is in " + f.Name()
		}
	}
	fmt.Fprintf(a.err, `
drl: this is a bug in drl, not in your script: %s
     %s
     please report it with that file: https://github.com/drl-lang/drl/issues
     if a run was going on, nothing more was started and nothing was undone:
     look at what the last lines above name before you run it again
`, what, where)
	return exitBug
}
