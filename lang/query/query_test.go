package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/query"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

func world() *query.World {
	return &query.World{
		Universe: standard.Universe(),
		Check:    checked,
		Value: func(name string) value.Value {
			if name != "rows" {
				return nil
			}
			row := value.NewMap([]string{"city", "not a name"}, []value.Value{value.String("Ulm"), value.Int(1)})
			return value.NewList([]value.Value{row})
		},
	}
}

func checked(text string) *check.Program {
	tree, _ := syntax.Parse(source.NewFile("a.drl", []byte(text)))
	p, _ := check.File(tree, check.Options{Universe: standard.Universe()})
	return p
}

// cursorIn takes the mark of the cursor out of a text.
func cursorIn(t testing.TB, text string) (string, int) {
	t.Helper()
	at := strings.Index(text, "‸")
	if at < 0 {
		t.Fatalf("no cursor in %q", text)
	}
	return strings.Replace(text, "‸", "", 1), at
}

func TestComplete(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"functions of a module", "let r = http.ge‸", "get"},
		{"in the middle of a script", "let r = http.ge‸\ncheck \"x\" { expect r == 1 }", "get"},
		{"fields of a result", "let r = http.get(\"x\")\ncheck \"up\" { expect r.lat‸", "latency"},
		{"fields through fields", "let r = http.get(\"x\")\nlet t = r.timings.d‸", "dns"},
		{"methods", "let n = [1, 2].per‸", "percentile"},
		{"names above", "let first = 1\nlet second = fi‸\nlet fifth = 3", "file first"},
		{"names in a block", "step \"a\" {\n    let inner = 1\n    print(inn‸", "inner"},
		{"not those of another block", "step \"a\" { let inner = 1 }\nstep \"b\" {\n    print(inn‸", ""},
		{"parameters of a fn", "fn f(limit: int) -> int { return lim‸ }", "limit"},
		{"names declared below", "let x = dou‸\nfn double(n: int) -> int { return n * 2 }", "double"},
		{"inputs", "input version: string\nlet x = ver‸", "version"},
		{"arguments by name", "let r = http.get(\"x\", timeo‸", "timeout: "},
		{"arguments of a fn", "fn f(a: int, bee: int = 2) -> int { return a }\nlet x = f(1, be‸", "bee: "},
		{"not the ones that are given", "let r = http.get(url: \"x\", ur‸", "url"},
		{"types", "input wait: dur‸", "duration"},
		{"fields of the value at hand", "let rows = json.parse(\"[]\")\nlet x = rows[0].ci‸", "city"},
		{"in an interpolation", "let version = 1\nlet x = \"v{vers‸", "version"},
		{"in a command", "let version = \"1\"\nstep \"a\" { $ echo {vers‸", "version"},
		{"nothing in a text", "let x = \"le‸t\"", ""},
		{"an empty text", "‸", "*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, at := cursorIn(t, tt.text)
			items, start := world().Complete(text, at)
			var names []string
			for _, i := range items {
				names = append(names, i.Name)
				if !strings.HasPrefix(i.Name, text[start:at]) {
					t.Errorf("%q doesn't begin with %q", i.Name, text[start:at])
				}
			}
			got := strings.Join(names, " ")
			if tt.want == "*" && len(names) > 20 {
				return
			}
			if strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
				t.Errorf("Complete(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestSignature(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"let r = http.get(‸", "http.get 0"},
		{"let r = http.get(\"x\", timeout: ‸", "http.get timeout"},
		{"fn f(a: int, b: int) -> int { return a }\nlet x = f(1, ‸)", "f 1"},
		{"let x = [1].percentile(‸)", "percentile 0"},
		{"let x = f(max(1, 2), ‸)", "none"},
		{"let x = 1‸", "none"},
	} {
		text, at := cursorIn(t, tt.text)
		sig, ok := world().Signature(text, at)
		got := "none"
		if ok {
			got = sig.Func.Name + " " + fmt.Sprint(sig.Param)
			if sig.Param > 0 && strings.Contains(tt.text, ": ‸") {
				got = sig.Func.Name + " " + sig.Func.Params[sig.Param].Name
			}
		}
		if got != tt.want {
			t.Errorf("Signature(%q) = %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestHover(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"let r = http.get(\"x\")\nlet s = ‸r.status", "let r: Response"},
		{"let r = http.get(\"x\")\nlet s = r.‸status", "status: int"},
		{"let ‸wait = 5s", "let wait: duration"},
		{"let r = http.‸get(\"x\")", "http.get(url"},
		{"## The version.\ninput version: string\nlet v = ‸version", "input version: string"},
		{"fn f(a: int) -> int { return a }\nlet x = ‸f(1)", "fn f(a: int) -> int"},
		{"let n = [1, 2].‸percentile(50%)", "percentile("},
		{"let x = ‸1h + 1s", "duration"},
	} {
		text, at := cursorIn(t, tt.text)
		here, ok := world().Hover(checked(text), uint32(at))
		if !ok || !strings.HasPrefix(here.Text, tt.want) {
			t.Errorf("Hover(%q) = %q, %v, want %q", tt.text, here.Text, ok, tt.want)
		}
	}
}

// Whatever is typed, wherever the cursor is, there is an answer.
func FuzzComplete(f *testing.F) {
	f.Add("let r = http.get(\"x\")\ncheck \"up\" { expect r.latency < 500ms }", 20)
	f.Add("step \"a\" { $ echo {x} | cat\n undo { $ rm {x} } }", 14)
	f.Add("let s = \"\"\"\n  {a}\n  \"\"\"", 9)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		if len(text) > 2000 {
			return
		}
		if cursor < 0 || cursor > len(text) {
			cursor = len(text)
		}
		w := world()
		if _, start := w.Complete(text, cursor); start < 0 || start > cursor {
			t.Errorf("the word begins at %d, the cursor is at %d", start, cursor)
		}
		w.Signature(text, cursor)
		w.Hover(checked(text), uint32(cursor))
	})
}

func Example() {
	w := query.World{Universe: standard.Universe(), Check: checked}
	text := `let r = http.get("https://example.com")
let slow = r.lat`
	items, start := w.Complete(text, len(text))
	for _, i := range items {
		fmt.Println(text[start:], "→", i.Name+": "+i.Type)
	}
	// Output: lat → latency: duration
}
