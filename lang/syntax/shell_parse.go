package syntax

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
)

// ShellLine is a command's text as the shell understands it, with its values
// as places in a tree: what they hold is never read as shell text.
// It doesn't change once it was parsed; several goroutines may use it.
type ShellLine struct {
	text     string       // for the shell's parser: a placeholder for each hole
	segments []textToFile // from text back to the script
	tree     *sh.File
	holes    []*shellHole
	programs []ShellProgram
	direct   bool
}

// ShellProgram is a program that a command starts, by its constant name.
type ShellProgram struct {
	Name string
	Span source.Span
}

// Programs returns the programs that the line starts, each name once, those
// behind env, sudo, xargs and their like among them.
func (l *ShellLine) Programs() []ShellProgram { return l.programs }

// Direct tells whether the line is one program and its words, for which no
// shell is needed.
func (l *ShellLine) Direct() bool { return l.direct }

// SubstitutesProcesses tells whether the line has a <( … ), which needs a
// folder for its pipes.
func (l *ShellLine) SubstitutesProcesses() bool {
	found := false
	sh.Walk(l.tree, func(n sh.Node) bool {
		if _, ok := n.(*sh.ProcSubst); ok {
			found = true
		}
		return !found
	})
	return found
}

// shellHole is one value's place in the tree.
type shellHole struct {
	span    source.Span
	parents []sh.Node // from the file down to the word or quotes around it
	flag    bool      // {flag(x)}: may begin with a -
}

// quoted tells whether the hole stands in double quotes.
func (h *shellHole) quoted() bool {
	if len(h.parents) == 0 {
		return false
	}
	_, ok := h.parents[len(h.parents)-1].(*sh.DblQuoted)
	return ok
}

// textToFile says that a stretch of the parser's text stands at a place of the script.
type textToFile struct {
	text, file int
	length     int // in the script
}

const placeholder = "__drl_"

// parseShell reads a command. It returns no line when the text has errors;
// the problems may also be warnings.
func parseShell(f *source.File, c *Command) (*ShellLine, []shellProblem) {
	l := &ShellLine{}
	scanned := l.build(f, c)
	if len(scanned.Problems) > 0 {
		return nil, scanned.Problems
	}
	text := source.Span{Start: c.Text.Start, End: uint32(min(scanned.End, int(c.Text.End)))}
	if strings.TrimSpace(f.Slice(text)) == "" {
		return nil, []shellProblem{{Code: shellSyntax, Span: c.Span(), Message: "there is no command here", Hint: "write the program and its words behind the $"}}
	}
	if i := strings.Index(f.Slice(text), placeholder); i >= 0 && !insideHole(c.Holes, text.Start+uint32(i)) {
		at := text.Start + uint32(i)
		return nil, []shellProblem{{Code: shellRefused, Span: source.Span{Start: at, End: at + uint32(len(placeholder))}, Message: "names that begin with __drl_ are drl's own", Hint: "choose another name"}}
	}
	tree, err := parseBash(l.text)
	if err != nil {
		return nil, []shellProblem{l.syntaxProblem(err, text)}
	}
	l.tree = tree
	if p := l.findHoles(c); p != nil {
		return nil, p
	}
	problems := l.rules(text)
	for _, p := range problems {
		if !p.Warning {
			return nil, problems
		}
	}
	return l, problems
}

func insideHole(holes []*Hole, at uint32) bool {
	for _, h := range holes {
		if h.Span().Contains(at) {
			return true
		}
	}
	return false
}

// parsers are those of mvdan.cc/sh that are at rest: one allocates some 10 KiB
// of words ahead, which lines of a few words leave unused.
var parsers = sync.Pool{New: func() any { return sh.NewParser(sh.Variant(sh.LangBash)) }}

func parseBash(text string) (*sh.File, error) {
	p := parsers.Get().(*sh.Parser)
	defer parsers.Put(p)
	return p.Parse(strings.NewReader(text), "")
}

