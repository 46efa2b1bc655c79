package run

import (
	"context"
	"time"

	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// nodes runs the nodes of a file, phase, rule or block. It returns why no
// further node may start, or nil; failures of checks that the stretch goes on
// after are in s.pending.
func (s *strand) nodes(ctx context.Context, stmts []syntax.Stmt, names *plan.Namer) *halt {
	for _, stmt := range stmts {
		if s.returned {
			return nil
		}
		if h := s.mayStart(ctx); h != nil {
			return h
		}
		if h := s.one(ctx, stmt, names); h != nil {
			return merge(h, s.pending)
		}
	}
	return nil
}

// mayStart is asked before each node: an interrupt or a monitor around keeps
// it from starting.
func (s *strand) mayStart(ctx context.Context) *halt {
	if h := s.interrupted(ctx); h != nil {
		return h
	}
	if s.monitor != nil {
		return s.monitor()
	}
	return nil
}

// barrier ends a stretch of checks: if one of them failed, nothing goes on.
func (s *strand) barrier() *halt { return s.pending }

// one runs one statement among nodes.
func (s *strand) one(ctx context.Context, stmt syntax.Stmt, names *plan.Namer) *halt {
	head, ok := plan.HeadOf(s.program, stmt)
	if !ok {
		return s.plain(ctx, stmt)
	}
	if !isHandler(stmt) {
		s.code.Reached(stmt, compile.Begun)
	}
	n := &node{s: s, head: head, at: stmt}
	switch stmt := stmt.(type) {
	case *syntax.Handler:
		return nil
	case *syntax.Check:
		n.policy, n.clause, n.standard = stmt.Policy, stmt.Within, 0
		if stmt.Within == nil {
			n.clause, n.standard = stmt.Timeout, checkTimeout
		}
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.check(ctx, n, stmt) })
	case *syntax.For:
		return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
			return in.loop(ctx, n, stmt, names)
		})
	case *syntax.If:
		return s.branch(ctx, n, stmt, names)
	case *syntax.In:
		return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
			return in.in(ctx, stmt, names)
		})
	case *syntax.Parallel:
		return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
			return in.parallel(ctx, n, stmt, names)
		})
	case *syntax.CallStmt:
		return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
			return in.rule(ctx, stmt.Call, nil, names)
		})
	case *syntax.Let:
		if stmt.Value != nil {
			return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
				return in.rule(ctx, stmt.Value, stmt.Name, names)
			})
		}
	}
	if h := s.barrier(); h != nil {
		return h
	}
	return s.after(ctx, n, stmt, names)
}

// after runs the nodes before which a stretch of checks ends.
func (s *strand) after(ctx context.Context, n *node, stmt syntax.Stmt, names *plan.Namer) *halt {
	switch stmt := stmt.(type) {
	case *syntax.Phase:
		return s.inPhase(ctx, n, stmt, names)
	case *syntax.Step:
		n.policy, n.clause, n.standard = stmt.Policy, stmt.Timeout, stepTimeout
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.step(ctx, n, stmt) })
	case *syntax.Confirm:
		n.policy, n.clause, n.standard = stmt.Policy, stmt.Timeout, askTimeout
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.confirm(ctx, n, stmt) })
	case *syntax.Let:
		return s.letNode(ctx, n, stmt, names)
	case *syntax.Wait:
		if n.clause = stmt.For; stmt.Until != nil {
			n.clause = stmt.Within
		}
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.wait(ctx, n, stmt) })
	case *syntax.Baseline:
		n.clause = stmt.For
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.baseline(ctx, n, stmt) })
	case *syntax.Monitor:
		n.policy, n.clause = stmt.Policy, stmt.For
		return n.leaf(ctx, names, func(ctx context.Context) end { return s.watchOver(ctx, n, stmt) })
	case *syntax.Settle:
		return n.leaf(ctx, names, func(context.Context) end { return s.settle(n) })
	case *syntax.Follow:
		return s.follow(ctx, n, stmt, names)
	}
	return nil
}

