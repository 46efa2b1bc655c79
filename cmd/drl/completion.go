package main

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/types"
)

// completions are the scripts for the shells: each asks drl itself.
//
//go:embed completion/drl.bash completion/drl.zsh completion/drl.fish
var completions embed.FS

func prepareCompletion(a *app, f *pflag.FlagSet) func([]string) int {
	return func(args []string) int {
		shells := []string{"bash", "zsh", "fish"}
		if len(args) != 1 {
			return a.usage("completion", "want one shell of %s", strings.Join(shells, ", "))
		}
		text, err := completions.ReadFile("completion/drl." + args[0])
		if err != nil {
			if near := types.Near(args[0], shells); near != "" {
				return a.usage("completion", "there is no completion for %s; did you mean %s?", args[0], near)
			}
			return a.usage("completion", "there is no completion for %s, want one of %s", args[0], strings.Join(shells, ", "))
		}
		a.out.Write(text)
		return exitOK
	}
}

// completeCommand is what the completion scripts call, with the words of the
// line so far; the last is the one to complete. It prints a candidate a line,
// with a tab and a description where there is one; ":files" asks the shell for
// file names.
const completeCommand = "__complete"

const completeFiles = ":files"

func prepareComplete(a *app, f *pflag.FlagSet) func([]string) int {
	f.ParseErrorsAllowlist.UnknownFlags = true
	f.SetInterspersed(false)
	return func([]string) int {
		// The words hold flags that are not this command's.
		words := os.Args[2:]
		if len(words) > 0 && words[0] == "--" {
			words = words[1:]
		}
		a.complete(a.out, words)
		return exitOK
	}
}

func (a *app) complete(w io.Writer, words []string) {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	name, rest := splitCommand(words[:len(words)-1])
	c, ok := findCommand(name)
	if !ok {
		if name == "" {
			for _, c := range commands() {
				candidate(w, last, c.name, c.short, c.hidden)
			}
		}
		return
	}
	f := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	c.prepare(a, f)
	a.flags.declare(f)
	var inputs *inputFlags
	if c.scripts {
		inputs = a.declareInputs(f, rest)
	}
	if flag, value, ok := flagAtHand(f, rest, last); ok {
		completeValue(w, flag, value, inputs)
		return
	}
	if strings.HasPrefix(last, "-") {
		f.VisitAll(func(flag *pflag.Flag) {
			candidate(w, last, "--"+flag.Name, flag.Usage, flag.Hidden)
		})
		return
	}
	switch c.name {
	case "run", "plan", "odds", "repl", "check", "fmt", "test":
		fmt.Fprintln(w, completeFiles)
	case "why":
		completeRuns(w, last)
		completeEntries(w, last, ".jsonl")
	case "import":
		completeEntries(w, last, ".md")
	case "init":
		completeEntries(w, last, "/")
	case "help":
		for _, c := range commands() {
			candidate(w, last, c.name, c.short, c.hidden)
		}
		for _, topic := range topics() {
			candidate(w, last, topic, "", false)
		}
	case "explain":
		for _, code := range codes() {
			candidate(w, last, code.ID, code.Name, false)
		}
	case "doc":
		for _, m := range standard.Modules() {
			for _, fn := range m.Funcs {
				candidate(w, last, fn.Name, fn.Doc, false)
			}
		}
	case "completion":
		for _, shell := range []string{"bash", "zsh", "fish"} {
			candidate(w, last, shell, "", false)
		}
	}
}

// completeRuns lists the runs on record, with what they were of.
func completeRuns(w io.Writer, last string) {
	folder, err := runsOnRecord()
	if err != nil {
		return
	}
	runs, err := folder.Runs()
	if err != nil {
		return
	}
	for _, r := range runs[:min(len(runs), listedRuns)] {
		l := listed(r)
		candidate(w, last, l.Run, strings.Join(strings.Fields(l.Release+" "+l.Version+" "+l.Target+" "+l.Outcome), " "), false)
	}
}

// completeEntries lists the folders that go on with last, and the files that
// end so.
func completeEntries(w io.Writer, last, end string) {
	dir, prefix := filepath.Split(last)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		hidden := strings.HasPrefix(name, ".") && prefix == ""
		candidate(w, last, dir+name, "", hidden || !e.IsDir() && !strings.HasSuffix(strings.ToLower(name), end))
	}
}

func candidate(w io.Writer, prefix, name, note string, hidden bool) {
	if !hidden && strings.HasPrefix(name, prefix) {
		fmt.Fprintln(w, strings.TrimRight(name+"\t"+oneLine(note), "\t"))
	}
}

// flagAtHand returns the flag whose value is being typed, and the value so
// far with what stands before it: --target=st, or st after --target.
func flagAtHand(f *pflag.FlagSet, before []string, last string) (*pflag.Flag, string, bool) {
	if name, value, ok := strings.Cut(strings.TrimPrefix(last, "--"), "="); ok && strings.HasPrefix(last, "--") {
		if flag := f.Lookup(name); flag != nil {
			return flag, value, true
		}
	}
	if len(before) > 0 {
		name, long := strings.CutPrefix(before[len(before)-1], "--")
		if flag := f.Lookup(name); long && flag != nil && flag.NoOptDefVal == "" {
			return flag, last, true
		}
	}
	return nil, "", false
}

func completeValue(w io.Writer, flag *pflag.Flag, value string, inputs *inputFlags) {
	switch {
	case flag.Name == "target":
		for _, name := range inputs.targets() {
			candidate(w, value, name, "", false)
		}
	case flag.Name == "color":
		for _, name := range []string{"auto", "always", "never"} {
			candidate(w, value, name, "", false)
		}
	case inputs != nil && inputs.values[flag.Name] != nil:
		if inputs.values[flag.Name].kind.Kind == types.Bool {
			candidate(w, value, "true", "", false)
			candidate(w, value, "false", "", false)
		}
		for _, text := range inputs.choices(flag.Name) {
			candidate(w, value, text, "", false)
		}
	}
}
