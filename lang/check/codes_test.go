package check

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// folder is a folder of scripts in memory: those of a txtar, or one main.drl.
type folder map[string]*source.File

func folderOf(script string) folder {
	if !strings.HasPrefix(script, "-- ") {
		return folder{"main.drl": source.NewFile("main.drl", []byte(script))}
	}
	in := folder{}
	for _, f := range txtar.Parse([]byte(script)).Files {
		in[f.Name] = source.NewFile(f.Name, f.Data)
	}
	return in
}

// options checks against the folder alone, on a machine where every program
// but one is there.
func (in folder) options() Options {
	return Options{
		Universe: testUniverse(),
		Import: func(from *source.File, name string) (*source.File, error) {
			if f := in[path.Join(path.Dir(from.Name), name)]; f != nil {
				return f, nil
			}
			return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
		},
		Importable: func(from *source.File) (names []string) {
			for name := range in {
				if name != from.Name {
					names = append(names, "./"+name)
				}
			}
			return names
		},
		LookPath: func(program string) bool { return program != "no-such-program" },
	}
}

func (in folder) check() (*Program, source.Diagnostics) {
	tree, ds := syntax.Parse(in["main.drl"])
	p, more := File(tree, in.options())
	ds = append(ds, more...)
	ds.Sort()
	return p, ds
}

func TestEveryCodeIsExplained(t *testing.T) {
	form := regexp.MustCompile(`^DRL0[0-9]{3}$`)
	seen := map[string]bool{}
	for _, code := range Codes {
		if !form.MatchString(code.ID) || seen[code.ID] {
			t.Errorf("%s (%s) is no code of its own", code.ID, code.Name)
		}
		seen[code.ID] = true
		if code.Name == "" || code.Doc == "" || code.Wrong == "" || code.Right == "" {
			t.Errorf("%s lacks a name, a doc or a script", code.ID)
		}
		for _, script := range []string{code.Wrong, code.Right} {
			if !strings.HasPrefix(script, "-- ") && !strings.HasSuffix(script, "\n") {
				t.Errorf("%s: the script's last line has no end: %q", code.ID, script)
			}
		}
	}
}

// whenItRuns are the codes of what only a running script can get wrong.
var whenItRuns = []string{"DRL0514"}

func TestEveryWrongScriptGivesItsCode(t *testing.T) {
	for _, code := range Codes {
		if slices.Contains(whenItRuns, code.ID) {
			continue
		}
		t.Run(code.ID, func(t *testing.T) {
			_, ds := folderOf(code.Wrong).check()
			if len(ds) == 0 {
				t.Errorf("%s: nothing is wrong with\n%s", code.Name, code.Wrong)
			}
			for _, d := range ds {
				if d.Code != code {
					t.Errorf("%s: it gives %v as well", code.Name, d)
				}
			}
		})
	}
}

func TestEveryRightScriptPasses(t *testing.T) {
	for _, code := range Codes {
		t.Run(code.ID, func(t *testing.T) {
			_, ds := folderOf(code.Right).check()
			for _, d := range ds {
				t.Errorf("%s: %v (%s)", code.Name, d, d.Hint)
			}
		})
	}
}
