package main

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/types"
)

// pages are the texts of drl help: one for each command and each topic. The
// first line is the page in a sentence.
//
//go:embed help/*.txt
var pages embed.FS

func prepareHelp(a *app, f *pflag.FlagSet) func([]string) int {
	return func(args []string) int {
		if len(args) == 0 {
			a.overview(a.out)
			return exitOK
		}
		return a.help(strings.Join(args, "-"))
	}
}

// topics are the pages that are not of a command.
func topics() []string {
	entries, err := fs.ReadDir(pages, "help")
	if err != nil {
		panic(fmt.Sprintf("help: %v", err)) // the pages are part of the program
	}
	var names []string
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".txt")
		if _, isCommand := findCommand(name); !isCommand {
			names = append(names, name)
		}
	}
	return names
}

func page(name string) (string, bool) {
	text, err := pages.ReadFile("help/" + name + ".txt")
	if err != nil {
		return "", false
	}
	if name == "secrets" {
		text = []byte(strings.ReplaceAll(string(text), "{SECRET NAMES}", indentText(wrapped(strings.Join(types.SecretNames, "  "), 70))))
	}
	return string(text), true
}

func (a *app) help(name string) int {
	if c, ok := findCommand(name); ok && !c.hidden {
		return a.execute(c, []string{"--help"})
	}
	if text, ok := page(name); ok {
		io.WriteString(a.out, text)
		return exitOK
	}
	names := topics()
	for _, c := range commands() {
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	if near := types.Near(name, names); near != "" {
		return a.usage("", "there is no help on %s; did you mean drl help %s?", name, near)
	}
	return a.usage("", "there is no help on %s; drl help lists the topics, drl doc %s may know it", name, name)
}

// overview is drl help without a topic.
func (a *app) overview(w io.Writer) {
	io.WriteString(w, "drl checks, plans and runs release scripts.\n\n")
	for _, c := range commands() {
		if !c.hidden {
			fmt.Fprintf(w, "  drl %-11s %s\n", c.name, c.short)
		}
	}
	io.WriteString(w, "\nTopics, with drl help TOPIC:\n\n")
	for _, name := range topics() {
		text, _ := page(name)
		first, _, _ := strings.Cut(text, "\n")
		fmt.Fprintf(w, "  %-15s %s\n", name, first)
	}
	io.WriteString(w, "\nStart with: drl demo · drl help language · drl doc\n")
}

// commandHelp is the help of a command, with the inputs of a script where it
// was given one.
func (a *app) commandHelp(w io.Writer, c command, f *pflag.FlagSet, inputs *inputFlags) {
	args := c.args
	if inputs != nil && inputs.program != nil {
		args = strings.Replace(args, "FILE", inputs.script, 1)
	}
	fmt.Fprintf(w, "drl %s %s\n\n", c.name, args)
	if text, ok := page(c.name); ok && (inputs == nil || inputs.program == nil) {
		io.WriteString(w, text+"\n")
	}
	if inputs != nil && inputs.program != nil {
		inputsHelp(w, inputs)
	}
	io.WriteString(w, "Flags\n\n")
	f.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag.Annotations[inputAnnotation] != nil {
			return
		}
		name := "--" + flag.Name
		if flag.Shorthand != "" {
			name = "-" + flag.Shorthand + ", " + name
		}
		what, usage := pflag.UnquoteUsage(flag)
		if flag.NoOptDefVal == "" {
			name += " " + strings.ToUpper(what)
		}
		fmt.Fprintf(w, "  %-22s %s\n", name, usage)
	})
}

func inputsHelp(w io.Writer, inputs *inputFlags) {
	if rows := inputs.help(); len(rows) > 0 {
		io.WriteString(w, "Inputs\n\n")
		for _, row := range rows {
			fmt.Fprintf(w, "  --%s %s  (%s)\n", row.name, strings.ToUpper(row.kind), row.note)
			if row.doc != "" {
				fmt.Fprintln(w, strings.ReplaceAll(indentText(wrapped(row.doc, 70)), "    ", "      "))
			}
		}
		io.WriteString(w, "\n  or from the environment: DRL_INPUT_"+strings.ToUpper(rows[0].name)+"\n\n")
	} else {
		io.WriteString(w, "The script has no inputs.\n\n")
	}
	if targets := inputs.targets(); len(targets) > 0 {
		fmt.Fprintf(w, "Targets\n\n  --target %s\n\n", strings.Join(targets, " | "))
	}
}
