package repl

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

var classColors = map[syntax.Class]string{
	syntax.ClassKeyword: magenta, syntax.ClassConstant: cyan, syntax.ClassString: green,
	syntax.ClassCommand: yellow, syntax.ClassComment: faint, syntax.ClassBad: red,
}

// highlighter returns what puts colours on a statement while it is typed.
func highlighter(color bool) func(text string) string {
	if !color {
		return func(text string) string { return text }
	}
	return func(text string) string {
		if strings.HasPrefix(text, ":") {
			name, rest, _ := strings.Cut(text, " ")
			return painter(true).paint(blue, name) + text[len(name):len(text)-len(rest)] + rest
		}
		var b strings.Builder
		at := uint32(0)
		for _, c := range syntax.Classify(text) {
			if c.Start < at {
				continue
			}
			b.WriteString(text[at:c.Start])
			b.WriteString(painter(true).paint(classColors[c.Class], text[c.Start:c.End]))
			at = c.End
		}
		b.WriteString(text[at:])
		return b.String()
	}
}

// withoutLiterals is a text without the secrets that were typed into it: what
// the history may keep. It is empty where that can't be told.
func withoutLiterals(text string) string {
	f := source.NewFile("", []byte(text))
	var b strings.Builder
	at := uint32(0)
	for _, l := range lines(f) {
		var e syntax.Element
		var ds source.Diagnostics
		own := source.NewFile("", []byte(l.text))
		if e, ds = syntax.ParseExpr(own); ds.HasErrors() {
			e, ds = syntax.Parse(own)
		}
		if ds.HasErrors() && speaksOfSecrets(l.text) {
			return ""
		}
		for _, s := range secretLiterals(e) {
			if start := l.span.Start + s.Start; start >= at {
				b.WriteString(text[at:start] + `"•••"`)
				at = l.span.Start + s.End
			}
		}
	}
	return b.String() + text[at:]
}

func speaksOfSecrets(text string) bool {
	for word := range secretArguments {
		if strings.Contains(text, word) {
			return true
		}
	}
	return strings.Contains(text, "secret")
}

// secretArguments are parameters whose text nobody else should read.
var secretArguments = map[string]bool{"bearer": true, "basic": true, "password": true, "token": true}

// secretLiterals finds texts that are written where a secret stands.
func secretLiterals(e syntax.Element) (spans []source.Span) {
	literal := func(x syntax.Expr) {
		syntax.Walk(x, func(e syntax.Element) bool {
			if s, ok := e.(*syntax.String); ok {
				spans = append(spans, s.Span())
			}
			return true
		})
	}
	syntax.Walk(e, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.Call:
			if id, ok := e.Fn.(*syntax.Ident); ok && (id.Name == "secret" || id.Name == "secret_file") {
				for _, a := range e.Args {
					literal(a.Value)
				}
				return false
			}
		case *syntax.Arg:
			if e.Name != nil && secretArguments[e.Name.Text] {
				literal(e.Value)
			}
		}
		return true
	})
	return spans
}
