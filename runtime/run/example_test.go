package run_test

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// The whole way: a text becomes a tree, a checked program, a plan and a run.
func Example() {
	file := source.NewFile("hello.drl", []byte(`
input name: string = "world"

phase "Greet" {
    check "the name is short" { expect name.length < 10 }
}
on success { print("hello, {name}") }
`))
	tree, ds := syntax.Parse(file)
	if ds.HasErrors() {
		fmt.Println(ds)
		return
	}
	program, ds := check.File(tree, check.Options{Universe: standard.Universe()})
	if ds.HasErrors() {
		fmt.Println(ds)
		return
	}
	p, err := plan.Build(program, plan.Inputs{
		Flags:     map[string]string{"name": "ada"},
		Functions: standard.Lookup,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	engine := memory.New(memory.Options{
		Now:       time.Now,
		AfterFunc: time.AfterFunc,
		Sink: func(e event.Event) {
			switch b := e.Body.(type) {
			case event.NodeFinished:
				fmt.Println(b.Type, b.Title, b.Status)
			case event.Printed:
				fmt.Println(b.Text)
			}
		},
	})
	result := run.Start(context.Background(), p, run.Options{Engine: engine, Functions: standard.Lookup})
	fmt.Println(result.Outcome, result.Exit)
	// Output:
	// check the name is short passed
	// phase Greet passed
	// hello, ada
	// handler success passed
	// passed 0
}
