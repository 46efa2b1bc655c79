package syntax

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/source"
)

// maxSource is how long a script may be, in bytes.
const maxSource = 1 << 20

// clean returns the text to scan: that of f, or, where f has bytes that no
// script should have, a text of the same length without them. Each kind of
// oddity is said once, at its first place.
func clean(f *source.File) ([]byte, []problem) {
	text := f.Text
	if len(text) > maxSource {
		return nil, []problem{{
			code: SourceTooLong, token: -1, span: spanOf(0, 0),
			message: fmt.Sprintf("this file has %d bytes, a script has at most 1 MiB (%d)", len(text), maxSource),
			hint:    "split it, and bring the parts together with `use`",
		}}
	}
	if plain(text) {
		return text, nil
	}
	if p, ok := noScript(text); ok {
		return nil, []problem{p}
	}
	var problems []problem
	said := map[*source.Code]bool{}
	say := func(code *source.Code, start, end int, message, hint string) {
		if !said[code] {
			said[code] = true
			problems = append(problems, problem{code: code, token: -1, span: spanOf(start, end), message: message, hint: hint})
		}
	}
	out := bytes.Clone(text)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		blank := true
		switch {
		case r == utf8.RuneError && size == 1:
			say(NotUTF8, i, i+1, fmt.Sprintf("byte 0x%02x is not UTF-8 text", text[i]), "save the file as UTF-8")
		case r == '\ufeff' && i == 0:
			say(ByteOrderMark, 0, 3, "this file begins with a byte order mark", "save it as UTF-8 without one")
		case r == '\r' && i+1 < len(text) && text[i+1] == '\n':
			say(WindowsLines, i, i+1, "lines end in CR LF, want LF alone", "save the file with Unix line ends")
			// The newline first: a command that goes on with "\" still does.
			out[i], out[i+1] = '\n', ' '
			i += 2
			continue
		case r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0:
			say(ControlCharacter, i, i+size, fmt.Sprintf("found the control character U+%04X", r), fmt.Sprintf("in a text it is written \\u{%X}", r))
		case hides(r):
			say(ControlCharacter, i, i+size, fmt.Sprintf("found U+%04X, which makes a text look other than it is", r), fmt.Sprintf("in a text it is written \\u{%X}", r))
		default:
			blank = false
		}
		if blank {
			for j := i; j < i+size; j++ {
				out[j] = ' '
			}
		}
		i += size
	}
	return out, problems
}

// noScript tells whether text is something else altogether, of which more
// would be said than helps: UTF-16, as some editors and shells of Windows
// write it, or a program, a picture, an archive.
func noScript(text []byte) (problem, bool) {
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return problem{code: NotUTF8, token: -1, span: spanOf(0, 2), message: "this file is UTF-16 text", hint: "save it as UTF-8"}, true
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return problem{code: ControlCharacter, token: -1, span: spanOf(i, i+1), message: "this file holds a NUL byte, which no text has", hint: "is it a script?"}, true
	}
	return problem{}, false
}

// plain tells whether clean has nothing to do, which is nearly always.
func plain(text []byte) bool {
	ascii := true
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.Valid(text) && !strings.ContainsFunc(string(text), func(r rune) bool {
		return hides(r) || r == '\ufeff' || r >= 0x80 && r < 0xa0
	})
}

// hides tells whether r reorders or hides the text around it, so that a
// reader sees another script than the one that runs.
func hides(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200b || r == '\ufeff'
}
