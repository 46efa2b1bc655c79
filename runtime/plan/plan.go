// Package plan settles what a run would do: a checked program and what the
// operator gave (inputs, a target, an environment) become a tree of nodes with
// their effects, undos and questions, or the list of everything that keeps the
// run from starting. Before it is lang/check, after it runtime/run.
//
// Building a plan changes nothing and looks at nothing but the environment's
// variables and whether programs can be found. Reading the identity of what
// is released to is a call of its own, [Plan.ReadIdentity]. The package knows
// nothing of engines and events.
package plan

import (
	"context"
	"fmt"
	"slices"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// Inputs is what the operator gave. The zero Inputs gives nothing.
type Inputs struct {
	// Flags has the inputs by name, as they were typed: "window": "30m".
	Flags map[string]string
	// Target is the name of the chosen target; "": none.
	Target string
	// Env looks up an environment variable; nil: none is set.
	Env func(name string) (string, bool)
	// LookPath tells whether a program can be started. Nil: not asked.
	LookPath func(program string) bool
	// Functions finds a built-in by the name of its signature, so that what
	// is pure can be computed ahead. Nil: titles and defaults that need one
	// stay as they are written until the run.
	Functions func(name string) *builtins.Func
	// Host is what pure built-ins and identity are called with; nil: the
	// empty world.
	Host *builtins.Host
	// Watch is how a test looks into the program; the zero Watch doesn't.
	Watch compile.Watch
	// Given has the values of the program's given names.
	Given map[string]value.Value
}

// Plan is a program that can start: every input is bound, a target is chosen,
// and nothing that can be known ahead stands in its way.
type Plan struct {
	Program *check.Program
	Code    *compile.Code
	// Frame is the file's frame with the inputs in it. A run forks it.
	Frame *compile.Frame
	// Target is the value of `target`; nil without targets.
	Target *value.Record
	// TargetName is the chosen target's; "" without targets.
	TargetName string
	// Guard says that the target's confirmations want its name typed.
	Guard bool
	// Version is the `version:` of the release block, "" where it has none or
	// isn't known before the start.
	Version string
	Inputs  []Input
	Nodes   []Node
	// Handlers are the handlers of the script, in its order.
	Handlers []Node
	Warnings source.Diagnostics
	// Identity is what ReadIdentity saw last; nil: not read, or the release
	// block has none.
	Identity value.Value

	eval *evaluator
}

// Input is one input with the value it has.
type Input struct {
	Name  string
	Value value.Value // nil: its default is read when the run starts
	Text  string      // as it prints; a secret as •••
	From  string      // flag, environment or default
	Typed bool        // given by a flag
}

// Build binds the inputs and lays out the nodes of p. It changes nothing. The
// error is [source.Diagnostics] with all problems at once, and then there is
// no plan.
func Build(p *check.Program, in Inputs) (*Plan, error) {
	b := &builder{program: p, in: in}
	b.plan = &Plan{Program: p, Code: compile.CompileWatched(p, in.Watch)}
	b.plan.Frame = b.plan.Code.FileFrame()
	for _, o := range p.Given {
		b.plan.Frame.Set(o, in.Given[o.Name])
	}
	b.eval = newEvaluator(b.plan.Code, p, b.plan.Frame, in)
	b.plan.eval = b.eval

	b.chooseTarget()
	b.bindInputs()
	b.environment()
	b.programs()
	b.supported()
	b.lay()
	b.limits()
	b.ds.Sort()
	if b.ds.HasErrors() {
		return nil, b.ds
	}
	b.plan.Warnings = b.ds
	return b.plan, nil
}

// ReadIdentity evaluates the release's `identity`, which may look at the
// world, with the given host. It returns nil where the release has none.
func (p *Plan) ReadIdentity(ctx context.Context, host *builtins.Host) (value.Value, error) {
	e := p.releaseField("identity")
	if e == nil {
		return nil, nil
	}
	eval := p.eval.fork()
	eval.lets()
	v, err := eval.read(ctx, host, e)
	if err != nil {
		return nil, err
	}
	p.Identity = v
	return v, nil
}

// releaseField returns a field of the release block as written, or nil.
func (p *Plan) releaseField(name string) syntax.Expr {
	if p.Program.Release == nil || p.Program.Release.Fields == nil {
		return nil
	}
	fields := p.Program.Release.Fields.Fields
	i := slices.IndexFunc(fields, func(f *syntax.Field) bool { return f.Name != nil && f.Name.Text == name })
	if i < 0 {
		return nil
	}
	return fields[i].Value
}

// builder holds what Build knows so far.
type builder struct {
	program *check.Program
	in      Inputs
	plan    *Plan
	eval    *evaluator
	ds      source.Diagnostics
	laid    int                    // nodes so far
	given   map[*check.Object]bool // inputs whose default isn't needed
}

// errorf reports a problem at an element of the program's file.
func (b *builder) errorf(code *source.Code, at syntax.Element, format string, args ...any) *source.Diagnostic {
	return b.ds.Add(code, b.program.Source, at.Span(), format, args...)
}

// programs calls f with the program and each one it imports, once.
func programs(p *check.Program, f func(*check.Program)) {
	seen := map[*check.Program]bool{}
	var visit func(*check.Program)
	visit = func(p *check.Program) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		f(p)
		for _, name := range sorted(p.Imports) {
			visit(p.Imports[name])
		}
	}
	visit(p)
}

// Known evaluates an expression of the script's own level as far as it is
// known before anything starts: the window of a monitor, the limit of a rule.
func (p *Plan) Known(e syntax.Expr) (value.Value, error) {
	known := p.eval.fork()
	known.lets()
	if !known.known(e) {
		return nil, fmt.Errorf("%s is known only when the release runs", p.Program.Source.Slice(e.Span()))
	}
	return known.value(e)
}
