package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/report"
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
		if !a.flags.quiet || len(all) > 0 {
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
	errors, warnings := countDiagnostics(ds)
	text := plural(files, "file") + ": "
	switch {
	case errors == 0 && warnings == 0:
		return text + "no mistakes"
	case errors == 0:
		return text + plural(warnings, "warning")
	case warnings == 0:
		text += plural(errors, "error")
	default:
		text += plural(errors, "error") + ", " + plural(warnings, "warning")
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
func (a *app) diagnostics(to *os.File, ds source.Diagnostics) {
	for _, d := range ds {
		fmt.Fprintln(to, d.Error())
	}
}

// The JSON of drl check: stable, and read by editors and CI.
type checkJSON struct {
	V           int              `json:"v"`
	Files       int              `json:"files"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Diagnostics []diagnosticJSON `json:"diagnostics"`
}

type diagnosticJSON struct {
	Severity string      `json:"severity"`
	Code     string      `json:"code"`
	Name     string      `json:"name"` // of the code
	Message  string      `json:"message"`
	At       rangeJSON   `json:"at"`
	Label    string      `json:"label,omitempty"`
	Hint     string      `json:"hint,omitempty"`
	Cause    string      `json:"cause,omitempty"`
	Related  []placeJSON `json:"related,omitempty"`
}

type placeJSON struct {
	Message string    `json:"message"`
	At      rangeJSON `json:"at"`
}

// rangeJSON is a stretch of a file: lines and columns from 1, in characters;
// bytes from 0; the end is exclusive.
type rangeJSON struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Start     uint32 `json:"start"`
	End       uint32 `json:"end"`
}

func rangeOf(f *source.File, s source.Span) rangeJSON {
	if f == nil {
		return rangeJSON{}
	}
	r := rangeJSON{File: f.Name, Start: s.Start, End: s.End}
	r.Line, r.Column = f.Position(s.Start)
	r.EndLine, r.EndColumn = f.Position(s.End)
	return r
}

func (a *app) diagnosticsJSON(files int, ds source.Diagnostics) {
	out := checkJSON{V: 1, Files: files, Diagnostics: []diagnosticJSON{}}
	out.Errors, out.Warnings = countDiagnostics(ds)
	for _, d := range ds {
		one := diagnosticJSON{Severity: d.Severity.String(), Message: d.Message, At: rangeOf(d.File, d.Span), Label: d.Label, Hint: d.Hint}
		if d.Code != nil {
			one.Code, one.Name = d.Code.ID, d.Code.Name
		}
		if d.Cause != nil {
			one.Cause = d.Cause.Error()
		}
		for _, r := range d.Related {
			one.Related = append(one.Related, placeJSON{r.Message, rangeOf(r.File, r.Span)})
		}
		out.Diagnostics = append(out.Diagnostics, one)
	}
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.Encode(out)
}

// shown is a text from outside as a terminal may show it.
func shown(s string) string { return report.VisibleText(s) }

// sortedNames returns the keys of m in order.
func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, strings.Compare)
	return names
}
