package tester

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/run"
	"github.com/drl-lang/drl/runtime/virtual"
)

// job is one test while it runs. It is used by one goroutine at a time.
type job struct {
	file *File
	decl *syntax.Test
	opts *Options
	test *Test

	mocks  *virtual.Mocks
	names  []named // mocks whose call the checker doesn't know
	code   *compile.Code
	frame  *compile.Frame
	thread *compile.Thread
	cover  virtual.Cover
	alone  bool // nothing may be looked at: lets of what is imported
}

// named is a mock of a call that is known only when a script makes it.
type named struct {
	name string
	decl *syntax.Mock
}

// errEnded ends a test whose failure is noted.
var errEnded = errors.New("the test ended")

// run carries the test out.
func (j *job) run(ctx context.Context) {
	began := j.opts.Now()
	defer func() {
		if p := recover(); p != nil {
			j.fail(event.Failure{Place: j.test.Place, Message: fmt.Sprintf("drl has a bug: %v\n%s", p, debug.Stack())})
		}
		j.test.Took = j.opts.Now().Sub(began)
	}()
	j.mocks = &virtual.Mocks{Functions: j.opts.Functions, Missing: j.missing, Failed: func(err error) { j.broken(j.decl, err) }}
	p := j.file.Program
	j.code = compile.CompileWatched(p, j.watch())
	j.thread = &compile.Thread{World: world{j}, Files: map[*check.Program]*compile.Frame{}}
	j.imports(ctx, p)
	j.frame = j.code.FileFrame()
	if err := j.statements(ctx, p.Tree.Stmts); err != nil {
		return
	}
	j.frame = j.code.TestFrame(j.decl, j.frame)
	_ = j.statements(ctx, j.decl.Body.Stmts)
}

// watch is how the test looks into what it calls and runs.
func (j *job) watch() compile.Watch {
	w := compile.Watch{Instead: j.mocks.Fn}
	if j.opts.Cover {
		w.Reached = j.cover.Reached
	}
	return w
}

// imports binds what imported files compute by themselves.
func (j *job) imports(ctx context.Context, p *check.Program) {
	for _, q := range p.Imports {
		if q == nil || j.thread.Files[q] != nil {
			continue
		}
		code := j.code.Import(q)
		frame := code.FileFrame()
		j.thread.Files[q] = frame
		j.imports(ctx, q)
		j.alone = true
		for _, s := range q.Tree.Stmts {
			let, ok := s.(*syntax.Let)
			if !ok || let.Value == nil {
				continue
			}
			if v, err := code.Eval(ctx, j.thread, frame, let.Value); err == nil {
				frame.Set(q.Info.Defs[let.Name], v)
			}
		}
		j.alone = false
	}
}

// statements carries out those of a test, and of its file those that hold for
// all tests.
func (j *job) statements(ctx context.Context, stmts []syntax.Stmt) error {
	for _, stmt := range stmts {
		var err error
		switch stmt := stmt.(type) {
		case *syntax.Mock:
			err = j.mock(ctx, stmt)
		case *syntax.Let:
			if stmt.Value == nil {
				continue
			}
			var v value.Value
			if v, err = j.eval(ctx, stmt.Value); err == nil {
				j.frame.Set(j.file.Program.Info.Defs[stmt.Name], v)
			}
		case *syntax.Expect:
			err = j.expect(ctx, stmt)
		}
		if errors.Is(err, errEnded) {
			return err
		}
		if err != nil {
			j.broken(stmt, err)
			return errEnded
		}
	}
	return nil
}

func (j *job) eval(ctx context.Context, e syntax.Expr) (value.Value, error) {
	j.thread.Fuel = 0
	return j.code.Eval(ctx, j.thread, j.frame, e)
}

// expect judges an expect or require. After a failed expect the test goes on,
// so that all that is wrong is seen at once.
func (j *job) expect(ctx context.Context, e *syntax.Expect) error {
	j.thread.Fuel = 0
	p := j.file.Program
	v, parts, err := j.code.Explain(ctx, j.thread, j.frame, e.Cond)
	switch {
	case err != nil && e.Require:
		return err
	case err != nil:
		j.broken(e, err)
		return nil
	case v == value.Bool(true):
		return nil
	}
	said := ""
	if e.Else != nil {
		text, err := j.eval(ctx, e.Else)
		if err != nil {
			return err
		}
		said = strings.TrimSpace(text.String())
	}
	j.fail(run.Untrue(p, e, parts, said, func(text string) string { return text }))
	if e.Require {
		return errEnded
	}
	return nil
}

// broken notes an error of the test itself.
func (j *job) broken(at syntax.Element, err error) { j.fail(run.Failure(j.file.Program, at, err)) }

func (j *job) fail(f event.Failure) {
	failed := Failed{Failure: f}
	if n := len(j.test.Runs); n > 0 {
		failed.Run = j.test.Runs[n-1]
	}
	j.test.Failures = append(j.test.Failures, failed)
}

func (j *job) missing(mock string) {
	if !slices.Contains(j.test.Missing, mock) {
		j.test.Missing = append(j.test.Missing, mock)
	}
}

// world is what the expressions of a test reach.
type world struct{ j *job }

// Call calls a built-in. What reads is mocked in tests as in what they run.
func (w world) Call(ctx context.Context, at compile.Site, fn *types.Func, recv value.Value, args []value.Value, _ bool) (value.Value, error) {
	switch {
	case w.j.alone && fn.Effect != types.Pure:
		return nil, errors.New("nothing is looked at before a test begins")
	case fn.Name == "run":
		return w.j.runScript(ctx, at, fn, args)
	case fn.Name == check.Series.Name:
		return w.j.file.series.at(w.j.file.Dir, args, w.j.mocks.Elapsed())
	case fn.Name == "fail":
		return nil, &virtual.Failure{Text: args[0].String()}
	}
	f := w.j.mocks.Function(fn.Name)
	if f == nil {
		return nil, fmt.Errorf("there is no built-in %s", fn.Name)
	}
	host := &builtins.Host{Now: w.j.mocks.Now, Env: w.j.mocks.Env, Print: func(string) {}, Random: seeded()}
	return f.Call(ctx, host, recv, args)
}

// Command answers $( … ) in a test.
func (w world) Command(ctx context.Context, at compile.Site, c *syntax.CommandValue, holes []value.Value) (value.Value, error) {
	line := command.Line{Command: c.Command, File: at.File, Values: holes}
	if err := line.Check(); err != nil {
		return nil, err
	}
	return w.j.mocks.Line(ctx, line.Text())
}
