package event

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode"

	"github.com/drl-lang/drl/lang/lazy"
)

// partsOf returns the secret and what in it is a secret of its own: its lines,
// for streams are read by the line; the password and the keys of an address
// or a connection string, which drivers pass on and report apart; the keys in
// a JSON text.
func partsOf(secret string) []string {
	parts := []string{secret}
	if trimmed := strings.TrimSpace(secret); trimmed != secret {
		parts = append(parts, trimmed)
	}
	if strings.ContainsAny(secret, "\r\n") {
		parts = append(parts, linesOf(secret)...)
	}
	parts = append(parts, addressParts(strings.TrimSpace(secret))...)
	for _, match := range assigned().FindAllStringSubmatch(secret, -1) {
		parts = append(parts, strings.Trim(match[1], `'"`))
	}
	var document any
	if json.Unmarshal([]byte(secret), &document) == nil {
		parts = append(parts, jsonParts(document, false)...)
	}
	kept, seen := parts[:1], map[string]bool{secret: true}
	for _, part := range parts[1:] {
		if !seen[part] && Maskable(part) {
			seen[part] = true
			kept = append(kept, part)
		}
	}
	return kept
}

// linesOf returns the lines of a secret, one by one and all of them. The frame
// of a PEM block is the same in every key.
func linesOf(secret string) []string {
	var lines []string
	var inner strings.Builder
	for line := range strings.Lines(secret) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, pemFrame) {
			continue
		}
		inner.WriteString(line)
		lines = append(lines, line)
	}
	return append(lines, inner.String(), strings.ReplaceAll(secret, "\r\n", "\n"), strings.ReplaceAll(secret, "\n", "\r\n"))
}

const pemFrame = "-----"

// secretWord finds in a name that what it names is a secret.
var secretWord = lazy.Regexp(`(?i)token|key|secret|passw|pwd|passphrase|signature|^sig$|auth|credential`)

// assigned finds the secrets of connection strings of the form name=value.
var assigned = lazy.Regexp(`(?i)(?:password|passwd|pwd|secret|token|apikey|api_key|accesskey|accountkey)\s*=\s*('[^']*'|"[^"]*"|[^\s;&,]+)`)

// beforeHost finds the password of user:password@tcp(host:3306)/name.
var beforeHost = lazy.Regexp(`^[^:@/\s]+:(\S+)@[a-z]*\(`)

// addressParts returns the secrets in an address: its password, as it is and
// as it is written there, with the user, the keys of its query, and what in
// the path of a webhook is its key.
func addressParts(address string) []string {
	if match := beforeHost().FindStringSubmatch(address); match != nil {
		return []string{match[1]}
	}
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok || strings.ContainsAny(address, "\r\n") {
		return nil
	}
	var parts []string
	// By hand too: a password with letters that an address may not have is
	// what people paste, and url.Parse refuses it.
	authority, _, _ := strings.Cut(rest, "?")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if user, password, ok := strings.Cut(authority[:at], ":"); ok && !strings.Contains(user, "/") {
			parts = append(parts, password)
			if plain, err := url.PathUnescape(password); err == nil {
				parts = append(parts, plain, user+":"+plain)
			}
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return parts
	}
	for name, values := range u.Query() {
		if secretWord().MatchString(name) {
			parts = append(parts, values...)
		}
	}
	if scheme == "http" || scheme == "https" {
		for segment := range strings.SplitSeq(u.Path, "/") {
			if random(segment) {
				parts = append(parts, segment, u.EscapedPath())
			}
		}
	}
	return parts
}

// random tells whether a piece of a path looks like a key and not like a name.
func random(s string) bool {
	if len(s) < 16 {
		return false
	}
	var digit, upper, lower bool
	for _, c := range s {
		digit = digit || unicode.IsDigit(c)
		upper = upper || unicode.IsUpper(c)
		lower = lower || unicode.IsLower(c)
	}
	return digit && (upper || lower) || upper && lower
}

// jsonParts returns the texts in a JSON value that their names say are
// secrets; named tells that of v itself. All others, such as "type", may be
// words of any log.
func jsonParts(v any, named bool) []string {
	var parts []string
	switch v := v.(type) {
	case string:
		if named {
			parts = append(parts, v)
			if strings.Contains(v, "\n") {
				parts = append(parts, linesOf(v)...)
			}
		}
	case []any:
		for _, item := range v {
			parts = append(parts, jsonParts(item, named)...)
		}
	case map[string]any:
		for name, item := range v {
			parts = append(parts, jsonParts(item, named || secretWord().MatchString(name))...)
		}
	}
	return parts
}

// publicPart is the beginning of a secret that anyone may know: the scheme of
// an address, the first line of a key.
func publicPart(secret string) string {
	if line, _, ok := strings.Cut(secret, "\n"); ok && strings.HasPrefix(line, pemFrame) {
		return strings.TrimRight(line, "\r")
	}
	if scheme, _, ok := strings.Cut(secret, "://"); ok {
		return scheme
	}
	return ""
}
