package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/cmd/drl/repl"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

func prepareREPL(a *app, f *pflag.FlagSet) func([]string) int {
	target := f.StringP("target", "t", "", "the target that statements are about")
	return func(args []string) int {
		if len(args) > 1 {
			return a.usage("repl", "want one script, and got also %s", args[1])
		}
		script, dir := "", "."
		if len(args) == 1 {
			script, dir = args[0], filepath.Dir(args[0])
		}
		return a.repl(script, dir, *target, a.scripts.inputs.given(f))
	}
}

// repl reads statements from the terminal or from standard input.
func (a *app) repl(script, dir, target string, given map[string]string) int {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return a.fail(exitUsage, "find the folder of %s: %v", script, err)
	}
	w := &world{dir: dir, hide: a.secrets, warn: func(text string) { a.fail(exitOK, "%s", text) }}
	w.private.what = fmt.Sprintf("drl repl (process %d, since %s)", os.Getpid(), time.Now().Format(time.RFC3339))
	defer w.close()
	a.tellRemains()
	load := func(name string) (*check.Program, bool) {
		program, _, _ := a.load(name)
		if program != nil {
			a.hideInputs(program, given)
		}
		return program, program != nil
	}
	who := operator()
	ask := func(ctx context.Context, live *report.Terminal, q event.Asked) (event.Answered, error) {
		p := &prompt{terminal: live, where: target, operator: who, text: w.hide.Text, open: func() (*tty, error) { return openTTY(a.in) }}
		return p.ask(ctx, q)
	}
	interrupts, stop := a.interrupts()
	defer stop()
	return repl.Run(context.Background(), repl.Options{
		In: a.in, Out: a.out.File, Err: a.err,
		Script: script, Load: load,
		Check: check.Options{
			Universe: standard.Universe(), Import: a.scripts.resolve, LookPath: onPath, Importable: a.scripts.importable,
		},
		Functions: standard.Lookup, Host: w.host(), Commands: w.commands, LookupEnv: os.LookupEnv, Env: os.Environ(), Dir: dir,
		Flags: given, Target: target, Operator: who, Hide: a.secrets, Ask: ask, Interrupts: interrupts, Suspends: suspends,
		Color: a.colored(a.err), Live: live(a.err), Size: func() (int, int) { return size(a.err) }, Ours: func() bool { return foreground(a.err) },
		History: historyFile(), Editor: firstSet("VISUAL", "EDITOR"),
		Doc: func(name string) { a.doc(name) },
	})
}

// historyFile is where statements that were typed are kept; "": nowhere.
func historyFile() string {
	state, err := stateFolder()
	if err != nil {
		return ""
	}
	return filepath.Join(state, "repl_history")
}

func firstSet(names ...string) string {
	for _, name := range names {
		if text := os.Getenv(name); text != "" {
			return text
		}
	}
	return ""
}
