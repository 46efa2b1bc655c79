package syntax

import (
	"bytes"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
)

// Limits of one command. Beyond them the shell's parser could exhaust the
// stack, which no Go program survives.
const (
	maxShellText  = 64 << 10
	maxShellDepth = 200
)

// shellText is where a command ends and where its holes are.
type shellText struct {
	End      int           // the first byte that isn't part of the text
	Holes    []source.Span // with their braces, in the order of the text
	Problems []shellProblem
	drops    []int // backslashes in double quotes that only this language asks for
}

// shellProblem is a mistake in a command, before it has a file.
type shellProblem struct {
	Code    *source.Code
	Span    source.Span
	Message string
	Hint    string
	Warning bool
}

// scanShell finds the end and the holes of the command whose text starts at
// start. closing is ')' for $( … ) and $?( … ), and 0 for a line. hole is
// given the offset of a "{" that opens an expression, and returns the offset
// after its "}", or -1 when there is none.
func scanShell(text []byte, start int, closing byte, hole func(open int) (end int)) shellText {
	s := shellScanner{text: text, pos: start, start: start, closing: closing, hole: hole, wordStart: true, commandStart: true}
	s.scan()
	s.out.End = s.pos
	if s.pos-start > maxShellText {
		s.problem(start, start+1, shellTooLong, "this command is longer than 64 KiB", "put long text in a file, or pass it with <<< {text}")
	}
	return s.out
}

// shellFrame is something opened and not yet closed: one of ( " { for a
// group, and $ for ${.
type shellFrame struct {
	kind byte
	at   int
}

type shellScanner struct {
	text         []byte
	pos          int
	start        int
	closing      byte
	hole         func(int) int
	frames       []shellFrame
	tooDeep      bool
	wordStart    bool // a # here begins a comment
	commandStart bool // a program's name is expected here
	out          shellText
}

func (s *shellScanner) problem(from, to int, code *source.Code, message, hint string) {
	s.out.Problems = append(s.out.Problems, shellProblem{
		Code: code, Span: source.Span{Start: uint32(from), End: uint32(to)}, Message: message, Hint: hint,
	})
}

