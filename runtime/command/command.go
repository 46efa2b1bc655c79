// Package command runs the lines of commands that scripts hold. In come a
// parsed line with the values of its holes, a folder and an environment; out
// go the lines that it writes, as they come, and how it ended.
//
// Every program has a session of its own, no terminal, and an empty input.
// When a line ends, by itself or at its deadline, none of the processes that
// it started is left, whatever they did to get away. The room before it is
// runtime/run; it knows nothing of nodes, journals or masks.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// Line is one command that is about to run.
type Line struct {
	Command *syntax.Command // checked: its Line is there
	File    *source.File    // that holds it
	Values  []value.Value   // one for each hole: a list becomes as many words
	Dir     string          // where it runs; "" is the current folder
	Env     []string        // NAME=value; the last of a name counts
	With    map[string]value.Value
	Grace   time.Duration   // between SIGTERM and SIGKILL; 0 is 10s
	Leaves  bool            // processes may stay when the line has ended
	Hurry   <-chan struct{} // closed: what is being ended gets no more grace; nil: never
	Observe bool            // it only asks; nothing here depends on that
}

// Text is the line with its values as people are shown it: quoted where a
// shell would need it, secrets masked.
func (l Line) Text() string {
	words := make([][]string, len(l.Values))
	for i, v := range l.Values {
		list, ok := v.(*value.List)
		if !ok {
			words[i] = []string{v.String()}
			continue
		}
		for _, item := range list.Items() {
			words[i] = append(words[i], item.String())
		}
	}
	return l.Command.DisplayWords(l.File, words)
}

// Result is what a line did.
type Result struct {
	Stdout   string // up to 10 MiB with Stderr, head and tail
	Stderr   string
	Code     int // exit code; 128 + the signal's number after a signal
	Duration time.Duration
	Cut      bool // some output was dropped between head and tail
}

// Runner runs lines. Its fields are set before the first one; then several
// may run at once.
type Runner struct {
	// Now is the clock of Result.Duration; nil leaves it 0.
	Now func() time.Time
	// Output receives each line as it comes: stream is "stdout", "stderr",
	// or "note" for what the runner itself has to say. Calls of one line
	// don't overlap. A line over 64 KiB is cut, and says so. Nil: discarded.
	Output func(stream, line string)
	// Folder is one of this process alone, for the pipes of <( … ). Its name is
	// in the environment of all that runs, where [Marked] finds it. "": a
	// folder for temporary files is used.
	Folder string
}

// ExitError says that a line ended with a code other than 0.
type ExitError struct{ Code int }

func (e *ExitError) Error() string {
	if name := signalName(e.Code - 128); e.Code > 128 && name != "" {
		return fmt.Sprintf("the command was ended by %s (exit code %d)", name, e.Code)
	}
	switch e.Code {
	case 127:
		return "a program was not found (exit code 127)"
	case 126:
		return "a program could not be started (exit code 126)"
	}
	return fmt.Sprintf("the command ended with exit code %d", e.Code)
}

// StoppedError says that a line was ended before it was done, and why.
type StoppedError struct{ Cause error }

func (e *StoppedError) Error() string { return "the command was stopped: " + e.Cause.Error() }

// Unwrap returns why it was stopped: the cause of the context.
func (e *StoppedError) Unwrap() error { return e.Cause }

