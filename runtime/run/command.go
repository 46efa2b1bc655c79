package run

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// Commands runs a command line; output gets each line as it comes. Its error
// is a *command.ExitError for a line that ended with another code than 0.
type Commands func(ctx context.Context, l command.Line, output func(stream, line string)) (command.Result, error)

// commandKind says what a command may do and gives.
type commandKind struct{ observes, mayFail, secret bool }

// command evaluates the values of a line that stands as a statement, and runs
// it.
func (s *strand) command(ctx context.Context, c *syntax.Command, observes bool) (value.Value, error) {
	holes := make([]value.Value, len(c.Holes))
	for i, h := range c.Holes {
		v, err := s.eval(ctx, h.Expr)
		if err != nil {
			return nil, err
		}
		holes[i] = v
	}
	if !observes {
		if err := s.beforeWrite(ctx); err != nil {
			return nil, err
		}
	}
	return s.runCommand(ctx, s.program.Source, c, holes, commandKind{observes: observes})
}

func (s *strand) runCommand(ctx context.Context, file *source.File, c *syntax.Command, holes []value.Value, kind commandKind) (value.Value, error) {
	line := command.Line{
		Command: c, File: file, Values: holes, Dir: s.dir, Env: s.r.opts.Env, With: s.with, Observe: kind.observes,
		Hurry: s.r.haste.Done(),
	}
	if s.body != nil {
		line.Grace, line.Leaves = s.body.grace, s.body.leaves
		if a := s.body.step; a != nil {
			line.Grace, line.Leaves = a.grace, a.decl.Leaves != nil
		}
	}
	for _, v := range holes {
		s.hide(v)
	}
	if err := s.keepFromWords(file, c, holes); err != nil {
		return nil, err
	}
	effect := engine.Effect{
		Node:       s.node,
		Started:    event.EffectStarted{Name: "$", Writes: !kind.observes, Text: line.Text(), Place: file.Place(c.Span())},
		Repeatable: kind.observes || s.repeatable(),
	}
	var result command.Result
	last := &tail{}
	err := s.r.engine.Do(ctx, effect, func(ctx context.Context, id int64) error {
		var err error
		lines := s.r.opts.Secrets.Lines(func(stream, text string) {
			last.add(text)
			s.r.engine.Emit(s.node, event.Output{ID: id, Stream: stream, Line: text})
		})
		result, err = s.r.opts.Commands(ctx, line, func(stream, text string) {
			if !kind.secret || stream == "note" {
				lines.Line(stream, text)
			}
		})
		lines.Close()
		var exit *command.ExitError
		if errors.As(err, &exit) {
			if kind.mayFail {
				return nil
			}
			return &commandFailed{err: err, code: exit.Code, last: last.lines}
		}
		return err
	})
	var d *source.Diagnostic
	if err != nil && !errors.As(err, &d) && ctx.Err() == nil {
		err = &source.Diagnostic{File: file, Span: c.Span(), Message: err.Error(), Cause: err}
	}
	if err != nil {
		return nil, err
	}
	v := commandResult(result, kind.secret)
	s.hide(v)
	return v, nil
}

// commandResult is the value of a command.
func commandResult(result command.Result, secret bool) value.Value {
	typ := check.CommandResult
	text := func(t string) value.Value { return value.String(t) }
	if secret {
		typ = check.SecretCommandResult
		text = func(t string) value.Value { return value.NewSecret(t) }
	}
	return value.NewRecord(typ.Name, []string{"stdout", "stderr", "raw", "code", "duration"}, []value.Value{
		text(strings.TrimSuffix(result.Stdout, "\n")), text(strings.TrimSuffix(result.Stderr, "\n")), text(result.Stdout),
		value.Int(result.Code), value.Duration(result.Duration),
	})
}

// commandFailed is a command that ended with another code than 0, with the
// last lines that it wrote.
type commandFailed struct {
	err  error
	code int
	last []string
}

func (c *commandFailed) Error() string { return c.err.Error() }
func (c *commandFailed) Unwrap() error { return c.err }
func (c *commandFailed) ExitCode() int { return c.code }

// tailLines is how many last lines of a command a failure shows.
const tailLines = 20

type tail struct{ lines []string }

func (t *tail) add(line string) {
	if len(t.lines) == tailLines {
		t.lines = append(t.lines[:0:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

// commands runs lines on this machine.
func commands(now func() time.Time) Commands {
	return func(ctx context.Context, l command.Line, output func(stream, line string)) (command.Result, error) {
		r := command.Runner{Now: now, Output: output}
		return r.Run(ctx, l)
	}
}
