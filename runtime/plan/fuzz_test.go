package plan_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/plan"
)

// FuzzBuild holds that a plan of a checked program is made, or refused with
// diagnostics, and never panics.
func FuzzBuild(f *testing.F) {
	f.Add(shop, "production", "v2")
	f.Add("input version: list[int] in [1, 2]\nfor v in version { wait 1s }\n", "", "1,2")
	examples, err := filepath.Glob("../../examples/*.drl")
	if err != nil || len(examples) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "", "x")
	}
	f.Fuzz(func(t *testing.T, text, target, version string) {
		tree, ds := syntax.Parse(source.NewFile("fuzz.drl", []byte(text)))
		if ds.HasErrors() {
			return
		}
		program, ds := check.File(tree, check.Options{Universe: standard.Universe()})
		if ds.HasErrors() || program == nil {
			return
		}
		flags := map[string]string{}
		for _, o := range program.Inputs {
			flags[o.Name] = version
		}
		p, err := plan.Build(program, plan.Inputs{Flags: flags, Target: target, Functions: standard.Lookup})
		if err != nil {
			if _, ok := err.(source.Diagnostics); !ok {
				t.Errorf("Build() = %T, want diagnostics", err)
			}
			return
		}
		var out bytes.Buffer
		if err := p.Print(&out, plan.PrintOptions{Width: 40}); err != nil {
			t.Error(err)
		}
		if err := p.WriteJSON(&out); err != nil {
			t.Error(err)
		}
	})
}
