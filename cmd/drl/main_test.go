package main

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"drl": main, "see": see})
}

// Everything that a user can see, as scripts: the first line of each says
// what it shows.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TERM", "dumb")
			e.Setenv("NO_COLOR", "")
			e.Setenv("REPO", os.Getenv("PWD"))
			return nil
		},
		// see: a program, in see_test.go.
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"examples":  examplesCommand,
			"hostile":   hostileCommand,
			"ticketing": ticketingCommand,
			"web":       webCommand,
			"website":   websiteCommand,
		},
	})
}
