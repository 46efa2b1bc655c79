package tester

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
	"github.com/drl-lang/drl/runtime/virtual"
)

// start is what the clock shows when a run begins: a Thursday morning.
var start = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// seeded is the same random bytes for each run.
func seeded() io.Reader { return rand.NewChaCha8([32]byte{}) }

// called is what run(…) was given.
type called struct {
	script string
	given  map[string]value.Value // by parameter
}

// flags are the inputs, as they would be typed.
func (c *called) flags() map[string]string {
	flags := map[string]string{}
	for name, v := range c.given {
		switch name {
		case "script", "target", "yes", "no", "answer", "only":
			continue
		}
		flags[name] = typed(v)
	}
	return flags
}

func typed(v value.Value) string {
	switch v := v.(type) {
	case *value.List:
		return strings.Join(texts(v), ",")
	case value.Secret:
		return v.Reveal()
	}
	return v.String()
}

func texts(v value.Value) (all []string) {
	if list, ok := v.(*value.List); ok {
		for _, item := range list.Items() {
			all = append(all, item.String())
		}
	}
	return all
}

// runScript is run(…): it carries a script out in virtual time.
func (j *job) runScript(ctx context.Context, at compile.Site, fn *types.Func, args []value.Value) (value.Value, error) {
	c := &called{given: map[string]value.Value{}}
	for i, arg := range args {
		if arg != nil && i < len(fn.Params) {
			c.given[fn.Params[i].Name] = arg
		}
	}
	c.script = typed(c.given["script"])
	script := j.file.Scripts[c.script]
	if script == nil {
		return nil, fmt.Errorf("there is no script %s beside this one", c.script)
	}
	if err := j.unknownMocks(script); err != nil {
		return nil, err
	}
	ran := &Ran{Script: c.script, Place: at.File.Place(at.Span)}
	j.test.Runs = append(j.test.Runs, ran)
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	ran.stop = end

	engine := virtual.New(virtual.Options{Run: "test", Start: start, Sink: ran.event})
	host := &builtins.Host{
		Env: j.environment(script.Program, c), Dir: script.Dir, Print: func(string) {}, Warn: func(string) {},
		Random: seeded(), PrivateFile: privateFiles(), Kept: &builtins.Kept{}, Version: "test",
	}
	j.mocks.Begin(engine)
	j.mocks.Called = ran.called
	defer func() { j.mocks.Called = nil; j.mocks.End() }()

	p, err := plan.Build(script.Program, plan.Inputs{
		Flags: c.flags(), Target: typed(orEmpty(c.given["target"])), Env: host.Env,
		Functions: j.mocks.Function, Host: host, Watch: j.watch(),
	})
	var ds source.Diagnostics
	switch {
	case errors.As(err, &ds):
		ran.wrong(ds)
		return ran.value(), nil
	case err != nil:
		return nil, err
	}
	o := run.Options{
		Run: "test", Engine: engine, Host: host, Functions: j.mocks.Function, Commands: j.commands, Dir: script.Dir,
		Operator: "drl test", NoTicks: !j.looksBack(), Past: func() ([]run.Past, error) { return j.past(p), nil },
		Yes: texts(c.given["yes"]), No: texts(c.given["no"]), Answers: answers(c.given["answer"]),
	}
	if only, ok := c.given["only"]; ok {
		if o.Only, err = j.opts.Only(typed(only)); err != nil {
			return nil, err
		}
	}
	j.mocks.Begin(engine) // what the plan has asked doesn't count
	result := run.Start(ctx, p, o)
	if len(result.Wrong) > 0 {
		ran.wrong(result.Wrong)
	}
	if cause := context.Cause(ctx); errors.As(cause, new(*endless)) {
		return nil, cause
	}
	return ran.value(), nil
}

func orEmpty(v value.Value) value.Value {
	if v == nil {
		return value.String("")
	}
	return v
}

func answers(v value.Value) map[string]string {
	all := map[string]string{}
	if r, ok := v.(*value.Record); ok {
		for i, name := range r.Names() {
			all[name] = typed(r.At(i))
		}
	}
	return all
}

// environment looks variables up in the mocks. One that the script needs and
// that has no mock is missing, and empty, so that the run goes on and all that
// is missing is seen at once. Inputs come from run(…) alone.
func (j *job) environment(p *check.Program, c *called) func(name string) (string, bool) {
	needed := map[string]bool{}
	for _, v := range p.Env {
		if v.Input == nil || c.given[v.Input.Name] == nil {
			needed[v.Name] = true
		}
	}
	return func(name string) (string, bool) {
		if strings.HasPrefix(name, "DRL_INPUT_") {
			return "", false
		}
		text, set := j.mocks.Env(name)
		if !set && needed[name] {
			j.mocks.NeedEnv(name)
			return "", true
		}
		return text, set
	}
}

// privateFiles gives the paths of files that nobody writes.
func privateFiles() func([]byte) (string, error) {
	n := 0
	return func([]byte) (string, error) {
		n++
		return fmt.Sprintf("/private/secret-%d", n), nil
	}
}

// commands answers command lines. What a real line refuses before it starts,
// this one does too.
func (j *job) commands(ctx context.Context, l command.Line, output func(stream, line string)) (command.Result, error) {
	if err := l.Check(); err != nil {
		return command.Result{}, err
	}
	v, err := j.mocks.Line(ctx, l.Text())
	if err != nil {
		return command.Result{}, err
	}
	field := func(name string) value.Value { f, _ := v.Get(name); return f }
	code, _ := field("code").(value.Int)
	took, _ := field("duration").(value.Duration)
	r := command.Result{Stdout: typed(field("raw")), Stderr: typed(field("stderr")), Code: int(code), Duration: time.Duration(took)}
	for _, written := range []struct{ stream, text string }{{"stdout", r.Stdout}, {"stderr", r.Stderr}} {
		for line := range strings.Lines(written.text) {
			output(written.stream, strings.TrimSuffix(line, "\n"))
		}
	}
	if code != 0 {
		return r, &command.ExitError{Code: r.Code}
	}
	return r, nil
}

// endless says that a run would never end.
type endless struct{ why string }

func (e *endless) Error() string { return "the run would never end: " + e.why }
