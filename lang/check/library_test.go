package check

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// A library that ships with drl adds to the built-in module of its name; a
// file of one's own takes the name.
func TestALibraryAddsToTheModuleOfItsName(t *testing.T) {
	library := source.NewFile("http.drl", []byte("fn up(url: string) -> bool { return http.get(url).ok }\n"))
	imports := func(*source.File, string) (*source.File, error) { return library, nil }
	tests := []struct {
		name, script string
		want         string // the one mistake; "" for none
	}{
		{"a library and its module", `use "std/http"
check "x" {
    expect http.up("http://a.example")
    expect http.get("http://a.example").ok
}
`, ""},
		{"neither has it", `use "std/http"
check "x" { expect http.gett("http://a.example").ok }
`, "module http has no gett"},
		{"a file of one's own", `use "./http.drl" as http
check "x" { expect http.get("http://a.example").ok }
`, "http has no get"},
		{"a mock of either", `use "std/http"
test "x" {
    mock http.up("*") => true
    mock http.get("*") => { status: 200 }
}
`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, ds := syntax.Parse(source.NewFile("main.drl", []byte(tt.script)))
			_, more := File(tree, Options{Universe: testUniverse(), Import: imports})
			var got []string
			for _, d := range append(ds, more...) {
				if d.Severity == source.Error {
					got = append(got, d.Message)
				}
			}
			if strings.Join(got, "\n") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
