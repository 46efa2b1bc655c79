package syntax

import (
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/drl-lang/drl/lang/source"
)

// definition is the lexer as participle knows it.
type definition struct{ kinds map[string]lexer.TokenType }

// tokens is the one definition.
var tokens = definition{func() map[string]lexer.TokenType {
	kinds := make(map[string]lexer.TokenType, int(kindCount)+1)
	for k, name := range kindNames {
		kinds[name] = k
	}
	for k := kindNone + 1; k < kindCount; k++ {
		if text := spelling(k); text != "" {
			kinds[text] = k
		}
	}
	return kinds
}()}

// Symbols names each kind of token.
func (d definition) Symbols() map[string]lexer.TokenType { return d.kinds }

// Lex reads all of r; it fails only where r does.
func (d definition) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexBytes(filename, text)
}

// LexString scans a text in place. It doesn't fail.
func (definition) LexString(filename, text string) (lexer.Lexer, error) {
	return newScanner([]byte(text)), nil
}

// LexBytes scans a text in place, which mustn't change any more. It doesn't fail.
func (definition) LexBytes(filename string, text []byte) (lexer.Lexer, error) {
	return newScanner(text), nil
}

// scanner cuts a text into tokens. A token's Value is its text exactly as
// written and its Pos.Offset where it stands; Pos.Line and Pos.Column are 1-based
// and count bytes: source.File finds the column to show.
// Comments and mistakes go to tables of their own, in the order of the text.
type scanner struct {
	text     string
	bytes    []byte // the same text
	pos      int
	line     int // of pos, 1-based
	margin   int // where that line begins
	last     kind
	open     []bracket
	holes    int // how many of open are interpolations
	oneLine  int // how many of those mustn't hold a newline
	tab      int // offset of the first tab between tokens, or -1
	comments []*Comment
	problems []problem
	commands map[int]*shellText // by the offset of their "$": a hole is scanned ahead of its tokens
	stretch  int                // how many tokens are read at a time; 0: all
	count    int                // of this stretch
	seam     bool               // the last end was that of a stretch, not of the text
}

// bracket is something open: ( [ { or, for an interpolation, " of a string
// and $ of a command.
type bracket struct {
	kind    byte
	triple  bool // of a string: """
	faulty  bool // of a string: a mistake in it was reported
	start   int  // of the text that an interpolation is in
	command *shellText
	hole    int // of command: the hole that is open
}

// maxTexts is how deep strings and commands may stand in each other's braces.
const maxTexts = 8

func newScanner(text []byte) *scanner {
	return &scanner{
		// The bytes aren't written to, by the contract of source.File.
		text: unsafe.String(unsafe.SliceData(text), len(text)), bytes: text,
		line: 1, tab: -1,
	}
}

// Next returns the next token. It never fails: what is no token is a bad one,
// and problems says why.
func (s *scanner) Next() (lexer.Token, error) {
	if newline, line, found := s.blanks(); found {
		if s.oneLine > 0 {
			return s.unclosedHole(newline, line), nil
		}
		if s.breaksAt() {
			s.last = kindNewline
			return lexer.Token{Type: kindNewline, Value: "\n", Pos: lexer.Position{Offset: newline, Line: line}}, nil
		}
	}
	start := s.pos
	if s.seam = s.stretches(); s.seam {
		return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: start, Line: s.line}}, nil
	}
	if start >= len(s.text) {
		if s.holes > 0 {
			return s.unclosedHole(start, s.line), nil
		}
		return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: start, Line: s.line}}, nil
	}
	c := s.text[start]
	switch class[c] {
	case classLetter:
		return s.word(), nil
	case classDigit:
		return s.number(), nil
	case classQuote:
		return s.str(), nil
	case classSymbol:
		return s.symbol(c), nil
	}
	if c == '$' {
		return s.dollar(), nil
	}
	return s.stray(), nil
}

// stretches tells whether a stretch ends here: it is long enough, and a
// statement of the file itself seems to begin.
func (s *scanner) stretches() bool {
	if s.count++; s.stretch == 0 || s.count <= s.stretch || s.last != kindNewline || s.pos != s.margin ||
		len(s.open) > 0 || s.pos >= len(s.text) || class[s.text[s.pos]] != classLetter {
		return false
	}
	s.count = 0
	return true
}

