package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// str begins a string at its quote.
func (s *scanner) str() lexer.Token {
	quote := s.text[s.pos : s.pos+1]
	triple := strings.HasPrefix(s.text[s.pos:], strings.Repeat(quote, 3))
	if quote == "'" {
		return s.raw(triple)
	}
	b := bracket{kind: '"', triple: triple, start: s.pos}
	if triple {
		if !strings.Contains(s.text[s.pos+3:], `"""`) {
			return s.unclosedString(s.pos, `"""`) // the braces in it are no mistakes of their own
		}
		return s.stringFrom(b, s.pos+3)
	}
	return s.stringFrom(b, s.pos+1)
}

func (s *scanner) raw(triple bool) lexer.Token {
	if triple {
		if n := strings.Index(s.text[s.pos+3:], "'''"); n >= 0 {
			return s.textToken(kindString, s.pos+3+n+3)
		}
		return s.unclosedString(s.pos, "'''")
	}
	n := strings.IndexAny(s.text[s.pos+1:], "'\n")
	if n < 0 || s.text[s.pos+1+n] == '\n' {
		return s.unclosedString(s.pos, "'")
	}
	return s.token(kindString, s.pos+1+n+1)
}

// unclosedString is a bad token up to the end of the line or, of a string of
// several lines, of the file.
func (s *scanner) unclosedString(start int, quotes string) lexer.Token {
	end := len(s.text)
	if len(quotes) == 1 {
		end = s.lineEnd()
	}
	if quotes == `"` {
		// No lone brace stands in a text, so one at the line's end closes a block.
		if line := s.text[s.pos:end]; strings.HasSuffix(line, "}") {
			end = s.pos + max(1, len(strings.TrimRight(line, " }")))
		}
		for n := len(s.problems); n > 0 && int(s.problems[n-1].span.Start) >= s.pos; n-- {
			s.problems = s.problems[:n-1]
		}
	}
	t := s.bad(end, UnclosedString, "this text has no closing "+quotes, "")
	p := &s.problems[len(s.problems)-1]
	p.span.Start = uint32(start)
	if len(quotes) == 1 && s.oneLine > 0 {
		// "a {b": the quote was meant to close the text around the brace.
		p.code, p.message, p.hint = UnclosedInterpolation, openBraceMessage, openBraceHint
		p.span.Start = uint32(s.open[s.outermost()].start)
	} else if len(quotes) == 1 {
		p.hint = "a text of several lines stands between " + strings.Repeat(quotes, 3)
	} else {
		// The caret belongs under the quotes, not under the rest of the file.
		p.span.End = uint32(start + len(quotes))
	}
	return t
}

func (s *scanner) lineEnd() int {
	if n := strings.IndexByte(s.text[s.pos:], '\n'); n >= 0 {
		return s.pos + n
	}
	return len(s.text)
}

// stringFrom goes on with a string's text at i, up to its end or its next
// interpolation. The token begins at pos: at the quotes, or at the brace that
// closed the interpolation before.
func (s *scanner) stringFrom(b bracket, i int) lexer.Token {
	first := s.pos == b.start
	for i < len(s.text) {
		switch s.text[i] {
		case '"':
			if !b.triple {
				return s.textToken(either(first, kindString, kindStringTail), i+1)
			}
			if strings.HasPrefix(s.text[i:], `"""`) {
				return s.textToken(either(first, kindString, kindStringTail), i+3)
			}
			i++
		case '\n':
			if !b.triple {
				return s.unclosedString(b.start, `"`)
			}
			i++
		case '\\':
			i = s.escape(&b, i)
		case '}':
			s.brace(&b, i, i+1, "a lone `}` in a text", "write `\\}`, or a raw text: '…'")
			i++
		case '{':
			if strings.HasPrefix(s.text[i:], "{{") {
				s.brace(&b, i, i+2, "`{{` in a text", "write `\\{` for a brace that is text, or a raw text: '…'")
				i += 2
				// The closing pair belongs to the same mistake.
				continue
			}
			if strings.HasPrefix(s.text[i:], "{}") {
				s.brace(&b, i, i+2, "`{}` in a text holds no value", "write `\\{\\}`, or a raw text: '…'")
				i += 2
				continue
			}
			if s.holes >= maxTexts {
				return s.tooManyTexts(b.start)
			}
			t := s.textToken(either(first, kindStringHead, kindStringMiddle), i+1)
			s.enter(b)
			return t
		default:
			i++
		}
	}
	return s.unclosedString(b.start, either(b.triple, `"""`, `"`))
}

