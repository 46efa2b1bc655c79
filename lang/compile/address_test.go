package compile_test

import (
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

func TestValuesInAnAddressStayWhereTheyAre(t *testing.T) {
	const declarations = `
let base = "https://h.example/api/"
let odd = "a/b?c d"
let up = ".."
let none = ""
let key = secret("k&y")
let whole = "{base}{odd}"
`
	tests := []struct{ expression, want string }{
		{`visit("{base}")`, "https://h.example/api/"},
		{`visit("{base}{odd}/x?q={odd}")`, "https://h.example/api/a%2Fb%3Fc%20d/x?q=a%2Fb%3Fc%20d"},
		{`visit(url: ("{base}{odd}"))`, "https://h.example/api/a%2Fb%3Fc%20d"},
		{`visit("{base}{url.encode(odd)}")`, "https://h.example/api/a%2Fb%3Fc%20d"},
		{`visit("{base}{1 + 1}/{true}/{500ms}")`, "https://h.example/api/2/true/500ms"},
		// What was put together elsewhere is the address as a whole.
		{`visit(whole)`, "https://h.example/api/a/b?c d"},
		{`visit(base + odd)`, "https://h.example/api/a/b?c d"},
		{`visit("{base}{up}/x")`, `DRL1008 | up: up is "..", which would lead to another address (a value in an address is one piece of it: drl help addresses)`},
		{`visit("https://h/{none}")`, `DRL1008 | none: none is "", which would lead to another address (a value in an address is one piece of it: drl help addresses)`},
		{`visit("https://h/{key}/{up}")`, `DRL1008 | up: up is "..", which would lead to another address (a value in an address is one piece of it: drl help addresses)`},
		{`visit("https://{key}/x")`, `DRL1008 | key: key is •••, want the name of a host (a value in an address is one piece of it: drl help addresses)`},
	}
	for _, tt := range tests {
		v, err := eval(t, declarations, tt.expression)
		got := ""
		if err != nil {
			got = describe(err)
		} else {
			got = v.String()
		}
		if got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.expression, got, tt.want)
		}
	}
	v, err := eval(t, declarations, `visit("https://h/?key={key}")`)
	if s, ok := v.(value.Secret); err != nil || !ok || s.Reveal() != "https://h/?key=k%26y" {
		t.Errorf("an address with a secret is %#v, %v", v, err)
	}
}