// build makes the text for the shell's parser: every hole becomes ${__drl_N},
// and \{ in double quotes becomes {, where the shell would keep the backslash.
func (l *ShellLine) build(f *source.File, c *Command) shellText {
	ends := map[int]int{}
	for _, h := range c.Holes {
		ends[int(h.Span().Start)] = int(h.Span().End)
		l.holes = append(l.holes, &shellHole{span: h.Span(), flag: IsFlagCall(h.Expr)})
	}
	end := min(int(c.Text.End), len(f.Text))
	scanned := scanShell(f.Text[:end], int(c.Text.Start), 0, func(open int) int {
		if e, ok := ends[open]; ok {
			return e
		}
		return -1
	})
	if scanned.End < end && len(scanned.Problems) == 0 && strings.TrimSpace(string(f.Text[scanned.End:end])) != "" {
		at := uint32(scanned.End)
		scanned.Problems = append(scanned.Problems, shellProblem{Code: shellUnclosed, Span: source.Span{Start: at, End: at + 1},
			Message: "the command ends here, before its last character", Hint: "quote this character, or put a \\ before it"})
	}
	var text strings.Builder
	from := int(c.Text.Start)
	keep := func(to int) {
		l.segments = append(l.segments, textToFile{text.Len(), from, to - from})
		text.Write(f.Text[from:to])
	}
	drops := scanned.drops
	hole := 0
	for hole < len(scanned.Holes) || len(drops) > 0 {
		if len(drops) > 0 && (hole == len(scanned.Holes) || drops[0] < int(scanned.Holes[hole].Start)) {
			keep(drops[0])
			from = drops[0] + 1
			drops = drops[1:]
			continue
		}
		s := scanned.Holes[hole]
		keep(int(s.Start))
		l.segments = append(l.segments, textToFile{text.Len(), int(s.Start), int(s.End - s.Start)})
		fmt.Fprintf(&text, "${%s%d}", placeholder, hole)
		from = int(s.End)
		hole++
	}
	keep(max(from, scanned.End))
	l.text = text.String()
	if len(scanned.Holes) != len(c.Holes) && len(scanned.Problems) == 0 {
		scanned.Problems = append(scanned.Problems, shellProblem{Code: shellBraces, Span: c.Span(),
			Message: "the values of this command can't be told apart from its text", Hint: `write \{ and \} for the characters`})
	}
	return scanned
}

// IsFlagCall tells whether a hole's expression is flag(x), whose value may
// begin with a -.
func IsFlagCall(e Expr) bool {
	call, ok := e.(*Call)
	if !ok {
		return false
	}
	name, ok := call.Fn.(*Ident)
	return ok && name.Name == "flag"
}

// span returns the stretch of the script that stands for one of the text.
func (l *ShellLine) span(from, to sh.Pos) source.Span {
	start := l.offset(int(from.Offset()), false)
	return source.Span{Start: start, End: max(start+1, l.offset(int(to.Offset()), true))}
}

func (l *ShellLine) nodeSpan(n sh.Node) source.Span { return l.span(n.Pos(), n.End()) }

// offset returns the place in the script of an offset in the text. The end of
// a hole's placeholder is the end of the hole.
func (l *ShellLine) offset(at int, end bool) uint32 {
	i := sort.Search(len(l.segments), func(i int) bool {
		if end {
			return l.segments[i].text >= at
		}
		return l.segments[i].text > at
	}) - 1
	if i < 0 {
		i = 0
	}
	s := l.segments[i]
	return uint32(s.file + min(max(at-s.text, 0), s.length))
}

// findHoles finds each placeholder in the tree. One that isn't found exactly
// once, as a value in a word, stands where the shell wants something else.
func (l *ShellLine) findHoles(c *Command) []shellProblem {
	var path []sh.Node
	found := make([]int, len(l.holes))
	sh.Walk(l.tree, func(n sh.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if p, ok := n.(*sh.ParamExp); ok {
			if i := placeholderIndex(p); i >= 0 && i < len(l.holes) && inWord(path) {
				found[i]++
				l.holes[i].parents = append([]sh.Node(nil), path...)
			}
		}
		path = append(path, n)
		return true
	})
	var problems []shellProblem
	for i, n := range found {
		if n != 1 {
			problems = append(problems, shellProblem{Code: shellValuePlace, Span: l.holes[i].span,
				Message: "no value can stand here: the shell reads this as a pattern or a name", Hint: "put the value in a word of its own"})
		}
	}
	return problems
}

