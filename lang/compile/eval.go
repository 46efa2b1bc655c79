package compile

import (
	"context"
	"sync"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Prepared is an expression that was compiled, for those who evaluate it many
// times. It is safe for use by several goroutines.
type Prepared struct {
	code   *Code
	source syntax.Expr
	at     place
	quick  form   // for a frame with these slots ready
	needs  uint64 // as in Frame.ready

	once    sync.Once // makes careful, when a frame first isn't ready
	careful form

	explain   sync.Once // makes what follows, when it is first asked for
	explained func(*frame) value.Value
	parts     []source.Span
}

// form is an expression in one of the ways that it is compiled.
type form struct {
	x   expr
	ref func(*frame) value.Value
}

// Expr returns the expression that p was compiled from.
func (p *Prepared) Expr() syntax.Expr { return p.source }

// Prepare compiles an expression of c's program, once.
func (c *Code) Prepare(e syntax.Expr) *Prepared {
	if p, ok := c.ready.Load(e); ok {
		return p.(*Prepared)
	}
	p := &Prepared{code: c, source: e, at: place{c.program.Source, e.Span()}}
	comp := c.compilerAt(e)
	comp.needs = &p.needs
	p.quick.x = comp.expr(e)
	p.quick.ref = p.quick.x.boxed()
	earlier, _ := c.ready.LoadOrStore(e, p)
	return earlier.(*Prepared)
}

// form returns the closures to evaluate with in f.
func (p *Prepared) form(f *Frame) *form {
	if f.ready&p.needs == p.needs {
		return &p.quick
	}
	return p.carefully()
}

func (p *Prepared) carefully() *form {
	p.once.Do(func() {
		p.careful.x = p.code.compilerAt(p.source).expr(p.source)
		p.careful.ref = p.careful.x.boxed()
	})
	return &p.careful
}

// Eval evaluates e. A failure is a *source.Diagnostic with the place in the
// script; what a built-in returned is its cause. When ctx ends, the error is
// context.Cause(ctx).
func (c *Code) Eval(ctx context.Context, t *Thread, f *Frame, e syntax.Expr) (value.Value, error) {
	return c.Prepare(e).Eval(ctx, t, f)
}

// EvalAs is Eval for a place that wants a type: what came from outside is
// checked, an int becomes a number.
func (c *Code) EvalAs(ctx context.Context, t *Thread, f *Frame, e syntax.Expr, want *types.Type) (value.Value, error) {
	p := c.Prepare(e)
	v, err := p.Eval(ctx, t, f)
	if err != nil {
		return nil, err
	}
	fitted, bad := convert(v, want, false)
	if bad != nil {
		return nil, p.quick.x.misfit(nil, &p.at, bad)
	}
	return fitted, nil
}

// EvalList is Eval for a list to go over.
func (c *Code) EvalList(ctx context.Context, t *Thread, f *Frame, e syntax.Expr) ([]value.Value, error) {
	v, err := c.EvalAs(ctx, t, f, e, types.ListOf(types.TAny))
	if err != nil {
		return nil, err
	}
	return v.(*value.List).Items(), nil
}

// Eval is [Code.Eval].
func (p *Prepared) Eval(ctx context.Context, t *Thread, f *Frame) (v value.Value, err error) {
	fr := t.enter(ctx, f)
	defer fr.rescue(&err)
	if ctx.Err() != nil {
		fr.leave()
		return nil, context.Cause(ctx)
	}
	v = p.form(f).ref(fr)
	fr.leave()
	return v, nil
}

// Bool evaluates an expression whose type is bool. It allocates nothing that
// the expression doesn't.
func (p *Prepared) Bool(ctx context.Context, t *Thread, f *Frame) (b bool, err error) {
	fr := t.enter(ctx, f)
	defer fr.rescue(&err)
	if e := p.form(f); e.x.k == kindBool {
		b = e.x.b(fr)
	} else {
		b = e.bool(fr, &p.at)
	}
	fr.leave()
	return b, nil
}

// Float evaluates a number, ratio, percent, points or rate (percent, ratio and
// points as fractions, rates a second). It allocates nothing that the
// expression doesn't.
func (p *Prepared) Float(ctx context.Context, t *Thread, f *Frame) (x float64, err error) {
	fr := t.enter(ctx, f)
	defer fr.rescue(&err)
	if e := p.form(f); e.x.k == kindFloat {
		x = e.x.f(fr)
	} else {
		x = e.float(fr, &p.at)
	}
	fr.leave()
	return x, nil
}

// Int evaluates an int, a duration in nanoseconds or a size in bytes. It
// allocates nothing that the expression doesn't.
func (p *Prepared) Int(ctx context.Context, t *Thread, f *Frame) (x int64, err error) {
	fr := t.enter(ctx, f)
	defer fr.rescue(&err)
	if e := p.form(f); e.x.k == kindInt {
		x = e.x.i(fr)
	} else {
		x = e.int(fr, &p.at)
	}
	fr.leave()
	return x, nil
}

// bool, float and int evaluate what isn't held in the kind that is asked for.

func (e *form) bool(f *frame, at *place) bool     { return e.x.bool(at)(f) }
func (e *form) float(f *frame, at *place) float64 { return e.x.float(at)(f) }
func (e *form) int(f *frame, at *place) int64     { return e.x.int(at)(f) }

// Part is one part of an explained expression.
type Part struct {
	Span  source.Span
	Value value.Value // nil: not evaluated
}

// Explain is Eval that remembers the value of each part worth showing
// (names, members, calls, operators, quantities; not other literals), in the
// order of the text. The operator of e itself is left out: its value is the
// result. With an error it returns the parts that were reached before it.
func (c *Code) Explain(ctx context.Context, t *Thread, f *Frame, e syntax.Expr) (v value.Value, parts []Part, err error) {
	p := c.Prepare(e)
	p.explain.Do(func() {
		remembering := c.compilerAt(e)
		remembering.recorder = &recorder{root: e}
		p.explained = remembering.expr(e).boxed()
		p.parts = remembering.recorder.spans
	})
	values := make([]value.Value, len(p.parts))
	v, err = p.remember(ctx, t, f, values)
	parts = make([]Part, len(values))
	for i, span := range p.parts {
		parts[i] = Part{span, values[i]}
	}
	sortParts(parts)
	return v, parts, err
}

func (p *Prepared) remember(ctx context.Context, t *Thread, f *Frame, into []value.Value) (v value.Value, err error) {
	fr := t.enter(ctx, f)
	defer fr.rescue(&err)
	if ctx.Err() != nil {
		fr.leave()
		return nil, context.Cause(ctx)
	}
	outer := fr.m.parts
	fr.m.parts = into
	defer func() { fr.m.parts = outer }()
	v = p.explained(fr)
	fr.leave()
	return v, nil
}

// Activation is a call of a rule that is ready to be carried out.
type Activation struct {
	Rule  *syntax.Rule
	Code  *Code  // of the program that declares it
	Frame *Frame // with its parameters bound
}

// CallRule evaluates the arguments of a call of a rule in f, and the defaults
// of those left out in the rule's own file. e is a call whose Info.Calls kind
// is CallRule.
func (c *Code) CallRule(ctx context.Context, t *Thread, f *Frame, e *syntax.Call) (*Activation, error) {
	call := c.program.Info.Calls[e]
	rule := call.Object.Decl.(*syntax.Rule)
	home, file := c, f.File()
	if p := call.Object.Program; p != nil && p != c.program {
		home, file = c.linked[p], t.Files[p]
		if file == nil {
			file = home.FileFrame()
		}
	}
	inner := home.RuleFrame(rule, file)
	for i, param := range rule.Params {
		o := home.program.Info.Defs[param.Name]
		var v value.Value
		var err error
		if i < len(call.Args) && call.Args[i] != nil {
			v, err = c.EvalAs(ctx, t, f, call.Args[i], o.Type)
		} else {
			v, err = home.EvalAs(ctx, t, inner, param.Default, o.Type)
		}
		if err != nil {
			return nil, err
		}
		inner.Set(o, v)
	}
	return &Activation{rule, home, inner}, nil
}

// compilerAt returns a compiler for an expression where it stands.
func (c *Code) compilerAt(e syntax.Element) *compiler {
	return &compiler{code: c, info: c.program.Info, unit: c.unitAt(e.Span()), lambda: map[*check.Object]bool{}}
}