// plain runs what stands among nodes and is none.
func (s *strand) plain(ctx context.Context, stmt syntax.Stmt) *halt {
	switch stmt := stmt.(type) {
	case *syntax.Let:
		if stmt.Value != nil {
			return s.let(ctx, stmt)
		}
	case *syntax.Return:
		s.code.Reached(stmt, compile.Begun)
		v, err := s.eval(ctx, stmt.Value)
		if err != nil {
			return s.failedLet(ctx, stmt, &syntax.Name{Text: "return"}, err)
		}
		s.returned, s.value = true, v
	}
	return nil
}

// letNode runs a step, confirm or ask and binds its value.
func (s *strand) letNode(ctx context.Context, n *node, l *syntax.Let, names *plan.Namer) *halt {
	var do func(ctx context.Context) end
	switch {
	case l.Step != nil:
		n.policy, n.clause, n.standard = l.Step.Policy, l.Step.Timeout, stepTimeout
		do = func(ctx context.Context) end { return s.step(ctx, n, l.Step) }
	case l.Confirm != nil:
		n.policy, n.clause, n.standard = l.Confirm.Policy, l.Confirm.Timeout, askTimeout
		do = func(ctx context.Context) end { return s.confirm(ctx, n, l.Confirm) }
	default:
		n.clause, n.standard = l.Ask.Timeout, askTimeout
		do = func(ctx context.Context) end { return s.ask(ctx, n, l.Ask) }
	}
	h := n.leaf(ctx, names, do)
	s.bind(l.Name, n.id, n.value)
	return h
}

// bind binds and keeps the value of a node. One that was left out or gone on
// after has none: null, where the checker has seen that coming; else its use
// is the failure.
func (s *strand) bind(name *syntax.Name, id string, v value.Value) {
	if v == nil {
		if o := s.program.Info.Defs[name]; o == nil || o.Type == nil || o.Type.Kind != types.Option {
			return
		}
		v = value.Null{}
	}
	s.set(name, v)
	s.r.engine.Emit(id, event.Bound{Name: name.Text, Value: encode(v)})
}

// inPhase runs a phase: its names are known after it, its policy is not.
func (s *strand) inPhase(ctx context.Context, n *node, p *syntax.Phase, names *plan.Namer) *halt {
	return n.group(ctx, names, func(ctx context.Context, in *strand, names *plan.Namer) *halt {
		in.phase = n.title
		if p.Policy != nil {
			in.policy, in.written = p.Policy.Action, p.Policy
		}
		if h := in.nodes(ctx, p.Body.Stmts, names); h != nil {
			return h
		}
		return in.barrier()
	})
}

// node is one node while it runs.
type node struct {
	s      *strand
	head   plan.Head
	at     syntax.Stmt
	policy *syntax.Policy // what is written after its own title

	clause   syntax.Expr   // what says how long it may take; nil: standard
	standard time.Duration // 0: nothing limits it

	id     string
	parent string
	title  string
	began  time.Time
	limit  time.Duration
	tries  int
	value  value.Value
}

// end is how a try of a node ended.
type end struct {
	status   event.Status
	reason   string
	failures []event.Failure
	halt     *halt  // what follows from it, whatever the policy says
	policy   string // the one that holds where neither node nor phase says one
	mustAsk  bool   // a person decides, whatever the policy
}

var passed = end{status: event.Passed}

// name gives the node its identity and title. An error is of the title.
func (n *node) name(ctx context.Context, names *plan.Namer) error {
	n.id, n.parent = names.Name(n.head.ID), n.s.node
	n.title = n.head.Text
	if n.head.Title != nil {
		v, err := n.s.eval(ctx, n.head.Title)
		if err != nil {
			return err
		}
		n.title = v.String()
	}
	var err error
	n.limit, err = n.s.duration(ctx, n.clause, n.standard)
	return err
}

