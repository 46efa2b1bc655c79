package event

import (
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// spellUnseen writes the characters of a JSON text that are not seen, but may
// be obeyed, as \u…: control characters that JSON allows, direction overrides,
// the line ends of Unicode. They stand within its strings alone, so it reads
// the same.
func spellUnseen(line []byte) []byte {
	var out []byte // nil: nothing had to be written anew
	for i := 0; i < len(line); {
		if c := line[i]; c < 0x7f {
			if out != nil {
				out = append(out, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(line[i:])
		seen := r != 0x7f && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
		if !seen && out == nil {
			out = append(make([]byte, 0, len(line)+16), line[:i]...)
		}
		switch {
		case !seen && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case !seen:
			out = fmt.Appendf(out, `\u%04x`, r)
		case out != nil:
			out = append(out, line[i:i+n]...)
		}
		i += n
	}
	if out == nil {
		return line
	}
	return out
}
