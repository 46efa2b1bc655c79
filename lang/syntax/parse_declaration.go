package syntax

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The heads of the declarations, as participle reads them.

type useSyntax struct {
	Path *textPart `parser:"'use' @@"`
	As   *namePart `parser:"( 'as' @@ )?"`
}

type releaseSyntax struct {
	Title  *textPart   `parser:"'release' @@"`
	Fields *recordPart `parser:"@@"`
}

type targetsSyntax struct {
	Fields *recordPart `parser:"'targets' @@"`
}

type inputSyntax struct {
	Name        *namePart           `parser:"'input' @@"`
	Type        *typePart           `parser:"':' @@"`
	Constraints []*constraintSyntax `parser:"@@*"`
	Default     *exprPart           `parser:"( '=' @@ )?"`
}

type constraintSyntax struct {
	Op     string   `parser:"@( 'matches' | 'in' | '>=' | '>' | '<=' | '<' )"`
	Value  *sumPart `parser:"@@"`
	Tokens []lexer.Token
}

type fnSyntax struct {
	Name   *namePart      `parser:"'fn' @@"`
	Params []*paramSyntax `parser:"'(' ( @@ ( (?! ',' ')' ) ',' @@ )* ','? )? ')'"`
	Result *typePart      `parser:"'->' @@"`
	Body   *blockPart     `parser:"@@"`
}

type ruleSyntax struct {
	Name   *namePart      `parser:"'rule' @@"`
	Params []*paramSyntax `parser:"'(' ( @@ ( (?! ',' ')' ) ',' @@ )* ','? )? ')'"`
	Result *typePart      `parser:"( '->' @@ )?"`
	Body   *blockPart     `parser:"@@"`
}

type paramSyntax struct {
	Name    *namePart `parser:"@@"`
	Type    *typePart `parser:"':' @@"`
	Default *exprPart `parser:"( '=' @@ )?"`
	Tokens  []lexer.Token
}

type metricsSyntax struct {
	Name *namePart    `parser:"'metrics' @@"`
	Body *metricsPart `parser:"@@"`
}

type handlerSyntax struct {
	Event *namePart  `parser:"'on' @@"`
	Body  *blockPart `parser:"@@"`
}

type testSyntax struct {
	Title *textPart  `parser:"'test' @@"`
	Body  *blockPart `parser:"@@"`
}

// declarationParsers holds one parser for each kind of declaration. Each is
// built when the first declaration of its kind is read, which takes longer
// than a short script does, and never changes; several goroutines may use it.
//
// No look-ahead: what has begun to match must match, so that the mistake is
// where the reader sees it.
var declarationParsers = struct {
	use     func() *participle.Parser[useSyntax]
	release func() *participle.Parser[releaseSyntax]
	targets func() *participle.Parser[targetsSyntax]
	input   func() *participle.Parser[inputSyntax]
	fn      func() *participle.Parser[fnSyntax]
	rule    func() *participle.Parser[ruleSyntax]
	metrics func() *participle.Parser[metricsSyntax]
	handler func() *participle.Parser[handlerSyntax]
	test    func() *participle.Parser[testSyntax]
}{
	sync.OnceValue(grammar[useSyntax]), sync.OnceValue(grammar[releaseSyntax]), sync.OnceValue(grammar[targetsSyntax]),
	sync.OnceValue(grammar[inputSyntax]), sync.OnceValue(grammar[fnSyntax]), sync.OnceValue(grammar[ruleSyntax]),
	sync.OnceValue(grammar[metricsSyntax]), sync.OnceValue(grammar[handlerSyntax]), sync.OnceValue(grammar[testSyntax]),
}

func grammar[G any]() *participle.Parser[G] {
	return participle.MustBuild[G](participle.Lexer(tokens), participle.UseLookahead(0))
}

// part is what a hand-written production found wrong. participle gives its
// productions nothing but the tokens, so each takes notes of its own, and the
// parser that asked collects them afterwards.
type part struct {
	notes  notes
	failed bool
}

// read runs a production over the tokens. One that fails keeps its mistake
// and matches all the same, so that participle doesn't look for another way
// to read what is wrong.
func (s *part) read(lex *lexer.PeekingLexer, production func(p *parser)) {
	p := &parser{lex: lex, notes: &s.notes, declaring: true, column: 1}
	p.attempt(func() { production(p) }, func(int) { s.failed = true })
}

