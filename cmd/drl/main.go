// Command drl checks, plans and runs release scripts. It is the one place
// with the real clock, arguments, environment, signals and terminal; all
// below it gets them as values. Each subcommand is a file; this one finds it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

// The exit codes that are not a run's outcome. help/exit-codes.txt has all.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitBug       = 70
	exitCantWrite = 74
)

func main() {
	limitMemory()
	// With a handler, a reader that goes away (drl run | head -1) is an error
	// of that write; without, the signal would end the run in its middle.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)

	a := newApp()
	code := a.guarded(func() int { return a.heard(a.main(os.Args[1:])) })
	a.showLastLines()
	os.Exit(code)
}

// app is one call of drl.
type app struct {
	in      *os.File
	out     *told    // data
	err     *os.File // progress
	flags   shared
	scripts loader
	secrets *event.Redactor // stands before all that is shown
}

func newApp() *app {
	return &app{in: os.Stdin, out: &told{File: os.Stdout}, err: os.Stderr, secrets: event.NewRedactor()}
}

// command is one subcommand.
type command struct {
	name    string
	args    string // what follows the name in its usage line
	short   string // a line
	hidden  bool
	scripts bool // its first argument is a script, whose inputs are flags
	// prepare declares the flags and returns what to do once they are read.
	prepare func(a *app, f *pflag.FlagSet) func(args []string) int
}

// commands are the subcommands, in the order of drl help. To add one: a file,
// a row here, a page in help/.
func commands() []command {
	return []command{
		{name: "run", args: "FILE [--INPUT VALUE]…", short: "run a release script", scripts: true, prepare: prepareRun},
		{name: "check", args: "[FILE or FOLDER]…", short: "report every mistake in scripts, without running them", prepare: prepareCheck},
		{name: "plan", args: "FILE [--INPUT VALUE]…", short: "show what a run would do, and do nothing", scripts: true, prepare: preparePlan},
		{name: "test", args: "[FILE or FOLDER]…", short: "run *_test.drl: releases in virtual time, with mocks for the world", prepare: prepareTest},
		{name: "odds", args: "FILE [--INPUT VALUE]…", short: "what the rules of a script's monitors are worth", scripts: true, prepare: prepareOdds},
		{name: "why", args: "[RUN or FILE]", short: "why a run ended as it did, in words", prepare: prepareWhy},
		{name: "runs", args: "[RELEASE]", short: "the runs on record", prepare: prepareRuns},
		{name: "repl", args: "[SCRIPT] [--INPUT VALUE]…", short: "type statements and see what they give", scripts: true, prepare: prepareREPL},
		{name: "fmt", args: "[FILE or FOLDER or -]…", short: "format scripts", prepare: prepareFormat},
		{name: "init", args: "[FOLDER]", short: "write a first release script for a folder", prepare: prepareInit},
		{name: "import", args: "FILE.md", short: "make a script of a Markdown checklist", prepare: prepareImport},
		{name: "doc", args: "[NAME]", short: "the manual of what scripts can call", prepare: prepareDoc},
		{name: "explain", args: "CODE", short: "what an error means, with a wrong and a right script", prepare: prepareExplain},
		{name: "demo", short: "release to a small ticketing stack: a good version, a bad one, its rollback", prepare: prepareDemo},
		{name: "completion", args: "bash | zsh | fish", short: "a script that completes commands, inputs and targets", prepare: prepareCompletion},
		{name: "version", short: "the version of drl", prepare: prepareVersion},
		{name: "help", args: "[COMMAND or TOPIC]", short: "help, offline", prepare: prepareHelp},
		{name: completeCommand, hidden: true, prepare: prepareComplete},
	}
}

func findCommand(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// main runs the command that args name and returns the exit code.
func (a *app) main(args []string) int {
	name, args := splitCommand(args)
	switch name {
	case "":
		if slices.Contains(args, "--version") || slices.Contains(args, "-V") {
			return a.main([]string{"version"})
		}
		if len(args) == 0 || slices.Contains(args, "--help") || slices.Contains(args, "-h") {
			a.overview(a.out)
			return exitOK
		}
		return a.usage("", "there is no flag %s without a command", args[0])
	}
	c, ok := findCommand(name)
	if !ok {
		return a.unknownCommand(name)
	}
	return a.execute(c, args)
}

// splitCommand takes the first word off args; flags before it stay.
func splitCommand(args []string) (name string, rest []string) {
	for i, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			return arg, slices.Concat(args[:i], args[i+1:])
		}
	}
	return "", args
}

func (a *app) unknownCommand(name string) int {
	if _, err := os.Stat(name); err == nil || strings.HasSuffix(name, ".drl") {
		return a.usage("", "there is no command %s; to run the script: drl run %s", name, name)
	}
	var names []string
	for _, c := range commands() {
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	if near := types.Near(name, names); near != "" {
		return a.usage("", "there is no command %s; did you mean drl %s?", name, near)
	}
	return a.usage("", "there is no command %s; drl help lists them", name)
}

// execute reads the flags of a command and runs it.
func (a *app) execute(c command, args []string) int {
	f := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.SortFlags = false
	run := c.prepare(a, f)
	a.flags.declare(f)

	var inputs *inputFlags
	if c.scripts {
		inputs = a.declareInputs(f, args)
		a.scripts.inputs = inputs
	}
	err := f.Parse(args)
	if a.flags.help {
		a.commandHelp(a.out, c, f, inputs)
		return exitOK
	}
	if err != nil {
		return a.badFlag(c.name, f, inputs, err)
	}
	if err := environmentFlags(f); err != nil {
		return a.usage(c.name, "%s", err)
	}
	if err := a.flags.check(); err != nil {
		return a.usage(c.name, "%s", err)
	}
	return run(f.Args())
}

// badFlag says what is wrong with a flag, in our words.
func (a *app) badFlag(name string, f *pflag.FlagSet, inputs *inputFlags, err error) int {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		f.VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden {
				names = append(names, flag.Name)
			}
		})
		flag := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			flag = "-" + unknown.GetSpecifiedName()
		} else if near := types.Near(unknown.GetSpecifiedName(), names); near != "" {
			return a.usage(name, "there is no flag %s; did you mean --%s?", flag, near)
		}
		if inputs != nil && inputs.script != "" {
			return a.usage(name, "there is no flag %s, and %s has no input of that name", flag, inputs.script)
		}
		return a.usage(name, "there is no flag %s", flag)
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		return a.usage(name, "--%s needs a value", missing.GetFlag().Name)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return a.usage(name, "--%s is %q, want %s", invalid.GetFlag().Name, invalid.GetValue(), invalid.GetFlag().Value.Type())
	}
	return a.usage(name, "%s", err)
}

// usage says what is wrong with a call and where help is.
func (a *app) usage(command, format string, args ...any) int {
	a.fail(exitUsage, format, args...)
	if command != "" {
		fmt.Fprintf(a.err, "     drl help %s shows how it is called\n", command)
	}
	return exitUsage
}

// fail says what kept a command from its work.
func (a *app) fail(code int, format string, args ...any) int {
	fmt.Fprintln(a.err, "drl: "+report.VisibleText(a.secrets.Text(fmt.Sprintf(format, args...))))
	return code
}
