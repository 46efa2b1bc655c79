package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

func preparePlan(a *app, f *pflag.FlagSet) func([]string) int {
	target := f.StringP("target", "t", "", "the target to plan for")
	asJSON := f.Bool("json", false, "print one JSON object instead of text")
	return func(args []string) int {
		p, w, code := a.build(f, *target, args)
		if p == nil {
			return code
		}
		return a.printPlan(p, w, *asJSON)
	}
}

// printPlan prints a plan to standard output. What the release's identity is
// now is part of it; a plan is made all the same where it can't be read.
func (a *app) printPlan(p *plan.Plan, w *world, asJSON bool) int {
	defer w.close()
	if _, err := p.ReadIdentity(context.Background(), w.host()); err != nil {
		a.fail(exitOK, "the identity of the release can't be read: %v", err)
	}
	a.worth(p)
	p = a.shown(p)
	var err error
	if asJSON {
		err = p.WriteJSON(a.out)
	} else {
		columns, _ := size(a.out)
		err = p.Print(a.out, plan.PrintOptions{Color: a.colored(a.out), Width: columns})
	}
	if err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
	}
	return exitOK
}

// shown is the plan as it may be seen: a title can hold a secret that came as
// plain text.
func (a *app) shown(p *plan.Plan) *plan.Plan {
	masked := event.Masked(a.secrets, *p)
	if text, ok := masked.Identity.(value.String); ok {
		masked.Identity = value.String(a.secrets.Text(string(text)))
	}
	return &masked
}

// build makes the plan of the script that args name. Without one, everything
// that is in its way was printed, and code is the exit code.
func (a *app) build(f *pflag.FlagSet, target string, args []string) (p *plan.Plan, w *world, code int) {
	if len(args) == 0 {
		return nil, nil, a.usage(f.Name(), "want a script: drl %s FILE", f.Name())
	}
	if len(args) > 1 {
		for name, flag := range a.scripts.inputs.values {
			if flag.kind.Kind == types.Bool && f.Changed(name) {
				return nil, nil, a.usage(f.Name(), "want one script, and got also %s; --%s takes no word after it: --%s, or --%s=false", args[1], name, name, name)
			}
		}
		return nil, nil, a.usage(f.Name(), "want one script, and got also %s", args[1])
	}
	return a.planFor(args[0], target, a.scripts.inputs.given(f))
}

// planFor is build for a script with its inputs by name.
func (a *app) planFor(name, target string, given map[string]string) (p *plan.Plan, w *world, code int) {
	program, warnings, code := a.load(name)
	if program == nil {
		return nil, nil, code
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return nil, nil, a.fail(exitUsage, "find the folder of %s: %v", name, err)
	}
	w = &world{dir: dir, hide: a.secrets, warn: func(text string) { a.fail(exitOK, "%s", text) }}
	a.hideInputs(program, given)
	p, err = plan.Build(program, plan.Inputs{
		Flags:     given,
		Target:    target,
		Env:       os.LookupEnv,
		LookPath:  onPath,
		Functions: standard.Lookup,
		Host:      w.host(),
	})
	var ds source.Diagnostics
	switch {
	case errors.As(err, &ds):
		a.diagnostics(a.err, ds)
		return nil, nil, a.nothingRan(ds)
	case err != nil:
		return nil, nil, a.fail(exitUsage, "%v", err)
	case len(p.Nodes) == 0 && len(p.Handlers) == 0:
		return nil, nil, a.fail(exitUsage, "%s", nothingToRun(name, program))
	}
	if warnings > 0 && !a.flags.quiet {
		a.fail(exitOK, "%s in %s: drl check shows them", plural(warnings, "warning"), name)
	}
	return p, w, exitOK
}

// nothingToRun is why a script without a node is refused: a release that
// passed because its file was saved empty would help nobody.
func nothingToRun(name string, p *check.Program) string {
	if len(p.Exports) > 0 {
		return name + " has what other scripts can use, and nothing to run by itself"
	}
	return name + " has nothing to run: no check, no step, no other node"
}

// hideInputs learns the secrets among the inputs before anything is said of
// them, and says where one is seen that this process can't hide.
func (a *app) hideInputs(program *check.Program, given map[string]string) {
	for _, o := range program.Inputs {
		if !types.HoldsSecret(o.Type) {
			continue
		}
		if given[o.Name] != "" {
			a.secrets.Add(given[o.Name])
			a.fail(exitOK, "--%s is in the command line, which others on this machine can read: set DRL_INPUT_%s instead", o.Name, strings.ToUpper(o.Name))
		}
		a.secrets.Add(os.Getenv("DRL_INPUT_" + strings.ToUpper(o.Name)))
	}
}

// load reads and checks the script that is to run, and counts its warnings.
func (a *app) load(name string) (program *check.Program, warnings, code int) {
	file, err := a.scripts.read(name)
	if err != nil {
		return nil, 0, a.fail(exitUsage, "%v", err)
	}
	program, ds := a.scripts.check(file)
	if ds.HasErrors() || program == nil {
		a.diagnostics(a.err, ds)
		return nil, 0, a.nothingRan(ds)
	}
	_, warnings = countDiagnostics(ds)
	return program, warnings, exitOK
}

// nothingRan says that the script was refused, below what is wrong with it.
func (a *app) nothingRan(ds source.Diagnostics) int {
	return a.fail(exitUsage, "nothing ran: %s", mistakes(ds))
}
