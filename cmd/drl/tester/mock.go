package tester

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/virtual"
)

// mock adds a mock to those of the test.
func (j *job) mock(ctx context.Context, m *syntax.Mock) error {
	known := j.file.Program.Info.Mocks[m]
	mock := &virtual.Mock{Name: mockName(m, known)}
	if known.Func == nil && m.Command == nil {
		j.names = append(j.names, named{mock.Name, m})
	}
	if m.After != nil {
		v, err := j.eval(ctx, m.After)
		if err != nil {
			return err
		}
		after, ok := v.(value.Duration)
		if !ok {
			return j.problem(m.After, "found %s, want a duration", value.Quote(v))
		}
		mock.After = time.Duration(after)
	}
	if m.Command != nil {
		v, err := j.eval(ctx, m.Command)
		if err != nil {
			return err
		}
		mock.Args = []virtual.Arg{{Want: v}}
	}
	for i, a := range m.Args {
		v, err := j.eval(ctx, a.Value)
		if err != nil {
			return err
		}
		arg := virtual.Arg{Index: i, Want: v}
		if a.Name != nil {
			arg.Name = a.Name.Text
		}
		mock.Args = append(mock.Args, arg)
	}
	mock.Value, mock.Constant = j.answers(m, known)
	j.mocks.Add(mock)
	return nil
}

// mockName is the name of what a mock stands for, as calls have it.
func mockName(m *syntax.Mock, known *check.Mock) string {
	switch {
	case m.Command != nil:
		return virtual.Command
	case known.Fn != nil:
		return virtual.FnName(known.Fn)
	case known.Func != nil:
		return known.Func.Name
	}
	var words []string
	for _, name := range m.Path {
		words = append(words, name.Text)
	}
	return strings.Join(words, ".")
}

// answers returns what evaluates a mock at each call: with the names that the
// test knows where the mock stands, on a thread of its own, for the test's is
// busy with the run. constant says that it is the same each time.
func (j *job) answers(m *syntax.Mock, known *check.Mock) (answer func(int, time.Duration) (value.Value, error), constant bool) {
	frame := j.frame.Fork()
	thread := &compile.Thread{World: world{j}, Files: j.thread.Files}
	code := j.code
	names := usesNames(j.file.Program, known)
	answer = func(call int, elapsed time.Duration) (value.Value, error) {
		if len(known.Values) == 0 {
			return value.Null{}, nil
		}
		if names {
			frame.Set(known.Call, value.Int(call))
			frame.Set(known.Elapsed, value.Duration(elapsed))
		}
		thread.Fuel = 0
		return code.Eval(context.Background(), thread, frame, known.Values[min(call, len(known.Values))-1])
	}
	return answer, len(known.Values) == 1 && !names && isConstant(j.file.Program, known.Values[0])
}

// usesNames tells whether a mock's value names `call` or `elapsed`.
func usesNames(p *check.Program, known *check.Mock) (uses bool) {
	for _, v := range known.Values {
		syntax.Walk(v, func(e syntax.Element) bool {
			if id, ok := e.(*syntax.Ident); ok {
				o := p.Info.Uses[id]
				uses = uses || o == known.Call || o == known.Elapsed
			}
			return !uses
		})
	}
	return uses
}

// isConstant tells whether an expression has one value, with the names of a
// test bound once and for all: nothing is called in it but what is pure.
func isConstant(p *check.Program, e syntax.Expr) bool {
	constant := true
	syntax.Walk(e, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.CommandValue:
			constant = false
		case *syntax.Call:
			call := p.Info.Calls[e]
			method := call != nil && call.Kind == check.CallMethod
			builtin := call != nil && call.Kind == check.CallBuiltin && call.Func != nil && call.Func != check.Series && call.Func.Effect == types.Pure
			constant = constant && (method || builtin)
		}
		return constant
	})
	return constant
}

// unknownMocks reports the mocks that no call of the scripts can be for: a
// misspelled one would answer nothing, and nobody would know.
func (j *job) unknownMocks(s *Script) error {
	for _, n := range j.names {
		if j.opts.Functions(n.name) != nil || declares(s.Program, n.name) || declares(j.file.Program, n.name) {
			continue
		}
		return j.problem(n.decl, "there is no call named %s to mock: it is no method of a handle, and no fn of what %s uses", n.name, s.Program.Source.Name)
	}
	return nil
}

// declares tells whether a program or one that it imports has the fn that a
// mock names as "library.fn".
func declares(p *check.Program, name string) bool {
	return among(p, func(p *check.Program) bool {
		for _, s := range p.Tree.Stmts {
			if fn, ok := s.(*syntax.Fn); ok {
				if o := p.Info.Defs[fn.Name]; o != nil && virtual.LibraryName(o) == name {
					return true
				}
			}
		}
		return false
	})
}

// among tells whether it is so of a program or of one that it imports.
func among(p *check.Program, is func(*check.Program) bool) bool {
	seen := map[*check.Program]bool{}
	var any func(p *check.Program) bool
	any = func(p *check.Program) bool {
		if p == nil || seen[p] {
			return false
		}
		seen[p] = true
		if is(p) {
			return true
		}
		for _, q := range p.Imports {
			if any(q) {
				return true
			}
		}
		return false
	}
	return any(p)
}

// problem is an error at a place of the test.
func (j *job) problem(at syntax.Element, format string, args ...any) error {
	return &source.Diagnostic{File: j.file.Program.Source, Span: at.Span(), Message: fmt.Sprintf(format, args...)}
}
