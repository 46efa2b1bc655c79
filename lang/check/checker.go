package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// checker walks one file. Statements and declarations are in the files named
// for them; expressions begin at expr.go; both report through it.
type checker struct {
	opts    Options
	file    *source.File
	prog    *Program
	ds      *source.Diagnostics
	scope   *scope
	context context
}

// scope is one block's names. A name is bound once in a scope.
type scope struct {
	parent *scope
	names  map[string]*Object
	unit   *Unit
	// narrowed has the types that a test proved for names and member paths
	// ("r.backup") from here on: after `x != null and`, `require x != null`.
	narrowed map[string]*types.Type
}

// context is what the expression or statement at hand stands in.
type context struct {
	place   string         // "check", "step", "fn", "metrics", "undo", "handler", …: the word for messages
	allows  types.Effect   // the strongest effect that may stand here
	because syntax.Element // the declaration that limits it, for the second place of a message
	safe    bool           // under `safe`
	rule    *Monitor       // inside a monitor's rule
}

// errorf reports an error at an element.
func (c *checker) errorf(code *source.Code, at syntax.Element, format string, args ...any) *source.Diagnostic {
	return c.ds.Add(code, c.file, at.Span(), format, args...)
}

// lookup finds what a name means, from the innermost scope outwards; nil when
// nothing has that name.
func (c *checker) lookup(name string) *Object {
	for s := c.scope; s != nil; s = s.parent {
		if o := s.names[name]; o != nil {
			return o
		}
	}
	return nil
}
