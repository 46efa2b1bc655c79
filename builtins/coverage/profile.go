package coverage

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/tools/cover"
)

// goProfile reads what go test -coverprofile writes.
func goProfile(content []byte) (*measured, error) {
	profiles, err := cover.ParseProfilesFromReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("not a Go cover profile: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	m := &measured{kind: "go", files: map[string]*counts{}}
	for _, p := range profiles {
		c := &counts{}
		for _, b := range p.Blocks {
			if b.NumStmt > most-c.all {
				return nil, fmt.Errorf("%s: a block of %d statements", p.FileName, b.NumStmt)
			}
			c.all += b.NumStmt
			if b.Count > 0 {
				c.covered += b.NumStmt
			}
		}
		m.files[p.FileName] = c
	}
	return m, nil
}
