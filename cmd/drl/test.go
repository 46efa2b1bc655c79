package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/cmd/drl/tester"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// testFlags are those of drl test.
type testFlags struct {
	run   string
	json  bool
	junit string
	cover bool
}

func prepareTest(a *app, f *pflag.FlagSet) func([]string) int {
	var flags testFlags
	f.StringVar(&flags.run, "run", "", "run only the tests whose title has this `text` in it; * is any text")
	f.BoolVar(&flags.cover, "cover", false, "say what of the scripts no test has reached: lines, branches, rules, undos")
	f.BoolVar(&flags.json, "json", false, "print one JSON object instead of text")
	f.StringVar(&flags.junit, "junit", "", "write the results as JUnit's XML to `file` too")
	return func(args []string) int { return a.test(flags, args) }
}

// test runs the tests that args name. What is wrong with a file or with a
// script that it runs is reported before any test begins.
func (a *app) test(flags testFlags, args []string) int {
	names, err := filesIn(args, check.TestSuffix)
	if err != nil {
		return a.fail(exitUsage, "nothing was tested: %v", err)
	}
	files, code := a.testFiles(names)
	if code != exitOK {
		return code
	}
	began := time.Now()
	result := tester.Run(context.Background(), files, tester.Options{
		Functions: standard.Lookup, Only: onlyFilter, Match: matching(flags.run),
		Workers: runtime.GOMAXPROCS(0), Cover: flags.cover, Now: time.Now,
	})
	took := time.Since(began)
	if len(result.Tests) == 0 {
		if flags.run != "" {
			return a.fail(exitUsage, "nothing was tested: no test of %s has %s in its title", plural(len(files), "file"), value.QuoteString(flags.run))
		}
		return a.fail(exitUsage, "nothing was tested: there is no test in %s", strings.Join(names, ", "))
	}
	if flags.junit != "" {
		if err := writeJUnit(flags.junit, result, began); err != nil {
			return a.fail(exitCantWrite, "write %s: %v", flags.junit, plainError(err))
		}
	}
	if flags.json {
		err = json.NewEncoder(a.out).Encode(testJSON(result))
	} else {
		columns, _ := size(a.out)
		p := &testPrinter{color: a.colored(a.out), columns: columns, level: a.flags.level()}
		_, err = a.out.WriteString(a.secrets.Text(p.all(result, took)))
	}
	if err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
	}
	if result.Failed() > 0 {
		return exitFailed
	}
	return exitOK
}

// matching is what --run asks of a title; nil for an empty pattern.
func matching(pattern string) func(string) bool {
	if pattern == "" {
		return nil
	}
	return func(title string) bool { return value.Wildcard("*"+pattern+"*", title) }
}

// testFiles reads and checks files of tests, and the scripts that they run.
func (a *app) testFiles(names []string) ([]*tester.File, int) {
	var files []*tester.File
	var all source.Diagnostics
	scripts := map[string]*tester.Script{} // by path: each is checked once
	for _, name := range names {
		file, err := a.scripts.read(name)
		if err != nil {
			return nil, a.fail(exitUsage, "%v", err)
		}
		program, ds := a.scripts.check(file)
		all = append(all, errorsOf(ds)...)
		if program == nil {
			continue
		}
		dir, err := filepath.Abs(filepath.Dir(name))
		if err != nil {
			return nil, a.fail(exitUsage, "find the folder of %s: %v", name, err)
		}
		f := &tester.File{Program: program, Dir: dir, Scripts: map[string]*tester.Script{}}
		files = append(files, f)
		for _, script := range scriptsOf(program) {
			path := filepath.Join(filepath.Dir(name), filepath.FromSlash(script))
			if scripts[path] == nil {
				file, err := a.scripts.read(path)
				if err != nil {
					continue // reported where it is named
				}
				checked, ds := a.scripts.check(file)
				all = append(all, errorsOf(ds)...)
				scripts[path] = &tester.Script{Program: checked, Dir: filepath.Join(dir, filepath.Dir(filepath.FromSlash(script)))}
			}
			f.Scripts[script] = scripts[path]
		}
	}
	if len(all) > 0 {
		all.Sort()
		a.diagnostics(a.err, all)
		return nil, a.fail(exitUsage, "nothing was tested: %s", mistakes(all))
	}
	return files, exitOK
}

func errorsOf(ds source.Diagnostics) (errors source.Diagnostics) {
	for _, d := range ds {
		if d.Severity == source.Error {
			errors = append(errors, d)
		}
	}
	return errors
}

// scriptsOf lists the scripts that the tests of a file run, as they name them.
func scriptsOf(p *check.Program) (names []string) {
	for _, t := range p.Tests {
		syntax.Walk(t, func(e syntax.Element) bool {
			call, ok := e.(*syntax.Call)
			if !ok || p.Info.Calls[call] == nil || p.Info.Calls[call].Func == nil || p.Info.Calls[call].Func.Name != "run" {
				return true
			}
			if args := p.Info.Calls[call].Args; len(args) > 0 {
				if text, ok := args[0].(*syntax.String); ok {
					if name, constant := text.Constant(); constant {
						names = append(names, name)
					}
				}
			}
			return true
		})
	}
	return names
}

// writeJUnit writes a suite for each file.
func writeJUnit(path string, r *tester.Result, began time.Time) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = junitOf(f, r, began)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
