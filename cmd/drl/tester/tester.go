// Package tester carries out the tests of *_test.drl files. In come checked
// files with the scripts that they run; out go, in the order of the files and
// their text, how each test went and what of the scripts was reached.
//
// It puts runtime/run on the engine and the mocks of runtime/virtual: nothing
// that a test does touches the world, but for series(…), which reads a CSV
// file in the test's own folder.
package tester

import (
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/run"
	"github.com/drl-lang/drl/runtime/virtual"
)

// File is a checked file of tests.
type File struct {
	Program *check.Program
	// Dir is its folder, in which series are read.
	Dir string
	// Scripts are the scripts that its tests run, checked, by the names that
	// run(…) gives them.
	Scripts map[string]*Script

	series shelf
}

// Script is a script that tests run.
type Script struct {
	Program *check.Program
	Dir     string // its folder, in which its commands would run
}

// Options say how tests are carried out.
type Options struct {
	// Functions finds a built-in by the name of its signature; required.
	Functions func(name string) *builtins.Func
	// Only compiles what run(…) was given as `only`; required by tests that
	// give it.
	Only func(text string) (func(run.Candidate) (bool, error), error)
	// Match tells whether the test of that title runs. Nil: all do.
	Match func(title string) bool
	// Workers is how many tests run side by side; below 1: one.
	Workers int
	// Cover says that what tests reach is counted.
	Cover bool
	// Now is the real clock, for how long tests take; required.
	Now func() time.Time
}

// Result is how the tests went.
type Result struct {
	Tests []*Test // of the files in their order, by place
	Cover []virtual.FileCover
}

// Failed counts the tests that did not pass.
func (r *Result) Failed() (n int) {
	for _, t := range r.Tests {
		if !t.Passed() {
			n++
		}
	}
	return n
}

// Test is how one test went.
type Test struct {
	File     string
	Title    string
	Place    source.Place
	Failures []Failed
	Missing  []string // the mocks to add, as a test writes them, each once
	Runs     []*Ran
	Took     time.Duration // real time
}

// Passed tells whether nothing was wrong.
func (t *Test) Passed() bool { return len(t.Failures) == 0 && len(t.Missing) == 0 }

// Failed is something that was not as the test wants it.
type Failed struct {
	event.Failure
	// Run is the last run before it; nil: there was none.
	Run *Ran
}

// Run carries out the tests of the files, side by side.
func Run(ctx context.Context, files []*File, o Options) *Result {
	var jobs []*job
	for _, f := range files {
		for _, decl := range f.Program.Tests {
			if title := Title(f.Program, decl); o.Match == nil || o.Match(title) {
				jobs = append(jobs, &job{file: f, decl: decl, opts: &o, test: &Test{
					File: f.Program.Source.Name, Title: title, Place: f.Program.Source.Place(decl.Title.Span()),
				}})
			}
		}
	}
	// What a run leaves behind is many and small, and gone at once: to collect
	// it less often is a fifth of the time. A goal for the memory still holds.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	var next atomic.Int64
	var all sync.WaitGroup
	for range max(1, min(o.Workers, len(jobs))) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) || ctx.Err() != nil {
					return
				}
				jobs[i].run(ctx)
			}
		})
	}
	all.Wait()

	r := &Result{}
	cover := &virtual.Cover{}
	for _, j := range jobs {
		r.Tests = append(r.Tests, j.test)
		cover.Add(&j.cover)
	}
	if o.Cover {
		r.Cover = cover.Files(scripts(files))
	}
	return r
}

// Title is a test's title, as far as it is known without running it.
func Title(p *check.Program, t *syntax.Test) string {
	if text, constant := t.Title.Constant(); constant {
		return text
	}
	return p.Source.Slice(t.Title.Span())
}

// scripts are the programs that tests look at: the scripts that they run, and
// the libraries that they use.
func scripts(files []*File) (programs []*check.Program) {
	for _, f := range files {
		for _, s := range f.Scripts {
			programs = append(programs, s.Program)
		}
		for _, p := range f.Program.Imports {
			programs = append(programs, p)
		}
	}
	return slices.DeleteFunc(programs, func(p *check.Program) bool { return p == nil })
}
