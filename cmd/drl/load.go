package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/stdlib"
)

// mostSource is how much of a script is read. The parser refuses long before
// that, with a place; this only bounds what is kept in memory.
const mostSource = 16 << 20

// loader reads scripts, each once.
type loader struct {
	files  map[string]*source.File
	inputs *inputFlags // of the script that is run
}

// read returns the file of that name, as the user typed it.
func (l *loader) read(name string) (*source.File, error) {
	key := filepath.Clean(name)
	if f := l.files[key]; f != nil {
		return f, nil
	}
	text, err := readScript(name)
	if err != nil {
		return nil, err
	}
	return l.keep(key, source.NewFile(name, text)), nil
}

func (l *loader) keep(key string, f *source.File) *source.File {
	if l.files == nil {
		l.files = map[string]*source.File{}
	}
	l.files[key] = f
	return f
}

func readScript(name string) ([]byte, error) {
	if name == "" {
		return nil, errors.New("the name of the script is empty")
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missingScript("there is no file " + name + nearFile(name))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plainError(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, want a script", name)
	}
	text, err := io.ReadAll(io.LimitReader(f, mostSource))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plainError(err))
	}
	return text, nil
}

// missingScript is an error that says which file there is instead. It is a
// [fs.ErrNotExist], by which an import knows that it can say so itself.
type missingScript string

func (m missingScript) Error() string { return string(m) }

// Is tells whether the error is target.
func (missingScript) Is(target error) bool { return target == fs.ErrNotExist }

// plainError is an error without the path that its message repeats.
func plainError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// nearFile is a hint at the script that was probably meant.
func nearFile(name string) string {
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".drl"); ok {
			names = append(names, name)
		}
	}
	base := strings.TrimSuffix(filepath.Base(name), ".drl")
	if slices.Contains(names, base) {
		return "; did you mean " + name + ".drl?"
	}
	if near := types.Near(base, names); near != "" {
		return "; did you mean " + filepath.Join(filepath.Dir(name), near) + ".drl?"
	}
	return ""
}

const libraryPrefix = "std/"

// resolve reads what a use names: a library that ships with drl, or a file
// beside the one that names it.
func (l *loader) resolve(from *source.File, name string) (*source.File, error) {
	if strings.HasPrefix(from.Name, libraryPrefix) && strings.HasPrefix(name, ".") {
		name = strings.TrimSuffix(path.Join(path.Dir(from.Name), name), ".drl")
	}
	if !strings.HasPrefix(name, libraryPrefix) {
		return l.read(filepath.Join(filepath.Dir(from.Name), filepath.FromSlash(name)))
	}
	if f := l.files[name]; f != nil {
		return f, nil
	}
	text, err := stdlib.Read(name)
	if err != nil {
		return nil, err
	}
	return l.keep(name, source.NewFile(name+".drl", text)), nil
}

// importable lists what a use in the file could name.
func (l *loader) importable(from *source.File) []string {
	names := stdlib.Names()
	dir := filepath.Dir(from.Name)
	filepath.WalkDir(dir, func(at string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		rel, err := filepath.Rel(dir, at)
		if err != nil || strings.Count(rel, string(filepath.Separator)) > 1 || strings.HasPrefix(e.Name(), ".") && at != dir {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(rel, ".drl") && rel != filepath.Base(from.Name) {
			names = append(names, "./"+filepath.ToSlash(rel))
		}
		return nil
	})
	return names
}

// check parses and checks a script and all it imports.
func (l *loader) check(f *source.File) (*check.Program, source.Diagnostics) {
	tree, ds := syntax.Parse(f)
	program, more := check.File(tree, check.Options{
		Universe: standard.Universe(), Import: l.resolve, LookPath: onPath, Importable: l.importable,
	})
	ds = append(ds, more...)
	ds.Sort()
	return program, ds
}

func onPath(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// scriptsIn lists the scripts that arguments name: files as they are, folders
// with all that ends in .drl below them, hidden folders left out.
func scriptsIn(args []string) ([]string, error) { return filesIn(args, ".drl") }

// filesIn is scriptsIn for those whose names end so.
func filesIn(args []string, suffix string) ([]string, error) {
	named := suffix
	if !strings.HasPrefix(suffix, ".") {
		named = "*" + suffix
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	var names []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil || !info.IsDir() {
			names = append(names, arg)
			continue
		}
		before := len(names)
		err = filepath.WalkDir(arg, func(at string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && at != arg && strings.HasPrefix(e.Name(), "."):
				return fs.SkipDir
			case !e.IsDir() && strings.HasSuffix(at, suffix):
				names = append(names, at)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", arg, err)
		}
		if len(names) == before {
			return nil, fmt.Errorf("there is no %s file in %s", named, arg)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