// The classes of bytes that begin a token.
const (
	classOther byte = iota
	classLetter
	classDigit
	classQuote
	classSymbol
)

var class = func() (table [256]byte) {
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = classLetter, classLetter
	}
	table['_'] = classLetter
	for c := '0'; c <= '9'; c++ {
		table[c] = classDigit
	}
	table['"'], table['\''] = classQuote, classQuote
	for _, c := range ".:=,+-*/?!<>()[]{}" {
		table[c] = classSymbol
	}
	return table
}()

// token ends a token at end.
func (s *scanner) token(k kind, end int) lexer.Token {
	t := lexer.Token{Type: k, Value: s.text[s.pos:end], Pos: lexer.Position{Offset: s.pos, Line: s.line, Column: s.pos - s.margin + 1}}
	s.pos = end
	s.last = k
	return t
}

// textToken is token for a text that may span lines.
func (s *scanner) textToken(k kind, end int) lexer.Token {
	t := s.token(k, end)
	if n := strings.Count(t.Value, "\n"); n > 0 {
		s.line += n
		s.margin = t.Pos.Offset + strings.LastIndexByte(t.Value, '\n') + 1
	}
	return t
}

// bad ends a bad token at end and says what is wrong with it.
func (s *scanner) bad(end int, code *source.Code, message, hint string) lexer.Token {
	s.problems = append(s.problems, problem{
		code: code, span: spanOf(s.pos, end), message: message, hint: hint, token: s.pos,
	})
	return s.textToken(kindBad, end)
}

// fault reports a mistake inside a token that stays what it is.
func (s *scanner) fault(start, end int, code *source.Code, message, hint string) {
	s.problems = append(s.problems, problem{
		code: code, span: spanOf(start, end), message: message, hint: hint, token: -1,
	})
}

// wordEnd returns the end of the word that starts at i; i where there is none.
func wordEnd(text string, i int) int {
	for i < len(text) && (class[text[i]] == classLetter || class[text[i]] == classDigit) {
		i++
	}
	return i
}

// colonAt tells whether the next token of the line, from i, is a colon.
func colonAt(text string, i int) bool {
	for i < len(text) && text[i] == ' ' {
		i++
	}
	return i < len(text) && text[i] == ':'
}

func (s *scanner) word() lexer.Token {
	end := wordEnd(s.text, s.pos+1)
	k := wordKind(s.text[s.pos:end])
	if isHard(k) && (s.last == kindDot || s.last == kindOptionalDot || colonAt(s.text, end)) {
		k = kindName
	}
	return s.token(k, end)
}

func (s *scanner) symbol(c byte) lexer.Token {
	next := byte(0)
	if s.pos+1 < len(s.text) {
		next = s.text[s.pos+1]
	}
	pair := func(second byte, long, short kind) lexer.Token {
		if next == second {
			return s.token(long, s.pos+2)
		}
		return s.token(short, s.pos+1)
	}
	switch c {
	case '.':
		return pair('.', kindRange, kindDot)
	case ':':
		return s.token(kindColon, s.pos+1)
	case ',':
		return s.token(kindComma, s.pos+1)
	case '+':
		return s.token(kindPlus, s.pos+1)
	case '-':
		return pair('>', kindArrow, kindMinus)
	case '*':
		return s.token(kindStar, s.pos+1)
	case '/':
		return s.token(kindSlash, s.pos+1)
	case '<':
		return pair('=', kindLessEqual, kindLess)
	case '>':
		return pair('=', kindGreaterEqual, kindGreater)
	case '=':
		if next == '>' {
			return s.token(kindFatArrow, s.pos+2)
		}
		return pair('=', kindEqual, kindAssign)
	case '?':
		if next == '.' {
			return s.token(kindOptionalDot, s.pos+2)
		}
		return pair('?', kindCoalesce, kindQuestion)
	case '!':
		if next == '=' {
			return s.token(kindNotEqual, s.pos+2)
		}
		return s.stray()
	case '(', '[', '{':
		s.open = append(s.open, bracket{kind: c})
		return s.token(opening[c], s.pos+1)
	case ')':
		s.close('(')
		return s.token(kindCloseParen, s.pos+1)
	case ']':
		s.close('[')
		return s.token(kindCloseBracket, s.pos+1)
	}
	return s.closeBrace()
}

var opening = [256]kind{'(': kindOpenParen, '[': kindOpenBracket, '{': kindOpenBrace}

