package lazy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestRegexps compiles the regular expressions of the whole project: none has
// to wait for a script that needs it.
func TestRegexps(t *testing.T) {
	found := 0
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isRegexp(call.Fun) {
				return true
			}
			found++
			at := files.Position(call.Pos())
			if pattern, ok := literal(call.Args[0]); !ok {
				t.Errorf("%s: the pattern is not a literal", at)
			} else if _, err := regexp.Compile(pattern); err != nil {
				t.Errorf("%s: %v", at, err)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 50 {
		t.Errorf("%d regular expressions were found, want all", found)
	}
}

func isRegexp(function ast.Expr) bool {
	f, ok := function.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Regexp" {
		return false
	}
	of, ok := f.X.(*ast.Ident)
	return ok && of.Name == "lazy"
}

// literal returns the text of literals that are joined by +.
func literal(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, ok := literal(e.X)
		y, more := literal(e.Y)
		return x + y, ok && more && e.Op == token.ADD
	}
	return "", false
}