func (s *shellScanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

func (s *shellScanner) top() byte {
	if len(s.frames) == 0 {
		return 0
	}
	return s.frames[len(s.frames)-1].kind
}

func (s *shellScanner) push(kind byte, width int) {
	if len(s.frames) == maxShellDepth && !s.tooDeep {
		s.tooDeep = true
		s.problem(s.pos, s.pos+width, shellTooLong, "this command is nested more than 200 deep", "split it into several commands")
	}
	s.frames = append(s.frames, shellFrame{kind, s.pos})
	s.pos += width
}

func (s *shellScanner) pop() { s.frames = s.frames[:len(s.frames)-1] }

// newline tells whether a line's end is at i.
func (s *shellScanner) newline(i int) bool {
	return s.at(i) == '\n' || s.at(i) == '\r' && s.at(i+1) == '\n'
}

func (s *shellScanner) scan() {
	for {
		if s.pos >= len(s.text) || s.newline(s.pos) {
			s.unclosed("the end of the line")
			return
		}
		done := false
		switch s.top() {
		case '"':
			s.quoted()
		case '$':
			s.expansion()
		default:
			done = s.plain()
		}
		if done {
			return
		}
	}
}

// unclosed reports what is still open where the text ends.
func (s *shellScanner) unclosed(where string) {
	const onward = `; a \ at the line's end goes on in the next`
	if n := len(s.frames); n > 0 {
		f := s.frames[n-1]
		switch f.kind {
		case '"':
			s.problem(f.at, f.at+1, shellUnclosed, `missing closing quote: this " isn't closed before `+where,
				`close it, or write \" for the character; text of several lines is a string, passed with {name}`)
		case '$':
			s.problem(f.at, f.at+2, shellUnclosed, "this ${ isn't closed before "+where, "write ${NAME}, or '${' for the characters")
		case '{':
			return // a group was reported where it began
		default:
			s.problem(f.at, f.at+1, shellUnclosed, "this ( isn't closed before "+where, "write the ) on the same line"+onward)
		}
		return
	}
	if s.closing != 0 {
		open := s.start - 1
		s.problem(max(open, 0), s.start, shellUnclosed, "this $( isn't closed before "+where, "write the ) on the same line"+onward)
	}
}

// plain reads one thing outside quotes, and tells whether the text ends.
func (s *shellScanner) plain() (done bool) {
	c := s.text[s.pos]
	command, word := s.commandStart, s.wordStart
	s.commandStart, s.wordStart = false, false
	switch c {
	case ' ', '\t':
		s.pos++
		s.commandStart, s.wordStart = command, true
	case ';', '|', '&', '!':
		s.pos++
		s.commandStart, s.wordStart = c != '!' || command, c != '!'
	case '<', '>':
		if s.heredoc() {
			return false
		}
		s.pos++
		s.wordStart = true
	case '(':
		s.push('(', 1)
		s.commandStart, s.wordStart = true, true
	case ')':
		switch {
		case s.top() == '(':
			s.pop()
			s.pos++
			s.wordStart = true
		case s.closing == ')':
			if s.top() == '{' {
				s.pop()
			}
			return true
		default:
			s.problem(s.pos, s.pos+1, shellUnclosed, "this ) closes nothing", `write \) for the character; the patterns of case are written (a)`)
			s.pos++
		}
	case '{':
		if s.group(command) {
			s.problem(s.pos, s.pos+1, shellRefused, "a command has no { } groups", "write ( … ) in their place; a value is {name}, without a blank")
			s.push('{', 1)
			s.commandStart, s.wordStart = true, true
			return false
		}
		s.interpolation()
	case '}':
		if s.top() == '{' {
			s.pop()
			s.pos++
			return false
		}
		if len(s.frames) > 0 || s.closing != 0 {
			s.unclosed("this }")
		}
		return true
	case '#':
		if !word {
			s.pos++
			return false
		}
		if len(s.frames) > 0 || s.closing != 0 {
			s.unclosed("this comment")
		}
		return true
	case '\'':
		s.single(1)
	case '"':
		s.push('"', 1)
	case '`':
		s.backquote()
	case '\\':
		if n := s.continuation(); n > 0 {
			s.pos += n
			s.commandStart, s.wordStart = command, word
			return false
		}
		s.pos = min(s.pos+2, len(s.text))
	case '$':
		s.dollar(false)
	default:
		s.pos++
	}
	return false
}

// quoted reads one thing inside double quotes.
func (s *shellScanner) quoted() {
	switch s.text[s.pos] {
	case '"':
		s.pop()
		s.pos++
	case '\\':
		if n := s.continuation(); n > 0 {
			s.pos += n
			return
		}
		if next := s.at(s.pos + 1); next == '{' || next == '}' {
			s.out.drops = append(s.out.drops, s.pos)
		}
		s.pos = min(s.pos+2, len(s.text))
	case '{':
		s.interpolation()
	case '`':
		s.backquote()
	case '$':
		s.dollar(true)
	default:
		s.pos++
	}
}

// expansion reads one thing inside ${ … }, where no value may stand.
func (s *shellScanner) expansion() {
	switch s.text[s.pos] {
	case '}':
		s.pop()
		s.pos++
	case '\\':
		if n := s.continuation(); n > 0 {
			s.pos += n
			return
		}
		s.pos = min(s.pos+2, len(s.text))
	case '{':
		s.problem(s.pos, s.pos+1, shellValuePlace, "no value can stand in ${ … }", "put the value beside it, or choose it in the script: {name ?? \"…\"}")
		s.skipBraces()
	case '\'':
		if s.quotedOutside() {
			s.problem(s.pos, s.pos+1, shellRefused, `a ' in "${ … }" means different things to different shells`, "leave the inner quotes out")
			s.pos++
			return
		}
		s.single(1)
	case '"':
		s.push('"', 1)
	case '`':
		s.backquote()
	case '$':
		s.dollar(false)
	default:
		s.pos++
	}
}

// quotedOutside tells whether the innermost ${ stands in double quotes.
func (s *shellScanner) quotedOutside() bool {
	for i := len(s.frames) - 1; i >= 0; i-- {
		switch s.frames[i].kind {
		case '"':
			return true
		case '(', '{':
			return false
		}
	}
	return false
}

// dollar reads a $ and what it opens.
func (s *shellScanner) dollar(inQuotes bool) {
	switch s.at(s.pos + 1) {
	case '{':
		s.push('$', 2)
	case '(':
		s.pos++
		s.push('(', 1)
		s.commandStart, s.wordStart = true, true
	case '\'':
		if inQuotes || s.quotedOutside() {
			s.pos++
			return
		}
		s.pos++
		s.single(2)
	case '$':
		s.pos += 2
	default:
		s.pos++
	}
}

// single reads a quoted stretch without interpolation: '…', or $'…' (kind 2),
// where a backslash keeps the next quote.
func (s *shellScanner) single(kind int) {
	open := s.pos
	for i := open + 1; i < len(s.text) && !s.newline(i); i++ {
		if kind == 2 && s.text[i] == '\\' && i+1 < len(s.text) && !s.newline(i+1) {
			i++
			continue
		}
		if s.text[i] == '\'' {
			s.pos = i + 1
			return
		}
	}
	s.problem(open, open+1, shellUnclosed, "missing closing quote: this ' isn't closed before the end of the line", `close it, or write \' or "'" for the character`)
	s.toLineEnd()
}

// backquote reports `…`, and goes on behind it.
func (s *shellScanner) backquote() {
	open := s.pos
	for i := open + 1; i < len(s.text) && !s.newline(i); i++ {
		if s.text[i] == '`' {
			s.problem(open, i+1, shellRefused, "a command takes no `…`", "write $( … )")
			s.pos = i + 1
			return
		}
	}
	s.problem(open, open+1, shellUnclosed, "this ` isn't closed before the end of the line", "write '`' for the character, and $( … ) for a command's output")
	s.toLineEnd()
}

// toLineEnd gives up on the line, with nothing open.
func (s *shellScanner) toLineEnd() {
	for s.pos < len(s.text) && !s.newline(s.pos) {
		s.pos++
	}
	s.frames, s.closing = nil, 0
}

// continuation returns the length of a backslash and line's end, or 0.
func (s *shellScanner) continuation() int {
	switch {
	case s.at(s.pos+1) == '\n':
		return 2
	case s.at(s.pos+1) == '\r' && s.at(s.pos+2) == '\n':
		return 3
	}
	return 0
}

func (s *shellScanner) blank(i int) bool { return s.at(i) == ' ' || s.at(i) == '\t' }

// heredoc reports <<, and skips it; <<< is allowed.
func (s *shellScanner) heredoc() bool {
	if !bytes.HasPrefix(s.text[s.pos:], []byte("<<")) {
		return false
	}
	if s.at(s.pos+2) == '<' {
		s.pos += 3
		s.wordStart = true
		return true
	}
	s.problem(s.pos, s.pos+2, shellRefused, "a command has no << here-documents", `write the text as a """ string, and pass it with <<< {text}`)
	s.pos += 2
	s.wordStart = true
	return true
}

// interpolation reads {expr}: what shells write with braces, and what is
// easily taken for it, is told apart first.
func (s *shellScanner) interpolation() {
	open := s.pos
	inner, closed := s.braceText()
	whole := "{" + inner + "}"
	quoted := `\{` + inner + `\}`
	trimmed := strings.TrimSpace(inner)
	var message, hint string
	switch {
	case !closed:
	case trimmed == "":
		message, hint = "{} holds no value", `write \{\} for the two characters, as in find . -exec ls \{\} \;`
	case strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "."):
		message, hint = "{"+inner+"} is no value of the script", "quote a template with single quotes: '{{.ID}}'"
	case isInteger(trimmed):
		message, hint = whole+" is always "+trimmed, "write "+trimmed+", or "+quoted+" for the characters, as in stash@"+quoted
	case s.at(open-1) == '@' && open > s.start && (trimmed == "u" || trimmed == "upstream" || trimmed == "push"):
		message, hint = "@"+whole+" is git's name of a branch, and in a command { } is a value", "write @"+quoted
	case strings.HasPrefix(trimmed, `\"`):
		message, hint = whole+" is no value of the script", "give the JSON a name (let body = { … }) and write {body}, or put it in single quotes"
	case shellVariable().MatchString(trimmed):
		message, hint = whole+" is no value of the script", "write a program's own { } in single quotes: awk '{print $1}'"
	case hasOuterComma(inner):
		message, hint = whole+" isn't expanded: in a command { } holds one value", "write the words out, give a list ({[\"a\", \"b\"]}), or quote the characters: "+quoted
	}
	if message != "" {
		s.problem(open, min(open+len(whole), len(s.text)), shellBraces, message, hint)
		s.skipBraces()
		return
	}
	end := s.hole(open)
	if end <= open {
		s.problem(open, open+1, shellBraces, "this { has no }", `write \{ for the character`)
		s.toLineEnd()
		return
	}
	s.out.Holes = append(s.out.Holes, source.Span{Start: uint32(open), End: uint32(end)})
	s.pos = end
}

