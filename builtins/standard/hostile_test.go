package standard_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// caller is a compile.World of the builtins that ship.
type caller struct {
	compile.World
	host *builtins.Host
}

func (c caller) Call(ctx context.Context, _ compile.Site, fn *types.Func, recv value.Value, args []value.Value, _ bool) (value.Value, error) {
	return standard.Lookup(fn.Name).Call(ctx, c.host, recv, args)
}

// evaluator compiles a script and returns what evaluates its last let.
func evaluator(t *testing.T, h *builtins.Host, script string) func() (value.Value, error) {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("test.drl", []byte(script)))
	program, more := check.File(tree, check.Options{Universe: standard.Universe()})
	for _, d := range append(ds, more...) {
		if d.Severity == source.Error {
			t.Fatalf("%v\n%s", d, script)
		}
	}
	code := compile.Compile(program)
	return func() (v value.Value, err error) {
		frame, thread := code.FileFrame(), &compile.Thread{World: caller{host: h}, Files: map[*check.Program]*compile.Frame{}}
		for _, stmt := range program.Tree.Stmts {
			let, ok := stmt.(*syntax.Let)
			if !ok {
				continue
			}
			if v, err = code.Eval(t.Context(), thread, frame, let.Value); err != nil {
				return nil, err
			}
			frame.Set(program.Info.Defs[let.Name], v)
		}
		return v, nil
	}
}

// TestHostileTextsInAddresses writes each text into each place of an address,
// in a script: the server sees it there, byte for byte, or is asked nothing.
func TestHostileTextsInAddresses(t *testing.T) {
	h := hostile.Host(t)
	s := otherEnd(t, h, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	text := ""
	h.Env = func(name string) (string, bool) {
		return map[string]string{"X": text, "BASE": s.URL, "HOST": strings.TrimPrefix(s.URL, "http://")}[name], true
	}
	calls := map[string]string{ // the path and the query q that are wanted, with X for the text
		`http.get("{base}/a/{x}/b")`:                                    "/a/X/b|",
		`http.get("{base}/{x}")`:                                        "/X|",
		`http.get("{base}/a?q={x}")`:                                    "/a|X",
		`http.get("{base}/a?q={x}&r=1#{x}")`:                            "/a|X",
		`http.get("{base}/a-{x}.json?q={x}")`:                           "/a-X.json|X",
		`http.get("{base}{x}")`:                                         "X|",
		`http.get("http://{host}/a/{x}/")`:                              "/a/X/|",
		`http.get("http://{host}{x}")`:                                  "X|",
		`http.get("http://{x}:{x}@{host}/a")`:                           "/a|",
		`http.get("{base}/a/{url.encode(x)}?q={url.encode(x)}")`:        "/a/X|X",
		`http.get("{base}/a", query: { q: x })`:                         "/a|X",
		`http.get("{base}/a?" + url.query({ q: x }))`:                   "/a|X",
		`http.get("{base}/a?{url.query({ q: x })}")`:                    "/a|X",
		`http.probe("{base}/a/{x}?q={x}", 1)`:                           "/a/X|X",
		`safe http.load("{base}/a/{x}?q={x}", rate: 1000/1s, for: 1ms)`: "/a/X|X",
		`http.session("{base}/s/{x}/").get("a")`:                        "/s/X/a|",
		`http.head("{base}/a/{secret(x)}?q={secret(x)}")`:               "/a/X|X",
	}
	for _, verb := range []string{"get", "head", "options", "post", "put", "patch", "delete"} {
		calls[`safe http.`+verb+`("{base}/a/{x}?q={x}")`] = "/a/X|X"
		calls[`safe http.session(base).`+verb+`("/a/{x}/?q={x}")`] = "/a/X/|X"
	}
	for call, want := range calls {
		evaluate := evaluator(t, h, "let x = env(\"X\")\nlet base = env(\"BASE\")\nlet host = env(\"HOST\")\nlet result = "+call+"\n")
		wantPath, wantQuery, _ := strings.Cut(want, "|")
		arrived := 0
		for _, text = range texts() {
			_, err := evaluate()
			asked := s.asked()
			if err != nil {
				if len(asked) > 0 {
					t.Errorf("%s with %q: %v, and the server was asked for %s", call, text, err, asked[0].RequestURI)
				}
				continue
			}
			seen := asked[0]
			arrived++
			path := strings.ReplaceAll(wantPath, "X", text)
			if path == "" {
				path = "/"
			}
			if seen.URL.Path != path {
				t.Errorf("%s with %q: the path is %q", call, text, seen.URL.Path)
			}
			if got := seen.URL.Query()["q"]; wantQuery != "" && (len(got) != 1 || got[0] != text) {
				t.Errorf("%s with %q: the query is %q", call, text, got)
			}
			if user, password, ok := seen.BasicAuth(); ok && (user != text || password != text) {
				t.Errorf("%s with %q: the user is %q and the password %q", call, text, user, password)
			}
		}
		if least := 200 / sparse; arrived < least && wantPath != "X" {
			t.Errorf("%s: %d texts arrived, want %d at least", call, arrived, least)
		}
	}
}

// sample is a value of type t with text in it; of a type without text, any.
// ok tells whether text is in it.
func sample(t *types.Type, text string) (v value.Value, ok bool) {
	switch t.Kind {
	case types.String, types.Any:
		return value.String(text), true
	case types.Secret:
		return value.NewSecret(text), true
	case types.Option:
		return sample(t.Elem, text)
	case types.List:
		v, ok = sample(t.Elem, text)
		return value.NewList([]value.Value{v}), ok
	case types.Map:
		v, ok = sample(t.Elem, text)
		return value.NewMap([]string{text}, []value.Value{v}), ok
	case types.Int:
		return value.Int(1), false
	case types.Number:
		return value.Number(1), false
	case types.Percent:
		return value.Percent(0.5), false
	case types.Duration:
		return value.Duration(time.Second), false
	case types.Size:
		return value.Size(1), false
	case types.Bool:
		return value.Bool(true), false
	case types.Time:
		return value.Time(time.Unix(0, 0)), false
	case types.Rate:
		return value.Rate{PerSecond: 1}, false
	}
	if t == types.TText {
		return value.String(text), true
	}
	return value.Null{}, false
}

// TestHostileTextsInFiles: a file has the name and the content that it was
// given, or there is none.
func TestHostileTextsInFiles(t *testing.T) {
	h := hostile.Host(t)
	for i, text := range texts() {
		path := fmt.Sprintf("%d/f%s", i, text)
		if strings.Contains(path, "/..") || strings.HasSuffix(path, "/") || strings.Contains(path, "//") || strings.Contains(path, "/.") {
			continue // leads elsewhere, as paths may
		}
		_, err := call(h, "file.write", str(path), str(text))
		got, osErr := os.ReadFile(h.Dir + "/" + path)
		if err != nil {
			if osErr == nil {
				t.Errorf("file.write(%q): %v, and the file is there", path, err)
			}
			continue
		}
		if osErr != nil || string(got) != text {
			t.Errorf("file.write(%q): the file holds %q, %v", path, got, osErr)
		}
		if back, err := call(h, "file.read", str(path)); err != nil || back != str(text) {
			t.Errorf("file.read(%q) = %q, %v", path, back, err)
		}
	}
}
