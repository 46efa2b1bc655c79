package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/source"
)

// Display returns the command's line for people, with the text of each hole's
// value in its place, quoted where a shell would need it. The caller gives •••
// for secrets, and a list's items joined with blanks.
func (c *Command) Display(f *source.File, values []string) string {
	words := make([][]string, len(values))
	for i, v := range values {
		words[i] = []string{v}
	}
	return c.DisplayWords(f, words)
}

// DisplayWords is Display where a list's items are given apart.
func (c *Command) DisplayWords(f *source.File, values [][]string) string {
	var b strings.Builder
	at := c.Text.Start
	for i, h := range c.Holes {
		if i >= len(values) {
			break
		}
		b.WriteString(onOneLine(f.Slice(source.Span{Start: at, End: h.Span().Start})))
		quoted := c.Line != nil && i < len(c.Line.holes) && c.Line.holes[i].quoted()
		for j, v := range values[i] {
			if j > 0 {
				b.WriteByte(' ')
			}
			if quoted {
				b.WriteString(quotedInside(v))
			} else {
				b.WriteString(QuoteShell(v))
			}
		}
		at = h.Span().End
	}
	if at < c.Text.End {
		b.WriteString(onOneLine(f.Slice(source.Span{Start: at, End: c.Text.End})))
	}
	return strings.TrimSpace(b.String())
}

// onOneLine takes continued lines together, with one blank between them.
func onOneLine(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	parts := strings.Split(s, "\\\n")
	for i := range parts {
		if i > 0 {
			parts[i] = strings.TrimLeft(parts[i], " \t")
		}
		if i < len(parts)-1 {
			parts[i] = strings.TrimRight(parts[i], " \t")
		}
	}
	return strings.Join(parts, " ")
}

// QuoteShell returns s as one word that a shell would read back as s.
func QuoteShell(s string) string {
	if s == "" {
		return "''"
	}
	plain := true
	for _, r := range s {
		switch {
		case unicode.IsControl(r) || r == utf8.RuneError:
			return quoteControl(s)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./:=@%+,•", r):
		default:
			plain = false
		}
	}
	switch {
	case plain:
		return s
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	}
	return `"` + quotedInside(s) + `"`
}

// quoteControl returns $'…', which shows control characters.
func quoteControl(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == utf8.RuneError || unicode.IsControl(r):
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		default:
			b.WriteRune(r)
		}
		i += size
	}
	b.WriteByte('\'')
	return b.String()
}

// quotedInside escapes what counts inside double quotes.
func quotedInside(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`", "\n", `\n`).Replace(s)
}
