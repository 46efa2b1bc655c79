package stdlib

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// Every library that is named can be read, and each file of this folder is
// named.
func TestNamesAndReadAgree(t *testing.T) {
	names := Names()
	if !slices.Contains(names, "std/web") {
		t.Errorf("Names() = %q, want std/web among them", names)
	}
	for _, name := range names {
		text, err := Read(name)
		if err != nil {
			t.Errorf("Read(%q): %v", name, err)
		}
		if !strings.HasPrefix(string(text), "# "+name+": ") {
			t.Errorf("%s doesn't begin with a line that says what it is for", name)
		}
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".drl")
		if ok && !strings.HasSuffix(name, "_test") && !slices.Contains(names, "std/"+name) {
			t.Errorf("Names() lacks %s", e.Name())
		}
	}
}

func TestReadUnknown(t *testing.T) {
	for _, name := range []string{"", "std/", "std/wbe", "web", "web.drl", "std/web.drl", "std/../stdlib", "../stdlib.go", "std/stdlib.go", "/std/web"} {
		if text, err := Read(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Read(%q) = %d bytes, %v, want an error that is fs.ErrNotExist", name, len(text), err)
		}
	}
}
