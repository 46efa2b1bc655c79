package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/drl-lang/drl/runtime/command/leftover"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

func TestMain(m *testing.M) {
	// Most scripts wait for a clock or a process, and not for a processor.
	flag.Set("test.parallel", "4")
	programs := map[string]func(){"drl": main, "see": see, "deaf": deaf}
	tests := func() int {
		testscript.Main(stated{m}, programs)
		return 0
	}
	if programs[filepath.Base(os.Args[0])] != nil {
		tests() // is the program that the tests call
	}
	leftover.Main(tests)
}

// stated gives the tests a folder for records that is none of the user's.
type stated struct{ *testing.M }

// Run runs them.
func (s stated) Run() int {
	state, err := os.MkdirTemp("", "drl-test-state-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(state)
	os.Setenv("DRL_STATE", state)
	return s.M.Run()
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
			e.Setenv("GORACE", os.Getenv("GORACE"))
			e.Setenv("DRL_STATE", filepath.Join(e.WorkDir, ".state"))
			e.Setenv("STACK_HOME", os.Getenv("DRL_TEST_STACK"))
			return nil
		},
		// A real server is there: its variable is set.
		Condition: func(variable string) (bool, error) {
			if !strings.HasPrefix(variable, "DRL_TEST_") {
				return false, fmt.Errorf("unknown condition %q", variable)
			}
			return os.Getenv(variable) != "", nil
		},
		// see: a program, in see_test.go.
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"broker":    brokerCommand,
			"compose":   composeCommand,
			"examples":  examplesCommand,
			"hostile":   hostileCommand,
			"postgres":  postgresCommand,
			"railway":   railwayCommand,
			"services":  servicesCommand,
			"shows":     showsCommand,
			"ticketing": ticketingCommand,
			"web":       webCommand,
			"website":   websiteCommand,
		},
	})
}
