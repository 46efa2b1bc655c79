package check

import (
	"maps"
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// narrowing is what a condition proves: the types of names and of member
// paths ("r.backup").
type narrowing map[string]*types.Type

// cond checks a condition, which must be a bool, and returns what it proves
// where it is true and where it is false.
func (c *checker) cond(e syntax.Expr) (whenTrue, whenFalse narrowing) {
	t, whenTrue, whenFalse := c.judge(e, types.TBool)
	if !types.Fits(t, types.TBool) {
		d := c.errorf(codeCondition, e, "a condition is a bool, found %s", t.Word())
		if _, _, hint := types.Unary("not", types.Present(t)); hint != "" {
			d.Hint = c.fill(hint, e, nil)
		}
		if t.Kind == types.Option {
			d.Message = "a condition is a bool, found " + t.String() + ", which may be null"
			d.Hint = c.fill("write {x} == true, or give a value for null with ??", e, nil)
		}
	}
	return whenTrue, whenFalse
}

// narrow makes what a condition proves known from here on in the scope.
func (c *checker) narrow(n narrowing) {
	if len(n) > 0 && c.scope.narrowed == nil {
		c.scope.narrowed = map[string]*types.Type{}
	}
	maps.Copy(c.scope.narrowed, n)
}

// narrowed returns the type that tests proved for a path whose first name is
// root; nil: nothing was proved.
func (c *checker) narrowed(path, root string) *types.Type {
	if path == "" {
		return nil
	}
	for s := c.scope; s != nil; s = s.parent {
		if t := s.narrowed[path]; t != nil {
			return t
		}
		if s.names[root] != nil {
			return nil
		}
	}
	return nil
}

// forget drops what was proved in the innermost scope for an outer name that
// is hidden from here on.
func (c *checker) forget(name string) {
	for path := range c.scope.narrowed {
		if path == name || strings.HasPrefix(path, name+".") {
			delete(c.scope.narrowed, path)
		}
	}
}

// assuming runs check with what n proves.
func (c *checker) assuming(n narrowing, check func()) {
	if len(n) == 0 {
		check()
		return
	}
	outer := c.scope
	c.scope = newScope(outer, outer.unit)
	c.scope.narrowed = n
	check()
	c.scope = outer
}

// both is what is proved where x and y both hold.
func both(x, y narrowing) narrowing {
	if len(x) == 0 {
		return y
	}
	if len(y) == 0 {
		return x
	}
	n := maps.Clone(x)
	maps.Copy(n, y)
	return n
}

// either is what is proved where x or y holds: what both prove alike.
func either(x, y narrowing) narrowing {
	var n narrowing
	for path, t := range x {
		if u := y[path]; u != nil && types.Same(t, u) {
			if n == nil {
				n = narrowing{}
			}
			n[path] = t
		}
	}
	return n
}

// saidOnce lets a name that was just reported as perhaps null pass from here
// on: one forgotten test is one error.
func (c *checker) saidOnce(e syntax.Element) {
	if id, ok := e.(*syntax.Ident); ok {
		c.narrow(narrowing{id.Name: types.TUnknown})
	}
}

// pathOf returns how a name or a chain of members is kept in a narrowing, with
// its first name; "" for everything else. What calls give can change.
func pathOf(e syntax.Expr) (path, root string) {
	switch e := unparen(e).(type) {
	case *syntax.Ident:
		return e.Name, e.Name
	case *syntax.Member:
		if outer, root := pathOf(e.X); outer != "" {
			return outer + "." + e.Name.Text, root
		}
	}
	return "", ""
}

// proves returns that e is of type t. That x?.y is there proves x as well.
func (c *checker) proves(e syntax.Expr, t *types.Type) narrowing {
	p, _ := pathOf(e)
	if p == "" {
		return nil
	}
	n := narrowing{p: t}
	for {
		m, ok := unparen(e).(*syntax.Member)
		if !ok {
			return n
		}
		e = m.X
		if m.Optional {
			p, _ := pathOf(e)
			n[p] = types.Present(c.prog.Info.Types[e])
		}
	}
}
