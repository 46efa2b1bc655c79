package standard_test

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// TestExamplesPassTheChecker puts each manual page's example where it may
// stand and checks the script.
func TestExamplesPassTheChecker(t *testing.T) {
	for _, m := range standard.Modules() {
		for _, f := range append(m.Funcs, m.Methods...) {
			if f.Example == "" {
				continue
			}
			t.Run(f.Name, func(t *testing.T) {
				if !strings.Contains(f.Example, f.Name+"(") {
					t.Errorf("the example does not call %s: %s", f.Name, f.Example)
				}
				script := f.Example + "\n"
				switch {
				case strings.HasPrefix(script, "check "):
				case f.Effect == types.Writes || strings.HasPrefix(script, "$ "):
					script = "step \"example\" {\n" + script + "undo none \"an example\"\n}\n"
				default:
					script = "check \"example\" {\n" + script + "}\n"
				}
				script = "input deploy_key: secret\n" + script
				file := source.NewFile("example.drl", []byte(script))
				tree, problems := syntax.Parse(file)
				_, more := check.File(tree, check.Options{Universe: standard.Universe()})
				for _, d := range append(problems, more...) {
					if d.Severity == source.Error {
						t.Errorf("%v\n%s", d, script)
					}
				}
			})
		}
	}
}
