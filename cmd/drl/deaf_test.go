package main

import (
	"bufio"
	"context"
	"os"

	"github.com/drl-lang/drl/builtins"
)

// deaf is a program that has a run which doesn't listen to signals.
func deaf() {
	a := newApp()
	w := &world{hide: a.secrets}
	if _, err := w.private.file([]byte("a secret")); err != nil {
		a.fail(exitFailed, "%v", err)
	}
	for _, words := range [][]string{{"sleep", os.Args[1]}, {"env", "-i", "sh", "-c", "trap : TERM; while :; do sleep " + os.Args[1] + "; done"}} {
		go w.program(context.Background(), builtins.Program{Argv: words})
	}
	ends, _ := a.forceEnd(w)
	bufio.NewReader(a.in).ReadString('\n')
	ends()
	ends()
	select {}
}
