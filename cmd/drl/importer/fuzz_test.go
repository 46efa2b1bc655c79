package importer

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/syntax"
)

// FuzzImport: any Markdown becomes a script that is formatted and passes
// drl check, that has all boxes in their order, and that runs nothing of what
// is only shown on rollback.
func FuzzImport(f *testing.F) {
	for _, name := range markdownFiles(f) {
		md, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(md))
	}
	for _, md := range []string{
		"", "\n\n", "text", "# A\n\n# B\n- [ ] x", "---\ntitle: \"{x}\"\n---\n- [ ] a", "---\n", "- [ ] \n- [x]\n- [ ]",
		"- [ ] a `b` \\{ {{ }} \" ' \\ # $(rm) ${x} {x}", "- [ ] '''\n\n# Rollback\n- [ ] ''' \"\"\" {x} \\", "## Rollback\n```\na\n```\n## Rollback\n- [ ] b",
		"- [ ] a\n  ```sh\n  echo {a,b} } { '{x}' \"{y}\" `{z}` <x> < y > z\n  ```", "- [ ] a\n  ```sh\n  make test; echo } \n  check \"x\" { }\n  ```",
		"- [ ] a\n  ```sh\n  $ a \\\n  b\n  c\n  ```", "1. a\n2. b\n   - [ ] c\n     1. d", "> - [ ] quoted\n> # h\n", "| a | b |\n| - | - |\n| [ ] | x |",
		"# First 24 hours\n- [ ] a\n# B\n```sh\nmake x\n```", "# Option A\n- [ ] a\n# Option B\n- [ ] b\n# Option C\ntext", "# A (alternative)\n- [ ] a\n# B (alternative)\n- [ ] a",
		"- [ ] `/health`\n- [ ] X: `/health`\n- [ ] http://{x}/health\n- [ ] https://a.example/\"/ loads\n- [ ] https://a.example/{b} is up",
		"[x]: http://e.example/ \"t\"\n\n- [ ] [x] ![y](z) <http://e.example> <br> <b>c</b>", "# Contacts\n- **A**: {b}\n- C: \"d\"", "- [ ] " + strings.Repeat("- [ ] ", 30) + "deep",
		"\t- [ ] code", "* [X]0", "* [X]~0~", "* a *[X]*", "## RollBACk\n[x] 0", "text\n```\n  npx #", "0\n* [X]\n  1) # [X]", "#\n# Contents\n## RollBACk\n* [X]", "- [ ] a\r\n- [ ] b\r\n", "\ufeff# A\n- [ ] \u202eb\u0007", "- [ ] a\n  ```sh\n  cd x\n  export A='b c'\n  B=\"d\"\n  make A=$A\n  ```",
		"- [ ] Run `echo hi`\n- [ ] Run `rm <x>`\n- [ ] CHANGELOG.md updated\n- [ ] `a b` exists", "<div>\n- [ ] html\n</div>", "- [ ] a\n\n```bash\nls\n```\n```bash\nls\n```\n",
		"- [ ] a <version>\n  ```sh\n  x v1.2.3 1.2.3 <version> service_name <the token>\n  ```", "Setext\n===\n\n- [ ] a\n\n---\n\n~~~sh\nls\n~~~\n",
	} {
		f.Add(md)
	}
	f.Fuzz(func(t *testing.T, md string) {
		if !utf8.ValidString(md) || len(md) > 1<<15 {
			return
		}
		s, tree := imported(t, "fuzz.md", md)
		keepsBoxes(t, md, tree)
		syntax.Walk(tree, func(e syntax.Element) bool {
			handler, ok := e.(*syntax.Handler)
			if !ok {
				return true
			}
			if len(handler.Body.Stmts) != 1 {
				t.Fatalf("on rollback does more than show:\n%s", s.Text)
			}
			call, ok := handler.Body.Stmts[0].(*syntax.CallStmt)
			if !ok || call.Call.(*syntax.Call).Fn.(*syntax.Ident).Name != "print" {
				t.Fatalf("on rollback does more than show:\n%s", s.Text)
			}
			for _, part := range call.Call.(*syntax.Call).Args[0].Value.(*syntax.String).Parts {
				if part.Expr != nil {
					t.Fatalf("on rollback evaluates something:\n%s", s.Text)
				}
			}
			return false
		})
	})
}