// Run runs the line and waits for its end and that of everything it started.
// The error is a *[source.Diagnostic] when a value can't be in its place (then
// nothing was started), an *[ExitError] for a code other than 0, and a
// *[StoppedError] when ctx ended first. The Result holds what was written in
// any case.
func (r *Runner) Run(ctx context.Context, l Line) (Result, error) {
	tree, err := l.fill()
	if err != nil {
		return Result{}, err
	}
	if ctx.Err() != nil {
		return Result{}, &StoppedError{context.Cause(ctx)}
	}
	dir, err := filepath.Abs(l.Dir)
	if err != nil {
		return Result{}, fmt.Errorf("find the folder: %w", err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Result{}, fmt.Errorf("there is no folder %s to run in", dir)
	}
	var started time.Time
	if r.Now != nil {
		started = r.Now()
	}
	result, err := r.run(ctx, l, tree, dir)
	if r.Now != nil {
		result.Duration = r.Now().Sub(started)
	}
	return result, err
}

// Check tells why the line can't run with its values, as Run does, and starts
// nothing.
func (l Line) Check() error {
	_, err := l.fill()
	return err
}

// fill puts the values in their places.
func (l Line) fill() (*sh.File, error) {
	if l.Command == nil || l.Command.Line == nil {
		return nil, errors.New("the command was not read")
	}
	if len(l.Values) != len(l.Command.Holes) {
		return nil, fmt.Errorf("the command has %d values, want %d", len(l.Values), len(l.Command.Holes))
	}
	tree, d := l.Command.Line.Fill(l.File, words(l.Values))
	if d != nil {
		return nil, d
	}
	return tree, nil
}

// Program is a program with its words that is about to run, without a shell.
type Program struct {
	Argv  []string // one word at least
	Dir   string   // where it runs; "" is the current folder
	Env   []string // NAME=value; the last of a name counts
	Stdin string   // what it reads; "": nothing
}

// Program runs one program on the terms of a line: a session, no terminal,
// and nothing left. Its errors are those of Run.
func (r *Runner) Program(ctx context.Context, p Program) (Result, error) {
	if len(p.Argv) == 0 || p.Argv[0] == "" {
		return Result{}, errors.New("no program was named")
	}
	if ctx.Err() != nil {
		return Result{}, &StoppedError{context.Cause(ctx)}
	}
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return Result{}, fmt.Errorf("find the folder: %w", err)
	}
	var stdin io.Reader
	if p.Stdin != "" {
		stdin = strings.NewReader(p.Stdin)
	}
	return r.carry(ctx, terms{}, func(j *job, stdout, stderr *os.File) (int, error) {
		return j.program(ctx, program{argv: p.Argv, dir: dir, env: environment(p.Env, nil, dir, j.mark), stdin: stdin, stdout: stdout, stderr: stderr})
	})
}

func (r *Runner) run(ctx context.Context, l Line, tree *sh.File, dir string) (Result, error) {
	return r.carry(ctx, terms{grace: l.Grace, leaves: l.Leaves, hurry: l.Hurry}, func(j *job, stdout, stderr *os.File) (int, error) {
		env := environment(l.Env, l.With, dir, j.mark)
		if l.Command.Line.Direct() {
			return j.direct(ctx, tree, dir, env, stdout, stderr)
		}
		return j.interpret(ctx, tree, l.Command.Line.SubstitutesProcesses(), dir, env, stdout, stderr)
	})
}

// direct runs a line that is one program and its words.
func (j *job) direct(ctx context.Context, tree *sh.File, dir string, env []string, stdout, stderr *os.File) (int, error) {
	call := tree.Stmts[0].Cmd.(*sh.CallExpr)
	argv, err := expand.Fields(&expand.Config{Env: expand.ListEnviron(env...)}, call.Args...)
	if err != nil || len(argv) == 0 {
		return 1, fmt.Errorf("expand the command's words: %w", err)
	}
	return j.program(ctx, program{argv: argv, dir: dir, env: env, stdout: stdout, stderr: stderr})
}

// words returns the words of each value: one, or as many as a list has items.
func words(values []value.Value) [][]string {
	out := make([][]string, len(values))
	for i, v := range values {
		if list, ok := v.(*value.List); ok {
			out[i] = make([]string, list.Len())
			for k, item := range list.Items() {
				out[i][k] = text(item)
			}
			continue
		}
		out[i] = []string{text(v)}
	}
	return out
}

func text(v value.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case value.Secret:
		return v.Reveal()
	}
	return v.String()
}

// environment joins the base, the names of `with` and the runner's own; of
// what is there twice the last counts.
func environment(base []string, with map[string]value.Value, dir, mark string) []string {
	vars := map[string]string{}
	for _, pair := range base {
		if name, v, ok := cutVariable(pair); ok {
			vars[name] = v
		}
	}
	for name, v := range with {
		vars[name] = text(v)
	}
	vars["PWD"] = dir
	vars[markName] = mark
	return pairs(vars)
}

func pairs(vars map[string]string) []string {
	out := make([]string, 0, len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		out = append(out, name+"="+vars[name])
	}
	return out
}

func cutVariable(pair string) (name, v string, ok bool) {
	for i := 1; i < len(pair); i++ {
		if pair[i] == '=' {
			return pair[:i], pair[i+1:], true
		}
	}
	return "", "", false
}

// LookPath finds a program by the PATH of env, relative to dir, as a line
// that runs there would.
func LookPath(program, dir string, env []string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the folder: %w", err)
	}
	file, err := lookPath(program, dir, expand.ListEnviron(env...))
	if err != nil {
		return "", fmt.Errorf("there is no program %s on PATH", program)
	}
	return file, nil
}
