package plan

import (
	"context"
	"errors"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// evaluator computes what can be known before anything starts.
type evaluator struct {
	code    *compile.Code
	program *check.Program
	frame   *compile.Frame
	thread  *compile.Thread
	world   *world
}

func newEvaluator(code *compile.Code, p *check.Program, frame *compile.Frame, in Inputs) *evaluator {
	host := in.Host
	if host == nil {
		host = &builtins.Host{}
	}
	alone := *host
	if in.Env != nil {
		alone.Env = in.Env
	}
	w := &world{functions: in.Functions, host: &alone}
	e := &evaluator{code: code, program: p, frame: frame, world: w,
		thread: &compile.Thread{World: w, Files: map[*check.Program]*compile.Frame{}}}
	programs(p, func(q *check.Program) {
		if q == p {
			return
		}
		inner := &evaluator{code: code.Import(q), program: q, frame: code.Import(q).FileFrame(), world: w, thread: e.thread}
		e.thread.Files[q] = inner.frame
		inner.lets()
	})
	return e
}

// in returns an evaluator for a frame of another unit, such as a rule's.
func (e *evaluator) in(p *check.Program, frame *compile.Frame) *evaluator {
	inner := *e
	inner.code, inner.program, inner.frame = e.code.Import(p), p, frame
	return &inner
}

// fork returns an evaluator whose bindings are its own.
func (e *evaluator) fork() *evaluator {
	inner := *e
	inner.frame = e.frame.Fork()
	return &inner
}

// lets binds the names of the file's own level whose values are known already.
func (e *evaluator) lets() {
	for _, s := range e.program.Tree.Stmts {
		if let, ok := s.(*syntax.Let); ok {
			e.let(let)
		}
	}
}

// let binds a name whose value is known already.
func (e *evaluator) let(s *syntax.Let) {
	o := e.program.Info.Defs[s.Name]
	if o == nil || s.Value == nil || !e.known(s.Value) {
		return
	}
	if v, err := e.value(s.Value); err == nil {
		e.frame.Set(o, v)
	}
}

// value evaluates an expression that is known.
func (e *evaluator) value(x syntax.Expr) (value.Value, error) {
	return e.read(context.Background(), nil, x)
}

// read evaluates an expression that may look at the world through host; nil:
// it may not.
func (e *evaluator) read(ctx context.Context, host *builtins.Host, x syntax.Expr) (value.Value, error) {
	w := *e.world
	if host != nil {
		w.host, w.reads = host, true
	}
	t := *e.thread
	t.World, t.Fuel = &w, 0
	v, err := e.code.Eval(ctx, &t, e.frame, x)
	w.host.ConcealIn(v)
	return v, err
}

// text is a title as far as it is known, else as it is written.
func (e *evaluator) text(s *syntax.String) string {
	if e.known(s) {
		if v, err := e.value(s); err == nil {
			return v.String()
		}
	}
	return unquoted(e.program.Source.Slice(s.Span()))
}

// known tells whether x can be computed before anything starts: every name
// in it is bound and nothing in it looks at the world but env.
func (e *evaluator) known(x syntax.Expr) bool {
	return e.knownIn(x, map[*check.Object]bool{})
}

func (e *evaluator) knownIn(x syntax.Element, visited map[*check.Object]bool) bool {
	known := true
	info, span := e.program.Info, x.Span()
	syntax.Walk(x, func(n syntax.Element) bool {
		switch n := n.(type) {
		case *syntax.CommandValue, *syntax.BadExpr:
			known = false
		case *syntax.Ident:
			known = known && e.knownName(info.Uses[n], span.Start, span.End, visited)
		case *syntax.Call:
			known = known && knownCall(info.Calls[n])
		case *syntax.Member:
			if call := info.Members[n]; call != nil {
				known = known && knownCall(call)
			}
		}
		return known
	})
	return known
}

// knownName tells whether a name has a value now. One that is declared
// between start and end is a parameter of a lambda within the expression.
func (e *evaluator) knownName(o *check.Object, start, end uint32, visited map[*check.Object]bool) bool {
	if o == nil {
		return true // part of a name that Calls resolves
	}
	switch o.Kind {
	case check.ObjLet, check.ObjParam, check.ObjInput:
		if o.File == e.program.Source && start <= o.Span.Start && o.Span.End <= end {
			return true
		}
		return e.frame.Get(o) != nil
	case check.ObjFn:
		return e.knownFn(o, visited)
	case check.ObjTarget:
		return e.thread.Target != nil
	case check.ObjRun, check.ObjMetric, check.ObjMetrics, check.ObjBaseline, check.ObjBaselineValue, check.ObjDegradation:
		return false
	}
	return true
}

func (e *evaluator) knownFn(o *check.Object, visited map[*check.Object]bool) bool {
	decl, ok := o.Decl.(*syntax.Fn)
	if !ok || o.Effect != types.Pure {
		return false
	}
	if visited[o] {
		return true
	}
	visited[o] = true
	home := e
	if o.Program != nil && o.Program != e.program {
		home = e.in(o.Program, e.thread.Files[o.Program])
		if home.frame == nil {
			return false
		}
	}
	return home.knownIn(decl, visited)
}

func knownCall(c *check.Call) bool {
	if c == nil {
		return true
	}
	switch c.Kind {
	case check.CallBuiltin:
		return c.Func == nil || c.Func.Effect == types.Pure || c.Func.Name == "env"
	case check.CallHandle:
		return c.Func != nil && c.Func.Effect == types.Pure
	case check.CallFn:
		return c.Object.Effect == types.Pure
	case check.CallRule, check.CallMetric:
		return false
	}
	return true
}

// world is what an expression of a plan reaches: pure built-ins and env, and
// with reads, what only looks.
type world struct {
	functions func(string) *builtins.Func
	host      *builtins.Host
	reads     bool
}

func (w *world) Call(ctx context.Context, _ compile.Site, fn *types.Func, recv value.Value, args []value.Value, safe bool) (value.Value, error) {
	if !w.reads && fn.Effect != types.Pure && fn.Name != "env" || fn.Effect == types.Writes && !safe {
		return nil, fmt.Errorf("%s can't be called before the run starts", fn.Name)
	}
	if w.functions == nil {
		return nil, errors.New("there are no built-ins here")
	}
	f := w.functions(fn.Name)
	if f == nil {
		return nil, fmt.Errorf("there is no built-in %s", fn.Name)
	}
	v, err := f.Call(ctx, w.host, recv, args)
	w.host.ConcealIn(v)
	return v, err
}

func (w *world) Command(context.Context, compile.Site, *syntax.CommandValue, []value.Value) (value.Value, error) {
	return nil, errors.New("no command can run before the run starts")
}
