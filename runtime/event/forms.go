package event

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// formsOf returns the texts under which a secret could turn up again: what a
// program, a server or a library makes of it when it passes it on.
func formsOf(secret string) []string {
	lower := hex.EncodeToString([]byte(secret))
	forms := []string{
		secret,
		lower,
		strings.ToUpper(lower),
		html.EscapeString(secret),
		strings.ReplaceAll(secret, `'`, `'\''`), // the shell's
		strings.ReplaceAll(secret, `'`, `'"'"'`),
		unquoted(strconv.Quote(secret)), // Go's
		unquoted(strconv.QuoteToASCII(secret)),
		strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(secret)), "="),
	}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret), userinfo(secret), percent(secret)} {
		forms = append(forms, escaped, lowerPercent(escaped))
	}
	if text, err := marshal(secret); err == nil {
		plain := unquoted(string(text))
		forms = append(forms, plain,
			strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(plain),
			strings.ReplaceAll(plain, "/", `\/`))
	}
	return append(forms, base64Forms(secret)...)
}

func unquoted(s string) string { return s[1 : len(s)-1] }

// userinfo is how a password stands in a URL.
func userinfo(secret string) string {
	return strings.TrimPrefix(url.UserPassword("", secret).String(), ":")
}

// percent escapes all but letters, digits and - . _ ~, as most languages do;
// url.PathEscape leaves more.
func percent(secret string) string {
	return strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
}

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

// base64Forms returns what a secret becomes in the middle of a longer text
// that is encoded: with nought, one or two bytes before it, without the
// letters that its neighbours have a part in.
func base64Forms(secret string) []string {
	var forms []string
	for before := range 3 {
		padded := append(make([]byte, before), secret...)
		text := base64.RawStdEncoding.EncodeToString(padded)
		first := (before*8 + 5) / 6 // letters that hold bits of what is before
		last := len(padded) * 8 / 6 // whole letters
		forms = append(forms, text[first:last])
		forms = append(forms, strings.NewReplacer("+", "-", "/", "_").Replace(text[first:last]))
	}
	return forms
}
