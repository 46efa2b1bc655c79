package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// inputAnnotation marks the flags that are inputs of the script.
const inputAnnotation = "drl input"

// inputFlags are the inputs of a script as flags of its run.
type inputFlags struct {
	script  string
	program *check.Program
	values  map[string]*inputFlag
}

// inputFlag holds the text of one input; plan.Build reads it as its type, so
// that a wrong one is reported with the place where it is declared.
type inputFlag struct {
	kind  *types.Type
	texts []string
}

func (i *inputFlag) String() string { return strings.Join(i.texts, ",") }
func (i *inputFlag) Type() string   { return i.kind.String() }

// Set takes the text; a list may be given in several flags.
func (i *inputFlag) Set(text string) error {
	if i.kind.Kind != types.List {
		i.texts = nil
	}
	i.texts = append(i.texts, text)
	return nil
}

// declareInputs finds the script among the arguments and declares its inputs
// as flags. A script that can't be read has none; the command reports it.
func (a *app) declareInputs(f *pflag.FlagSet, args []string) *inputFlags {
	in := &inputFlags{script: scriptAmong(f, args), values: map[string]*inputFlag{}}
	if in.script == "" {
		return in
	}
	file, err := a.scripts.read(in.script)
	if err != nil {
		return in
	}
	in.program, _ = a.scripts.check(file)
	if in.program == nil {
		return in
	}
	for _, o := range in.program.Inputs {
		if f.Lookup(o.Name) != nil || o.Type == nil {
			continue
		}
		flag := &inputFlag{kind: o.Type}
		in.values[o.Name] = flag
		f.Var(flag, o.Name, "")
		declared := f.Lookup(o.Name)
		declared.Annotations = map[string][]string{inputAnnotation: nil}
		declared.Annotations[inputAnnotation] = []string{o.Name}
		if o.Type.Kind == types.Bool {
			declared.NoOptDefVal = "true"
		}
	}
	// People type --database-url as readily as --database_url.
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if under := strings.ReplaceAll(name, "-", "_"); in.values[under] != nil {
			name = under
		}
		return pflag.NormalizedName(name)
	})
	return in
}

// scriptAmong returns the argument that is the script, before it is known
// which flags there are: the first that isn't a flag nor the value of one. The
// word after a flag that isn't ours may be its value, so that one is taken
// only if there is no better.
func scriptAmong(f *pflag.FlagSet, args []string) string {
	second := ""
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			if i+1 < len(args) {
				return args[i+1]
			}
			return second
		case !strings.HasPrefix(arg, "-"), arg == "-":
			return arg
		case strings.Contains(arg, "="):
		case strings.HasPrefix(arg, "--"):
			flag := f.Lookup(arg[2:])
			if flag != nil && flag.NoOptDefVal != "" || i+1 == len(args) {
				continue
			}
			if flag == nil && strings.HasSuffix(args[i+1], ".drl") && second == "" {
				second = args[i+1]
			}
			if !strings.HasPrefix(args[i+1], "-") {
				i++
			}
		default:
			// A group of short flags: the last may want the next word.
			flag := f.ShorthandLookup(arg[len(arg)-1:])
			if flag != nil && flag.NoOptDefVal == "" {
				i++
			}
		}
	}
	return second
}

// given returns the inputs that were typed.
func (in *inputFlags) given(f *pflag.FlagSet) map[string]string {
	given := map[string]string{}
	for name, flag := range in.values {
		if f.Changed(name) {
			given[name] = flag.String()
		}
	}
	return given
}

// inputHelp is what the help of a script says of one input.
type inputHelp struct{ name, kind, note, doc string }

// help describes the inputs in their order: type, constraints, default, and
// the ## lines above them.
func (in *inputFlags) help() []inputHelp {
	if in == nil || in.program == nil {
		return nil
	}
	var rows []inputHelp
	for _, o := range in.program.Inputs {
		decl, ok := o.Decl.(*syntax.Input)
		if !ok || o.Type == nil {
			continue
		}
		row := inputHelp{name: o.Name, kind: o.Type.String(), doc: oneLine(decl.Doc)}
		var notes []string
		for _, c := range decl.Constraints {
			notes = append(notes, oneLine(in.program.Source.Slice(c.Span())))
		}
		if decl.Default != nil {
			notes = append(notes, "default "+oneLine(in.program.Source.Slice(decl.Default.Span())))
		} else {
			notes = append(notes, "required")
		}
		row.note = strings.Join(notes, ", ")
		rows = append(rows, row)
	}
	return rows
}

// targets returns the names of the script's targets.
func (in *inputFlags) targets() []string {
	if in == nil || in.program == nil || in.program.Targets == nil {
		return nil
	}
	return slices.Clone(in.program.Targets.Names)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// choices are the texts that an input with `in ["a", "b"]` may have.
func (in *inputFlags) choices(name string) []string {
	var texts []string
	for _, o := range in.program.Inputs {
		decl, ok := o.Decl.(*syntax.Input)
		if !ok || o.Name != name {
			continue
		}
		for _, c := range decl.Constraints {
			list, ok := c.Value.(*syntax.List)
			if !ok || c.Op != "in" {
				continue
			}
			for _, item := range list.Items {
				if s, ok := item.(*syntax.String); ok {
					if text, constant := s.Constant(); constant {
						texts = append(texts, text)
					}
				}
			}
		}
	}
	return texts
}
