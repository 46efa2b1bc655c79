package main

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// A code means one thing, whichever stage says it.
func TestCodesAreUnique(t *testing.T) {
	names := map[string]string{}
	for _, c := range codes() {
		if other, ok := names[c.ID]; ok {
			t.Errorf("%s is both %q and %q", c.ID, other, c.Name)
		}
		names[c.ID] = c.Name
	}
	for _, id := range []string{"DRL0001", "DRL0200", "DRL0409", "DRL1001", "DRL1101", "DRL1201"} {
		if names[id] == "" {
			t.Errorf("drl explain has no %s", id)
		}
	}
}

// What drl explain shows of the codes that keep a right script from starting:
// the wrong script gets that code, the right one starts.
func TestPlanCodesSayWhatTheyShow(t *testing.T) {
	for _, code := range plan.Codes {
		t.Run(code.ID, func(t *testing.T) {
			if got := planCodes(t, code.Wrong); !slices.Contains(got, code) {
				t.Errorf("the wrong script gets %d other codes:\n%s", len(got), code.Wrong)
			}
			if got := planCodes(t, code.Right); len(got) > 0 {
				t.Errorf("the right script gets %s:\n%s", got[0].ID, code.Right)
			}
		})
	}
}

// planCodes plans a script without inputs and returns what is in its way.
func planCodes(t *testing.T, text string) []*source.Code {
	t.Helper()
	var l loader
	program, ds := l.check(source.NewFile("main.drl", []byte(text)))
	if ds.HasErrors() {
		t.Fatalf("drl check refuses it: %v", ds)
	}
	w := &world{dir: t.TempDir(), hide: event.NewRedactor(), warn: func(string) {}}
	_, err := plan.Build(program, plan.Inputs{Env: os.LookupEnv, LookPath: onPath, Functions: standard.Lookup, Host: w.host()})
	if err == nil {
		return nil
	}
	if !errors.As(err, &ds) {
		t.Fatal(err)
	}
	var found []*source.Code
	for _, d := range ds {
		found = append(found, d.Code)
	}
	return found
}
