package syntax

import (
	"fmt"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/drl-lang/drl/lang/source"
)

// Limits of a script. maxDepth is how deep brackets, blocks and operators may
// nest, maxChain how many operators may follow each other on one level: what
// walks the tree is recursive, and a stack that overflows ends the process.
const (
	maxDepth  = 200
	maxChain  = 1000
	maxErrors = 100
)

// problem is a mistake before it has a file.
type problem struct {
	code    *source.Code
	span    source.Span
	message string
	hint    string
	warning bool
	token   int // offset of the bad token that it explains; -1: none
	related source.Span
	because string // what related is; empty: there is none
}

// Parse reads a script. The tree is never nil, and holds a Bad for each
// statement that could not be read; each of those is reported once.
func Parse(f *source.File) (*File, source.Diagnostics) { return parse(f, atATime) }

func parse(f *source.File, stretch int) (*File, source.Diagnostics) {
	r := newReading(f, stretch)
	file := &File{Source: f, At: At(spanOf(0, len(f.Text)))}
	stmts, ok := r.parser.file()
	if !ok {
		r = newReading(f, 0)
		stmts, _ = r.parser.file()
	}
	file.Stmts = stmts
	file.Comments = r.scanner.comments
	attachDocs(file)
	r.readCommands(file)
	return file, r.diagnostics()
}

// ParseExpr reads a file that holds one expression and nothing else. Where it
// can't be read, the expression is a BadExpr.
func ParseExpr(f *source.File) (Expr, source.Diagnostics) {
	r := newReading(f, 0)
	p := r.parser
	var x Expr
	p.attempt(func() {
		p.newlines()
		x = p.expr()
		p.newlines()
		if t := p.peek(); !t.EOF() {
			p.unexpected("the end")
		}
	}, func(start int) {
		x = &BadExpr{At(spanOf(0, len(f.Text)))}
	})
	r.readCommands(x)
	return x, r.diagnostics()
}

// reading is one text on its way to a tree.
type reading struct {
	file    *source.File
	cleaned *source.File
	scanner *scanner
	parser  *parser
	odd     []problem // with the bytes
	later   []problem // with the commands
}

// atATime is how many tokens are read at a time: participle's list of them
// grows by copying, which took half of the time with a long script. With a
// statement more than this, it mostly stays below the 32 KiB from where on Go
// allocates from the heap as a whole.
const atATime = 340

func newReading(f *source.File, stretch int) *reading {
	text, odd := clean(f)
	r := &reading{file: f, cleaned: f, odd: odd, scanner: newScanner(text)}
	if len(odd) > 0 {
		r.cleaned = source.NewFile(f.Name, text)
	}
	r.scanner.stretch = stretch
	r.parser = &parser{lex: upgrade(r.scanner), scanner: r.scanner, notes: &notes{}, column: 1}
	return r
}

// upgrade reads the tokens of a stretch.
func upgrade(s *scanner) *lexer.PeekingLexer {
	stream, err := lexer.Upgrade(s)
	if err != nil {
		panic(fmt.Sprintf("syntax: a scanner that fails: %v", err))
	}
	return stream
}

// readCommands gives each command of the tree its shell line.
func (r *reading) readCommands(e Element) {
	if len(r.scanner.commands) == 0 {
		return
	}
	Walk(e, func(e Element) bool {
		c, ok := e.(*Command)
		if !ok {
			return true
		}
		line, problems := parseShell(r.cleaned, c)
		c.Line = line
		for _, p := range problems {
			r.later = append(r.later, problem{code: p.Code, span: p.Span, message: p.Message, hint: p.Hint, warning: p.Warning, token: -1})
		}
		return true
	})
}