// braceText returns what stands between the { here and its }, by counting
// braces outside quotes, on this line.
func (s *shellScanner) braceText() (inner string, closed bool) {
	depth, quote := 0, byte(0)
	for i := s.pos; i < len(s.text) && !s.newline(i); i++ {
		switch c := s.text[i]; {
		case c == '\\':
			i++
		case c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return string(s.text[s.pos+1 : i]), true
			}
		}
	}
	return "", false
}

// group tells whether the { here is the shell's { a; } and no value.
func (s *shellScanner) group(command bool) bool {
	if !s.blank(s.pos+1) && !s.newline(s.pos+1) {
		return false
	}
	inner, closed := s.braceText()
	return command || closed && strings.HasSuffix(strings.TrimSpace(inner), ";")
}

// skipBraces goes on behind the } of the { here, or behind the {.
func (s *shellScanner) skipBraces() {
	if inner, ok := s.braceText(); ok {
		s.pos += len(inner) + 2
		return
	}
	s.pos++
}

// shellVariable finds $NAME, $1 and ${: a value of the script has none.
var shellVariable = lazy.Regexp(`^[^"']*\$[A-Za-z0-9_{]`)

func isInteger(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// hasOuterComma tells whether a comma stands outside brackets and strings.
func hasOuterComma(s string) bool {
	depth := 0
	var quote rune
	for _, c := range s {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case c == ',' && depth == 0:
			return true
		}
	}
	return false
}