type (
	namePart struct{ name *Name }
	textPart struct {
		part
		text *String
	}
	typePart struct {
		part
		typ *TypeExpr
	}
	exprPart struct {
		part
		expr Expr
	}
	sumPart    struct{ exprPart }
	recordPart struct {
		part
		record *Record
	}
	blockPart struct {
		part
		block *Block
	}
	metricsPart struct {
		part
		metrics Metrics
	}
)

// Parse takes a name.
func (s *namePart) Parse(lex *lexer.PeekingLexer) error {
	if !isName(lex.Peek().Type) {
		return participle.NextMatch
	}
	t := lex.Next()
	s.name = &Name{At: At(spanAt(t)), Text: t.Value}
	return nil
}

// Parse takes a text.
func (s *textPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.text = p.title("a text") })
	return nil
}

// Parse takes a type.
func (s *typePart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.typ = p.typeExpr() })
	return nil
}

// Parse takes an expression.
func (s *exprPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.expr = p.expr() })
	return nil
}

// Parse takes a sum, so that "=" after it begins the default.
func (s *sumPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.expr = p.sum() })
	return nil
}

// Parse takes a record.
func (s *recordPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.record = p.record() })
	return nil
}

// Parse takes a block.
func (s *blockPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { s.block = p.block() })
	return nil
}

// Parse takes the lines of a metrics block.
func (s *metricsPart) Parse(lex *lexer.PeekingLexer) error {
	s.read(lex, func(p *parser) { p.metricsBody(&s.metrics) })
	return nil
}

// declaration reads a declaration whose head fits.
func (p *parser) declaration() Stmt {
	start := p.start()
	if p.declaring {
		// The depth of nesting isn't known across participle, so it is kept
		// from nesting. In a node the checker says that it is misplaced.
		p.fail(Unexpected, spanAt(p.peek()), "`"+p.peek().Value+"` can't stand inside another declaration", "declarations stand at the file's own level")
	}
	switch g := declarationParsers; p.peek().Type {
	case wordUse:
		d := matched(p, g.use())
		u := &Use{Path: d.Path.text}
		if d.As != nil {
			u.As = d.As.name
		}
		p.importName(u)
		u.At = p.from(start)
		return u
	case wordRelease:
		d := matched(p, g.release())
		return &Release{At: p.from(start), Title: d.Title.text, Fields: d.Fields.record}
	case wordTargets:
		d := matched(p, g.targets())
		return &Targets{At: p.from(start), Fields: d.Fields.record}
	case wordInput:
		d := matched(p, g.input())
		return &Input{At: p.from(start), Name: d.Name.name, Type: d.Type.typ, Constraints: constraints(d.Constraints), Default: d.Default.value()}
	case wordFn:
		d := matched(p, g.fn())
		return &Fn{At: p.from(start), Name: d.Name.name, Params: params(d.Params), Result: d.Result.typ, Body: d.Body.block}
	case wordRule:
		d := matched(p, g.rule())
		r := &Rule{At: p.from(start), Name: d.Name.name, Params: params(d.Params), Body: d.Body.block}
		if d.Result != nil {
			r.Result = d.Result.typ
		}
		return r
	case wordMetrics:
		d := matched(p, g.metrics())
		return &Metrics{At: p.from(start), Name: d.Name.name, Metrics: d.Body.metrics.Metrics}
	case wordOn:
		d := matched(p, g.handler())
		p.event(d.Event.name)
		return &Handler{At: p.from(start), Event: d.Event.name, Body: d.Body.block}
	}
	d := matched(p, declarationParsers.test())
	return &Test{At: p.from(start), Title: d.Title.text, Body: d.Body.block}
}

// matched reads a declaration with its grammar. Where it doesn't match, it
// says so in its own words and bails out; then nothing in it is read further.
func matched[G any](p *parser, g *participle.Parser[G]) *G {
	keyword := p.peek().Type
	d, err := g.ParseFromLexer(p.lex, participle.AllowTrailing(true))
	failed := p.collect(reflect.ValueOf(d).Elem())
	if err != nil && !failed {
		p.wanted(keyword)
	}
	if failed {
		panic(bailout{})
	}
	return d
}

// noted is a part with notes.
type noted interface{ taken() *part }

func (s *part) taken() *part { return s }

