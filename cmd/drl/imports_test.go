package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/drl-lang/drl"

// mayImport is the map of the house: what each room may know of ours. A room
// ending in /… stands for all below it.
var mayImport = []struct {
	room  string
	knows string
}{
	{"lang/lazy", ""},
	{"lang/source", ""},
	{"lang/syntax", "lang/source"},
	{"lang/types", ""},
	{"lang/value", ""},
	{"lang/check", "lang/source lang/syntax lang/types lang/value"},
	{"lang/compile", "lang/source lang/syntax lang/types lang/value lang/check"},
	{"lang/query", "lang/source lang/syntax lang/types lang/value lang/check"},
	{"builtins", "lang/types lang/value"},
	{"builtins/standard", "lang/types lang/value builtins builtins/…"},
	{"builtins/notify", "lang/types lang/value builtins builtins/http"},                    // a webhook is a request
	{"builtins/ws", "lang/types lang/value builtins builtins/http"},                        // a websocket begins as a request
	{"builtins/railway", "lang/types lang/value builtins builtins/http"},                   // a subscription is a websocket
	{"builtins/railway/standin", ""},                                                       // for tests
	{"builtins/celery", "lang/types lang/value builtins builtins/rabbitmq builtins/redis"}, // a worker is asked through its broker
	{"builtins/postgres", "lang/types lang/value builtins builtins/sql builtins/backup"},   // an address is read as sql reads it
	{"builtins/github", "lang/types lang/value builtins builtins/git"},                     // which repository, git's origin says
	{"builtins/mysql", "lang/types lang/value builtins builtins/sql builtins/backup"},      // an address is read as sql reads it
	{"builtins/sqlite", "lang/types lang/value builtins builtins/sql builtins/backup"},     // a file is opened as sql opens it
	{"builtins/…", "lang/types lang/value builtins"},
	{"runtime/plan", "lang/… builtins runtime/monitor"},
	{"runtime/engine", "runtime/event"},
	{"runtime/engine/conformance", "runtime/engine runtime/event"},
	{"runtime/run", "runtime/plan runtime/engine runtime/event runtime/monitor runtime/command lang/… builtins"},
	{"runtime/command", "runtime/engine runtime/event lang/…"},
	{"runtime/command/leftover", ""},
	{"runtime/memory", "runtime/engine runtime/event"},
	{"runtime/virtual", "runtime/engine runtime/event builtins lang/…"},
	{"runtime/odds", "runtime/monitor lang/…"},
	{"runtime/monitor", "runtime/event lang/…"},
	{"runtime/journal", "runtime/engine runtime/event"},
	{"runtime/event", "lang/source"},
	{"runtime/history", "runtime/event"},
	{"runtime/report", "runtime/event lang/source"},
	{"stdlib", ""},
	{"cmd/…", "…"},
	{"examples/…", "examples/…"},
}

// walls are packages of others that one room alone may know.
var walls = []struct {
	prefix string
	rooms  string
}{
	{"github.com/alecthomas/participle", "lang/syntax"},
	{"mvdan.cc/sh", "lang/syntax runtime/command"},
	{"github.com/expr-lang/expr", "lang/compile"},
	{"github.com/vektah/gqlparser", "builtins/railway/standin"}, // of tests, not of the program
	{module + "/builtins/railway/standin", ""},
}

func TestRoomsKnowTheirNeighboursOnly(t *testing.T) {
	eachFile(t, func(room, name string, file *ast.File, fset *token.FileSet) {
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			at := fset.Position(spec.Pos())
			for _, wall := range walls {
				if strings.HasPrefix(imported, wall.prefix) && !fits(room, wall.rooms) {
					t.Errorf("%s: %s is behind the wall of %s", at, imported, wall.rooms)
				}
			}
			ours, ok := strings.CutPrefix(imported, module+"/")
			if !ok || isWithin(room, ours) || ours == "lang/lazy" { // knows nobody, and everybody knows it
				continue
			}
			i := slices.IndexFunc(mayImport, func(r struct{ room, knows string }) bool { return fits(room, r.room) })
			if i < 0 {
				t.Errorf("%s: the room %s is not on the map", at, room)
				continue
			}
			if knows := mayImport[i].knows; !fits(ours, knows) {
				t.Errorf("%s: %s may import %q, and imports %s", at, room, knows, ours)
			}
		}
	})
}

// isWithin tells whether both are the same room, or one is a folder of the
// other's own: builtins/http/internal.
func isWithin(room, other string) bool {
	return room == other || strings.HasPrefix(other, room+"/internal")
}

func fits(room, patterns string) bool {
	for _, p := range strings.Fields(patterns) {
		prefix, all := strings.CutSuffix(p, "…")
		if all && strings.HasPrefix(room+"/", prefix) || room == p {
			return true
		}
	}
	return false
}

// The clock, the environment and the network's default client are the
// command line's: everything else is given them. A demo stack is a server of
// its own, and builtins/hostile the real world of tests.
func TestTheWorldComesThroughOneDoor(t *testing.T) {
	forbidden := map[string][]string{
		"time":     {"Now", "Sleep", "After", "Tick", "NewTicker", "NewTimer", "Since", "Until"},
		"os":       {"Getenv", "LookupEnv", "Environ"},
		"net/http": {"DefaultClient", "Get", "Post", "Head", "PostForm"},
	}
	eachFile(t, func(room, name string, file *ast.File, fset *token.FileSet) {
		if fits(room, "cmd/… examples/… builtins/hostile") {
			return
		}
		packages := map[string]string{} // by the name in this file
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if forbidden[imported] == nil {
				continue
			}
			local := path.Base(imported)
			if spec.Name != nil {
				local = spec.Name.Name
			}
			packages[local] = imported
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && x.Obj == nil && slices.Contains(forbidden[packages[x.Name]], sel.Sel.Name) && !excused(room, packages[x.Name], sel.Sel.Name) {
				t.Errorf("%s: %s.%s: the world comes through builtins.Host and engine.Engine", fset.Position(sel.Pos()), x.Name, sel.Sel.Name)
			}
			return true
		})
	})
}

// excused are real waits below the engine: runtime/command waits for
// processes of the machine, whose end no other clock can tell.
func excused(room, imported, name string) bool {
	return room == "runtime/command" && imported == "time" && name != "Now"
}

// isModule tells whether a folder is a module of its own, which may import
// what it likes.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// eachFile calls f for every Go file of the module that is not a test.
func eachFile(t *testing.T, f func(room, name string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	files := 0
	err = filepath.WalkDir(root, func(at string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata") && at != root:
			return fs.SkipDir
		case e.IsDir() && at != root && isModule(at):
			return fs.SkipDir
		case e.IsDir(), !strings.HasSuffix(at, ".go"), strings.HasSuffix(at, "_test.go"):
			return nil
		}
		rel, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, at, nil, 0)
		if err != nil {
			return err
		}
		files++
		f(filepath.ToSlash(filepath.Dir(rel)), rel, file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("looked at %d files, want all of the module", files)
	}
}