// placeholderIndex returns the hole that p stands for, or -1.
func placeholderIndex(p *sh.ParamExp) int {
	if p.Param == nil || p.Short || p.Excl || p.Length || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Exp != nil || p.Names != 0 {
		return -1
	}
	digits, ok := strings.CutPrefix(p.Param.Value, placeholder)
	if !ok {
		return -1
	}
	i, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return i
}

func inWord(path []sh.Node) bool {
	if len(path) == 0 {
		return false
	}
	switch path[len(path)-1].(type) {
	case *sh.Word, *sh.DblQuoted:
		return true
	}
	return false
}

// What the shell's parser says, by the shape of its sentence. Its own words
// speak of the shell's tokens, with places in a text that nobody wrote.
var (
	followedBy   = lazy.Regexp("^`(.+)` must be followed by (.+)$")
	mustEndWith  = lazy.Regexp("^`(.+)` statement must end with `(.+)`$")
	withoutMatch = lazy.Regexp("without matching `(.+)` with `(.+)`$")
	withoutQuote = lazy.Regexp("without closing quote `(.+)`$")
	canOnly      = lazy.Regexp("^`(.+)` (?:can only|is not a valid|cannot)")
	encountered  = lazy.Regexp("encountered `(.+)`$")
)

// syntaxProblem says in the script's words what the shell's parser found.
func (l *ShellLine) syntaxProblem(err error, text source.Span) shellProblem {
	p := shellProblem{Code: shellSyntax, Span: text, Message: "the shell can't read this command"}
	var parse sh.ParseError
	var lang sh.LangError
	switch {
	case errors.As(err, &parse):
		start := l.offset(int(parse.Pos.Offset()), false)
		p.Span = source.Span{Start: min(start, max(text.End, text.Start+1)-1), End: min(start+1, text.End)}
		p.Message, p.Hint = shellMessage(parse.Text)
	case errors.As(err, &lang):
		start := l.offset(int(lang.Pos.Offset()), false)
		p.Span = source.Span{Start: start, End: start + 1}
		p.Message, p.Hint = "this is another shell's way of writing", "write it as bash does"
	}
	if p.Span.End <= p.Span.Start {
		p.Span.End = p.Span.Start + 1
	}
	if strings.Contains(l.text, "case ") && p.Hint == "" {
		p.Hint = "the patterns of case are written with both brackets: case $X in (a) … ;; esac"
	}
	return p
}

func shellMessage(text string) (message, hint string) {
	if m := followedBy().FindStringSubmatch(text); m != nil {
		switch m[1] {
		case "|", "||", "&&", "|&":
			return "there is no command after " + m[1], `write it on the same line, or end the line with \`
		case "<", ">", ">>", "<<<", "&>", "&>>", "<&", ">&":
			return "there is no word after " + m[1], "write the file's name, or the text for <<<"
		}
		return "something is missing after " + m[1] + ": " + strings.Trim(strings.ReplaceAll(m[2], "`", ""), " "), ""
	}
	if m := mustEndWith().FindStringSubmatch(text); m != nil {
		return "this " + m[1] + " has no " + m[2], "write it on one line: " + compound[m[1]]
	}
	if m := withoutQuote().FindStringSubmatch(text); m != nil {
		return "missing closing quote " + m[1], ""
	}
	if m := withoutMatch().FindStringSubmatch(text); m != nil {
		return "this " + m[1] + " has no " + m[2], ""
	}
	if m := canOnly().FindStringSubmatch(text); m != nil {
		return "unexpected " + m[1], `quote it, or put a \ before it, if the character is meant`
	}
	if m := encountered().FindStringSubmatch(text); m != nil {
		return "unexpected " + m[1], `quote it, or put a \ before it, if the character is meant`
	}
	return "the shell can't read this command from here on", ""
}

var compound = map[string]string{
	"if":    "if a; then b; fi",
	"for":   "for x in a b; do c $x; done",
	"while": "while a; do b; done",
	"until": "until a; do b; done",
	"case":  "case $X in (a) b ;; esac",
}
