package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s as one line in which everything can be seen and nothing is
// obeyed: control characters, escape sequences, direction overrides, invisible
// characters and bytes that are no UTF-8 are spelled out, and what a CI
// service would take for a command of its own is broken with a backslash.
// A tab becomes blanks.
func Visible(s string) string { return visible(s, false) }

// VisibleText is Visible for a text of several lines: line ends and tabs stay.
func VisibleText(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = visible(strings.TrimSuffix(line, "\r"), true)
	}
	return strings.Join(lines, "\n")
}

func visible(s string, tabs bool) string {
	s = breakCommands(s)
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\t' && tabs:
			b.WriteByte('\t')
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			b.WriteString(spell(r))
		}
		i += size
	}
	return b.String()
}

// spell returns how a character is shown: itself, if it can be seen.
func spell(r rune) string {
	switch {
	case r == '\t':
		return "    "
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r < 0x20, 0x7f <= r && r < 0xa0:
		return fmt.Sprintf(`\x%02x`, r)
	case r == 0x200d: // joins the parts of an emoji
		return string(r)
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return fmt.Sprintf(`\u{%04X}`, r)
	}
	return string(r)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// breakCommands takes the power from what GitHub, Azure and TeamCity read in a
// log: "::name …::" after blanks at the start of a line, "##[", "##vso[" and
// "##teamcity[" in any part of it.
func breakCommands(s string) string {
	if strings.Contains(s, "##") {
		s = strings.NewReplacer("##[", `#\#[`, "##vso[", `#\#vso[`, "##teamcity[", `#\#teamcity[`).Replace(s)
	}
	if rest := strings.TrimLeftFunc(s, unicode.IsSpace); strings.HasPrefix(rest, "::") {
		return s[:len(s)-len(rest)] + `\` + rest
	}
	return s
}
