package compile_test

import (
	"context"
	"sync"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

func TestOneCodeManyThreads(t *testing.T) {
	s := load(t, ruleScript)
	p := prepared(t, s, "total")
	var wait sync.WaitGroup
	for range 4 {
		frame, thread := s.frame.Fork(), *s.thread // a copy has a machine of its own
		wait.Go(func() {
			for range 5 {
				thread.Fuel = 0
				if n, err := p.Int(context.Background(), &thread, frame); err != nil || n != 4979 {
					t.Errorf("= %d, %v, want 4979", n, err)
				}
			}
		})
	}
	wait.Wait()
}

// TestKeptLambda calls a function that a built-in kept, after its registers
// were used for something else.
func TestKeptLambda(t *testing.T) {
	s := load(t, declarations+"\nlet result = ints.map(n => twice(x => x * 10 + n))\n")
	if v, err := s.run(t.Context()); err != nil || v.String() != "[133,111,122]" {
		t.Errorf("= %v, %v, want [133,111,122]", v, err)
	}
}

func TestEvalAs(t *testing.T) {
	s := load(t, "let pause = json.parse('\"30s\"')\n")
	if _, err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.code.EvalList(t.Context(), s.thread, s.frame, prepared(t, s, "pause").Expr())
	if got, want := describe(err), `DRL1004 | json.parse('"30s"'): json.parse('"30s"') is "30s", wanted a list`; got != want {
		t.Errorf("EvalList: %s, want %s", got, want)
	}
	items, err := load(t, "let xs = [1, 2]\n").list(t, "xs")
	if err != nil || len(items) != 2 || items[1] != value.Int(2) {
		t.Errorf("EvalList = %v, %v", items, err)
	}
}

func (s *script) list(t *testing.T, name string) ([]value.Value, error) {
	return s.code.EvalList(t.Context(), s.thread, s.frame, prepared(t, s, name).Expr())
}
