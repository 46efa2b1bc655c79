package bench

import (
	"context"
	"testing"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// script is a checked and compiled script of functions and lets, with the
// frame that holds the values of its lets.
type script struct {
	program *check.Program
	code    *compile.Code
	frame   *compile.Frame
	thread  *compile.Thread
}

func load(b *testing.B, text string) *script {
	b.Helper()
	tree, ds := syntax.Parse(source.NewFile("bench.drl", []byte(text)))
	if ds.HasErrors() {
		b.Fatal(ds)
	}
	p, ds := check.File(tree, check.Options{})
	if ds.HasErrors() {
		b.Fatal(ds)
	}
	code := compile.Compile(p)
	return &script{p, code, code.FileFrame(), &compile.Thread{}}
}

// let is the expression of a let; bind gives the let a value.
func (s *script) let(name string) (*compile.Prepared, func(value.Value)) {
	for _, stmt := range s.program.Tree.Stmts {
		if let, ok := stmt.(*syntax.Let); ok && let.Name.Text == name {
			return s.code.Prepare(let.Value), func(v value.Value) { s.frame.Set(s.program.Info.Defs[let.Name], v) }
		}
	}
	panic("no let " + name)
}

// bind evaluates lets and gives them their values.
func (s *script) bind(b *testing.B, names ...string) {
	b.Helper()
	for _, name := range names {
		p, set := s.let(name)
		v, err := p.Eval(context.Background(), s.thread, s.frame)
		if err != nil {
			b.Fatal(err)
		}
		set(v)
	}
}

// int is the work of evaluating a let of that type, each time with all the
// steps that a stretch of a script may take.
func (s *script) int(name string) work[int64] {
	p, _ := s.let(name)
	return func() (int64, error) {
		s.thread.Fuel = 0
		return p.Int(context.Background(), s.thread, s.frame)
	}
}

// bool is the work of evaluating a let that is true or false.
func (s *script) bool(name string) work[bool] {
	p, _ := s.let(name)
	ctx := context.Background()
	return func() (bool, error) { return p.Bool(ctx, s.thread, s.frame) }
}
