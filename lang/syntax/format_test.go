package syntax

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

// mustParse parses a text that has no errors.
func mustParse(t testing.TB, text string) *File {
	t.Helper()
	f, ds := Parse(source.NewFile("test.drl", []byte(text)))
	for _, d := range ds {
		if d.Severity == source.Error {
			t.Fatalf("Parse: %v\n%s", d, text)
		}
	}
	return f
}

// sameTree is Tree without the order of imports, which Format sorts.
func sameTree(f *File) string {
	var uses, rest []Stmt
	for _, s := range f.Stmts {
		if _, ok := s.(*Use); ok {
			uses = append(uses, s)
		} else {
			rest = append(rest, s)
		}
	}
	path := func(s Stmt) string {
		text, _ := s.(*Use).Path.Constant()
		return text
	}
	slices.SortStableFunc(uses, func(a, b Stmt) int { return strings.Compare(path(a), path(b)) })
	return Tree(&File{Source: f.Source, Stmts: append(uses, rest...)})
}

func comments(f *File) string {
	var all []string
	for _, c := range f.Comments {
		all = append(all, c.Text)
	}
	return strings.Join(all, "\n")
}

// checkFormat tests the laws of Format on a text without errors.
func checkFormat(t testing.TB, text string) string {
	t.Helper()
	f := mustParse(t, text)
	once := string(Format(f))
	g, ds := Parse(source.NewFile("formatted.drl", []byte(once)))
	if ds.HasErrors() {
		t.Fatalf("Format made a text that can't be read: %v\nfrom:\n%s\nto:\n%s", ds, text, once)
	}
	if diff := cmp.Diff(sameTree(f), sameTree(g)); diff != "" {
		t.Fatalf("Format changed the tree (-before +after):\n%s\nfrom:\n%s\nto:\n%s", diff, text, once)
	}
	if len(f.Comments) != len(g.Comments) {
		t.Fatalf("Format changed the comments (-before +after):\n%s", cmp.Diff(comments(f), comments(g)))
	}
	if twice := string(Format(g)); twice != once {
		t.Fatalf("Format isn't stable (-once +twice):\n%s\nfrom:\n%s", cmp.Diff(once, twice), text)
	}
	return once
}
