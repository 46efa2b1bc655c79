package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/cmd/drl/importer"
	"github.com/drl-lang/drl/runtime/report"
)

func prepareImport(a *app, f *pflag.FlagSet) func([]string) int {
	output := f.StringP("output", "o", "", "the script to write; FILE.drl beside the Markdown by default")
	look := f.BoolP("stdout", "n", false, "print the script, and write no file")
	return func(args []string) int {
		switch {
		case len(args) == 0:
			return a.usage("import", "want a Markdown file: drl import CHECKLIST.md")
		case len(args) > 1:
			return a.usage("import", "want one Markdown file, and got also %s", args[1])
		case *look && *output != "":
			return a.usage("import", "--stdout writes no file: leave --output out")
		}
		if *output == "" && args[0] != "-" {
			*output = scriptBeside(args[0])
		}
		if *look {
			*output = ""
		}
		return a.importMarkdown(args[0], *output)
	}
}

// scriptBeside is where the script of a Markdown file is written: release
// notes.md gives release-notes.drl.
func scriptBeside(markdown string) string {
	base := strings.TrimSuffix(filepath.Base(markdown), filepath.Ext(markdown))
	name := strings.Join(strings.Fields(strings.ToLower(base)), "-")
	if name == "" {
		name = "checklist"
	}
	return filepath.Join(filepath.Dir(markdown), name+".drl")
}

// importMarkdown makes a script of a Markdown file. Without an output it goes
// to standard output.
func (a *app) importMarkdown(name, output string) int {
	text, code := a.readMarkdown(name)
	if code != exitOK {
		return code
	}
	if strings.TrimSpace(string(text)) == "" {
		return a.fail(exitUsage, "%s is empty: there is nothing to import", name)
	}
	script, err := importer.Import(name, text)
	if err != nil {
		return a.fail(exitUsage, "import %s: %v", name, err)
	}
	if code := a.writeNew("import", output, script.Text); code != exitOK {
		return code
	}
	if !a.flags.quiet {
		a.sayImported(name, output, script)
	}
	return exitOK
}

func (a *app) readMarkdown(name string) ([]byte, int) {
	if name == "-" {
		text, err := io.ReadAll(io.LimitReader(a.in, mostSource))
		if err != nil {
			return nil, a.fail(exitUsage, "read standard input: %v", plainError(err))
		}
		return text, exitOK
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, a.fail(exitUsage, "there is no file %s", name)
	case err == nil && info.IsDir():
		return nil, a.fail(exitUsage, "%s is a folder, want a Markdown file; drl init looks at folders", name)
	case err == nil && info.Size() > mostSource:
		return nil, a.fail(exitUsage, "%s has %d bytes, want a Markdown file of at most 16 MiB", name, info.Size())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, a.fail(exitUsage, "read %s: %v", name, plainError(err))
	}
	return text, exitOK
}

// sayImported says what became of a Markdown file and what to do next.
func (a *app) sayImported(name, output string, s *importer.Script) {
	var say rows
	switch {
	case s.Counts.Nodes() == 0:
		say.add("found", name+" has no boxes, no numbered steps and no commands: its text became comments")
	default:
		say.add("found", s.Counts.String())
	}
	if s.Boxes > 0 {
		say.add("boxes", fmt.Sprintf("all %d of %s, in their order", s.Boxes, name))
	}
	if s.Counts.Shown > 0 {
		say.add("", fmt.Sprintf("of these %d for going back: shown on rollback, never done unasked", s.Counts.Shown))
	}
	say.notes("by hand", name, s.ByHand)
	say.notes("as text", name, s.AsText)
	if n := s.Counts.Unwritten; n > 0 {
		say.add("undo", plural(n, "step")+" without a word on how to go back: drl check shows which")
	}
	if len(s.Inputs) > 0 {
		say.add("inputs", strings.Join(s.Inputs, ", "))
	}
	if output != "" {
		say.add("wrote", output)
		say.add("next", "drl check "+output)
		say.add("", "drl run "+output+" --help")
	}
	fmt.Fprint(a.err, report.VisibleText(say.String()))
}

// mostNotes is how many remarks of a kind are shown; the script has the rest.
const mostNotes = 8

func (r *rows) notes(head, name string, notes []importer.Note) {
	for i, n := range notes {
		if i == mostNotes {
			r.add("", fmt.Sprintf("and %d more: the script says which and why", len(notes)-i))
			return
		}
		if i > 0 {
			head = ""
		}
		r.add(head, fmt.Sprintf("%s:%d: %s: %s", name, n.Line, n.What, n.Why))
	}
}
