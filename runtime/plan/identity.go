package plan

import (
	"fmt"
	"maps"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// Namer gives the nodes of one place their identities: the path of kinds and
// titles as written, which lines above don't change. Of nodes that are written
// alike in one place the second is #2. The zero Namer names the script's own
// nodes.
type Namer struct {
	Parent string // identity of the node around
	seen   map[string]int
}

// Name returns the identity of the next node with that head, such as
// `step "run migrations"`.
func (n *Namer) Name(head string) string {
	if n.seen == nil {
		n.seen = map[string]int{}
	}
	n.seen[head]++
	if again := n.seen[head]; again > 1 {
		head = fmt.Sprintf("%s #%d", head, again)
	}
	if n.Parent == "" {
		return head
	}
	return n.Parent + " / " + head
}

// Fork returns a namer that goes on from here on its own, for a branch that
// runs beside others.
func (n *Namer) Fork() *Namer { return &Namer{Parent: n.Parent, seen: maps.Clone(n.seen)} }

// Element returns the identity of one turn of a loop.
func (n *Namer) Element(v value.Value) string { return n.Name("[" + value.Short(v, 60) + "]") }

// Head is what a node is called: its kind, as events have it, its title as
// written, and how both stand in its identity.
type Head struct {
	Kind  string
	Title *syntax.String // nil for nodes without one
	Text  string         // the title as written, or what stands for it
	ID    string
}

// HeadOf returns the head of a node; false for what isn't a node: a let of an
// expression, a return.
func HeadOf(p *check.Program, s syntax.Stmt) (Head, bool) {
	titled := func(kind string, title *syntax.String) (Head, bool) {
		written := oneLine(p.Source.Slice(title.Span()))
		return Head{Kind: kind, Title: title, Text: unquoted(written), ID: kind + " " + written}, true
	}
	plain := func(kind, text string) (Head, bool) {
		if text == "" {
			return Head{Kind: kind, Text: kind, ID: kind}, true
		}
		return Head{Kind: kind, Text: text, ID: kind + " " + text}, true
	}
	slice := func(e syntax.Element) string { return oneLine(p.Source.Slice(e.Span())) }
	switch s := s.(type) {
	case *syntax.Phase:
		return titled("phase", s.Title)
	case *syntax.Check:
		return titled("check", s.Title)
	case *syntax.Step:
		return titled("step", s.Title)
	case *syntax.Confirm:
		return titled("confirm", s.Title)
	case *syntax.Monitor:
		return titled("monitor", s.Title)
	case *syntax.Settle:
		return titled("settle", s.Title)
	case *syntax.Follow:
		return titled("follow", s.Title)
	case *syntax.Baseline:
		return plain("baseline", s.Name.Text)
	case *syntax.Wait:
		if s.Until != nil {
			return plain("wait", "until "+slice(s.Until))
		}
		return plain("wait", slice(s.For))
	case *syntax.Parallel:
		if s.For != nil {
			return plain("parallel", "for "+s.For.Name.Text+" in "+slice(s.For.List))
		}
		return plain("parallel", "")
	case *syntax.For:
		return plain("for", s.Name.Text+" in "+slice(s.List))
	case *syntax.If:
		return plain("if", slice(s.Cond))
	case *syntax.In:
		if s.Dir != nil {
			return plain("in", slice(s.Dir))
		}
		return plain("with", "")
	case *syntax.Handler:
		return plain("on", s.Event.Text)
	case *syntax.Let:
		switch {
		case s.Step != nil:
			return titled("step", s.Step.Title)
		case s.Confirm != nil:
			return titled("confirm", s.Confirm.Title)
		case s.Ask != nil:
			return titled("ask", s.Ask.Title)
		}
		if o := RuleOf(p, s.Value); o != nil {
			return plain("rule", o.Name)
		}
	case *syntax.CallStmt:
		if o := RuleOf(p, s.Call); o != nil {
			return plain("rule", o.Name)
		}
	}
	return Head{}, false
}

// RuleOf returns the rule that an expression calls, or nil.
func RuleOf(p *check.Program, e syntax.Expr) *check.Object {
	if c := RuleCall(p, e); c != nil {
		return c.Object
	}
	return nil
}

// RuleCall returns the call of a rule that an expression is, or nil.
func RuleCall(p *check.Program, e syntax.Expr) *check.Call {
	for {
		paren, ok := e.(*syntax.Paren)
		if !ok {
			break
		}
		e = paren.X
	}
	call, ok := e.(*syntax.Call)
	if !ok {
		return nil
	}
	if c := p.Info.Calls[call]; c != nil && c.Kind == check.CallRule {
		return c
	}
	return nil
}

// Home returns the program that declares a rule, function or metrics block
// that p uses.
func Home(p *check.Program, o *check.Object) *check.Program {
	if o.Program != nil {
		return o.Program
	}
	return p
}

// PlaceOf is where an element of p stands.
func PlaceOf(p *check.Program, e syntax.Element) source.Place { return p.Source.Place(e.Span()) }
