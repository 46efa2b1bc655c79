package importer

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// command makes a command of the script of a line of a shell: places to fill
// in become inputs, and braces are those of the shell. why says why it can't;
// then it is empty.
func (t *translation) command(line string) (command, why string) {
	if why := neverEnds(line); why != "" {
		return "", why
	}
	d := draftCommand(line)
	switch {
	case d.why != "":
		return "", d.why
	case d.text == "":
		return "", "there is no command in it"
	}
	for _, name := range d.holes {
		if types.SecretName(name) {
			return "", "it needs a secret (" + name + "), which no word of a command may hold"
		}
	}
	why = t.refused(d)
	if why == "" {
		return t.declare(d), ""
	}
	// Said of the line as it was written, the reason names its own words.
	plain := commandDraft{text: d.text}
	for i, name := range d.holes {
		plain.text = strings.Replace(plain.text, "{"+hole(i)+"}", strings.Join(plainWords(name), "_"), 1)
	}
	if own := t.refused(plain); own != "" {
		why = own
	}
	return "", why
}

// refused says why drl check would not let the command run.
func (t *translation) refused(d commandDraft) string {
	if why, known := t.tried[d.text]; known {
		return why
	}
	script := ""
	for i := range d.holes {
		script += fmt.Sprintf("input %s: string\n", hole(i))
	}
	script += "step \"x\" {\n    undo none \"x\"\n    $ " + d.text + "\n}\n"
	file := source.NewFile("command", []byte(script))
	tree, ds := syntax.Parse(file)
	_, more := check.File(tree, check.Options{Universe: standard.Universe()})
	ds = append(ds, more...)
	ds.Sort()
	why := ""
	for _, d := range ds {
		if d.Severity == source.Error {
			why = d.Message
			if d.Hint != "" {
				why += "; " + d.Hint
			}
			break
		}
	}
	if why == "" && !isOneCommand(tree, d) {
		why = "drl would read another command than a shell"
	}
	why = oneLine(why)
	t.tried[d.text] = why
	return why
}

// isOneCommand tells whether the step of a tree holds the whole command, with
// the values that the draft has and no others.
func isOneCommand(tree *syntax.File, d commandDraft) bool {
	step, ok := tree.Stmts[len(tree.Stmts)-1].(*syntax.Step)
	if !ok || len(tree.Stmts) != len(d.holes)+1 || len(step.Body.Stmts) != 2 {
		return false
	}
	command, ok := step.Body.Stmts[1].(*syntax.CommandStmt)
	if !ok || len(command.Command.Holes) != len(d.holes) {
		return false
	}
	text := strings.TrimSpace(tree.Source.Slice(command.Command.Text))
	rest, whole := strings.CutPrefix(d.text, text)
	return whole && (rest == "" || strings.HasPrefix(strings.TrimSpace(rest), "#"))
}

// commandDraft is a line of a shell as drl would write it; {hole_N} stands for
// its values.
type commandDraft struct {
	text  string
	holes []string // what each value is called
	why   string   // why there is no text
}

func hole(i int) string { return fmt.Sprintf("hole_%d", i) }

var (
	// A place to fill in: <previous-commit>. What a shell would read as two
	// redirections has a blank at a bracket, or a word behind it.
	angled = lazy.Regexp(`^<([A-Za-z][A-Za-z0-9_. -]{0,50}[A-Za-z0-9])>`)
	// A bare word that only stands for another one.
	standIn = lazy.Regexp(`^(?:(?:service|app|application|container|db|database|user|image|project|host|server|branch|namespace|pod|bucket|cluster|release|deployment|registry|environment)[_-]name|your[_-][a-z0-9_-]+|YOUR[_-][A-Z0-9_-]+)$`)
	// The version that everybody writes who means any.
	example   = lazy.Regexp(`^(v?)(?:1\.2\.3|X\.Y\.Z|x\.y\.z)$`)
	bracketed = lazy.Regexp(`\[[A-Za-z][A-Za-z _-]{2,}\]`)
)

func isWordByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// draftCommand finds the places to fill in and escapes the braces.
func draftCommand(line string) commandDraft {
	s := commandScanner{line: line}
	if m := bracketed().FindString(line); m != "" {
		return commandDraft{why: "it has a place to fill in: " + m}
	}
	for s.at < len(line) && s.out.why == "" {
		s.next()
	}
	s.out.text = s.text.String()
	return s.out
}

// commandScanner walks over a line of a shell.
type commandScanner struct {
	line   string
	at     int
	double bool // in "…"
	text   strings.Builder
	out    commandDraft
}

func (s *commandScanner) keep(n int) {
	n = min(n, len(s.line)-s.at)
	s.text.WriteString(s.line[s.at : s.at+n])
	s.at += n
}