// leaf runs a node that does something itself, with its policy.
func (n *node) leaf(ctx context.Context, names *plan.Namer, do func(context.Context) end) *halt {
	s := n.s
	titleErr := n.name(ctx, names)
	if reason := n.leftOut(); reason != "" {
		n.finish(end{status: event.Skipped, reason: reason})
		return nil
	}
	outer := s.node
	s.node = n.id
	defer func() { s.node = outer }()
	n.start()
	for {
		var e end
		if titleErr != nil {
			e = s.failed(n.at, titleErr)
		} else {
			e = do(ctx)
		}
		if h := s.interrupted(ctx); h != nil && (e.status != event.Passed || e.halt != nil) {
			e = end{status: event.Interrupted, reason: h.reason, halt: h, failures: e.failures}
		}
		if e.halt != nil || e.status != event.Failed {
			n.finish(e)
			return e.halt
		}
		again, h := n.apply(ctx, e)
		if !again {
			return h
		}
	}
}

// group runs a node that only holds others.
func (n *node) group(ctx context.Context, names *plan.Namer, do func(context.Context, *strand, *plan.Namer) *halt) *halt {
	if err := n.name(ctx, names); err != nil {
		n.start()
		return n.fail(err)
	}
	n.start()
	in := n.s.same()
	in.node = n.id
	earlier := n.s.pending
	h := do(ctx, in, &plan.Namer{Parent: n.id})
	n.s.leave(in)
	e := passed
	if worse := h; worse != nil || in.pending != earlier {
		if worse == nil {
			worse = in.pending
		}
		e = end{status: event.Failed, reason: worse.reason}
		if worse.kind == haltInterrupted {
			e.status = event.Interrupted
		}
	}
	n.finish(e)
	return h
}

// fail ends a group that could not begin.
func (n *node) fail(err error) *halt {
	e := n.s.failed(n.at, err)
	n.finish(e)
	if e.halt != nil {
		return e.halt
	}
	h := &halt{kind: haltStop, reason: n.words(e)}
	n.s.tookPolicy(nil)
	if n.s.policy == "rollback" {
		h.kind = haltRollback
	}
	return h
}

// leftOut says why the node isn't run, "" where it is.
func (n *node) leftOut() string {
	only := n.s.r.opts.Only
	if only == nil || n.head.Kind == "settle" {
		return ""
	}
	match, err := only(Candidate{Kind: n.head.Kind, Title: n.title, Phase: n.s.phase, ID: n.id})
	switch {
	case err != nil:
		return "--only: " + err.Error()
	case !match:
		return "left out by --only"
	}
	return ""
}

func (n *node) start() {
	n.began = n.s.r.engine.Now()
	n.s.r.engine.Emit(n.id, event.NodeStarted{
		Type: n.head.Kind, Title: n.title, Parent: n.parent, Place: plan.PlaceOf(n.s.program, n.at), Limit: n.limit,
	})
}

func (n *node) finish(e end) {
	f := event.NodeFinished{
		Type: n.head.Kind, Title: n.title, Place: plan.PlaceOf(n.s.program, n.at),
		Status: e.status, Reason: e.reason, Failures: e.failures,
	}
	if !n.began.IsZero() {
		f.Duration = n.s.r.engine.Now().Sub(n.began)
	}
	if n.tries > 1 {
		f.Tries = n.tries
	}
	n.s.r.ended(n.id, f)
}

// words says in a line what went wrong with the node.
func (n *node) words(e end) string {
	line := e.reason
	if len(e.failures) > 0 {
		line = e.failures[0].Message
	}
	if n.title == "" {
		return n.head.Kind + ": " + line
	}
	return n.title + ": " + line
}

// ended keeps how a node ended, for the counts and `run.nodes`.
func (r *runner) ended(id string, f event.NodeFinished) {
	r.engine.Emit(id, f)
	switch f.Type {
	case "phase", "parallel", "for", "if", "in", "with", "rule":
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch f.Status {
	case event.Passed:
		r.counts.Passed++
	case event.Failed:
		r.counts.Failed++
	case event.Warned:
		r.counts.Warned++
	case event.Skipped:
		r.counts.Skipped++
	}
	r.nodes = append(r.nodes, value.NewRecord("",
		[]string{"kind", "title", "status", "duration", "reason"},
		[]value.Value{value.String(f.Type), value.String(f.Title), value.String(f.Status), value.Duration(f.Duration), value.String(f.Reason)}))
}