// diagnostics brings together what was found wrong, in the order of the text.
func (r *reading) diagnostics() source.Diagnostics {
	all := append(r.odd, r.later...)
	n := r.parser.notes
	byToken := map[int]problem{}
	for _, p := range r.scanner.problems {
		if p.token >= 0 {
			byToken[p.token] = p
		} else if !within(n.skipped, p.span) {
			all = append(all, p)
		}
	}
	for _, p := range n.problems {
		if p.code == nil {
			p = byToken[p.token]
		}
		all = append(all, p)
	}
	if r.scanner.tab >= 0 {
		all = append(all, problem{
			code: Tab, span: spanOf(r.scanner.tab, r.scanner.tab+1),
			message: "found a tab, want blanks", hint: "scripts are indented by four blanks: `expand -t 4 old.drl > new.drl`",
		})
	}
	var ds source.Diagnostics
	for _, p := range all {
		d := ds.Add(p.code, r.file, p.span, "%s", p.message)
		d.Hint = p.hint
		if p.warning {
			d.Severity = source.Warning
		}
		if p.because != "" {
			d.Related = []source.Related{{File: r.file, Span: p.related, Message: p.because}}
		}
	}
	ds.Sort()
	return limit(ds, r.file)
}

// within tells whether s lies in a stretch that was given up: what is wrong
// there has been said.
func within(skipped []source.Span, s source.Span) bool {
	i := sort.Search(len(skipped), func(i int) bool { return skipped[i].End > s.Start })
	return i < len(skipped) && skipped[i].Start <= s.Start
}

// limit keeps the first hundred errors and says, at the place of the next one,
// how many more there are.
func limit(ds source.Diagnostics, f *source.File) source.Diagnostics {
	errors, cut := 0, -1
	for i, d := range ds {
		if d.Severity != source.Error {
			continue
		}
		if errors++; errors == maxErrors+1 {
			cut = i
		}
	}
	if cut < 0 {
		return ds
	}
	rest, next := errors-maxErrors, ds[cut]
	ds = ds[:cut:cut]
	ds.Add(next.Code, f, next.Span, "here and below are %d more errors", rest).Hint = "mend the first ones: others may follow from them"
	return ds
}

// parser reads statements and expressions from tokens that it shares with
// participle, which reads the heads of declarations.
type parser struct {
	lex     *lexer.PeekingLexer
	scanner *scanner // of what comes after lex; nil: nothing does
	notes   *notes
	depth   int
	head    head
	// faulty says that a mistake in the statement was reported and looked
	// over: what else is found in it may be a consequence.
	faulty bool
	// declaring says that this reads a part of a declaration.
	declaring bool
	column    int // of the statement that is read
}

// notes is what a parser writes down on its way.
type notes struct {
	problems []problem
	skipped  []source.Span
	deep     bool // nesting too deep was said
	unclosed bool // the file's end in the middle of something was said
	cut      bool // the tokens ended in the middle of something
}

// head is where in a head of a statement the parser is.
type head struct {
	noRecord bool   // "{" opens the block
	clauses  []kind // words that begin the head's next clause
}

// bailout is how a statement that can't be read is left. It is always caught
// by attempt.
type bailout struct{}

// attempt runs read; where that bails out, it runs mend with the offset where
// read began.
func (p *parser) attempt(read func(), mend func(start int)) {
	start, depth, h := p.peek().Pos.Offset, p.depth, p.head
	defer func() {
		switch e := recover(); e.(type) {
		case nil:
		case bailout:
			p.depth, p.head = depth, h
			mend(start)
		default:
			panic(e)
		}
	}()
	read()
}

func (p *parser) peek() *lexer.Token { return p.lex.Peek() }

func (p *parser) at(k kind) bool { return p.lex.Peek().Type == k }

// then returns the token after the next one.
func (p *parser) then() *lexer.Token { return p.ahead(1) }

// ahead returns the token n after the next one, or the last.
func (p *parser) ahead(n int) *lexer.Token {
	here := p.lex.MakeCheckpoint()
	for range n {
		p.lex.Next()
	}
	t := p.lex.Peek()
	p.lex.LoadCheckpoint(here)
	return t
}

func (p *parser) next() *lexer.Token { return p.lex.Next() }

// accept takes the next token if it is a k.
func (p *parser) accept(k kind) bool {
	if p.at(k) {
		p.lex.Next()
		return true
	}
	return false
}

// expect takes a k, or bails out.
func (p *parser) expect(k kind) *lexer.Token {
	if !p.at(k) {
		p.unexpected("`" + spelling(k) + "`")
	}
	return p.lex.Next()
}

// start returns where the next token begins.
func (p *parser) start() uint32 { return uint32(p.peek().Pos.Offset) }