// collect takes over what the parts of a declaration noted, in their order,
// and tells whether one of them failed.
func (p *parser) collect(v reflect.Value) (failed bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || !v.CanInterface() {
			return false
		}
		if n, ok := v.Interface().(noted); ok {
			part := n.taken()
			p.notes.problems = append(p.notes.problems, part.notes.problems...)
			p.notes.skipped = append(p.notes.skipped, part.notes.skipped...)
			p.notes.deep = p.notes.deep || part.notes.deep
			p.notes.unclosed = p.notes.unclosed || part.notes.unclosed
			p.notes.cut = p.notes.cut || part.notes.cut
			return part.failed
		}
		return p.collect(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			failed = p.collect(v.Index(i)) || failed
		}
	case reflect.Struct:
		for i := range v.NumField() {
			failed = p.collect(v.Field(i)) || failed
		}
	}
	return failed
}

// wanted says what ought to stand where a declaration stopped to match, from
// the tokens before.
func (p *parser) wanted(keyword kind) {
	c := p.lex.RawCursor()
	before := p.lex.Range(max(0, c-2), c)
	last := before[len(before)-1].Type
	want := "`{`"
	switch {
	case last == keyword:
		want = "a name after `" + spelling(keyword) + "`"
	case last == wordAs:
		want = "a name after `as`"
	case keyword == wordInput:
		p.unexpectedHint("`:` and a type", "write `input version: string`")
	case last == kindOpenParen || last == kindComma:
		want = "a parameter, such as `name: type`, or `)`"
	case last == kindCloseParen:
		want = "`->` and a type"
	case len(before) == 2 && before[0].Type == keyword:
		want = "`(`"
	case len(before) == 2 && isName(last) && (before[0].Type == kindOpenParen || before[0].Type == kindComma):
		p.unexpectedHint("`:` and a type", "the types of parameters are written: `name: string`")
	default:
		want = "`,` or `)`"
	}
	p.unexpected(want)
}

func (s *exprPart) value() Expr {
	if s == nil {
		return nil
	}
	return s.expr
}

// spanned is the span of the tokens that participle matched.
func spanned(tokens []lexer.Token) At {
	return At(spanAt(&tokens[0]).Join(spanAt(&tokens[len(tokens)-1])))
}

func constraints(list []*constraintSyntax) []*Constraint {
	var out []*Constraint
	for _, c := range list {
		out = append(out, &Constraint{At: spanned(c.Tokens), Op: c.Op, Value: c.Value.expr})
	}
	return out
}

func params(list []*paramSyntax) []*Param {
	var out []*Param
	for _, s := range list {
		out = append(out, &Param{At: spanned(s.Tokens), Name: s.Name.name, Type: s.Type.typ, Default: s.Default.value()})
	}
	return out
}

// events are the moments that have handlers.
var events = []string{"start", "warn", "waiting", "failure", "rollback", "success", "finish"}

func (p *parser) event(n *Name) {
	if slices.Contains(events, n.Text) {
		return
	}
	hint := ""
	if near := nearest(n.Text, events); near != "" {
		hint = "did you mean `" + near + "`?"
	}
	p.fail(Unexpected, n.Span(), "found `"+n.Text+"`, want `start`, `warn`, `waiting`, `failure`, `rollback`, `success` or `finish`", hint)
}

// importName makes sure that what is imported has a name.
func (p *parser) importName(u *Use) {
	path, constant := u.Path.Constant()
	if !constant {
		p.report(Unexpected, u.Path.Span(), "found a text with values in it, want a path that stands there as it is", "what is imported is known before the run")
		return
	}
	if u.As != nil {
		return
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	if last != "" && class[last[0]] == classLetter && wordEnd(last, 0) == len(last) && !isHard(wordKind(last)) {
		return
	}
	p.report(NeedsName, u.Path.Span(), "`"+last+"` can't be a name", "say how it is called here: use \""+path+"\" as "+nameLike(last))
}

// nameLike makes a name of the last part of a path.
func nameLike(last string) string {
	last = strings.TrimSuffix(last, ".drl")
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (class[byte(r)] == classLetter || class[byte(r)] == classDigit) {
			return r
		}
		return '_'
	}, last)
	if name == "" || class[name[0]] == classDigit || isHard(wordKind(name)) {
		return "rules"
	}
	return name
}
