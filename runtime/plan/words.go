package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// oneLine joins the lines of a piece of script, with one blank between words.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// unquoted is a string literal as written, without its quotes.
func unquoted(text string) string {
	for _, q := range []string{`"""`, "'''", `"`, "'"} {
		if len(text) >= 2*len(q) && strings.HasPrefix(text, q) && strings.HasSuffix(text, q) {
			return oneLine(text[len(q) : len(text)-len(q)])
		}
	}
	return oneLine(text)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// count says "1 check", "3 checks".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
