package importer

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/stdlib"
)

var update = flag.Bool("update", false, "write the scripts of testdata")

// parsed checks a script as drl check does, and that it is formatted.
func parsed(t testing.TB, s *Script) *syntax.File {
	t.Helper()
	file := source.NewFile("imported.drl", s.Text)
	tree, ds := syntax.Parse(file)
	_, more := check.File(tree, check.Options{Universe: standard.Universe(), Import: func(_ *source.File, name string) (*source.File, error) {
		library, err := stdlib.Read(name)
		return source.NewFile(name+".drl", library), err
	}})
	for _, d := range append(ds, more...) {
		if d.Severity == source.Error {
			t.Fatalf("%v\n%s", d, s.Text)
		}
		if d.Code.ID != "DRL0404" && d.Code.ID != "DRL0509" {
			t.Fatalf("a warning that no imported script has: %v\n%s", d, s.Text)
		}
	}
	if formatted := syntax.Format(tree); string(formatted) != string(s.Text) {
		t.Fatalf("not formatted:\n%s", cmp.Diff(string(s.Text), string(formatted)))
	}
	return tree
}

// boxesOf reads the boxes out of Markdown: those in sections about going back,
// in their order, and the others.
func boxesOf(md string) (done, shown []string) {
	_, md = frontMatter(plainText(md))
	tree := goldmark.New(goldmark.WithExtensions(extension.Table, extension.TaskList)).Parser().Parse(text.NewReader([]byte(md)))
	r := &reader{text: []byte(md)}
	var open []*section
	o := readOutline(md)
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			for len(open) > 0 && open[len(open)-1].level >= h.Level {
				open = open[:len(open)-1]
			}
			if title := r.inline(h).text(); h.Level != 1 || title != o.top.title || len(open) > 0 {
				open = append(open, &section{level: h.Level, title: title})
			}
		}
		back := slices.ContainsFunc(open, func(s *section) bool { return meaningOf(s.title) == saysRollback })
		ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if _, ok := n.(*extensions.TaskCheckBox); ok && entering && n.Parent().Type() == ast.TypeBlock && n.Parent().FirstChild() == n {
				title := orNoText(r.inline(n.Parent()).text())
				if back {
					shown = append(shown, title)
				} else {
					done = append(done, title)
				}
			}
			return ast.WalkContinue, nil
		})
	}
	return done, shown
}

// itemsOf reads what a script does, asks and shows, in its order.
func itemsOf(tree *syntax.File) (done, shown []string) {
	constant := func(s *syntax.String) string { text, _ := s.Constant(); return text }
	syntax.Walk(tree, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.Handler:
			syntax.Walk(e.Body, func(e syntax.Element) bool {
				if s, ok := e.(*syntax.String); ok {
					for line := range strings.SplitSeq(constant(s), "\n") {
						if m := shownBox.FindStringSubmatch(line); m != nil {
							shown = append(shown, m[1])
						}
					}
				}
				return true
			})
			return false
		case *syntax.Phase:
			done = append(done, constant(e.Title))
		case *syntax.Confirm:
			done = append(done, constant(e.Title))
		case *syntax.Check:
			done = append(done, constant(e.Title))
			return false
		case *syntax.Step:
			done = append(done, constant(e.Title))
			return false
		case *syntax.CallStmt:
			done = append(done, constant(e.Call.(*syntax.Call).Args[0].Value.(*syntax.String)))
			return false
		}
		return true
	})
	return done, shown
}

var shownBox = regexp.MustCompile(`^\s*\[[ x]\] (.*)$`)

