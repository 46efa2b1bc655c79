package run

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// strand is one line of execution with what it knows where it is. It is used
// by one goroutine at a time; what runs side by side forks it.
type strand struct {
	r       *runner
	program *check.Program
	code    *compile.Code
	frame   *compile.Frame
	thread  *compile.Thread

	node    string         // identity of the node that runs
	phase   string         // title of the phase around
	policy  string         // the phase's, "" where none says one
	written *syntax.Policy // where policy is written; nil: nowhere
	dir     string
	with    map[string]value.Value // variables of `in … with`

	undos   *undoList
	pending *halt        // of checks that failed under `or stop`; the stretch goes on
	ticking *ticking     // of monitors side by side; nil: none are
	monitor func() *halt // what a monitor around decided; nil: none is around
	body    *body        // of the check, step, undo or handler that runs; nil between nodes

	pure   *builtins.Host // of calls that are no effect; nil: not made yet
	pureOf string         // the node whose calls they are

	said *saidCalls // nil: none yet

	returned bool // a rule's return was reached
	value    value.Value
}

func (r *runner) newStrand() *strand {
	s := &strand{r: r, program: r.plan.Program, code: r.plan.Code, frame: r.plan.Frame.Fork(), dir: r.opts.Dir, undos: &undoList{}}
	s.thread = s.newThread()
	return s
}

// newThread returns a thread whose effects are this strand's.
func (s *strand) newThread() *compile.Thread {
	t := &compile.Thread{World: world{s}, Files: s.r.imported}
	if s.r.plan.Target != nil {
		t.Target = s.r.plan.Target
	}
	return t
}

// fork returns a strand with bindings of its own.
func (s *strand) fork() *strand {
	f := s.same()
	f.frame = s.frame.Fork()
	return f
}

// same returns a strand with the same bindings, for a place within.
func (s *strand) same() *strand {
	f := *s
	f.said = nil // each strand has its own
	f.thread = f.newThread()
	f.thread.Run = s.thread.Run
	f.thread.World = world{&f}
	return &f
}

// eval evaluates an expression.
func (s *strand) eval(ctx context.Context, e syntax.Expr) (value.Value, error) {
	s.thread.Fuel = 0
	v, err := s.code.Eval(ctx, s.thread, s.frame, e)
	if err == nil {
		s.hide(v)
	}
	return v, err
}

// aside evaluates an expression while another one of this strand is at work.
func (s *strand) aside(ctx context.Context, e syntax.Expr) (value.Value, error) {
	f := s.same()
	return f.eval(ctx, e)
}

// set binds the name that a let, loop or parameter declares.
func (s *strand) set(n *syntax.Name, v value.Value) {
	if n == nil {
		return
	}
	if o := s.program.Info.Defs[n]; o != nil {
		s.frame.Set(o, v)
	}
}

// inside returns the strand for `in DIR with { … }`. Folders are relative to
// the script's, wherever they are written.
func (s *strand) inside(ctx context.Context, in *syntax.In) (*strand, error) {
	inner := s.same()
	if in.Dir != nil {
		v, err := s.eval(ctx, in.Dir)
		if err != nil {
			return nil, err
		}
		if inner.dir = text(v); !filepath.IsAbs(inner.dir) {
			inner.dir = filepath.Join(s.r.opts.Dir, inner.dir)
		}
	}
	if in.With == nil {
		return inner, nil
	}
	v, err := s.eval(ctx, in.With)
	if err != nil {
		return nil, err
	}
	inner.with = maps.Clone(s.with)
	if inner.with == nil {
		inner.with = map[string]value.Value{}
	}
	if record, ok := v.(*value.Record); ok {
		for i, name := range record.Names() {
			inner.with[name] = record.At(i)
		}
	}
	return inner, nil
}

// leave takes over what a strand for a place within found out.
func (s *strand) leave(inner *strand) {
	s.pending, s.returned, s.value = inner.pending, inner.returned, inner.value
}

// text is a value's text, of a secret too: for the one place that uses it.
func text(v value.Value) string {
	if secret, ok := v.(value.Secret); ok {
		return secret.Reveal()
	}
	if v == nil {
		return ""
	}
	return v.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