// tooManyTexts is the bad token where texts stand too deep in each other.
func (s *scanner) tooManyTexts(start int) lexer.Token {
	t := s.bad(s.lineEnd(), TextsTooDeep, "texts stand more than 8 deep in each other's braces", "give the inner ones names with `let`")
	s.problems[len(s.problems)-1].span = spanOf(start, start+1)
	// What is open was meant to close on the rest of the line, which is gone.
	s.open, s.holes, s.oneLine = s.open[:s.outermost()], 0, 0
	return t
}

func either[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

// brace reports a misplaced brace, the first of a string.
func (s *scanner) brace(b *bracket, start, end int, message, hint string) {
	if !b.faulty {
		b.faulty = true
		s.fault(start, end, BadBrace, message, hint)
	}
}

// escape checks the escape at i and returns its end.
func (s *scanner) escape(b *bracket, i int) int {
	if i+1 >= len(s.text) {
		return i + 1
	}
	switch s.text[i+1] {
	case 'n', 't', '"', '\\', '{', '}':
		return i + 2
	case 'u':
		if _, n := unicodeEscape(s.text[i:]); n > 0 {
			return i + n
		}
	}
	_, size := utf8.DecodeRuneInString(s.text[i+1:])
	end := i + 1 + size
	if !b.faulty {
		b.faulty = true
		if s.text[i+1] == 'u' {
			s.fault(i, end, BadEscape, "`\\u` wants the number of a character in braces", "write it as \\u{1F600}")
		} else if s.text[i+1] == '\n' {
			s.fault(i, i+1, BadEscape, "a text doesn't go on after `\\`", `a text of several lines stands between """`)
			return i + 1
		} else {
			s.fault(i, end, BadEscape, "unknown escape `"+s.text[i:end]+"`", `there are \n \t \" \\ \{ \} \u{1F600}; a raw text takes everything as it is: '…'`)
		}
	}
	if s.text[i+1] == '\n' {
		return i + 1
	}
	return end
}

// unicodeEscape reads \u{…} and returns the character and the length; 0 where
// that is none.
func unicodeEscape(text string) (rune, int) {
	if !strings.HasPrefix(text, "\\u{") {
		return 0, 0
	}
	r := rune(0)
	for i := 3; i < len(text) && i < 10; i++ {
		c := text[i]
		switch {
		case c == '}' && i > 3 && utf8.ValidRune(r):
			return r, i + 1
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, 0
		}
	}
	return 0, 0
}

// dollar is a command, a command's value, or a mistake: rule L5.
func (s *scanner) dollar() lexer.Token {
	rest := s.text[s.pos+1:]
	switch {
	case s.last == wordMock && strings.HasPrefix(strings.TrimLeft(rest, " \t"), `"`),
		s.last == wordMock && strings.HasPrefix(strings.TrimLeft(rest, " \t"), `'`):
		return s.token(kindDollar, s.pos+1)
	case strings.HasPrefix(rest, "("):
		return s.command(2, ')')
	case strings.HasPrefix(rest, "?("):
		return s.command(3, ')')
	}
	begins := s.last == kindNone || s.last == kindNewline || s.last == kindOpenBrace || s.last == kindAssign
	blank := strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\t")
	switch {
	case begins && blank && strings.Trim(s.text[s.pos+1:s.lineEnd()], " \t") != "":
		return s.command(len(rest)-len(strings.TrimLeft(rest, " \t"))+1, 0)
	case begins && blank || begins && (rest == "" || rest[0] == '\n'):
		return s.bad(s.pos+1, StrayDollar, "there is no command after `$`", "write `$ make test`")
	case begins:
		return s.bad(wordEnd(s.text, s.pos+1), StrayDollar, "found `$` without a blank after it", "a command is written `$ make test`, a value `{name}`")
	case blank:
		return s.bad(s.lineEnd(), StrayDollar, "a command can't stand here", "`$ command` is a statement; a command whose value is asked for is `$(command)`")
	}
	return s.bad(wordEnd(s.text, s.pos+1), StrayDollar, "found `$`, which begins a command", "the value of a name is written without it; a command's value is `$(command)`")
}

// command begins a command whose text starts after the given number of bytes.
func (s *scanner) command(prefix int, closing byte) lexer.Token {
	if s.holes >= maxTexts {
		return s.tooManyTexts(s.pos)
	}
	text := s.commands[s.pos]
	if text == nil {
		found := scanShell(s.bytes, s.pos+prefix, closing, s.holeEnd)
		text = &found
		if closing == 0 {
			text.End = s.withoutBlanks(s.pos+prefix, text)
			if backslashes(s.text[s.pos:text.End])%2 == 1 && text.End == len(s.text) {
				s.fault(text.End-1, text.End, Unexpected, "found the end of the file after `\\`, want the rest of the command", "")
			}
		} else if text.End < len(s.text) && s.text[text.End] == closing {
			text.End++
		}
		if s.commands == nil {
			s.commands = map[int]*shellText{}
		}
		s.commands[s.pos] = text
	}
	whole, head := kindCommand, kindCommandHead
	if closing != 0 {
		whole, head = kindCommandValue, kindCommandValueHead
	}
	if len(text.Holes) == 0 {
		return s.textToken(whole, text.End)
	}
	start := s.pos
	t := s.textToken(head, int(text.Holes[0].Start)+1)
	s.enter(bracket{kind: '$', start: start, command: text})
	return t
}

// withoutBlanks returns the end of a command's text without the blanks at its
// end, but with one that is escaped.
func (s *scanner) withoutBlanks(start int, text *shellText) int {
	end := text.End
	if n := len(text.Holes); n > 0 {
		start = int(text.Holes[n-1].End)
	}
	for end > start && (s.text[end-1] == ' ' || s.text[end-1] == '\t') {
		end--
	}
	if backslashes(s.text[start:end])%2 == 1 && end < text.End {
		end++
	}
	return end
}

// backslashes counts those at the end of a text.
func backslashes(text string) int { return len(text) - len(strings.TrimRight(text, `\`)) }

// commandFrom goes on with a command after one of its holes.
func (s *scanner) commandFrom(b bracket) lexer.Token {
	if b.command == nil {
		// A hole that is scanned ahead ends here.
		return s.token(kindCloseBrace, s.pos+1)
	}
	b.hole++
	if b.hole >= len(b.command.Holes) {
		return s.textToken(kindCommandTail, max(b.command.End, s.pos+1))
	}
	t := s.textToken(kindCommandMiddle, int(b.command.Holes[b.hole].Start)+1)
	s.enter(b)
	return t
}

// holeEnd scans ahead from the "{" of a hole and returns the offset after its
// "}", or -1 when the line ends first.
func (s *scanner) holeEnd(open int) int {
	if s.commands == nil {
		s.commands = map[int]*shellText{}
	}
	ahead := scanner{text: s.text, bytes: s.bytes, pos: open + 1, line: 1, tab: 0, commands: s.commands}
	ahead.enter(bracket{kind: '$', start: open})
	ahead.holes += s.holes
	for {
		t, _ := ahead.Next()
		switch {
		case t.EOF():
			return -1
		case len(ahead.open) == 0 && t.Type == kindCloseBrace:
			return ahead.pos
		case len(ahead.open) == 0:
			return -1
		}
	}
}
