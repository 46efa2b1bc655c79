package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/runtime/plan"
)

func prepareExplain(a *app, f *pflag.FlagSet) func([]string) int {
	return func(args []string) int {
		if len(args) == 0 {
			for _, c := range codes() {
				fmt.Fprintf(a.out, "%s  %s\n", c.ID, c.Name)
			}
			return exitOK
		}
		code := exitOK
		for _, arg := range args {
			code = max(code, a.explain(arg))
		}
		return code
	}
}

// codes are the codes of all stages, in order.
func codes() []*source.Code {
	all := slices.Concat(check.Codes, compile.Codes, plan.Codes)
	slices.SortFunc(all, func(a, b *source.Code) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func (a *app) explain(name string) int {
	id := strings.TrimPrefix(strings.ToUpper(name), "DRL")
	id = "DRL" + strings.Repeat("0", max(0, 4-len(id))) + id
	var ids []string
	for _, c := range codes() {
		if c.ID == id {
			explainTo(a.out, c)
			return exitOK
		}
		ids = append(ids, c.ID)
	}
	if near := types.Near(id, ids); near != "" {
		return a.fail(exitUsage, "there is no code %s; did you mean %s?", name, near)
	}
	return a.fail(exitUsage, "there is no code %s; drl explain lists them", name)
}

func explainTo(w io.Writer, c *source.Code) {
	fmt.Fprintf(w, "%s: %s\n\n%s\n", c.ID, c.Name, wrapped(c.Doc, 78))
	if c.Wrong != "" {
		fmt.Fprintf(w, "\nWrong:\n\n%s\n", indentText(c.Wrong))
	}
	if c.Right != "" {
		fmt.Fprintf(w, "\nRight:\n\n%s\n", indentText(c.Right))
	}
}

func indentText(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		// The script that is too long would scroll everything away.
		if r := []rune(line); len(r) > 200 {
			line = string(r[:120]) + "…\n"
		}
		b.WriteString(line)
	}
	return strings.TrimRight(b.String(), "\n")
}

// wrapped breaks paragraphs into lines of at most width characters.
func wrapped(text string, width int) string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
				lines = append(lines, line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
