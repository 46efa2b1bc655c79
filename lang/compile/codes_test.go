package compile_test

import (
	"errors"
	"strings"
	"testing"

	. "github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// TestCodes runs what each code shows: the wrong script passes the checker and
// fails with the code, the right one passes both.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range Codes {
		t.Run(code.Name, func(t *testing.T) {
			if seen[code.ID] || !strings.HasPrefix(code.ID, "DRL10") || code.Doc == "" {
				t.Errorf("%s: a code of its own between DRL1000 and DRL1099, with a Doc", code.ID)
			}
			seen[code.ID] = true
			if err := evaluateAll(t, code.Right); err != nil {
				t.Errorf("the right script fails: %v", err)
			}
			var d *source.Diagnostic
			if err := evaluateAll(t, code.Wrong); !errors.As(err, &d) || d.Code != code {
				t.Errorf("the wrong script gives %v, want %s", err, code.ID)
			}
		})
	}
}

// evaluateAll evaluates what the checks of a script say, in their order, as
// `drl run --only 'kind == "check"'` does: steps are left out.
func evaluateAll(t *testing.T, text string) error {
	t.Helper()
	s := load(t, text)
	var all func(stmts []syntax.Stmt) error
	all = func(stmts []syntax.Stmt) error {
		for _, stmt := range stmts {
			var err error
			switch stmt := stmt.(type) {
			case *syntax.Check:
				err = all(stmt.Body.Stmts)
			case *syntax.Expect:
				_, _, err = s.code.Explain(t.Context(), s.thread, s.frame, stmt.Cond)
			case *syntax.Let:
				if stmt.Value == nil {
					continue
				}
				var v value.Value
				if v, err = s.code.Eval(t.Context(), s.thread, s.frame, stmt.Value); err == nil {
					s.frame.Set(s.program.Info.Defs[stmt.Name], v)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return all(s.program.Tree.Stmts)
}
