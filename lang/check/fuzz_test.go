package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// FuzzCheck: no text makes the parser or the checker panic, and every
// diagnostic points into its file and says something.
func FuzzCheck(f *testing.F) {
	for _, pattern := range []string{"testdata/*.drl", "../../examples/*.drl", "../../examples/*/*.drl", "../../stdlib/*.drl"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	for _, code := range Codes {
		for _, script := range []string{code.Wrong, code.Right} {
			if len(script) < 1<<12 {
				f.Add(script)
			}
		}
	}
	f.Fuzz(func(t *testing.T, script string) {
		main := source.NewFile("main.drl", []byte(script))
		tree, ds := syntax.Parse(main)
		_, more := File(tree, folder{"main.drl": main}.options())
		for _, d := range append(ds, more...) {
			if d.Message == "" || d.Code == nil || d.File == nil {
				t.Errorf("a diagnostic without a message, code or file: %+v", d)
				continue
			}
			if d.Span.Start > d.Span.End || int(d.Span.End) > len(d.File.Text) {
				t.Errorf("%v points to %v of %d bytes", d, d.Span, len(d.File.Text))
			}
			if err := source.Print(&strings.Builder{}, d, source.Style{Width: 60}); err != nil {
				t.Error(err)
			}
		}
	})
}
