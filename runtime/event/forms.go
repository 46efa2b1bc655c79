package event

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// formsOf returns the texts under which a secret could turn up again: what a
// program, a server or a library makes of it when it passes it on.
func formsOf(secret string) []string {
	lower := hex.EncodeToString([]byte(secret))
	upper := strings.ToUpper(lower)
	forms := append(make([]string, 0, 96), // as many as there can be
		secret,
		lower,
		upper,
		spaced(lower, " "), spaced(lower, ":"), spaced(upper, ":"),
		everyByte(lower), everyByte(upper),
	)
	forms = append(forms, base64Forms(secret)...)
	forms = append(forms, base32Forms(secret)...)
	if !strings.ContainsFunc(secret, escapes) {
		return forms
	}
	forms = append(forms,
		strings.ToValidUTF8(secret, "\uFFFD"), // as lines and JSON show it
		escapedBytes(secret),
		unquoted(strconv.Quote(secret)), // Go's
		unquoted(strconv.QuoteToASCII(secret)),
		language(secret),
		quotedPrintable(secret),
	)
	forms = append(forms, htmlForms(secret)...)
	forms = append(forms, shellForms(secret)...)
	forms = append(forms, urlForms(secret)...)
	return append(forms, jsonForms(secret)...)
}

// escapes tells whether any of the writings that leave most letters as they
// are writes c in another way.
func escapes(c rune) bool {
	return c >= utf8.RuneSelf || !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_' && c != '.'
}

var (
	namedHTML    = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", `'`, "&#x27;")
	textHTML     = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	doubleQuoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`")
	dollarQuoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	jsonInHTML   = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`)
	urlSafe      = strings.NewReplacer("+", "-", "/", "_")
)

func unquoted(s string) string { return s[1 : len(s)-1] }

// spaced writes hexadecimal digits with something between the bytes, as dumps
// and fingerprints do.
func spaced(digits, between string) string {
	b := make([]byte, 0, len(digits)/2*(2+len(between)))
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b = append(b, between...)
		}
		b = append(b, digits[i:i+2]...)
	}
	return string(b)
}

// escapedBytes is how C and Python write a text: quotes, backslashes and what
// doesn't print have a backslash, other bytes their number.
func escapedBytes(secret string) string {
	var b strings.Builder
	for i := range len(secret) {
		switch c := secret[i]; {
		case c == '\\' || c == '\'':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// language is how messages of drl quote a text.
func language(secret string) string {
	var b strings.Builder
	for _, c := range secret {
		switch {
		case c == utf8.RuneError:
			b.WriteString(`\u{FFFD}`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case strings.ContainsRune(`"\{}`, c):
			b.WriteByte('\\')
			b.WriteRune(c)
		case !unicode.IsPrint(c):
			fmt.Fprintf(&b, `\u{%x}`, c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// quotedPrintable is how mail writes a text.
func quotedPrintable(secret string) string {
	var b strings.Builder
	for i := range len(secret) {
		if c := secret[i]; c < ' ' || c >= 0x7f || c == '=' {
			fmt.Fprintf(&b, "=%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func htmlForms(secret string) []string {
	named := namedHTML.Replace(secret)
	return []string{
		html.EscapeString(secret),
		named,
		strings.ReplaceAll(named, "&#x27;", "&apos;"),
		strings.ReplaceAll(named, "&#x27;", "&#39;"),
		textHTML.Replace(secret), // in text, not in attributes
	}
}

// shellForms are the secret between single and double quotes, with a backslash
// before each letter that means something, and between $' and '.
func shellForms(secret string) []string {
	var bare strings.Builder
	for _, c := range secret {
		if c < utf8.RuneSelf && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_-./:@%+=,", c) {
			bare.WriteByte('\\')
		}
		bare.WriteRune(c)
	}
	return []string{
		strings.ReplaceAll(secret, `'`, `'\''`),
		strings.ReplaceAll(secret, `'`, `'"'"'`),
		doubleQuoted.Replace(secret),
		dollarQuoted.Replace(secret),
		bare.String(),
	}
}

// urlForms are the ways to write the secret in an address, also in an address
// that is itself part of one.
func urlForms(secret string) []string {
	var forms []string
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret), userinfo(secret), percent(secret)} {
		small := lowerPercent(escaped)
		forms = append(forms, escaped, small, strings.ReplaceAll(escaped, "%", "%25"), strings.ReplaceAll(small, "%", "%25"))
	}
	return forms
}

// userinfo is how a password stands in a URL.
func userinfo(secret string) string {
	return strings.TrimPrefix(url.UserPassword("", secret).String(), ":")
}

// percent escapes all but letters, digits and - . _ ~, as most languages do;
// url.PathEscape leaves more.
func percent(secret string) string {
	return strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
}

// everyByte escapes all bytes for an address, from their digits.
func everyByte(digits string) string { return "%" + spaced(digits, "%") }

// lowerPercent writes the digits of %2F small.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			b[i+1], b[i+2] = lowerHex(b[i+1]), lowerHex(b[i+2])
		}
	}
	return string(b)
}

func lowerHex(c byte) byte {
	if 'A' <= c && c <= 'F' {
		return c + 'a' - 'A'
	}
	return c
}

// jsonForms are the secret in a JSON text, as different writers escape it, and
// in a JSON text that is itself a text in one.
func jsonForms(secret string) []string {
	text, err := marshal(secret)
	if err != nil {
		return nil
	}
	plain := unquoted(string(text))
	forms := []string{
		plain,
		jsonInHTML.Replace(plain),
		strings.ReplaceAll(plain, "/", `\/`),
		ascii(plain),
	}
	for _, form := range forms[:len(forms):len(forms)] {
		if again, err := marshal(form); err == nil {
			forms = append(forms, unquoted(string(again)))
		}
	}
	return forms
}

// ascii writes all else as \u and UTF-16, as Python's json does.
func ascii(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			b.WriteRune(c)
		case c > 0xffff:
			c -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	return b.String()
}

// base64Forms returns what a secret becomes in the middle of a longer text
// that is encoded: with nought, one or two bytes before it, without the
// letters that its neighbours have a part in.
func base64Forms(secret string) []string {
	var forms []string
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), secret...))
		for _, text := range letters(text, before, len(secret), 6) {
			forms = append(forms, text, urlSafe.Replace(text))
		}
	}
	return forms
}

// The letters of base32, which some write small.
var base32Letters = []*base32.Encoding{
	base32.StdEncoding.WithPadding(base32.NoPadding),
	base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding),
}

// base32Forms is the same for base32, large and small.
func base32Forms(secret string) []string {
	var forms []string
	for before := range 5 {
		shifted := append(make([]byte, before), secret...)
		for _, encoding := range base32Letters {
			forms = append(forms, letters(encoding.EncodeToString(shifted), before, len(secret), 5)...)
		}
	}
	return forms
}

// letters cuts the letters that hold bits of the secret alone out of a text
// whose letters hold that many bits, and before which stand some bytes: for
// one that goes on behind the secret, and for one that ends with it.
func letters(text string, before, length, bits int) []string {
	first := (before*8 + bits - 1) / bits
	return []string{text[first : (before+length)*8/bits], text[first:]}
}
