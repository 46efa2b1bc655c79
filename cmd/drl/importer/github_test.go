package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// TestBoxesAndTables: they are where goldmark's own extensions find them.
func TestBoxesAndTables(t *testing.T) {
	for _, md := range []string{
		"- [ ] a\n- [x] b\n- [X]c\n- [ ](d)\n- [] e\n- [y] f\n- g [ ] h\n",
		"- [ ]\n- [x]\n\n  below\n",
		"1. [ ] a\n   - [x] b\n     [ ] c\n\n   [ ] d\n",
		"[ ] a\n\n> [ ] b\n> - [ ] c\n",
		"- # [ ] a\n- `[ ]` b\n- **[ ]** c\n",
		"[x]: /y\n\n- [x] a\n- [x]\n",
		"| a | b |\n| --- | :-: |\n| 1 | 2 |\n\nbelow\n",
		"a | b\n--- | ---\n1 | 2\n",
		"above\n| a | b |\n|---|---|\n| 1 | 2 |\n",
		"- [ ] an item\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n- [ ] another\n",
		"- [ ] | a\n  - | -\n",
		"above\n\n| a |\n| - |\n",
		"a | b\n\nc | d\n",
		"| a | b |\n| x | y |\n",
	} {
		ours := found(goldmark.New(withGitHubs()), md)
		theirs := found(goldmark.New(goldmark.WithExtensions(extension.Table, extension.TaskList)), md)
		if diff := cmp.Diff(theirs, ours); diff != "" {
			t.Errorf("%s(-theirs +ours):\n%s", md, diff)
		}
	}
}

// found are the boxes and tables of a text, with what holds them.
func found(m goldmark.Markdown, md string) (all []string) {
	source := []byte(md)
	ast.Walk(m.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *box:
			all = append(all, fmt.Sprintf("box %v in %s", n.ticked, n.Parent().Parent().Kind()))
		case *extensions.TaskCheckBox:
			all = append(all, fmt.Sprintf("box %v in %s", n.IsChecked, n.Parent().Parent().Kind()))
		case *table, *extensions.Table:
			all = append(all, fmt.Sprintf("table in %s", n.Parent().Kind()))
			return ast.WalkSkipChildren, nil
		case *ast.Paragraph, *ast.TextBlock:
			all = append(all, "text "+strings.TrimSpace(string(n.Lines().Value(source))))
		}
		return ast.WalkContinue, nil
	})
	return all
}
