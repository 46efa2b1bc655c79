package check

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryDiagnosticAsPrinted holds each code's wrong script against what a
// person sees of it: read the diff before you commit it.
func TestEveryDiagnosticAsPrinted(t *testing.T) {
	byHundred := map[string]*bytes.Buffer{}
	for _, code := range Codes {
		name := "drl" + code.ID[3:5] + ".txt"
		out := byHundred[name]
		if out == nil {
			out = &bytes.Buffer{}
			byHundred[name] = out
		}
		_, ds := folderOf(code.Wrong).check()
		fmt.Fprintf(out, "---- %s %s\n", code.ID, code.Name)
		if err := source.PrintAll(out, ds, source.Style{}); err != nil {
			t.Fatal(err)
		}
	}
	for name, out := range byHundred {
		golden(t, filepath.Join("testdata", "golden", name), out.Bytes())
	}
}

// golden holds got against a file, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", name, diff)
	}
}
