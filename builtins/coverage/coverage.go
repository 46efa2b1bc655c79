// Package coverage holds the builtin that reads what tests have covered, of
// the files that test tools write: Cobertura XML, lcov, Go's cover profiles
// and coverage.py's JSON. One file here is one of the kinds.
package coverage

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "coverage",
		Doc:   "What tests have covered.",
		Funcs: []*builtins.Func{read},
	}}
}

// measured is what a file of coverage says: counts by the path of a source
// file.
type measured struct {
	kind     string
	files    map[string]*counts
	branches counts
}

type counts struct{ covered, all int }

func (c *counts) add(covered bool) {
	c.all++
	if covered {
		c.covered++
	}
}

func (c counts) percent() value.Percent { return value.Percent(float64(c.covered) / float64(c.all)) }

// lines are the lines of source files that could be covered, and whether they
// were: some tools name a line twice.
type lines map[string]map[int]bool

func (l lines) hit(path string, line int, covered bool) {
	file := l[path]
	if file == nil {
		file = map[int]bool{}
		l[path] = file
	}
	file[line] = file[line] || covered
}

func (l lines) counts() map[string]*counts {
	all := map[string]*counts{}
	for path, file := range l {
		c := &counts{}
		for _, covered := range file {
			c.add(covered)
		}
		all[path] = c
	}
	return all
}

const kinds = "want Cobertura XML, lcov, a Go cover profile or the JSON of coverage.py"

// parse finds out by the content which kind it is, and reads it.
func parse(content []byte) (*measured, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(text) == 0:
		return nil, errors.New("it is empty, " + kinds)
	case text[0] == '<':
		return cobertura(content)
	case text[0] == '{':
		return coveragePy(text)
	case bytes.HasPrefix(text, []byte("mode: ")):
		return goProfile(text)
	case bytes.HasPrefix(text, []byte("TN:")), bytes.HasPrefix(text, []byte("SF:")):
		return lcov(content)
	}
	first, _, _ := strings.Cut(string(text[:min(len(text), 40)]), "\n")
	return nil, fmt.Errorf("it begins with %q, %s", first, kinds)
}

type fileCoverage struct {
	Path    string        `drl:"path" doc:"the source file, as the tool named it"`
	Total   value.Percent `drl:"total" doc:"how much of it is covered"`
	Lines   int           `drl:"lines" doc:"how many lines could be covered; of Go, statements"`
	Covered int           `drl:"covered" doc:"how many of them were"`
}

type result struct {
	Total    value.Percent  `drl:"total" doc:"the share of lines that are covered; of Go, of statements"`
	Branches *value.Percent `drl:"branches" doc:"the share of branches that are covered, where they were measured"`
	Files    []fileCoverage `drl:"files" doc:"each source file that has such lines, by its path"`
	Kind     string         `drl:"kind" doc:"cobertura, lcov, go or coverage.py"`
}

// result sums up what was measured.
func (m *measured) result() (result, error) {
	r := result{Kind: m.kind, Files: []fileCoverage{}}
	var total counts
	for _, path := range slices.Sorted(maps.Keys(m.files)) {
		c := m.files[path]
		if c.all == 0 {
			continue
		}
		total.covered, total.all = total.covered+c.covered, total.all+c.all
		r.Files = append(r.Files, fileCoverage{Path: path, Total: c.percent(), Lines: c.all, Covered: c.covered})
	}
	if total.all <= 0 {
		return r, errors.New("it names no line that could be covered: were the tests run?")
	}
	r.Total = total.percent()
	if m.branches.all > 0 {
		share := m.branches.percent()
		r.Branches = &share
	}
	return r, nil
}
