package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"
)

func prepareVersion(a *app, f *pflag.FlagSet) func([]string) int {
	return func(args []string) int {
		if len(args) > 0 {
			return a.usage("version", "drl version takes no argument, and got %s", args[0])
		}
		fmt.Fprintf(a.out, "drl %s %s/%s %s\n", version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
		return exitOK
	}
}

// version is the module's version; of a build from a working tree, its commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				changed = "+changes"
			}
		}
	}
	if commit == "" {
		return "(devel)"
	}
	return "(devel) " + commit + changed
}
