package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/drl-lang/drl/lang/source"
)

// FuzzFile holds that no text makes the checker panic, and that every
// diagnostic lies in its file.
func FuzzFile(f *testing.F) {
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
		f.Add(code.Wrong)
		f.Add(code.Right)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("main.drl", []byte(text))
		for _, d := range diagnose(file) {
			if d.Code == nil || d.Message == "" || d.File == nil {
				t.Errorf("a diagnostic without code, message or file: %+v", d)
			}
			if d.File == file && (d.Span.Start > d.Span.End || int(d.Span.End) > len(text)) {
				t.Errorf("%s lies at %v of %d bytes", d.Message, d.Span, len(text))
			}
		}
	})
}
