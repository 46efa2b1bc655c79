package hostile

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// Host is a world with the real network, clock and chance, in a folder of the
// test's own.
func Host(t testing.TB) *builtins.Host {
	t.Helper()
	kept := &builtins.Kept{}
	t.Cleanup(func() { kept.Close() })
	return &builtins.Host{
		Kept: kept,
		Now:  time.Now, Dial: (&net.Dialer{}).DialContext, Dir: t.TempDir(), Version: "test", Random: rand.Reader,
		Sleep: func(ctx context.Context, d time.Duration) error {
			timer := time.NewTimer(d)
			defer timer.Stop()
			select {
			case <-timer.C:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		},
	}
}

// Args are arguments by their names.
type Args map[string]value.Value

// Call calls the builtin of that name that one of the modules has.
func Call(t testing.TB, modules []builtins.Module, h *builtins.Host, name string, recv value.Value, args Args) (value.Value, error) {
	t.Helper()
	for _, m := range modules {
		for _, f := range append(m.Funcs, m.Methods...) {
			if f.Name != name {
				continue
			}
			given := make([]value.Value, len(f.Signature().Params))
			left := len(args)
			for i, p := range f.Signature().Params {
				if v, ok := args[p.Name]; ok {
					given[i] = v
					left--
				}
			}
			if left > 0 {
				return nil, fmt.Errorf("%s does not have all of the parameters %v", name, args)
			}
			return f.Call(t.Context(), h, recv, given)
		}
	}
	return nil, fmt.Errorf("no builtin %s", name)
}

// Caller calls builtins in the world of a test, by Ask.
type Caller struct {
	testing.TB
	Ask func(name string, args Args) (value.Value, error)
}

// Must is Ask for what works.
func (c Caller) Must(name string, args Args) value.Value {
	c.Helper()
	v, err := c.Ask(name, args)
	if err != nil {
		c.Fatalf("%s: %v", name, err)
	}
	return v
}

// Refuses wants an error that holds the text.
func (c Caller) Refuses(want, name string, args Args) {
	c.Helper()
	if v, err := c.Ask(name, args); err == nil || !strings.Contains(err.Error(), want) {
		c.Errorf("%s%v = %v, %v; want an error with %q", name, args, v, err, want)
	}
}

// Env is an environment of these variables, as a Host has it. They may change.
func Env(variables map[string]string) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		text, set := variables[name]
		return text, set
	}
}

// Field returns a field of a result.
func Field(t testing.TB, v value.Value, name string) value.Value {
	t.Helper()
	r, ok := v.(*value.Record)
	if !ok {
		t.Fatalf("%v has no fields, want %s", v, name)
	}
	field, ok := r.Get(name)
	if !ok {
		t.Fatalf("no field %s in %v", name, r.Names())
	}
	return field
}
