package tester_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/cmd/drl/tester"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// texts are scripts by name.
type texts map[string]string

func (x texts) read(from *source.File, name string) (*source.File, error) {
	name = path.Join(path.Dir(from.Name), name)
	if text, ok := x[name]; ok {
		return source.NewFile(name, []byte(text)), nil
	}
	return nil, fs.ErrNotExist
}

func (x texts) check(t testing.TB, name string) *check.Program {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile(name, []byte(x[name])))
	p, more := check.File(tree, check.Options{Universe: standard.Universe(), Import: x.read})
	if ds = append(ds, more...); ds.HasErrors() {
		var text strings.Builder
		source.PrintAll(&text, ds, source.Style{})
		t.Fatalf("%s\n%s", name, &text)
	}
	return p
}

// file is the tests of x_test.drl, which run the script release.drl.
func (x texts) file(t testing.TB) *tester.File {
	return &tester.File{Program: x.check(t, "x_test.drl"), Dir: t.TempDir(), Scripts: map[string]*tester.Script{
		"release.drl": {Program: x.check(t, "release.drl"), Dir: "."},
	}}
}

func options() tester.Options {
	return tester.Options{Functions: standard.Lookup, Workers: 1, Now: time.Now}
}
