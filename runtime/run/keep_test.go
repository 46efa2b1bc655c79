package run_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// One run hands its names, measurements and undos on to the next.
func TestWhatOutlivesARun(t *testing.T) {
	l := &lab{counts: map[string]int{}, fails: map[string]int{}}
	modules := append(standard.Modules(), l.module())
	lookup := func(name string) *builtins.Func {
		for _, m := range modules {
			for _, f := range m.Funcs {
				if f.Name == name {
					return f
				}
			}
		}
		return nil
	}
	given := map[string]value.Value{}
	var names []check.Given
	start := func(text string) run.Result {
		t.Helper()
		tree, ds := syntax.Parse(source.NewFile("typed", []byte("\n"+text)))
		p, more := check.File(tree, check.Options{Universe: builtins.Universe(modules), Given: names})
		if ds = append(ds, more...); ds.HasErrors() {
			t.Fatal(ds)
		}
		built, err := plan.Build(p, plan.Inputs{Functions: lookup, Given: given})
		if err != nil {
			t.Fatal(err)
		}
		e := memory.New(memory.Options{Now: func() time.Time { return time.Unix(0, 0) }, AfterFunc: time.AfterFunc})
		result := run.Start(context.Background(), built, run.Options{Engine: e, Functions: lookup})
		for n, o := range p.Info.Defs {
			if v := result.Frame.Get(o); v != nil && o.Kind == check.ObjLet {
				names = append(names, check.Given{Name: n.Text, Type: o.Type})
				given[n.Text] = v
			}
		}
		return result
	}

	first := start(`let size = step "deploy" {
    lab.act("deploy")
    undo { lab.act("undo deploy") }
    return 400MiB
}`)
	if got := first.Frame.Get(&check.Object{Slot: 0}); first.Outcome != run.Passed || !value.Equal(got, value.Size(400<<20)) {
		t.Fatalf("outcome %s, size is %v", first.Outcome, got)
	}
	second := start(`fn half(of: size) -> size { return of / 2 }
let size = half(size)
check "small" { expect size == 200MiB }`)
	if second.Outcome != run.Passed || len(second.Undos) != 0 {
		t.Errorf("outcome %s because %s, %d undos", second.Outcome, second.Reason, len(second.Undos))
	}
	if third := start(`let bad = 1 / (size / 1MiB - 200)`); third.Err == nil || !strings.Contains(third.Err.Error(), "zero") {
		t.Errorf("the let that has no value: %v", third.Err)
	}
	if len(first.Undos) != 1 || first.Undos[0].Title != "deploy" {
		t.Fatalf("armed: %v", first.Undos)
	}
	if !first.Undos[0].Run(context.Background()) || first.Undos[0].Run(context.Background()) {
		t.Error("an undo runs well, once")
	}
	if diff := cmp.Diff([]string{"deploy", "undo deploy"}, l.ledger); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
}
