package check

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

var isName = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)

// importFile resolves a use, checks what it names, and binds its name.
func (c *checker) importFile(use *syntax.Use) {
	if use.Path == nil {
		return
	}
	text, constant := use.Path.Constant()
	if !constant {
		c.errorf(codeUsePath, use.Path, "what a use names has to be known before the run: no { } in it")
		return
	}
	name := use.As
	if name == nil {
		// A last part that is no name was reported when the file was read; the
		// name that it would have had keeps its uses quiet.
		last := strings.TrimSuffix(path.Base(text), ".drl")
		if !isName().MatchString(last) {
			return
		}
		name = &syntax.Name{At: use.Path.At, Text: last}
	}
	o := &Object{Kind: ObjImport, Decl: use, Type: &types.Type{Kind: types.Module, Name: name.Text}}
	program := c.resolve(use, text)
	if program == nil {
		// The name is bound all the same, so that its uses say nothing more.
		o.Kind, o.Type = ObjLet, types.TUnknown
	}
	o.Program = program
	c.bind(name, o)
	if program != nil {
		c.prog.Imports[name.Text] = program
	}
}

// Adds reports whether an import adds to the built-in module of its name: a
// library that ships does, so that std/postgres leaves postgres.backup at hand.
// A file of one's own hides the module, by its author's choice of name.
func (o *Object) Adds() bool {
	use, ok := o.Decl.(*syntax.Use)
	if !ok || use.Path == nil {
		return false
	}
	text, _ := use.Path.Constant()
	return strings.HasPrefix(text, "std/")
}

// resolve returns the checked program that a use names, or nil when it was
// reported.
func (c *checker) resolve(use *syntax.Use, text string) *Program {
	s := c.decls.session
	local := strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../")
	first, _, _ := strings.Cut(text, "/")
	switch {
	case local, first == "std" && text != "std":
	case strings.Contains(first, ".") && first != text:
		d := c.errorf(codeRegistry, use.Path, "%s is a module of a registry, and this version of drl imports none", text)
		d.Hint = `copy its files beside this one, and use "./` + path.Base(text) + `.drl"`
		return nil
	default:
		d := c.errorf(codeUsePath, use.Path, "%q names neither a file nor a library", text)
		if slices.Contains(s.importable(c.file), "std/"+text) {
			d.Hint = `libraries begin with std/: use "std/` + text + `"`
			return nil
		}
		d.Hint = `a file beside this one begins with ./: use "./` + strings.TrimSuffix(text, ".drl") + `.drl"; libraries with std/`
		return nil
	}
	if s.opts.Import == nil {
		c.errorf(codeNoFile, use.Path, "%s cannot be imported from here", text)
		return nil
	}
	file, err := s.opts.Import(c.file, text)
	if err != nil || file == nil {
		d := c.errorf(codeNoFile, use.Path, "there is no %s", text)
		if local {
			d.Message = "there is no file " + text + " beside this one"
		}
		if d.Cause = unlessMissing(err); d.Cause != nil {
			d.Message = "can't read " + text
		}
		importable := s.importable(c.file)
		if slices.Contains(importable, text+".drl") {
			d.Hint = "did you mean " + text + ".drl?"
		} else if near := types.Near(text, importable); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
		return nil
	}
	for i, open := range s.ring {
		if open.Name == file.Name {
			c.cycle(use, s.ring[i:], file)
			return nil
		}
	}
	if p := s.programs[file.Name]; p != nil {
		return p
	}
	tree, ds := syntax.Parse(file)
	s.ds = append(s.ds, ds...)
	return s.program(tree, use)
}

// importable lists what a use in the file could name.
func (s *session) importable(from *source.File) []string {
	if s.opts.Importable == nil {
		return nil
	}
	return s.opts.Importable(from)
}

// unlessMissing is err, or nil when it says no more than that there is no file.
func unlessMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// cycle reports files that import each other, with the whole ring.
func (c *checker) cycle(use *syntax.Use, ring []*source.File, again *source.File) {
	names := make([]string, 0, len(ring)+1)
	for _, f := range ring {
		names = append(names, f.Name)
	}
	names = append(names, again.Name)
	if len(ring) == 1 {
		d := c.errorf(codeCycle, use.Path, "%s imports itself", again.Name)
		d.Hint = "its names are known in all of it without a use"
		return
	}
	d := c.errorf(codeCycle, use.Path, "files import each other in a ring: %s", strings.Join(names, " → "))
	d.Hint = "move what both need into a file of its own"
}

// importable reports what a file that is imported may not hold: it has
// declarations and lets, and nothing that runs.
func (c *checker) importable(f *syntax.File) {
	for _, s := range f.Stmts {
		kind, word := sortOf(s)
		hint := ""
		switch s := s.(type) {
		case *syntax.Bad:
			continue
		case *syntax.Use, *syntax.Fn, *syntax.Rule, *syntax.Metrics, *syntax.Test:
			continue
		case *syntax.Input:
			hint = "inputs are flags of the script that is run: take a parameter"
		case *syntax.Release, *syntax.Targets:
			hint = "it belongs into the script that is run"
		case *syntax.Handler:
			hint = "handlers belong into the script that is run"
		default:
			if kind == sLet && !c.callsRule(s.(*syntax.Let).Value) {
				continue
			}
			hint = "put it into a rule, and call the rule from the script that is run"
		}
		d := c.errorf(codeImportRuns, c.head(s), "%s cannot stand in a file that is imported", word)
		d.Hint = hint
	}
}
