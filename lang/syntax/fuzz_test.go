package syntax

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/drl-lang/drl/lang/source"
)

// seed adds the scripts, and texts that were once read wrongly.
func seed(f *testing.F) {
	for _, text := range scripts(f) {
		f.Add([]byte(text))
	}
	for _, text := range []string{
		"", "\"{", "$ a {b", "$(", "$?({\"{$(a)}\"})", "'''", "\"\"\"\n  {a}\n  \"\"\"", "a\n??b", "{ or: 1 }",
		"\"{f(\"{a}\n}\"", "f(1\nlet x = 2", "$ a \\ ", "$ a \\\n", "mock $ 'a' => 1", "5%3", "1e", "1.5h3m",
		"if a { b() } # c\nelse { d() }", "let x = {\n# a\n}", "check \"a\"\nor warn within 1s { }",
	} {
		f.Add([]byte(text))
	}
}

// FuzzLex: the tokens stand in order inside the text, and each is a piece of it.
func FuzzLex(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		text, _ = clean(source.NewFile("fuzz.drl", text))
		s := newScanner(text)
		for end := 0; ; {
			tok, _ := s.Next()
			start := tok.Pos.Offset
			if start < end || start+len(tok.Value) > len(text) || string(text[start:start+len(tok.Value)]) != tok.Value {
				t.Fatalf("token %q at %d after %d", tok.Value, start, end)
			}
			if line := 1 + bytes.Count(text[:start], []byte("\n")); line != tok.Pos.Line {
				t.Fatalf("token %q is in line %d, not %d", tok.Value, line, tok.Pos.Line)
			}
			if tok.Type == lexer.EOF {
				return
			}
			end = start + len(tok.Value)
			if end == start && tok.Type != kindBad {
				t.Fatalf("an empty token of kind %d at %d", tok.Type, start)
			}
		}
	})
}

// FuzzStretches: a script that is read a few tokens at a time is the same tree
// with the same mistakes.
func FuzzStretches(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile("fuzz.drl", text)
		whole, ds := parse(file, 0)
		pieces, again := parse(file, 1)
		if !reflect.DeepEqual(whole, pieces) {
			t.Errorf("%s\nin pieces is\n%s\nas a whole\n%s", text, Format(pieces), Format(whole))
		}
		if !reflect.DeepEqual(ds, again) {
			t.Errorf("%s\nin pieces: %v\nas a whole: %v", text, again, ds)
		}
	})
}

// FuzzParse: every place is inside the file, every mistake has a code and
// words, and there is a Bad in the tree only where there is a mistake.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile("fuzz.drl", text)
		tree, ds := Parse(file)
		for _, d := range ds {
			if d.Code == nil || d.Message == "" || d.Span.Start > d.Span.End || int(d.Span.End) > len(text) {
				t.Fatalf("%+v", d)
			}
		}
		Walk(tree, func(e Element) bool {
			if s := e.Span(); s.Start > s.End || int(s.End) > len(text) {
				t.Fatalf("a %T is at %v of %d bytes", e, s, len(text))
			}
			switch e.(type) {
			case *Bad, *BadExpr:
				if !ds.HasErrors() {
					t.Fatalf("a %T without a mistake", e)
				}
			}
			return true
		})
		if _, ds := ParseExpr(file); len(ds) > 0 && ds[0].Message == "" {
			t.Fatalf("%+v", ds[0])
		}
	})
}

// FuzzFormat: formatting changes neither the tree nor the comments, and doing
// it again changes nothing.
func FuzzFormat(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, ds := Parse(source.NewFile("fuzz.drl", text)); ds.HasErrors() {
			return // only scripts without errors are formatted
		}
		checkFormat(t, string(text))
	})
}
