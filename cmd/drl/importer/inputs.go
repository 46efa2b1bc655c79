package importer

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
)

// input is an input that the script declares for something that the Markdown
// leaves open.
type input struct {
	name    string
	doc     string
	pattern string   // of a string; empty: any
	among   []string // the values it may have; nil: any
	def     string   // of among; empty: it has to be given
}

// inputs are those of the script, in the order in which they were needed.
type inputs []input

// add declares an input, or finds the same one again, and returns its name.
func (all *inputs) add(in input) string {
	base := usableName(in.name)
	for n := 1; ; n++ {
		in.name = base
		for range n - 1 {
			in.name += "_other"
		}
		i := slices.IndexFunc(*all, func(other input) bool { return other.name == in.name })
		if i < 0 {
			*all = append(*all, in)
			return in.name
		}
		if in.among == nil && (*all)[i].among == nil {
			return in.name
		}
	}
}

func (all inputs) names() []string {
	var names []string
	for _, in := range all {
		names = append(names, in.name)
	}
	return names
}

// hardWords are never names; see LANGUAGE, section 3.
const hardWords = " let fn return if then else for in and or not mod is as contains matches true false null try safe run target web "

// usableName makes a name of a text, one that means nothing else yet.
func usableName(text string) string {
	name := strings.Join(plainWords(text), "_")
	if len(name) > 40 {
		name = strings.TrimRight(name[:40], "_")
	}
	switch {
	case name == "":
		return "value"
	case name[0] >= '0' && name[0] <= '9', strings.Contains(hardWords, " "+name+" "), slices.Contains(check.ReservedInputs, name), isBuiltin(name):
		return "the_" + name
	}
	return name
}

func isBuiltin(name string) bool {
	u := standard.Universe()
	for _, f := range u.Core {
		if f.Name == name {
			return true
		}
	}
	for _, p := range u.Packages {
		if p.Name == name {
			return true
		}
	}
	return false
}
