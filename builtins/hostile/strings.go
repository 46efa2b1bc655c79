// Package hostile holds what the tests of drl meet servers, programs and
// libraries with: texts that mean something to some program, and servers that
// break their protocol's rules. Nothing that ships imports it.
package hostile

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed strings.txt
var list string

// Strings returns more than 300 texts that mean something to some program:
// quotes, flags, paths, control characters, bytes that are no letters. A value
// in a placeholder is one of them and arrives byte for byte, or is refused
// before anything starts. It panics where the list can't be read.
func Strings() []string {
	var all []string
	n := 0
	for line := range strings.Lines(list) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, err := strconv.Unquote(line)
		if err != nil {
			panic(fmt.Sprintf("hostile: strings.txt:%d: %v", n, err))
		}
		all = append(all, text)
	}
	return all
}