// from returns the span from start to the end of the last token.
func (p *parser) from(start uint32) At {
	c := p.lex.RawCursor()
	if c == 0 {
		return At{Start: start, End: start}
	}
	last := &p.lex.Range(c-1, c)[0]
	return At{Start: start, End: max(start, uint32(last.Pos.Offset+len(last.Value)))}
}

// lastLine returns the line in which the last token ends.
func (p *parser) lastLine() int {
	c := p.lex.RawCursor()
	if c == 0 {
		return 1
	}
	last := &p.lex.Range(c-1, c)[0]
	switch last.Type {
	case kindString, kindStringTail, kindCommandValue, kindCommandTail:
		return last.Pos.Line + strings.Count(last.Value, "\n")
	}
	return last.Pos.Line
}

// newlines looks over newlines.
func (p *parser) newlines() {
	for p.at(kindNewline) {
		p.lex.Next()
	}
}

func spanAt(t *lexer.Token) source.Span { return spanOf(t.Pos.Offset, t.Pos.Offset+len(t.Value)) }

// report notes a mistake and goes on.
func (p *parser) report(code *source.Code, s source.Span, message, hint string) *problem {
	p.notes.problems = append(p.notes.problems, problem{code: code, span: s, message: message, hint: hint, token: -1})
	return &p.notes.problems[len(p.notes.problems)-1]
}

// fail notes a mistake and bails out.
func (p *parser) fail(code *source.Code, s source.Span, message, hint string) {
	if !p.faulty {
		p.report(code, s, message, hint)
	}
	panic(bailout{})
}

// unexpected bails out at the next token: found it, want something else.
func (p *parser) unexpected(want string) { p.unexpectedHint(want, "") }

func (p *parser) unexpectedHint(want, hint string) {
	t := p.peek()
	if t.Type == kindBad {
		p.badToken()
		panic(bailout{})
	}
	if t.EOF() {
		p.notes.cut = true
		if p.notes.unclosed {
			panic(bailout{})
		}
		p.notes.unclosed = true
	}
	if hint == "" {
		hint = habitHint(t, want)
	}
	p.fail(Unexpected, spanAt(t), "found "+found(t)+", want "+want, hint)
}

// habitHint is for what people write out of habit.
func habitHint(t *token, want string) string {
	switch t.Value {
	case "seconds", "second", "sec", "secs", "minutes", "minute", "min", "mins", "hours", "hour", "days", "day", "weeks", "ms", "s", "m", "h", "d", "percent":
		return "a unit stands directly after its number: 30s, 5m, 24h, 50%"
	case "=":
		if want == "a value" {
			return "values are compared with `==`; a name keeps its value"
		}
	}
	return ""
}

// badToken notes that what the scanner says about the next token is to be told.
func (p *parser) badToken() {
	if p.faulty {
		return
	}
	p.faulty = true
	t := p.peek()
	p.notes.problems = append(p.notes.problems, problem{token: t.Pos.Offset, span: spanAt(t)})
}

// found names a token in a message.
func found(t *lexer.Token) string {
	switch t.Type {
	case lexer.EOF:
		return "the end of the file"
	case kindNewline:
		return "the end of the line"
	case kindString, kindStringHead:
		if len(t.Value) > 40 || strings.Contains(t.Value, "\n") {
			return "a text"
		}
		return "the text " + strings.TrimSuffix(t.Value, "{")
	case kindStringMiddle, kindStringTail, kindCommandMiddle, kindCommandTail:
		return "`}`"
	case kindCommand, kindCommandHead:
		return "a command"
	case kindCommandValue, kindCommandValueHead:
		return "a command's value"
	}
	if len(t.Value) > 60 {
		return "`" + t.Value[:57] + "…`"
	}
	return "`" + t.Value + "`"
}

// deeper counts one more level of nesting; the caller takes it back.
func (p *parser) deeper() {
	if p.depth++; p.depth <= maxDepth {
		return
	}
	if !p.notes.deep {
		p.notes.deep = true
		p.report(TooDeep, spanAt(p.peek()), fmt.Sprintf("this is nested more than %d deep", maxDepth), "give the inner parts names with `let`, or make them a `fn` or a `rule`")
	}
	panic(bailout{})
}