func (s *commandScanner) next() {
	rest := s.line[s.at:]
	switch c := rest[0]; {
	case c == '\\':
		s.keep(2)
	case c == '"':
		s.double = !s.double
		s.keep(1)
	case c == '\'' && !s.double:
		s.single(rest)
	case strings.HasPrefix(rest, "$'"):
		s.out.why = "drl doesn't read the text in $'…'"
	case strings.HasPrefix(rest, "${"):
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			end = len(rest) - 1
		}
		s.keep(end + 1)
	case c == '#' && !s.double && (s.at == 0 || s.line[s.at-1] == ' '):
		s.keep(len(rest)) // a comment
	case c == '<' && angled().MatchString(rest):
		s.angled(rest)
	case c == '{' && !s.double && expands(rest):
		s.out.why = "the shell would make several words of its { }, which drl writes as a list"
	case c == '{' || c == '}':
		s.text.WriteString(`\` + string(c))
		s.at++
	case strings.HasPrefix(rest, "..."), strings.HasPrefix(rest, "…"):
		if after := strings.TrimLeft(rest, ".…"); len(rest)-len(after) < 4 && (after == "" || after[0] == ' ') && (s.at == 0 || s.line[s.at-1] == ' ') {
			s.out.why = "it is shortened with …"
			return
		}
		s.keep(1)
	case isWordByte(c) && (s.at == 0 || !isWordByte(s.line[s.at-1])):
		s.word(rest)
	default:
		s.keep(1)
	}
}

// single keeps a text in single quotes, in which drl sees no values.
func (s *commandScanner) single(rest string) {
	end := strings.IndexByte(rest[1:], '\'')
	if end < 0 {
		s.keep(len(rest))
		return
	}
	if inside := rest[1 : end+1]; angledAnywhere().MatchString(inside) {
		s.out.why = "it has a place to fill in between single quotes"
		return
	}
	s.keep(end + 2)
}

var angledAnywhere = lazy.Regexp(`<[A-Za-z][A-Za-z0-9_. -]{0,50}[A-Za-z0-9]>`)

func (s *commandScanner) angled(rest string) {
	m := angled().FindStringSubmatch(rest)
	if after := rest[len(m[0]):]; after != "" && isWordByte(after[0]) && after[0] != '-' && after[0] != '.' && after[0] != '_' {
		s.keep(1)
		return
	}
	s.value(m[1])
	s.at += len(m[0])
}

// word keeps a word, or makes a value of one that stands for another.
func (s *commandScanner) word(rest string) {
	n := 0
	for n < len(rest) && isWordByte(rest[n]) {
		n++
	}
	word := rest[:n]
	m := example().FindStringSubmatch(word)
	switch {
	case m != nil:
		s.value(m[1] + "version")
		s.at += n
	case standIn().MatchString(word) && (s.at == 0 || s.line[s.at-1] != '$' && s.line[s.at-1] != '-'):
		s.value(word)
		s.at += n
	default:
		s.keep(n)
	}
}

func (s *commandScanner) value(name string) {
	s.text.WriteString("{" + hole(len(s.out.holes)) + "}")
	s.out.holes = append(s.out.holes, name)
}

// expands tells whether a shell makes several words of the braces at the
// start of rest: {a,b} or {1..3}. A group, { command; }, isn't one of drl's.
func expands(rest string) bool {
	end := strings.IndexAny(rest, "} \t")
	if len(rest) > 1 && (rest[1] == ' ' || rest[1] == '\t') {
		return true
	}
	return end > 0 && rest[end] == '}' && (strings.Contains(rest[:end], ",") || strings.Contains(rest[:end], ".."))
}

// declare writes the inputs of a draft into its text.
func (t *translation) declare(d commandDraft) string {
	text := d.text
	for i, name := range d.holes {
		value := ""
		switch name {
		case "vversion", "version":
			value = t.versioned(name == "vversion")
		default:
			value = "{" + t.inputs.add(input{name: name, doc: "What to put for " + strings.Join(plainWords(name), " ") + " in the commands."}) + "}"
		}
		text = strings.Replace(text, "{"+hole(i)+"}", value, 1)
	}
	return text
}

// versioned is the version to release, with its v or without. The first one
// that is needed says which of the two the input is.
func (t *translation) versioned(v bool) string {
	if t.version == "" {
		in := input{name: "version", doc: "The version to release, such as 1.2.3.", pattern: `^\d+\.\d+\.\d+`}
		if v {
			in.doc, in.pattern = "The version to release, such as v1.2.3.", `^v\d+\.\d+\.\d+`
		}
		t.inputs.add(in)
		t.version = in.pattern
	}
	switch withV := strings.HasPrefix(t.version, "^v"); {
	case v && !withV:
		return "v{version}"
	case !v && withV:
		return `{version.replace("v", "")}`
	}
	return "{version}"
}
