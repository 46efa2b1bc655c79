package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/cmd/drl/starter"
	"github.com/drl-lang/drl/runtime/report"
)

// starterName is the script that drl init writes.
const starterName = "release.drl"

func prepareInit(a *app, f *pflag.FlagSet) func([]string) int {
	output := f.StringP("output", "o", "", "the script to write; release.drl in the folder by default")
	look := f.BoolP("stdout", "n", false, "print the script, and write no file")
	return func(args []string) int {
		dir := "."
		switch {
		case len(args) > 1:
			return a.usage("init", "want one folder, and got also %s", args[1])
		case *look && *output != "":
			return a.usage("init", "--stdout writes no file: leave --output out")
		case len(args) == 1:
			dir = args[0]
		}
		if *output == "" {
			*output = filepath.Join(dir, starterName)
		}
		if *look {
			*output = ""
		}
		return a.initFolder(dir, *output)
	}
}

// initFolder writes the first script of a folder. Without an output it goes to
// standard output.
func (a *app) initFolder(dir, output string) int {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return a.fail(exitUsage, "find the folder %s: %v", dir, err)
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return a.fail(exitUsage, "there is no folder %s", dir)
	case !info.IsDir():
		hint := ""
		if strings.HasSuffix(dir, ".md") {
			hint = "; drl import " + dir + " makes a script of it"
		}
		return a.fail(exitUsage, "%s is a file, want a folder%s", dir, hint)
	}
	folder, err := starter.Look(os.DirFS(dir), filepath.Base(whole))
	if err != nil {
		return a.fail(exitUsage, "look at %s: %v", dir, plainError(err))
	}
	if code := a.writeNew("init", output, folder.Script()); code != exitOK {
		return code
	}
	if !a.flags.quiet {
		a.sayFound(folder, output)
	}
	return exitOK
}

// sayFound says what was found in a folder, and what to do next.
func (a *app) sayFound(f *starter.Folder, output string) {
	var say rows
	head := "found"
	for _, found := range f.Found {
		say.add(head, found.File+": "+found.Says)
		head = ""
	}
	if len(f.Found) == 0 {
		say.add("found", "no compose file, Dockerfile, manage.py, railway.json, package.json or go.mod: the script asks a person")
	}
	if output != "" {
		say.add("wrote", output)
		say.add("next", "read it, and change what doesn't fit")
		say.add("", "drl check "+output)
		say.add("", "drl plan "+output+" --version v1.2.3"+f.Flags())
	}
	fmt.Fprint(a.err, report.VisibleText(say.String()))
}
