package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// push opens a scope of the same unit; the function it returns closes it.
func (c *checker) push(owner string) (pop func()) {
	return c.pushUnit(owner, c.scope.unit)
}

// pushUnit opens a scope whose names have slots of unit.
func (c *checker) pushUnit(owner string, unit *Unit) (pop func()) {
	outer := c.scope
	c.scope = newScope(outer, unit)
	c.scope.owner = owner
	return func() {
		for name, o := range c.scope.names {
			if _, known := c.gone[name]; !known {
				c.gone[name] = gone{o, c.scope.owner}
			}
		}
		c.scope = outer
	}
}

func newScope(parent *scope, unit *Unit) *scope {
	return &scope{parent: parent, unit: unit, names: map[string]*Object{}, narrowed: map[string]*types.Type{}, later: map[string]*syntax.Name{}}
}

// gone is a name whose scope was closed, with what that scope belongs to: the
// message for a use outside of it.
type gone struct {
	object *Object
	owner  string
}

// bind declares a name in the innermost scope and gives what needs one a slot
// of its unit. A name that the scope has already is an error; one that hides
// an outer name is a warning.
func (c *checker) bind(n *syntax.Name, o *Object) *Object {
	o.Name, o.File, o.Span = n.Text, c.file, n.Span()
	c.prog.Info.Defs[n] = o
	switch o.Kind {
	case ObjLet, ObjParam, ObjInput:
		o.Slot = c.scope.unit.Slots
		c.scope.unit.Slots++
	}
	if other := c.scope.names[n.Text]; other != nil {
		d := c.errorf(codeBoundTwice, n, "%s is bound twice", n.Text)
		d.Hint = "a name keeps its value: give the second one another name"
		c.alsoAt(d, other, "first bound here")
		// Which of the two a use means, nobody can tell: it isn't judged.
		c.scope.names[n.Text] = &Object{Kind: ObjLet, Name: other.Name, File: other.File, Span: other.Span, Type: types.TUnknown}
		return o
	}
	for s := c.scope.parent; s != nil; s = s.parent {
		other := s.names[n.Text]
		if other == nil || other.Span == (source.Span{}) {
			continue
		}
		d := c.ds.Warn(codeHides, c.file, n.Span(), "%s hides the %s of the same name", n.Text, kindWord(other.Kind))
		d.Hint = "give one of them another name, so that a reader can tell them apart"
		c.alsoAt(d, other, "hidden from here on")
		break
	}
	c.scope.names[n.Text] = o
	c.forget(n.Text)
	return o
}

// alsoAt adds the place of an object to a diagnostic.
func (c *checker) alsoAt(d *source.Diagnostic, o *Object, message string) {
	if o.File != nil {
		d.Related = append(d.Related, source.Related{File: o.File, Span: o.Span, Message: message})
	}
}

// also adds the place of an element of this file to a diagnostic.
func (c *checker) also(d *source.Diagnostic, at syntax.Element, message string) {
	d.Related = append(d.Related, source.Related{File: c.file, Span: at.Span(), Message: message})
}

// outOfReach reports a use of a name that lookup doesn't find although the
// file binds it: below, or in a scope that was closed. It tells whether it
// did; otherwise nothing has the name.
func (c *checker) outOfReach(id *syntax.Ident) bool {
	if id.Name == "target" && c.prog.Targets != nil {
		d := c.errorf(codeNoTarget, id, "target is not known yet when %s is used", c.context.place)
		d.Hint = "inputs are read before the target's fields are"
		return true
	}
	if id.Name == "run" || id.Name == "target" {
		return false
	}
	for s := c.scope; s != nil; s = s.parent {
		n := s.later[id.Name]
		if n == nil {
			continue
		}
		line, _ := c.file.Position(n.Span().Start)
		d := c.errorf(codeTooEarly, id, "%s is used before it is bound, on line %d", id.Name, line)
		d.Hint = "a let is known from its line on: move it above this line"
		if c.context.everywhere && s == c.decls.scope {
			d.Message = id.Name + " is not bound yet when " + c.context.place + " is used"
			d.Hint = "only inputs and lets above the first node are known here: pass the value as an argument, or move the let up"
			if c.context.early != "" {
				d.Hint = c.context.early
			}
		}
		c.also(d, n, "bound here")
		return true
	}
	if g, ok := c.gone[id.Name]; ok {
		line, _ := c.file.Position(g.object.Span.Start)
		d := c.errorf(codeOutOfScope, id, "%s is known only inside %s, on line %d", id.Name, g.owner, line)
		if g.object.Kind == ObjLet {
			d.Hint = "bind it outside, or return it from there"
		}
		c.alsoAt(d, g.object, "bound here")
		return true
	}
	return false
}

// announce notes the names that the statements will bind in this scope, for
// the message of a use above them. Phases are sections of their scope.
func (c *checker) announce(stmts []syntax.Stmt) {
	for _, s := range stmts {
		switch s := s.(type) {
		case *syntax.Let:
			if s.Name != nil && c.scope.later[s.Name.Text] == nil {
				c.scope.later[s.Name.Text] = s.Name
			}
		case *syntax.Phase:
			if s.Body != nil {
				c.announce(s.Body.Stmts)
			}
		}
	}
}

// maybeUnbound makes the lets of the scope that control may not have passed
// options from here on: an inner scope may prove otherwise.
func (c *checker) maybeUnbound(s *scope, except func(*Object) bool) {
	for name, o := range s.names {
		if o.Kind == ObjLet && o.Type != nil && !except(o) {
			c.scope.narrowed[name] = types.OptionOf(o.Type)
		}
	}
}

// kindWord is what a message calls an object of the kind.
func kindWord(k ObjectKind) string {
	switch k {
	case ObjLet:
		return "let"
	case ObjParam:
		return "parameter"
	case ObjInput:
		return "input"
	case ObjFn:
		return "fn"
	case ObjRule:
		return "rule"
	case ObjMetrics:
		return "metrics block"
	case ObjMetric:
		return "metric"
	case ObjBaseline:
		return "baseline"
	case ObjPackage:
		return "module"
	case ObjImport:
		return "import"
	}
	return "name"
}

// aKind is kindWord with its article.
func aKind(k ObjectKind) string {
	switch k {
	case ObjInput, ObjImport:
		return "an " + kindWord(k)
	}
	return "a " + kindWord(k)
}
