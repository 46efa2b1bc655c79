package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// hostileCommand writes scripts that nobody wants to read, or that no archive
// of text can hold.
//
//	hostile
func hostileCommand(ts *testscript.TestScript, neg bool, args []string) {
	const fine = "check \"x\" { expect 1 == 1 }\n"
	many := func(line string) string {
		var b strings.Builder
		for i := range 200 {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"mib.drl":         strings.Repeat(fine, 1<<20/len(fine)+1),
		"most.drl":        fine + strings.Repeat("#", 1<<20-len(fine)),
		"parentheses.drl": "check \"x\" { expect " + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000) + " == 1 }\n",
		"phases.drl":      strings.Repeat("phase \"p\" {\n", 10_000) + strings.Repeat("}\n", 10_000),
		"mark.drl":        "\ufeff" + fine,
		"windows.drl":     strings.ReplaceAll("# What Windows makes of a script.\ncheck \"x\" {\n    expect 1 == 1\n}\n", "\n", "\r\n"),
		"latin.drl":       "check \"pr\xfcfen\" {\n    expect 1 == 1\n}\n",
		"wide.drl":        "\xff\xfec\x00h\x00e\x00c\x00k\x00 \x00\n\x00",
		"binary.drl":      "\x7fELF\x02\x01\x01\x00\x00\x00\x03\x00>\x00@\n`\x00\x00 |$^\n=\n",
		"unclosed.drl":    fine + "check \"y\" { expect \"abc == 1 }",
		"unclosed3.drl":   fine + "let notes = \"\"\"\n    abc\ncheck \"y\" { expect 1 == 1 }\n",
		"names.drl":       many("check \"c%[1]d\" { expect n%[1]d == 1 }\n"),
		"words.drl":       many("chek \"c%d\" { expect 1 == 1 }\n"),
	} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}
