package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// Unfinished tells whether more has to be typed before a text can be a
// statement or an expression: something in it is still open, or its last line
// asks for another one. What is wrong in another way isn't unfinished.
func Unfinished(text string) bool {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return false
	}
	if lines := strings.Split(trimmed, "\n"); strings.HasPrefix(strings.TrimSpace(lines[len(lines)-1]), "##") {
		return true // documentation of what follows
	}
	if strings.HasSuffix(trimmed, `\`) && !strings.HasSuffix(trimmed, `\\`) {
		return true // a command goes on
	}
	f := source.NewFile("", []byte(text))
	_, asScript := Parse(f)
	_, asExpr := ParseExpr(f)
	if !asScript.HasErrors() || !asExpr.HasErrors() {
		return false
	}
	return endsEarly(f, asScript) || endsEarly(f, asExpr)
}

// endsEarly tells whether the first thing that is wrong with a text is that it
// ends.
func endsEarly(f *source.File, ds source.Diagnostics) bool {
	for _, d := range ds {
		if d.Severity != source.Error {
			continue
		}
		rest := strings.TrimSpace(string(f.Text[min(int(d.Span.Start), len(f.Text)):]))
		switch d.Code {
		case Unexpected:
			return rest == ""
		case Unclosed:
			return true
		case UnclosedString:
			return strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, `'''`)
		}
		return false
	}
	return false
}
