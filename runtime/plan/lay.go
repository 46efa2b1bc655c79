package plan

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// lay makes the tree of nodes.
func (b *builder) lay() {
	if b.ds.HasErrors() {
		return // titles would be of inputs that nobody meant
	}
	top := &layer{b: b, eval: b.eval.fork(), policy: "stop"}
	b.plan.Nodes = top.nodes(b.program.Tree.Stmts, &Namer{})
	if e := b.plan.releaseField("version"); e != nil && top.eval.known(e) {
		if v, err := top.eval.value(e); err == nil {
			b.plan.Version = v.String()
		}
	}
	var namer Namer
	for _, h := range b.program.Handlers {
		head, _ := HeadOf(b.program, h)
		n := Node{ID: namer.Name(head.ID), Kind: "handler", Title: head.Text, Place: PlaceOf(b.program, h)}
		n.Effects = top.effects(h.Body)
		b.plan.Handlers = append(b.plan.Handlers, n)
	}
}

// layer lays out the nodes of one unit of a script.
type layer struct {
	b      *builder
	eval   *evaluator
	policy string
	depth  int // of rules in rules
}

// What a plan shows: so many turns of a loop one by one, and so many nodes
// before it shows further loops once and further rules by their name.
const (
	mostTurns = 50
	mostNodes = 2000
)

func (l *layer) nodes(stmts []syntax.Stmt, names *Namer) (nodes []Node) {
	for _, s := range stmts {
		nodes = append(nodes, l.node(s, names)...)
	}
	return nodes
}

// node lays out one statement; none for what isn't a node.
func (l *layer) node(s syntax.Stmt, names *Namer) []Node {
	head, ok := HeadOf(l.eval.program, s)
	if !ok {
		if let, ok := s.(*syntax.Let); ok {
			return l.let(let)
		}
		return nil
	}
	if head.Kind == "on" {
		return nil
	}
	n := Node{ID: names.Name(head.ID), Kind: head.Kind, Title: head.Text, Place: PlaceOf(l.eval.program, s)}
	if head.Title != nil {
		n.Title = l.eval.text(head.Title)
	}
	l.b.laid++
	inner := &Namer{Parent: n.ID}
	switch s := s.(type) {
	case *syntax.Phase:
		n.Doc = s.Doc
		n.Nodes = l.under(s.Policy, &n).nodes(s.Body.Stmts, inner)
	case *syntax.Check:
		l.check(s, &n)
	case *syntax.Step:
		l.step(s, &n)
	case *syntax.Confirm:
		l.confirm(s, &n)
	case *syntax.Let:
		switch {
		case s.Step != nil:
			l.step(s.Step, &n)
		case s.Confirm != nil:
			l.confirm(s.Confirm, &n)
		case s.Ask != nil:
			l.limit(&n, "timeout", s.Ask.Timeout)
		default:
			n.Nodes = l.rule(s.Value, inner)
		}
	case *syntax.CallStmt:
		n.Nodes = l.rule(s.Call, inner)
	case *syntax.Wait:
		l.limit(&n, "within", s.Within)
		l.limit(&n, "every", s.Every)
		n.Effects = l.effects(s)
	case *syntax.Parallel:
		l.limit(&n, "max", s.Max)
		if s.For != nil {
			n.Nodes = l.loop(s.For, inner)
		} else {
			n.Nodes = l.fork().nodes(s.Body.Stmts, inner)
		}
	case *syntax.For:
		n.Nodes = l.loop(s, inner)
	case *syntax.If:
		n.Nodes = l.branches(s, inner)
	case *syntax.In:
		n.Nodes = l.nodes(s.Body.Stmts, inner)
	case *syntax.Baseline:
		n.Doc = s.Doc
		l.limit(&n, "for", s.For)
		l.limit(&n, "every", s.Every)
	case *syntax.Monitor:
		l.monitor(s, &n, inner)
	case *syntax.Settle:
		n.Doc = s.Doc
	case *syntax.Follow:
		n.Doc = s.Doc
		l.limit(&n, "after", s.After)
		if s.By != nil {
			n.By = l.plain(s.By)
		}
		n.Nodes = l.under(s.Policy, &n).nodes(s.Body.Stmts, inner)
	}
	return []Node{n}
}

// let binds what is known, for the titles that follow; what it reads is shown
// as a node of its own.
func (l *layer) let(s *syntax.Let) []Node {
	l.eval.let(s)
	if s.Value == nil || l.eval.known(s.Value) {
		return nil
	}
	effects := l.effects(s.Value)
	if len(effects) == 0 {
		return nil
	}
	return []Node{{ID: "let " + s.Name.Text, Kind: "let", Title: s.Name.Text, Place: PlaceOf(l.eval.program, s), Effects: effects}}
}

func (l *layer) check(s *syntax.Check, n *Node) {
	n.Doc = s.Doc
	l.under(s.Policy, n)
	l.limit(n, "within", s.Within)
	l.limit(n, "every", s.Every)
	l.limit(n, "timeout", s.Timeout)
	n.Effects = l.effects(s.Body)
}

