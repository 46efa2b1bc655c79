package encode

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol, lol]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1, i-1)
	}
	return b.String()
}

func TestYAML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"scalars", "a: 1\nb: 2.5\nc: true\nd: null\ne: ~\nf: text\ng: '1'\nh: yes\ni: 2026-11-22\nj: 0x10\nk: 18446744073709551615",
			`{"a":1,"b":2.5,"c":true,"d":null,"e":null,"f":"text","g":"1","h":"yes","i":"2026-11-22","j":16,"k":1.8446744073709552e+19}`},
		{"lists and maps", "services:\n- name: auth\n  ports: [80, 443]\n- {name: web, env: {A: b}}\n", `{"services":[{"name":"auth","ports":[80,443]},{"name":"web","env":{"A":"b"}}]}`},
		{"blocks", "a: |\n  x\n  y\nb: >\n  x\n  y\nc: \"\\u00e9\\n\"\n", `{"a":"x\ny\n","b":"x y\n","c":"é\n"}`},
		{"keys of all kinds", "1: a\ntrue: b\n2.50: c\n\"x y\": d\n", `{"1":"a","true":"b","2.50":"c","x y":"d"}`},
		{"anchors", "a: &x {b: 1}\nc: *x\nd: [*x]\n", `{"a":{"b":1},"c":{"b":1},"d":[{"b":1}]}`},
		{"merging", "base: &b {x: 1, y: 2}\nmore: &m {z: 3}\na:\n  <<: *b\n  x: 9\nc:\n  <<: [*m, *b]\n", `{"base":{"x":1,"y":2},"more":{"z":3},"a":{"x":9,"y":2},"c":{"z":3,"x":1,"y":2}}`},
		{"tags", "a: !!str 12\nb: !!int 3\nc: !!map {x: 1}\n", `{"a":"12","b":3,"c":{"x":1}}`},
		{"nothing", "# only words\n", "null"},
		{"a mark of order", "\ufeffa: 1", `{"a":1}`},
		{"JSON", `{"a": [1, {"b": null}]}`, `{"a":[1,{"b":null}]}`},
		{"one document after a directive", "%YAML 1.2\n---\na: 1\n...\n", `{"a":1}`},

		{"not YAML", "a: [1, 2", "not YAML, line 1: sequence end token ']' not found"},
		{"a line that is none", "a: 1\nb: c: d\n", "not YAML, line 2: mapping value is not allowed in this context"},
		{"a key twice", "a: 1\nb: 2\na: 3\n", `not YAML, line 3: mapping key "a" already defined at [1:1]`},
		{"two documents", "a: 1\n---\nb: 2\n", "the text holds 2 documents, want one"},
		{"infinity", "a:\n  b: .inf\n", "line 2: .inf is no number here"},
		{"a tag of one's own", "a: !Ref x\n", `line 1: the tag "!Ref" is not known`},
		{"an alias without an anchor", "a: *x\n", "line 1: *x stands before the end of its anchor, or has none"},
		{"an alias in its own anchor", "a: &x [*x]\n", "line 1: *x stands before the end of its anchor, or has none"},
		{"merging a number", "a:\n  <<: 1\n", `line 2: << merges "1", want a mapping`},
		{"a list as a key", "? [a, b]\n: c\n", "not YAML, line 2: found an invalid key for this map"},
		{"a billion laughs", laughs(), "line 11: its aliases make more than 16MiB of the text"},
		{"deep in brackets", strings.Repeat("[", 10_000), "line 1: the text nests more than 100 deep"},
		{"deep in dashes", strings.Repeat("- ", 10_000), "line 1: the text nests more than 100 deep"},
		{"long", strings.Repeat("x", 1<<20+1), "the text has 1048.577kB, want at most 1MiB"},
		{"too many words", strings.Repeat("- a\n", 40_000), "the text has more than 50000 words and signs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			v, err := readYAML(tt.text)
			if err != nil {
				got = err.Error()
			} else {
				got = string(value.JSON(v))
			}
			if got != tt.want {
				t.Errorf("read\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestYAMLOfASecret(t *testing.T) {
	call := func(text string) (value.Value, error) {
		return yamlParse.Call(t.Context(), &builtins.Host{}, nil, []value.Value{value.NewSecret(text)})
	}
	v, err := call("password: hunter2hunter2\nport: 5432\n")
	if err != nil || strings.Contains(v.String(), "hunter2") {
		t.Errorf("yaml.parse of a secret is %v, %v", v, err)
	}
	if _, err := call("hunter2: [hunter2hunter2"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error of a secret is %v", err)
	}
}

func FuzzYAML(f *testing.F) {
	for _, text := range []string{"a: 1\nb: [x, {y: z}]\n", "a: &x {b: 1}\n<<: *x\n", "? [a]\n: |\n  text\n", "!!str 1", "- - - a", "%YAML 1.2\n---\n\"\\u00e9\"\n...", "a: >-\n\n  x\n\n", "*\r\xb7\r\"", laughs()[:200]} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := readYAML(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error of %q has several lines: %v", text, err)
			}
			return
		}
		if _, err := value.FromJSON(value.JSON(v)); err != nil {
			t.Errorf("%q gives %v, which is no JSON: %v", text, v, err)
		}
	})
}
