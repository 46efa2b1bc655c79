// Package lazy has what is made at its first use. drl starts for each check
// that somebody types, and everything that is in it would be made each time.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a regular expression that is compiled when it is first asked
// for. It panics then if it is none: TestRegexps compiles those of the project.
func Regexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
