package syntax

import (
	"fmt"
	"strings"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/source"
)

// maxWord is the longest word that Linux passes to a program, without its NUL.
const maxWord = 131071

// Fill returns the line's tree with its values as literal text, for an
// interpreter: values has one list of words for each hole, and one word for
// what isn't a list. A value that no word can hold, or that a program would
// take for an option, is a diagnostic at its hole; then nothing may start.
func (l *ShellLine) Fill(f *source.File, values [][]string) (*sh.File, *source.Diagnostic) {
	if d := l.guard(f, values); d != nil {
		return nil, d
	}
	tree, err := parseBash(l.text)
	if err != nil { // it was parsed before
		return nil, &source.Diagnostic{Code: shellSyntax, File: f, Message: "the shell can't read this command"}
	}
	fill := filler{values}
	sh.Walk(tree, func(n sh.Node) bool {
		switch n := n.(type) {
		case *sh.CallExpr:
			n.Args = fill.words(n.Args)
		case *sh.WordIter:
			n.Items = fill.words(n.Items)
		case *sh.Word:
			n.Parts = fill.parts(n.Parts)
		case *sh.DblQuoted:
			n.Parts = fill.parts(n.Parts)
		}
		return true
	})
	return tree, nil
}

type filler struct{ values [][]string }

// words puts in the lists that are words of their own.
func (f filler) words(words []*sh.Word) []*sh.Word {
	var out []*sh.Word
	for _, w := range words {
		if len(w.Parts) == 1 {
			if p, ok := w.Parts[0].(*sh.ParamExp); ok {
				if i := placeholderIndex(p); i >= 0 {
					for _, v := range f.values[i] {
						out = append(out, &sh.Word{Parts: []sh.WordPart{literal(p, v)}})
					}
					continue
				}
			}
		}
		out = append(out, w)
	}
	return out
}

func (f filler) parts(parts []sh.WordPart) []sh.WordPart {
	for j, part := range parts {
		if p, ok := part.(*sh.ParamExp); ok {
			if i := placeholderIndex(p); i >= 0 {
				parts[j] = literal(p, strings.Join(f.values[i], " "))
			}
		}
	}
	return parts
}

// literal is quoted text in a tree: nothing in it is looked at again.
func literal(at *sh.ParamExp, text string) *sh.SglQuoted {
	return &sh.SglQuoted{Left: at.Pos(), Right: at.Rbrace, Value: text}
}

// guard refuses values before anything starts.
func (l *ShellLine) guard(f *source.File, values [][]string) *source.Diagnostic {
	refuse := func(i int, hint, format string, args ...any) *source.Diagnostic {
		return &source.Diagnostic{Code: shellValueRefused, File: f, Span: l.holes[i].span, Message: fmt.Sprintf(format, args...), Hint: hint}
	}
	for i := range l.holes {
		for _, v := range values[i] {
			if strings.IndexByte(v, 0) >= 0 {
				return refuse(i, "", "this value holds a NUL character, which no word of a command can")
			}
		}
	}
	var found *source.Diagnostic
	sh.Walk(l.tree, func(n sh.Node) bool {
		if found != nil {
			return false
		}
		switch n := n.(type) {
		case *sh.Redirect:
			// A text for the input has no limit: it is no word of a program.
			return n.Op != sh.WordHdoc
		case *sh.Word:
			if i, size := l.longest(n, values); size > maxWord {
				found = refuse(i, "pass it on the input, <<< {text}, or in a file", "this word would have %d bytes, and a program's words have at most %d", size, maxWord)
			}
		case *sh.CallExpr:
			if i := l.optionLike(n, values); i >= 0 {
				found = refuse(i, "put -- in front of it, or write {flag(…)} if it may be an option", "this value begins with -, and the program would take it for an option")
			}
		}
		return true
	})
	return found
}

// longest returns the size of a word with its values, and the hole that adds
// most to it.
func (l *ShellLine) longest(w *sh.Word, values [][]string) (hole, size int) {
	hole, most := -1, -1
	var add func(parts []sh.WordPart)
	add = func(parts []sh.WordPart) {
		for _, p := range parts {
			switch p := p.(type) {
			case *sh.Lit:
				size += len(p.Value)
			case *sh.SglQuoted:
				size += len(p.Value)
			case *sh.DblQuoted:
				add(p.Parts)
			case *sh.ParamExp:
				i := placeholderIndex(p)
				if i < 0 {
					continue
				}
				n := 0
				for _, v := range values[i] {
					n = max(n, len(v))
				}
				if size += n; n > most {
					hole, most = i, n
				}
			}
		}
	}
	add(w.Parts)
	if hole < 0 {
		return 0, 0
	}
	return hole, size
}

// optionLike returns the hole whose value would be taken for an option, or -1.
func (l *ShellLine) optionLike(c *sh.CallExpr, values [][]string) int {
	if len(c.Args) == 0 {
		return -1
	}
	dashes := 1
	for _, program := range programsOf(shellWords(c.Args)) {
		name := program[0].name()
		_, wraps := wrappers[name]
		// Behind the first -- of these stands a program with options of its own.
		if wraps || containers[name] && name != "ssh" {
			dashes = 2
		}
	}
	for _, w := range c.Args[1:] {
		if w.Lit() == "--" {
			if dashes--; dashes == 0 {
				return -1
			}
		}
		if i := l.startsWithDash(w, values); i >= 0 {
			return i
		}
	}
	return -1
}

// startsWithDash returns the hole whose value gives the word its first
// character, when that is a -; or -1.
func (l *ShellLine) startsWithDash(w *sh.Word, values [][]string) int {
	found, done := -1, false
	var look func(parts []sh.WordPart)
	look = func(parts []sh.WordPart) {
		for _, p := range parts {
			if done {
				return
			}
			switch p := p.(type) {
			case *sh.Lit:
				done = p.Value != ""
			case *sh.SglQuoted:
				done = p.Value != ""
			case *sh.DblQuoted:
				look(p.Parts)
			case *sh.ParamExp:
				i := placeholderIndex(p)
				if i < 0 {
					continue // it may be empty
				}
				for _, v := range values[i] {
					if v != "" {
						done = true
					}
					if strings.HasPrefix(v, "-") && !l.holes[i].flag {
						found = i
					}
				}
			}
		}
	}
	look(w.Parts)
	return found
}