func (l *layer) step(s *syntax.Step, n *Node) {
	n.Doc = s.Doc
	l.under(s.Policy, n)
	l.limit(n, "timeout", s.Timeout)
	l.limit(n, "retry", s.Retry)
	l.limit(n, "every", s.Every)
	l.limit(n, "grace", s.Grace)
	if s.Leaves != nil {
		n.Limits = append(n.Limits, "leaves "+l.eval.text(s.Leaves))
	}
	if s.Repeatable != nil {
		n.Limits = append(n.Limits, "repeatable")
	}
	if s.Irreversible != nil {
		n.Irreversible = l.eval.text(s.Irreversible)
	}
	n.Effects = l.effects(s.Body)
	n.Undo = &Undo{Kind: "missing"}
	for _, stmt := range s.Body.Stmts {
		switch stmt := stmt.(type) {
		case *syntax.Undo:
			switch {
			case stmt.None != nil:
				n.Undo = &Undo{Kind: "none", Why: l.eval.text(stmt.None)}
			case stmt.OrAsk:
				n.Undo = &Undo{Kind: "ask", Effects: l.effects(stmt.Body)}
			default:
				n.Undo = &Undo{Kind: "run", Effects: l.effects(stmt.Body)}
			}
		case *syntax.Done:
			n.DoneIf = l.show(stmt.Cond)
		}
	}
}

func (l *layer) confirm(s *syntax.Confirm, n *Node) {
	n.Doc = s.Doc
	l.under(s.Policy, n)
	if s.By != nil {
		n.By = l.plain(s.By)
	}
	l.limit(n, "approvals", s.Approvals)
	l.limit(n, "timeout", s.Timeout)
}

func (l *layer) monitor(s *syntax.Monitor, n *Node, names *Namer) {
	n.Doc = s.Doc
	if s.Policy != nil {
		n.Policy = s.Policy.Action
	}
	l.limit(n, "for", s.For)
	l.limit(n, "every", s.Every)
	l.limit(n, "warmup", s.Warmup)
	for _, r := range s.Rules {
		n.Limits = append(n.Limits, l.filled(r, r.Cond, r.Hold, r.Of))
	}
	if s.While != nil {
		n.Nodes = l.nodes(s.While.Stmts, names)
	}
}

// rule lays out the nodes of a rule for one call of it.
func (l *layer) rule(e syntax.Expr, names *Namer) []Node {
	call := RuleCall(l.eval.program, e)
	decl, ok := call.Object.Decl.(*syntax.Rule)
	if !ok || l.depth > 50 || l.b.laid > mostNodes {
		return nil
	}
	home := Home(l.eval.program, call.Object)
	file := l.eval.thread.Files[home]
	if home == l.eval.program {
		file = l.eval.frame.File()
	}
	inner := l.eval.in(home, l.eval.code.Import(home).RuleFrame(decl, file))
	for i, p := range decl.Params {
		from, arg := l.eval, syntax.Expr(nil)
		if i < len(call.Args) {
			arg = call.Args[i]
		}
		if arg == nil {
			from, arg = inner, p.Default
		}
		if o := home.Info.Defs[p.Name]; o != nil && arg != nil && from.known(arg) {
			if v, err := from.value(arg); err == nil {
				inner.frame.Set(o, v)
			}
		}
	}
	return (&layer{b: l.b, eval: inner, policy: l.policy, depth: l.depth + 1}).nodes(decl.Body.Stmts, names)
}

// loop lays out the turns of a loop, or its body once where its list isn't
// known yet.
func (l *layer) loop(s *syntax.For, names *Namer) (nodes []Node) {
	if l.eval.known(s.List) {
		if v, err := l.eval.value(s.List); err == nil {
			if list, ok := v.(*value.List); ok && list.Len() <= mostTurns && l.b.laid <= mostNodes {
				o := l.eval.program.Info.Defs[s.Name]
				for _, item := range list.Items() {
					turn := l.fork()
					turn.eval.frame.Set(o, item)
					nodes = append(nodes, turn.nodes(s.Body.Stmts, &Namer{Parent: names.Element(item)})...)
				}
				return nodes
			}
		}
	}
	return l.fork().nodes(s.Body.Stmts, names)
}

// branches lays out an if: the branch that will be taken where that is known,
// else all.
func (l *layer) branches(s *syntax.If, names *Namer) []Node {
	then := func() []Node { return l.fork().nodes(s.Then.Stmts, names) }
	other := func() []Node {
		switch e := s.Else.(type) {
		case *syntax.If:
			return l.node(e, names)
		case *syntax.ElseBlock:
			return l.fork().nodes(e.Stmts, &Namer{Parent: names.Name("else")})
		}
		return nil
	}
	if l.eval.known(s.Cond) {
		if v, err := l.eval.value(s.Cond); err == nil {
			if v == value.Bool(true) {
				return then()
			}
			return other()
		}
	}
	return append(then(), other()...)
}

// under notes a node's policy and returns a layer for what is in it.
func (l *layer) under(p *syntax.Policy, n *Node) *layer {
	inner := *l
	if p != nil {
		inner.policy = p.Action
	}
	n.Policy = inner.policy
	return &inner
}

// fork returns a layer for a scope of its own.
func (l *layer) fork() *layer {
	inner := *l
	inner.eval = l.eval.fork()
	return &inner
}

// limit notes a clause; nil is one that isn't there.
func (l *layer) limit(n *Node, word string, e syntax.Expr) {
	if e != nil {
		n.Limits = append(n.Limits, word+" "+l.show(e))
	}
}

// plain is show for a text, without its quotes.
func (l *layer) plain(e syntax.Expr) string {
	if s, ok := e.(*syntax.String); ok {
		return l.eval.text(s)
	}
	return l.show(e)
}

// show is an expression's value where it is known, else the expression.
func (l *layer) show(e syntax.Expr) string {
	if l.eval.known(e) {
		if v, err := l.eval.value(e); err == nil {
			return value.Short(v, 200)
		}
	}
	return oneLine(l.eval.program.Source.Slice(e.Span()))
}
