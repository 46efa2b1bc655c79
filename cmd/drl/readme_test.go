package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/source"
)

// Every page of the project that shows a script shows one that passes drl
// check as it stands, and every link between pages leads somewhere. The
// manual of the builtins shows lines, which its own test checks.
func TestPages(t *testing.T) {
	root := filepath.Join("..", "..")
	pages, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(root, "*", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, folders...) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		scripts := fenced(string(text), "drl")
		if strings.HasPrefix(page, filepath.Join(root, "builtins")) {
			scripts = nil
		}
		for i, script := range scripts {
			l := loader{}
			_, ds := l.check(source.NewFile(fmt.Sprintf("%s block %d", page, i+1), []byte(script)))
			for _, d := range ds {
				if d.Severity == source.Error {
					t.Error(d)
				}
			}
		}
		for _, link := range links.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(link[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), target)); err != nil {
				t.Errorf("%s: a link to %s, which is not there", page, link[1])
			}
		}
	}
}

var links = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// fenced returns the blocks of Markdown that are fenced as the language.
func fenced(text, language string) []string {
	var blocks []string
	for {
		_, rest, found := strings.Cut(text, "```"+language+"\n")
		if !found {
			return blocks
		}
		block, after, _ := strings.Cut(rest, "```")
		blocks = append(blocks, block)
		text = after
	}
}
