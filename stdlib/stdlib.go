// Package stdlib holds the rule libraries that ship with drl, written in DRL:
// `use "std/web"` reads web.drl.
package stdlib

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.drl
var files embed.FS

// testSuffix is how the names of the libraries' tests end, which aren't ones.
const testSuffix = "_test"

// Names returns the libraries as a script names them: "std/web".
func Names() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(fmt.Sprintf("stdlib: %v", err)) // the files are part of the program
	}
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".drl"); !strings.HasSuffix(name, testSuffix) {
			names = append(names, "std/"+name)
		}
	}
	return names
}

// Read returns the text of a library. It fails with [fs.ErrNotExist] for a
// name that isn't one of Names.
func Read(name string) ([]byte, error) {
	file, ok := strings.CutPrefix(name, "std/")
	if !ok || strings.HasSuffix(file, testSuffix) {
		return nil, fs.ErrNotExist
	}
	return files.ReadFile(file + ".drl")
}
