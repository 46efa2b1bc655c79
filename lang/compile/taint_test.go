package compile_test

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

const hidden = `
fn any_of(x: any) -> any { return x }
fn text_of(x: any) -> string { return "{x}" }
let token = secret("hunter2hunter2")
let box = any_of({ key: token, keys: [token, token], n: 5, host: "db" })
let plain = "plain"
let low = box.key.lower()
`

// What is made of a secret stays one, also where its type says any or string.
func TestWhatIsMadeOfASecretIsOne(t *testing.T) {
	for _, expression := range []string{
		`token`, `"{token}"`, `token + "x"`, `"x" + token`, `token.lower`, `token.split("t").first ?? token`, `token.replace("h", "j")`,
		`[token, "x"].join(",")`, `["{token}"].first ?? token`, `"{[token]}"`, `"{ ({ a: token }) }"`, `if true then token else "x"`,
		`box.key`, `"{box.key}"`, `"x {box.key} y"`, `"{box}"`, `"{box.keys}"`, `box.key + ""`, `"" + box.key`, `box.key + box.host`,
		`box.key.upper()`, `box.key.upper() + ""`, `box.key.trim.lower + "x" + "y"`, `"{box.key.trim}"`, `box.key.split("t")[0]`,
		`box.keys.join("-")`, `box.keys.join("-") + ""`, `box.keys.map(k => "{k}").join(",")`, `box.keys.map(k => k + "!").first ?? "x"`,
		`["a", "b"].join(low)`, `plain.replace("l", low)`, `low + ""`, `"{low}"`, `text_of(box.key)`, `text_of(box.key) + "x"`,
		`box["key"]`, `box.keys[1] + ""`, `box.key.find('hunt') ?? "x"`, `(box.key.find('(hunt)') ?? "x") + "x"`,
		`(box?.key ?? "x") + "x"`, `(try text_of(box.key)).value ?? "x"`, `visit("http://x/{box.key}")`, `visit("http://x/{low}?a={plain}")`,
		`box.key as secret`, `if box.n == 5 then low else "x"`, `[low, "x"].first ?? "x"`,
	} {
		t.Run(expression, func(t *testing.T) {
			s, ds := tryLoad(hidden + "let result = " + expression + "\n")
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			v, err := s.run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			secret, ok := v.(value.Secret)
			if !ok {
				t.Fatalf("= %s %s, want a secret", value.TypeName(v), v)
			}
			if strings.Contains(secret.Reveal(), value.Mask) {
				t.Errorf("the secret itself became %s", secret.Reveal())
			}
		})
	}
}

// Where plain text is wanted, a secret of type any fails, and shows nothing.
func TestASecretIsNoPlainText(t *testing.T) {
	for expression, want := range map[string]string{
		`box.key as string`:                        "box.key is •••, wanted text",
		`(box as { key: string }).key`:             ".key is •••, wanted text",
		`box.key as int`:                           "is •••, wanted an int",
		`box.key.length`:                           "its length is not shown",
		`box.keys.group_by(k => k)`:                "is •••, wanted text",
		`box.keys.sort_by(k => k)`:                 "",
		`box.key < "x"`:                            "",
		`box.key.nothing`:                          "",
		`{ "a": 1 }[box.key]`:                      "",
		`box.keys.max()`:                           "",
		`box.key + 1`:                              "",
		`box.keys[box.key]`:                        "",
		`fetch(box.key)`:                           "is •••, wanted text",
		`json.parse(box.key)`:                      "is •••, wanted text",
		`box.keys.map(k => k as string).join(",")`: "is •••, wanted text",
	} {
		t.Run(expression, func(t *testing.T) {
			s, ds := tryLoad(hidden + "let result = " + expression + "\n")
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			v, err := s.run(t.Context())
			if err == nil {
				t.Fatalf("= %s %s, want an error", value.TypeName(v), v)
			}
			if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), want) {
				t.Errorf("error %q, want %q in it", err, want)
			}
		})
	}
}
