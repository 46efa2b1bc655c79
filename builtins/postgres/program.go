package postgres

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
)

// program is one of PostgreSQL's own.
type program struct {
	path    string
	version string // "15.4"
}

// beside is another program of the same package.
func (p program) beside(name string) string {
	if !filepath.IsAbs(p.path) {
		return name
	}
	return filepath.Join(filepath.Dir(p.path), name)
}

// folders are where packages put the programs of each version, beside PATH:
// Debian and Ubuntu, Red Hat and Fedora, Alpine, and Homebrew's two.
var folders = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
}

var ofPostgres = lazy.Regexp(`\(PostgreSQL\) ((\d+)\S*)`)

// find returns the oldest program of a name that is of the major version least
// or later: what an older one writes is what an older server reads. what is
// wanted of it, such as "back up PostgreSQL 15.4", is said where there is none.
func find(ctx context.Context, h *builtins.Host, name string, least int, what string) (program, error) {
	var best, newest program
	for p, err := range installed(ctx, h, name) {
		n := major(p.version)
		switch {
		case err != nil:
			return program{}, err
		case n == least:
			return p, nil
		case n > least && (best.path == "" || n < major(best.version)):
			best = p
		}
		if n > major(newest.version) {
			newest = p
		}
	}
	if best.path != "" {
		return best, nil
	}
	install := fmt.Sprintf("install postgresql-client-%d (Debian and Ubuntu; apt.postgresql.org has all versions), postgresql%d (Red Hat and Fedora, from yum.postgresql.org) or postgresql@%d (Homebrew)", least, least, least)
	if newest.path == "" {
		return program{}, fmt.Errorf("there is no %s to %s, neither on PATH nor in %s: %s", name, what, folders[0], install)
	}
	return program{}, fmt.Errorf("%s is of version %s, and to %s it has to be %d or later: %s", newest.path, newest.version, what, least, install)
}

// newest returns the latest of the installed programs of a name: it reads what
// all the others wrote.
func newest(ctx context.Context, h *builtins.Host, name, what string) (best program, err error) {
	for p, err := range installed(ctx, h, name) {
		if err != nil {
			return p, err
		}
		if major(p.version) > major(best.version) {
			best = p
		}
	}
	if best.path == "" {
		return best, fmt.Errorf("there is no %s to %s, neither on PATH nor in %s: install postgresql-client (Debian and Ubuntu), postgresql (Red Hat and Fedora) or libpq (Homebrew)", name, what, folders[0])
	}
	return best, nil
}

// installed are the programs of a name that are there, those in folders of
// their version first: Debian's on PATH is a script that calls one of them.
func installed(ctx context.Context, h *builtins.Host, name string) iter.Seq2[program, error] {
	return func(yield func(program, error) bool) {
		var candidates []string
		for _, folder := range folders {
			// The pattern is well-formed.
			found, _ := filepath.Glob(filepath.Join(folder, name))
			candidates = append(candidates, found...)
		}
		for _, path := range append(candidates, name) {
			ended, err := h.Start(ctx, builtins.Program{Argv: []string{path, "--version"}, Env: []string{"LC_ALL=C"}})
			if err != nil {
				yield(program{}, err)
				return
			}
			said := ofPostgres().FindStringSubmatch(ended.Stdout)
			if ended.Code == 0 && said != nil && !yield(program{path, said[1]}, nil) {
				return
			}
		}
	}
}
