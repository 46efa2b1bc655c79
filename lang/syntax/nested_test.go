//go:build !race

package syntax

import (
	"strings"
	"testing"
)

// TestEndlesslyNested: no text is so deep that the parser gives up. The race
// detector takes 20 s for these, and finds nothing in them.
func TestEndlesslyNested(t *testing.T) {
	complain(t, []unreadable{
		{"500,000 parentheses", "let x = " + strings.Repeat("(", 500_000) + "1" + strings.Repeat(")", 500_000) + "\nx = 1", []string{
			"1:209 " + deep,
			"2:3 found `=`, want the end of the line | a value gets its name with `let name = …`; values are compared with `==`",
		}},
		{"1,000,000 brackets", "let x = " + strings.Repeat("[", 1_000_000), []string{"1:209 " + deep}},
		{"100,000 nots", "let x = " + strings.Repeat("not ", 100_000) + "a", []string{"1:809 " + deep}},
		{"1,000,000 minuses", "let x = " + strings.Repeat("-", 1_000_000) + "1", []string{"1:209 " + deep}},
		{"100,000 types", "input x: " + strings.Repeat("list[", 100_000) + "int", []string{"1:1010 " + deep}},
		{"100,000 sums", "let x = 1" + strings.Repeat("+1", 100_000), []string{"1:2010 more than 1000 operators follow each other | give parts of it names with `let`, or make a list"}},
		{"100,000 texts", "let x = " + strings.Repeat(`"{`, 100_000), []string{"1:25 texts stand more than 8 deep in each other's braces | give the inner ones names with `let`"}},
	})
}
