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
	gone    map[string]gone // names of closed scopes, by name
	decls   *declarations

	ruleCall *syntax.Call           // the call that may be one of a rule: see callStmt
	numbers  map[syntax.Expr]number // what literals and arithmetic on them come to
}

// scope is one block's names. A name is bound once in a scope.
type scope struct {
	parent *scope
	names  map[string]*Object
	unit   *Unit
	// narrowed has the types that a test proved for names and member paths
	// ("r.backup") from here on: after `x != null and`, `require x != null`.
	narrowed map[string]*types.Type
	later    map[string]*syntax.Name // names that are bound further down
	owner    string                  // what it belongs to, for messages: `the step "deploy"`
}

// context is what the expression or statement at hand stands in.
type context struct {
	place   string         // "check", "step", "fn", "metrics", "undo", "handler", …: the word for messages
	allows  types.Effect   // the strongest effect that may stand here
	because syntax.Element // the declaration that limits it, for the second place of a message
	safe    bool           // under `safe`
	rule    *Monitor       // inside a monitor's rule

	at         place        // which statements may stand here
	strayed    bool         // in a statement that was reported to stand in the wrong place
	everywhere bool         // may be used anywhere in the file: only lets above the first node are known
	early      string       // why, as a hint
	policy     string       // the phase's; "" is stop
	step       *stepBody    // inside a step's body
	rules      *syntax.Rule // the rule whose body this is
	repeats    string       // `a for`, `parallel`, …: what is around the statement that may run it more than once
	fn         *fnBody      // inside a fn, valued rule or step: where its returns are kept
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
