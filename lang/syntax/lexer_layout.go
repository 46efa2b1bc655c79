package syntax

import "strings"

// blanks looks over blanks, newlines and comments. found tells that there was
// a newline, or the comment that would end in one: where, and in which line.
func (s *scanner) blanks() (newline, line int, found bool) {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ':
			s.pos++
		case '\t':
			if s.tab < 0 {
				s.tab = s.pos
			}
			s.pos++
		case '\n':
			if !found {
				newline, line, found = s.pos, s.line, true
				if s.oneLine > 0 {
					return
				}
			}
			s.pos++
			s.line++
			s.margin = s.pos
		case '#':
			if s.oneLine > 0 {
				return s.pos, s.line, true
			}
			s.comment()
		default:
			return
		}
	}
	return
}

func (s *scanner) comment() {
	end := len(s.text)
	if n := strings.IndexByte(s.text[s.pos:], '\n'); n >= 0 {
		end = s.pos + n
	}
	text := strings.TrimRight(s.text[s.pos:end], " \t")
	s.comments = append(s.comments, &Comment{
		At: At(spanOf(s.pos, s.pos+len(text))), Text: text, Doc: strings.HasPrefix(text, "##"),
	})
	s.pos = end
}

// breaksAt decides whether the newline before pos is a token: rule L1.
func (s *scanner) breaksAt() bool {
	if s.last == kindNone || s.last == kindNewline || goesOn[s.last] || s.continues() {
		return false
	}
	if n := len(s.open); n > 0 && s.open[n-1].kind != '{' {
		return s.abandoned()
	}
	return true
}

// continues tells whether the line at pos goes on with the statement before.
func (s *scanner) continues() bool {
	rest := s.text[s.pos:]
	if rest == "" {
		return false
	}
	switch rest[0] {
	case '.':
		return len(rest) < 2 || rest[1] != '.'
	case '?':
		return len(rest) > 1 && (rest[1] == '.' || rest[1] == '?')
	case 'a', 'o', 'e':
		w := rest[:wordEnd(rest, 0)]
		return (w == "and" || w == "or" || w == "else") && !colonAt(rest, len(w))
	}
	return false
}

// abandoned tells whether the line at pos begins a statement although ( or [
// is open: then what was opened was never closed, and the mistake should not
// swallow the rest of the file. Nothing in brackets begins with these words,
// or has a name directly before another operand.
func (s *scanner) abandoned() bool {
	depth := len(s.open)
	for depth > 0 && (s.open[depth-1].kind == '(' || s.open[depth-1].kind == '[') {
		depth--
	}
	if depth > 0 && s.open[depth-1].kind != '{' {
		return false
	}
	rest := s.text[s.pos:]
	if strings.HasPrefix(rest, "$ ") {
		s.open = s.open[:depth]
		return true
	}
	end := wordEnd(rest, 0)
	if end == 0 || end == len(rest) || rest[end] != ' ' {
		return false
	}
	next := strings.TrimLeft(rest[end:], " ")
	if next == "" || class[next[0]] != classLetter && class[next[0]] != classDigit && class[next[0]] != classQuote {
		return false
	}
	switch k := wordKind(rest[:end]); {
	case k == wordLet || k == wordFn || k == wordReturn || k == wordFor:
	case k >= wordUse && k <= wordWhile && !(wordEnd(next, 0) > 0 && isHard(wordKind(next[:wordEnd(next, 0)]))):
	default:
		return false
	}
	s.open = s.open[:depth]
	return true
}
