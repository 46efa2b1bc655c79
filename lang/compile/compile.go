// Package compile turns the expressions and functions of a checked program
// into typed closures over register frames: no allocation a call for scalar
// code, overflow and division traps, fuel, depth. What reaches outside goes
// through World. It is the last room of lang: runtime evaluates with it, and
// it knows of no node, engine or built-in.
package compile

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Site is where in a script something is called.
type Site struct {
	File *source.File
	Span source.Span
}

// World is how a running program reaches outside of itself.
// The pure functions of a universe go through Call too, but for a few of the
// core that are compiled in.
type World interface {
	// Call calls a built-in, or with recv the method of a handle. Arguments
	// are in the parameters' order; nil: left out. safe: the author vouches
	// with `safe` that a write may be repeated.
	Call(ctx context.Context, at Site, fn *types.Func, recv value.Value, args []value.Value, safe bool) (value.Value, error)
	// Command runs $( … ), $?( … ) and `secret $( … )` with the values of
	// its holes.
	Command(ctx context.Context, at Site, c *syntax.CommandValue, holes []value.Value) (value.Value, error)
}

// Code is a compiled program and what it imports. It is safe for use by
// several goroutines.
type Code struct {
	program *check.Program
	linked  map[*check.Program]*Code // with itself; shared by all of them
	units   []unit
	fns     map[*syntax.Fn]*function
	ready   sync.Map // syntax.Expr → *Prepared
	sites   *atomic.Int64
	watch   *Watch // of a test; else it watches nothing
}

// unit is one activation record: of the file (decl is nil), a fn, a rule or a
// test.
type unit struct {
	decl syntax.Stmt
	span source.Span
}

// Compile compiles p, which was checked without errors. Functions are
// compiled now, other expressions when they are first evaluated.
func Compile(p *check.Program) *Code { return CompileWatched(p, Watch{}) }

// CompileWatched is [Compile] for a test, which looks into the program.
func CompileWatched(p *check.Program, w Watch) *Code {
	all := &Code{linked: map[*check.Program]*Code{}, sites: new(atomic.Int64), watch: &w}
	all.link(p)
	for _, c := range all.linked {
		for decl, f := range c.fns {
			c.compileFn(decl, f)
		}
	}
	return all.linked[p]
}

// link makes the Code of p and of what it imports, with the functions not yet
// compiled, so that they can call each other in any order. What all of them
// share is that of all.
func (all *Code) link(p *check.Program) {
	if p == nil || all.linked[p] != nil {
		return
	}
	c := &Code{program: p, linked: all.linked, fns: map[*syntax.Fn]*function{}, sites: all.sites, watch: all.watch}
	all.linked[p] = c
	for decl := range p.Info.Units {
		if decl != nil {
			c.units = append(c.units, unit{decl, decl.Span()})
		}
	}
	slices.SortFunc(c.units, func(a, b unit) int { return int(a.span.Start) - int(b.span.Start) })
	for _, s := range p.Tree.Stmts {
		if fn, ok := s.(*syntax.Fn); ok {
			c.fns[fn] = &function{name: fn.Name.Text, result: p.Info.TypeExprs[fn.Result]}
		}
	}
	for _, q := range p.Imports {
		all.link(q)
	}
}

// Import returns the code of an imported program (Program.Imports), or c
// itself for its own program.
func (c *Code) Import(p *check.Program) *Code { return c.linked[p] }

// unitAt returns the activation record of what stands at a place of the file.
func (c *Code) unitAt(s source.Span) unit {
	i, found := slices.BinarySearchFunc(c.units, s.Start, func(u unit, at uint32) int { return int(u.span.Start) - int(at) })
	if !found {
		i--
	}
	if i >= 0 && i < len(c.units) && s.Start < c.units[i].span.End {
		return c.units[i]
	}
	return unit{}
}

// unitOf returns the activation record that has an object's slot.
func (c *Code) unitOf(o *check.Object) unit { return c.unitAt(o.Span) }
