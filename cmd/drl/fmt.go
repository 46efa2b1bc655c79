package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// formatFlags are those of drl fmt.
type formatFlags struct{ write, diff, list bool }

func prepareFormat(a *app, f *pflag.FlagSet) func([]string) int {
	var flags formatFlags
	f.BoolVarP(&flags.write, "write", "w", false, "write the result to the file")
	f.BoolVarP(&flags.diff, "diff", "d", false, "show the difference; exit 1 if there is one")
	f.BoolVarP(&flags.list, "list", "l", false, "list the files that are not formatted; exit 1 if there are any")
	return func(args []string) int { return a.format(flags, args) }
}

func (a *app) format(flags formatFlags, args []string) int {
	if len(args) == 1 && args[0] == "-" {
		text, err := io.ReadAll(io.LimitReader(a.in, mostSource))
		if err != nil {
			return a.fail(exitUsage, "read standard input: %v", err)
		}
		if flags.write {
			return a.usage("fmt", "standard input can't be written to: leave -w out")
		}
		return a.formatOne(flags, source.NewFile("<stdin>", text), "")
	}
	names, err := scriptsIn(args)
	if err != nil {
		return a.fail(exitUsage, "%v", err)
	}
	code := exitOK
	for _, name := range names {
		file, err := a.scripts.read(name)
		if err != nil {
			code = max(code, a.fail(exitUsage, "%v", err))
			continue
		}
		code = max(code, a.formatOne(flags, file, name))
	}
	return code
}

// formatOne formats a file; path is where to write it, "" for standard input.
func (a *app) formatOne(flags formatFlags, file *source.File, path string) int {
	tree, ds := syntax.Parse(file)
	if ds.HasErrors() {
		ds.Sort()
		a.diagnostics(a.err, ds)
		fmt.Fprintf(a.err, "drl: %s was not formatted: it can't be read as a script\n", file.Name)
		return exitUsage
	}
	formatted := syntax.Format(tree)
	changed := !bytes.Equal(file.Text, formatted)
	if !flags.write && !flags.diff && !flags.list {
		if _, err := a.out.Write(formatted); err != nil {
			return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
		}
		return exitOK
	}
	if !changed {
		return exitOK
	}
	code := exitOK
	if flags.list {
		fmt.Fprintln(a.out, file.Name)
		code = exitFailed
	}
	if flags.diff {
		a.out.Write(diff.Diff(file.Name, file.Text, file.Name+" (formatted)", formatted))
		code = exitFailed
	}
	if flags.write && path != "" {
		if err := replace(path, formatted); err != nil {
			return a.fail(exitCantWrite, "write %s: %v", path, plainError(err))
		}
		code = exitOK
	}
	return code
}

// replace writes a file in one step, so that a full disk never leaves half a
// script. Links are followed, permissions stay.
func replace(path string, text []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".drl-fmt-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already, when all went well
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
