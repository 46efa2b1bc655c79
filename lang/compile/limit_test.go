package compile_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

func TestLimits(t *testing.T) {
	const pairs = `
let n = 100_000
fn spin(n: int) -> int {
    for i in 1..1_000_000 { for j in 1..1_000_000 { if i < 0 { return i } } }
    return n
}
fn double(s: string, times: int) -> string {
    if times == 0 { return s }
    return double(s + s, times - 1)
}
fn heap(n: int) -> list[string] { return (1..n).map(i => double("{i}12345678", 10)) }
`
	tests := []struct{ expression, want string }{
		{`spin(n)`, `DRL1009`},
		{`(1..n).map(x => (1..n).filter(y => y < x).count).sum`, `DRL1011`},
		{`double("0123456789abcdef", 25).length`, `DRL1011`},
		{`(try double("0123456789abcdef", 25)).ok`, ``},
		{`heap(n).count`, `DRL1011`},
		{`"a,".replace("a", double("x", 24)).length`, `DRL1011`},
		{`double(",", 21).split(",").count`, `DRL1011`},
	}
	for _, tt := range tests {
		v, err := eval(t, pairs, tt.expression)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.expression, err)
		case tt.want != "" && (err == nil || !strings.HasPrefix(describe(err), tt.want)):
			t.Errorf("%s = %v, %v, want %s", tt.expression, v, err, tt.want)
		}
	}
}

func TestFuelIsTheThreads(t *testing.T) {
	s := load(t, `
fn spin(n: int) -> int {
    for i in 1..n { if i < 0 { return i } }
    return n
}
let result = (try spin(900)).ok
`)
	s.thread.Fuel = 2000
	if _, err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.thread.Fuel <= 0 || s.thread.Fuel > 1100 {
		t.Errorf("Fuel = %d, want what is left of 2000", s.thread.Fuel)
	}
	for range 2 { // the second of these has too little left, and `try` doesn't help
		_, err := s.run(t.Context())
		if s.thread.Fuel > 0 && err != nil || s.thread.Fuel == 0 && (err == nil || !strings.HasPrefix(describe(err), "DRL1009")) {
			t.Errorf("with %d steps left: %v", s.thread.Fuel, err)
		}
	}
	if s.thread.Fuel != 0 {
		t.Errorf("Fuel = %d after three runs, want none left", s.thread.Fuel)
	}
}

func TestContextEndsLoops(t *testing.T) {
	s := load(t, `
fn spin(n: int) -> int {
    for i in 1..1_000_000 { for j in 1..1_000_000 { if i < 0 { return i } } }
    return n
}
let result = (try spin(1)).ok
`)
	s.thread.Fuel = 1 << 60
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("the operator stopped the run")
	done := make(chan error)
	go func() {
		_, err := s.run(ctx)
		done <- err
	}()
	cancel(stopped)
	if err := <-done; err != stopped {
		t.Errorf("the run ended with %v, want %v", err, stopped)
	}
}

func TestThreadIsUsableAfterATrap(t *testing.T) {
	s := load(t, `
let zero = 0
fn bad(n: int) -> int { return if n == 0 then 1 mod zero else bad(n - 1) }
let result = (1..300).map(i => (try bad(100)).ok).any(x => x)
`)
	if v, err := s.run(t.Context()); err != nil || v != value.Bool(false) {
		t.Errorf("= %v, %v, want false", v, err)
	}
}
