package check

import (
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// limit judges the values of expressions: at once where they are constant,
// when the plan is made where they depend on inputs. What only the run knows
// is left to the run. judge returns what is wrong, or nil.
func (c *checker) limit(judge func(v []value.Value) *source.Diagnostic, es ...syntax.Expr) {
	values := make([]value.Value, len(es))
	known := true
	for i, e := range es {
		if e == nil {
			return
		}
		if values[i] = c.fold(e); values[i] == nil {
			known = false
			if !c.knownToPlan(e) {
				return
			}
		}
	}
	if !known {
		span := es[0].Span()
		c.prog.Deferred = append(c.prog.Deferred, &Deferred{File: c.file, Span: span, Exprs: es, Check: judge})
		return
	}
	if d := judge(values); d != nil {
		*c.ds = append(*c.ds, d)
	}
}

// problem makes a diagnostic for judge to return.
func (c *checker) problem(code *source.Code, at syntax.Element, format string, args ...any) *source.Diagnostic {
	return &source.Diagnostic{Code: code, File: c.file, Span: at.Span(), Message: fmt.Sprintf(format, args...)}
}

// knownToPlan tells whether the plan can evaluate e: it uses inputs, the
// target, lets above the first node and what is pure.
func (c *checker) knownToPlan(e syntax.Expr) bool {
	ok := true
	info := c.prog.Info
	syntax.Walk(e, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.BadExpr, *syntax.CommandValue:
			ok = false
		case *syntax.Ident:
			o := info.Uses[e]
			switch {
			case o == nil:
				ok = false
			case o.Kind == ObjLet:
				ok = ok && c.decls.prelude[o]
			case o.Kind == ObjParam:
				ok = ok && isLambdaParam(o)
			case o.Kind == ObjRun, o.Kind == ObjMetric:
				ok = false
			}
		case *syntax.Call:
			if call := info.Calls[e]; call != nil {
				ok = ok && callEffect(call) == types.Pure
			}
		case *syntax.Member:
			if call := info.Members[e]; call != nil {
				ok = ok && callEffect(call) == types.Pure
			}
		}
		return ok
	})
	return ok && info.Types[e] != nil && info.Types[e].Kind != types.Unknown
}

func isLambdaParam(o *Object) bool {
	_, ok := o.Decl.(*syntax.Lambda)
	return ok
}

// callEffect returns what a resolved call does to the world.
func callEffect(call *Call) types.Effect {
	switch call.Kind {
	case CallBuiltin, CallHandle:
		if call.Func != nil {
			return call.Func.Effect
		}
	case CallFn:
		if call.Object != nil {
			return call.Object.Effect
		}
	case CallRule:
		return types.Writes
	}
	return types.Pure
}

// duration checks a clause that is a duration longer than nothing.
func (c *checker) duration(e syntax.Expr, what string) {
	if e == nil {
		return
	}
	c.exprAs(e, types.TDuration, what)
	c.limit(func(v []value.Value) *source.Diagnostic {
		if d, ok := asDuration(v[0]); ok && d <= 0 {
			p := c.problem(codeNotPositive, e, "%s is %s, and has to be longer than nothing", what, v[0])
			return p
		}
		return nil
	}, e)
}

// atLeast checks a clause that is a whole number from least on.
func (c *checker) atLeast(e syntax.Expr, least int64, what string) {
	if e == nil {
		return
	}
	c.exprAs(e, types.TInt, what)
	c.limit(func(v []value.Value) *source.Diagnostic {
		if n, ok := v[0].(value.Int); ok && int64(n) < least {
			return c.problem(codeTooSmall, e, "%s is %d, and has to be at least %d", what, n, least)
		}
		return nil
	}, e)
}

// shorter checks that `every` comes round at least twice in its `within`.
func (c *checker) shorter(every, within syntax.Expr, word string) {
	if every == nil || within == nil {
		return
	}
	c.limit(func(v []value.Value) *source.Diagnostic {
		e, ok := asDuration(v[0])
		w, ok2 := asDuration(v[1])
		if !ok || !ok2 || e < w || e <= 0 || w <= 0 {
			return nil
		}
		d := c.problem(codeEvery, every, "every %s is not shorter than its %s %s", v[0], word, v[1])
		d.Hint = fmt.Sprintf("every %s would look ten times", value.Duration(tenth(w)))
		c.also(d, within, word+" ends here")
		return d
	}, every, within)
}

func tenth(d time.Duration) time.Duration {
	t := d / 10
	switch {
	case t >= time.Second:
		return t.Truncate(time.Second)
	case t >= time.Millisecond:
		return t.Truncate(time.Millisecond)
	}
	return max(t, 1)
}
