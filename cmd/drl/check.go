package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/source"
)

func prepareCheck(a *app, f *pflag.FlagSet) func([]string) int {
	asJSON := f.Bool("json", false, "print one JSON object instead of text")
	return func(args []string) int { return a.check(*asJSON, args) }
}

// check checks scripts, each by itself and with what it imports, and prints
// all there is to say, once.
func (a *app) check(asJSON bool, args []string) int {
	names, err := scriptsIn(args)
	if err != nil {
		return a.fail(exitUsage, "%v", err)
	}
	var all source.Diagnostics
	var files []*source.File
	unread := 0
	for _, name := range names {
		file, err := a.scripts.read(name)
		if err != nil {
			a.fail(exitUsage, "%v", err)
			unread++
			continue
		}
		files = append(files, file)
		_, ds := a.scripts.check(file)
		all = append(all, ds...)
	}
	all.Sort()
	if asJSON {
		a.diagnosticsJSON(len(files), all)
	} else {
		a.diagnostics(a.out, all)
		if len(files) > 0 && (!a.flags.quiet || len(all) > 0) {
			fmt.Fprintln(a.out, checkSummary(len(files), all))
		}
	}
	if unread > 0 || all.HasErrors() {
		return exitUsage
	}
	return exitOK
}

// checkSummary is the last line: what was checked and what was found.
func checkSummary(files int, ds source.Diagnostics) string {
	return plural(files, "file") + ": " + mistakes(ds)
}

// mistakes counts what was found, and says where to read more.
func mistakes(ds source.Diagnostics) string {
	errors, warnings := countDiagnostics(ds)
	var text string
	switch {
	case errors == 0 && warnings == 0:
		return "no mistakes"
	case errors == 0:
		return plural(warnings, "warning")
	case warnings == 0:
		text = plural(errors, "error")
	default:
		text = plural(errors, "error") + ", " + plural(warnings, "warning")
	}
	for _, d := range ds {
		if d.Severity == source.Error && d.Code != nil {
			return text + "; more: drl explain " + d.Code.ID
		}
	}
	return text
}

func countDiagnostics(ds source.Diagnostics) (errors, warnings int) {
	for _, d := range ds {
		if d.Severity == source.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// diagnostics prints ds for a person.
func (a *app) diagnostics(to output, ds source.Diagnostics) {
	if len(ds) == 0 {
		return
	}
	columns, _ := size(to)
	var text strings.Builder
	source.PrintAll(&text, ds, source.Style{Color: a.colored(to), Width: columns})
	fmt.Fprintln(to, a.secrets.Text(text.String()))
}

// checkJSON is what drl check --json prints: stable, for editors and CI.
type checkJSON struct {
	V           int                `json:"v"`
	Files       int                `json:"files"`
	Errors      int                `json:"errors"`
	Warnings    int                `json:"warnings"`
	Diagnostics source.Diagnostics `json:"diagnostics"`
}

func (a *app) diagnosticsJSON(files int, ds source.Diagnostics) {
	out := checkJSON{V: 1, Files: files, Diagnostics: ds}
	if ds == nil {
		out.Diagnostics = source.Diagnostics{}
	}
	out.Errors, out.Warnings = countDiagnostics(ds)
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.Encode(out)
}
