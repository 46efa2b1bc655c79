package plan

import (
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// limits judges what depends on inputs, as far as it is known: that an
// `every` is shorter than its `within`, and the like.
func (b *builder) limits() {
	if b.ds.HasErrors() {
		return
	}
	known := b.eval.fork()
	known.lets()
	b.ds = append(b.ds, Limits(b.program, func(e syntax.Expr) (value.Value, bool) {
		if !known.known(e) {
			return nil, false
		}
		v, err := known.value(e)
		return v, err == nil
	})...)
}

// Limits judges what the checker had to leave to the plan and to the start of
// a run. A limit whose expressions eval doesn't know is left out.
func Limits(p *check.Program, eval func(syntax.Expr) (value.Value, bool)) (ds source.Diagnostics) {
	for _, d := range p.Deferred {
		values := make([]value.Value, len(d.Exprs))
		known := true
		for i, e := range d.Exprs {
			v, ok := eval(e)
			values[i], known = v, known && ok
		}
		if !known {
			continue
		}
		if problem := d.Check(values); problem != nil {
			ds = append(ds, problem)
		}
	}
	return ds
}
