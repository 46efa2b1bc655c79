package builtins

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/types"
)

const readme = `# Built-ins

<!-- Written by: drl doc --markdown. Change the doc strings in the code. -->

What scripts can call. A call is pure, reads or writes; one that reads or writes takes
` + "`timeout`" + `, by name, and ends by then. ` + "`drl doc NAME`" + ` shows one page of this.

| folder | holds |
| --- | --- |
| this one | the contract: ` + "`New`, `Func`, `Module`, `Host`" + `; what each Go type is in the language |
| core | the functions without a module, secret, time, random |
| encode | json, yaml, csv, base64, url |
| http, file, notify, report | one outside system each |
| coverage, junit, sarif | what tests and scanners have found |
| git | the repository that the script is in |
| sql, postgres, mysql, sqlite | questions to databases; backup and restore by their own programs |
| backup | what the backups of all databases share: no module |
| standard | the list of the modules that ship |

To add one: a file with two structs and one ` + "`builtins.New(…)`" + ` in the folder of its system, a word in that
folder's list, an example with ` + "`With`" + `. Everything from outside comes through ` + "`Host`" + `.
`

// Markdown returns the manual of the modules as one document: builtins/README.md.
func Markdown(modules []Module) []byte {
	var b bytes.Buffer
	b.WriteString(readme)
	types := &typeList{}
	for _, m := range modules {
		title := m.Name
		if title == "" {
			title = "Core"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, m.Doc)
		seen := map[string]string{} // parameter as written → the function that explained it
		for _, f := range append(m.Funcs, m.Methods...) {
			writeFunc(&b, f, seen)
			types.add(f.Signature())
		}
	}
	types.write(&b)
	return b.Bytes()
}

func writeFunc(b *bytes.Buffer, f *Func, seen map[string]string) {
	s := f.Signature()
	fmt.Fprintf(b, "\n### %s\n\n`%s` · %s\n\n%s\n", s.Name, signature(s), s.Effect, cell(s.Doc))
	var known []string
	first := true
	from := ""
	for _, p := range s.Params {
		if p.Name == "timeout" && p.Default == defaultTimeout {
			continue
		}
		line := fmt.Sprintf("- `%s`: %s", paramText(p), cell(p.Doc))
		if by, ok := seen[line]; ok && p.NamedOnly {
			known, from = append(known, "`"+p.Name+"`"), by
			continue
		}
		seen[line] = s.Name
		if first {
			b.WriteString("\n")
			first = false
		}
		b.WriteString(line + "\n")
	}
	if len(known) > 0 {
		fmt.Fprintf(b, "\n%s: as in [%s](#%s).\n", strings.Join(known, ", "), from, anchor(from))
	}
	if r := s.Result; r != nil && r.Kind == types.Record && r.Name == "" {
		b.WriteString("\nThe result has\n\n")
		writeFields(b, r)
	}
	if f.Example != "" {
		fmt.Fprintf(b, "\n```drl\n%s\n```\n", f.Example)
	}
}

// typeList is the declared types of a document, in the order they come up.
type typeList struct{ all []*types.Type }

func (l *typeList) add(s *types.Func) {
	eachDeclared(s, func(t *types.Type) {
		if !slices.ContainsFunc(l.all, func(known *types.Type) bool { return known.Name == t.Name }) {
			l.all = append(l.all, t)
		}
	})
}

func (l *typeList) write(b *bytes.Buffer) {
	if len(l.all) == 0 {
		return
	}
	b.WriteString("\n## Types\n")
	for _, t := range l.all {
		fmt.Fprintf(b, "\n### %s\n\n", t.Name)
		writeFields(b, t)
		for _, m := range types.MethodsOf(t) {
			fmt.Fprintf(b, "- `%s` · %s · [%s](#%s)\n", signature(m), m.Effect, m.Name, anchor(m.Name))
		}
	}
}

func writeFields(b *bytes.Buffer, t *types.Type) {
	for _, f := range t.Fields {
		fmt.Fprintf(b, "- `%s: %s`: %s\n", f.Name, f.Type, cell(f.Doc))
	}
}

// cell is text in which Markdown finds nothing to interpret.
func cell(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "[", `\[`, "_", `\_`).Replace(text)
}

// anchor is how pages show where a heading is: without dots.
func anchor(heading string) string {
	return strings.ToLower(strings.ReplaceAll(heading, ".", ""))
}