// keepsBoxes fails unless a script has each box of the Markdown exactly once,
// in its order: as a node, or among what is shown on rollback.
func keepsBoxes(t testing.TB, md string, tree *syntax.File) {
	t.Helper()
	wantDone, wantShown := boxesOf(md)
	done, shown := itemsOf(tree)
	if md == "" {
		return
	}
	// What isn't a box stands between them: phases, numbered items, commands.
	isBox := map[string]bool{}
	for _, title := range wantDone {
		isBox[title] = true
	}
	at := 0
	inScript := map[string]int{}
	for _, title := range done {
		inScript[title]++
		if at < len(wantDone) && title == wantDone[at] {
			at++
		}
	}
	if at < len(wantDone) {
		t.Fatalf("box %d of %d is lost or moved: %q\nscript: %q", at+1, len(wantDone), wantDone[at], done)
	}
	inMarkdown := titlesOf(md)
	for title := range isBox {
		if inScript[title] > inMarkdown[title] {
			t.Fatalf("the box %q is in the script %d times, in the Markdown %d times", title, inScript[title], inMarkdown[title])
		}
	}
	// Where brackets stand in prose too, they look like boxes among the lines.
	if anyBrackets.MatchString(md) && len(anyBrackets.FindAllString(md, -1)) > len(wantDone)+len(wantShown) {
		at := 0
		for _, title := range shown {
			if at < len(wantShown) && title == wantShown[at] {
				at++
			}
		}
		if at < len(wantShown) {
			t.Fatalf("%q isn't shown on rollback, or not in its order: %q", wantShown[at], shown)
		}
		return
	}
	if diff := cmp.Diff(wantShown, shown); diff != "" {
		t.Fatalf("boxes shown on rollback (-want +got):\n%s", diff)
	}
}

var anyBrackets = regexp.MustCompile(`\[[ xX\t]\]`)

// titlesOf counts what a node of the script can be called after: headings,
// items, prose and comments above or in code.
func titlesOf(md string) map[string]int {
	titles := map[string]int{}
	var blocks func(all []block)
	blocks = func(all []block) {
		for _, b := range all {
			switch b := b.(type) {
			case *item:
				titles[orNoText(b.title)]++
				blocks(b.blocks)
			case *code:
				title, _ := titleAbove(nil, b)
				titles[title]++
			case *prose:
				titles[oneSentence(b.plain)]++
			}
		}
	}
	var walk func(s *section)
	walk = func(s *section) {
		titles[orNoText(s.title)] += 1 + len(s.blocks) // a step without a title has that of its section
		blocks(s.blocks)
		for _, sub := range s.subs {
			walk(sub)
		}
	}
	walk(readOutline(plainText(md)).top)
	return titles
}

func imported(t testing.TB, name, md string) (*Script, *syntax.File) {
	t.Helper()
	s, err := Import(name, []byte(md))
	if err != nil {
		t.Fatal(err)
	}
	return s, parsed(t, s)
}

func markdownFiles(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.md")
	if err != nil || len(names) < 4 {
		t.Fatalf("found %v, %v", names, err)
	}
	return names
}

// Each Markdown file in testdata becomes the script beside it. go test -update
// writes the scripts: read the difference before you commit it.
func TestGolden(t *testing.T) {
	for _, name := range markdownFiles(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			md, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s, tree := imported(t, filepath.Base(name), string(md))
			keepsBoxes(t, string(md), tree)
			golden := strings.TrimSuffix(name, ".md") + ".drl"
			if *update {
				if err := os.WriteFile(golden, s.Text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(s.Text)); diff != "" {
				t.Errorf("Import(%s) (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestTenThousandItems(t *testing.T) {
	var md strings.Builder
	md.WriteString("# Long\n")
	for i := range 10_000 {
		if i%100 == 0 {
			fmt.Fprintf(&md, "\n## Part %d\n", i/100)
		}
		fmt.Fprintf(&md, "- [ ] item %d\n", i)
	}
	s, tree := imported(t, "long.md", md.String())
	keepsBoxes(t, md.String(), tree)
	if s.Counts.Confirms != 10_000 || s.Counts.Phases != 100 {
		t.Errorf("Import counts %s, want 10000 confirms, 100 phases", s.Counts)
	}
}

func TestWhatCantBeImported(t *testing.T) {
	for _, tt := range []struct{ name, md, want string }{
		{"not UTF-8", "# A\n- [ ] caf\xe9\n", "line 2 holds byte 0xe9, which is not UTF-8 text: save the file as UTF-8"},
		{"too long", strings.Repeat("- [ ] an item\n", 60_000), "a script has at most 1 MiB (1048576): split the file by its headings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Import("x.md", []byte(tt.md)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Import() = %v, want %q in it", err, tt.want)
			}
		})
	}
}