// close forgets the bracket of this kind and those that were left open in it.
func (s *scanner) close(kind byte) {
	for i := len(s.open) - 1; i >= 0; i-- {
		switch s.open[i].kind {
		case kind:
			s.open = s.open[:i]
			return
		case '{', '"', '$':
			return
		}
	}
}

// closeBrace ends a block, a record or an interpolation.
func (s *scanner) closeBrace() lexer.Token {
	i := len(s.open) - 1
	for i >= 0 && (s.open[i].kind == '(' || s.open[i].kind == '[') {
		i--
	}
	if i < 0 {
		return s.token(kindCloseBrace, s.pos+1)
	}
	top := s.open[i]
	s.open = s.open[:i]
	switch top.kind {
	case '"':
		s.leave(top)
		return s.stringFrom(top, s.pos+1)
	case '$':
		s.leave(top)
		return s.commandFrom(top)
	}
	return s.token(kindCloseBrace, s.pos+1)
}

func (s *scanner) enter(b bracket) {
	s.open = append(s.open, b)
	s.holes++
	if !b.triple {
		s.oneLine++
	}
}

func (s *scanner) leave(b bracket) {
	s.holes--
	if !b.triple {
		s.oneLine--
	}
}

const (
	openBraceMessage = "a `{` in this text isn't closed on its line"
	openBraceHint    = "close it with `}`, or write `\\{` for a brace that is text"
)

// outermost returns the place of the first interpolation that is open.
func (s *scanner) outermost() int {
	outer := 0
	for outer < len(s.open) && s.open[outer].kind != '"' && s.open[outer].kind != '$' {
		outer++
	}
	return outer
}

// unclosedHole is the bad token where an interpolation ought to have ended.
func (s *scanner) unclosedHole(at, line int) lexer.Token {
	outer := s.outermost()
	b := s.open[outer]
	s.open = s.open[:outer]
	s.holes, s.oneLine = 0, 0
	s.pos, s.line = at, line
	end := at
	// Where the brace stands on the next line, the text ends there too.
	rest := strings.TrimLeft(s.text[at:], " \n")
	if after, ok := strings.CutPrefix(rest, "}"); ok && b.kind == '"' {
		after, _, _ = strings.Cut(after, "\n")
		if strings.Contains(after, `"`) {
			end = len(s.text) - len(rest) + 1 + len(after)
		}
	}
	t := s.bad(end, UnclosedInterpolation, openBraceMessage, openBraceHint)
	s.problems[len(s.problems)-1].span = spanOf(b.start, at)
	return t
}

// stray is a character that begins no token.
func (s *scanner) stray() lexer.Token {
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	end := s.pos + size
	for _, known := range strays {
		if strings.HasPrefix(s.text[s.pos:], known.text) {
			return s.bad(s.pos+len(known.text), UnknownCharacter, "found `"+known.text+"`, "+known.want, known.hint)
		}
	}
	if r >= utf8.RuneSelf {
		for end < len(s.text) && (s.text[end] >= utf8.RuneSelf || class[s.text[end]] == classLetter || class[s.text[end]] == classDigit) {
			end++
		}
		return s.bad(end, UnknownCharacter, "found `"+s.text[s.pos:end]+"`, want a word of ASCII letters, digits and `_`", "other letters stand in texts and comments")
	}
	return s.bad(end, UnknownCharacter, "found `"+s.text[s.pos:end]+"`, which has no meaning here", "")
}

// strays are the slips of people who know other languages. Longer ones first.
var strays = []struct{ text, want, hint string }{
	{";", "want a new line", "each statement stands on a line of its own"},
	{"%", "want `mod`", "the remainder is `a mod b`; a percent sign stands directly after a number: 50%"},
	{"&&", "want `and`", ""},
	{"||", "want `or`", ""},
	{"!", "want `not`", "write `not x`, or `a != b`"},
	{"“", "want a straight quote", "write \"text\""},
	{"”", "want a straight quote", "write \"text\""},
	{"‘", "want a straight quote", "write 'text'"},
	{"’", "want a straight quote", "write 'text'"},
	{"`", "want a quote", "a text is written \"text\", a command $(command)"},
	{"\\", "which has no meaning here", "a line goes on after an operator, a comma or inside brackets"},
}

func spanOf(start, end int) source.Span {
	return source.Span{Start: uint32(start), End: uint32(end)}
}
