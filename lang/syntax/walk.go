package syntax

// Walk calls visit for e and then for everything inside it, in the order of
// the text. Where visit returns false, the inside is left out. A nil element
// is no element. The order of a head's clauses is that of the struct.
func Walk(e Element, visit func(Element) bool) {
	if absent(e) || !visit(e) {
		return
	}
	w := walker{visit}
	switch e := e.(type) {
	case *File:
		w.stmts(e.Stmts)
	case *Use:
		w.all(e.Path, e.As)
	case *Release:
		w.all(e.Title, e.Fields)
	case *Targets:
		w.all(e.Fields)
	case *Input:
		w.all(e.Name, e.Type)
		for _, c := range e.Constraints {
			w.all(c)
		}
		w.all(e.Default)
	case *Constraint:
		w.all(e.Value)
	case *Fn:
		w.all(e.Name)
		w.params(e.Params)
		w.all(e.Result, e.Body)
	case *Rule:
		w.all(e.Name)
		w.params(e.Params)
		w.all(e.Result, e.Body)
	case *Param:
		w.all(e.Name, e.Type, e.Default)
	case *Metrics:
		w.all(e.Name)
		for _, m := range e.Metrics {
			w.all(m)
		}
	case *Metric:
		w.all(e.Name, e.Value, e.Floor)
	case *Handler:
		w.all(e.Event, e.Body)
	case *Test:
		w.all(e.Title, e.Body)
	case *Mock:
		for _, n := range e.Path {
			w.all(n)
		}
		w.args(e.Args)
		w.all(e.Command, e.After, e.Value)
	default:
		if !w.node(e) && !w.statement(e) {
			w.expression(e)
		}
	}
}

type walker struct{ visit func(Element) bool }

func (w walker) all(es ...Element) {
	for _, e := range es {
		Walk(e, w.visit)
	}
}

func (w walker) stmts(list []Stmt) {
	for _, s := range list {
		Walk(s, w.visit)
	}
}

func (w walker) params(list []*Param) {
	for _, p := range list {
		Walk(p, w.visit)
	}
}

func (w walker) args(list []*Arg) {
	for _, a := range list {
		Walk(a, w.visit)
	}
}

func (w walker) exprs(list []Expr) {
	for _, x := range list {
		Walk(x, w.visit)
	}
}

// node walks a node of a plan; false: e is none.
func (w walker) node(e Element) bool {
	switch e := e.(type) {
	case *Block:
		w.stmts(e.Stmts)
	case *ElseBlock:
		w.stmts(e.Stmts)
	case *Phase:
		w.all(e.Title, e.Policy, e.Body)
	case *Check:
		w.all(e.Title, e.Policy, e.Within, e.Every, e.Timeout, e.Body)
	case *Step:
		w.all(e.Title, e.Policy, e.Timeout, e.Retry, e.Every, e.Grace, e.Leaves, e.Irreversible, e.Repeatable, e.Body)
	case *Confirm:
		w.all(e.Title, e.Policy, e.By, e.Approvals, e.Timeout)
	case *Ask:
		w.all(e.Title, e.Timeout)
	case *Wait:
		w.all(e.For, e.Until, e.Within, e.Every)
	case *Parallel:
		w.all(e.Max, e.Body, e.For)
	case *For:
		w.all(e.Name, e.List, e.Body)
	case *If:
		w.all(e.Cond, e.Then, e.Else)
	case *In:
		w.all(e.Dir, e.With, e.Body)
	case *Baseline:
		w.all(e.Name, e.Of, e.For, e.Every, e.Last)
	case *Monitor:
		w.all(e.Title, e.Policy, e.Of, e.Against, e.For, e.Every, e.Warmup, e.OnNoBaseline)
		for _, r := range e.Rules {
			w.all(r)
		}
		w.all(e.While)
	case *MonRule:
		w.all(e.Cond, e.Hold, e.Of)
	case *Settle:
		w.all(e.Title)
	case *Follow:
		w.all(e.Title, e.Policy, e.After, e.By, e.Body)
	default:
		return false
	}
	return true
}

// statement walks a statement of a body; false: e is none.
func (w walker) statement(e Element) bool {
	switch e := e.(type) {
	case *Let:
		w.all(e.Name, e.Value, e.Command, e.Step, e.Confirm, e.Ask)
	case *Expect:
		w.all(e.Cond, e.Else)
	case *Return:
		w.all(e.Value)
	case *Undo:
		w.all(e.None, e.Body)
	case *Done:
		w.all(e.Cond)
	case *Finally:
		w.all(e.Body)
	case *CallStmt:
		w.all(e.Call)
	case *CommandStmt:
		w.all(e.Command)
	case *Command:
		for _, h := range e.Holes {
			w.all(h)
		}
	case *Hole:
		w.all(e.Expr)
	default:
		return false
	}
	return true
}

// expression walks an expression or a type; whatever else holds nothing.
func (w walker) expression(e Element) {
	switch e := e.(type) {
	case *String:
		for _, p := range e.Parts {
			w.all(p.Expr)
		}
	case *List:
		w.exprs(e.Items)
	case *Record:
		for _, f := range e.Fields {
			w.all(f)
		}
	case *Field:
		w.all(e.Name, e.Key, e.Value)
	case *Unary:
		w.all(e.X)
	case *Binary:
		w.all(e.X, e.Y)
	case *Is:
		w.all(e.X, e.Type)
	case *As:
		w.all(e.X, e.Type)
	case *IfExpr:
		w.all(e.Cond, e.Then, e.Else)
	case *Member:
		w.all(e.X, e.Name)
	case *Index:
		w.all(e.X, e.I)
	case *Call:
		w.all(e.Fn)
		w.args(e.Args)
	case *Arg:
		w.all(e.Name, e.Value)
	case *Lambda:
		for _, n := range e.Params {
			w.all(n)
		}
		w.all(e.Body)
	case *CommandValue:
		w.all(e.Command)
	case *Paren:
		w.all(e.X)
	case *TypeExpr:
		w.all(e.List, e.Map)
		for _, f := range e.Fields {
			w.all(f)
		}
	case *FieldType:
		w.all(e.Name, e.Type)
	}
}

// absent tells whether e is nil, or a nil pointer that a field of a concrete
// type left in the interface.
func absent(e Element) bool {
	switch e := e.(type) {
	case nil:
		return true
	case *Name:
		return e == nil
	case *String:
		return e == nil
	case *Record:
		return e == nil
	case *TypeExpr:
		return e == nil
	case *Block:
		return e == nil
	case *Policy:
		return e == nil
	case *For:
		return e == nil
	case *Command:
		return e == nil
	case *Step:
		return e == nil
	case *Confirm:
		return e == nil
	case *Ask:
		return e == nil
	}
	return false
}
