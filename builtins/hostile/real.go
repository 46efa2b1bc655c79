package hostile

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
)

// Real is where a real server of the world is: the value of variable, one of
// DRL_TEST_POSTGRES, DRL_TEST_MYSQL, DRL_TEST_DOCKER, DRL_TEST_COMPOSE,
// DRL_TEST_STACK, DRL_TEST_RABBITMQ, DRL_TEST_AMQP, DRL_TEST_REDIS,
// DRL_TEST_PROMETHEUS, DRL_TEST_SMTP, DRL_TEST_MAILBOX, DRL_TEST_VECTORS and
// DRL_TEST_RAILWAY_SCHEMA, which .ci/servers sets. A test whose server isn't
// there is skipped; .ci/run counts such a test as failed where it has started
// that server.
func Real(t testing.TB, variable string) string {
	t.Helper()
	at := os.Getenv(variable)
	if at == "" {
		t.Skipf("set %s: `.ci/servers start DIR` starts the server and writes DIR/env", variable)
	}
	return at
}

// Keyboard is all that a keyboard has, from the blank to ~.
var Keyboard = func() string {
	var all strings.Builder
	for c := ' '; c <= '~'; c++ {
		all.WriteRune(c)
	}
	return all.String()
}()

// Unseen is run, where no word of a program may have one of the texts: others
// see the words of those that run.
func Unseen(t testing.TB, run func(context.Context, builtins.Program) (builtins.Ended, error), texts ...string) func(context.Context, builtins.Program) (builtins.Ended, error) {
	return func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		for _, word := range p.Argv {
			for _, text := range texts {
				if strings.Contains(word, text) {
					t.Errorf("what nobody may see is in the word %q", word)
				}
			}
		}
		return run(ctx, p)
	}
}

// Run runs real programs, from dir on, for a Host.
func Run(dir string) func(context.Context, builtins.Program) (builtins.Ended, error) {
	return func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		var stdout, stderr strings.Builder
		cmd := exec.CommandContext(ctx, p.Argv[0], p.Argv[1:]...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = cmp.Or(p.Dir, dir), append(os.Environ(), p.Env...), &stdout, &stderr
		cmd.Stdin = strings.NewReader(p.Stdin)
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return builtins.Ended{Code: 127, Stderr: err.Error()}, nil
		}
		return builtins.Ended{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}, context.Cause(ctx)
	}
}
