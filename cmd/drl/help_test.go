package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/source"
)

func TestEveryCommandHasAPage(t *testing.T) {
	for _, c := range commands() {
		if _, ok := page(c.name); !ok && !c.hidden {
			t.Errorf("drl help %s: there is no help/%s.txt", c.name, c.name)
		}
	}
}

func TestPagesFitATerminal(t *testing.T) {
	for _, name := range topics() {
		text, _ := page(name)
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > 88 || i == 0 && n > 60 {
				t.Errorf("help/%s.txt:%d is %d characters wide", name, i+1, n)
			}
		}
	}
}

// The script in drl help language is one that drl check passes.
func TestTheScriptInHelpIsRight(t *testing.T) {
	text, _ := page("language")
	_, script, _ := strings.Cut(text, "\n    release")
	script, _, _ = strings.Cut("    release"+script, "\nDeclarations")
	script = regexp.MustCompile(`(?m)^    `).ReplaceAllString(script, "")
	var l loader
	_, ds := l.check(source.NewFile("help.drl", []byte(script)))
	for _, d := range ds {
		if d.Severity == source.Error {
			t.Errorf("%v in\n%s", d, script)
		}
	}
}

func TestHelpHasEveryEvent(t *testing.T) {
	readme, err := os.ReadFile("../../runtime/event/README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := page("events")
	words := strings.Fields(text)
	kinds := 0
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|.*\\| (.*) \\|$").FindAllStringSubmatch(string(readme), -1) {
		kinds++
		for _, word := range append([]string{row[1]}, strings.Fields(strings.ReplaceAll(row[2], "`", ""))...) {
			if !slices.Contains(words, word) {
				t.Errorf("drl help events doesn't name %s of %s", word, row[1])
			}
		}
	}
	if kinds < 19 {
		t.Errorf("found %d kinds in the table, want all", kinds)
	}
}
