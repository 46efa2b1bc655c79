package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// File checks a parsed file and everything it imports.
// The diagnostics are of all files, sorted, warnings among them.
func File(f *syntax.File, o Options) (*Program, source.Diagnostics) { return nil, nil }
