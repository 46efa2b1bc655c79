package monitor

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// A condition and its parts are compiled once and asked at every tick.
type (
	condition func() truth
	numeric   func() quantity
)

// compiler compiles the condition of one rule.
type compiler struct {
	m       *Monitor
	info    *check.Info
	o       Options
	rule    *rule
	from    time.Duration // the samples that count: since then
	base    bool          // what is compiled is asked of the baseline
	negated bool          // it stands under a `not`
	// used collects which metrics the condition names.
	used     []int
	relative bool // it asks the baseline
	bare     bool // it says `degradation` alone
	proofs   []*proof
	leaks    []*leak
	windows  []*window
	longest  time.Duration // how long it takes until all that it asks is filled
}

// condition compiles a bool expression.
func (c *compiler) condition(e syntax.Expr) (condition, error) {
	if !c.live(e) {
		v, err := c.o.Const(e)
		if err != nil {
			return nil, err
		}
		b, ok := v.(value.Bool)
		if !ok {
			return nil, fmt.Errorf("found %s, want true or false", v)
		}
		return func() truth { return truthOf(bool(b)) }, nil
	}
	switch e := e.(type) {
	case *syntax.Paren:
		return c.condition(e.X)
	case *syntax.Unary:
		if e.Op == "not" {
			c.negated = !c.negated
			x, err := c.condition(e.X)
			c.negated = !c.negated
			return func() truth { return not(x()) }, err
		}
	case *syntax.Binary:
		switch e.Op {
		case "and", "or":
			x, err := c.condition(e.X)
			if err != nil {
				return nil, err
			}
			y, err := c.condition(e.Y)
			if e.Op == "and" {
				return func() truth { return and(x(), y()) }, err
			}
			return func() truth { return or(x(), y()) }, err
		case "<", "<=", ">", ">=", "==", "!=":
			x, err := c.numeric(e.X)
			if err != nil {
				return nil, err
			}
			y, err := c.numeric(e.Y)
			if err != nil {
				return nil, err
			}
			c.tell(e, x, y)
			op := e.Op
			return func() truth { return compare(op, x(), y()) }, nil
		}
	case *syntax.Call:
		if call := c.info.Calls[e]; call != nil && call.Kind == check.CallMetric {
			switch call.Method {
			case "leak":
				return c.leak(e, call)
			case "proven":
				return c.proven(e, call)
			}
		}
	}
	// A metric of type bool stands for itself.
	if t := c.info.Types[e]; t != nil && t.Kind == types.Bool {
		x, err := c.numeric(e)
		return func() truth {
			q := x()
			if !q.known {
				return unknown
			}
			return truthOf(q.x != 0)
		}, err
	}
	return nil, c.refuse(e)
}

// numeric compiles an expression that gives a number or quantity.
func (c *compiler) numeric(e syntax.Expr) (numeric, error) {
	if !c.live(e) {
		v, err := c.o.Const(e)
		if err != nil {
			return nil, err
		}
		x, ok := number(v)
		if !ok {
			return nil, fmt.Errorf("found %s, want a number or a quantity", v)
		}
		c.noteLimit(e, v)
		q := known(x)
		return func() quantity { return q }, nil
	}
	switch e := e.(type) {
	case *syntax.Paren:
		return c.numeric(e.X)
	case *syntax.Unary:
		if e.Op == "-" {
			x, err := c.numeric(e.X)
			return func() quantity {
				q := x()
				if q.atLeast {
					return quantity{}
				}
				q.x = -q.x
				return q
			}, err
		}
	case *syntax.As:
		return c.numeric(e.X)
	case *syntax.IfExpr:
		cond, err := c.condition(e.Cond)
		if err != nil {
			return nil, err
		}
		x, err := c.numeric(e.Then)
		if err != nil {
			return nil, err
		}
		y, err := c.numeric(e.Else)
		return func() quantity {
			switch cond() {
			case yes:
				return x()
			case no:
				return y()
			}
			return quantity{}
		}, err
	case *syntax.Binary:
		return c.arithmetic(e)
	case *syntax.Ident:
		if o := c.info.Uses[e]; o != nil {
			switch o.Kind {
			case check.ObjMetric:
				return c.latest(o.Name, false)
			case check.ObjDegradation:
				return c.worst()
			}
		}
	case *syntax.Member:
		if call := c.info.Members[e]; call != nil && call.Kind == check.CallMetric {
			return c.statistic(call)
		}
	case *syntax.Call:
		call := c.info.Calls[e]
		if call == nil {
			break
		}
		switch call.Kind {
		case check.CallMetric:
			return c.statistic(call)
		case check.CallBuiltin:
			return c.function(e, call)
		}
	}
	return nil, c.refuse(e)
}

func (c *compiler) refuse(e syntax.Expr) error {
	return fmt.Errorf("a monitor's rule compares metrics and their statistics; this can't be part of it: %s", c.m.program.Source.Slice(e.Span()))
}

// live tells whether an expression depends on samples.
func (c *compiler) live(e syntax.Expr) bool {
	found := false
	syntax.Walk(e, func(x syntax.Element) bool {
		if id, ok := x.(*syntax.Ident); ok {
			if o := c.info.Uses[id]; o != nil {
				switch o.Kind {
				case check.ObjMetric, check.ObjDegradation, check.ObjBaselineValue:
					found = true
				}
			}
		}
		if call, ok := x.(*syntax.Call); ok {
			if call := c.info.Calls[call]; call != nil && call.Kind == check.CallMetric {
				found = true
			}
		}
		return !found
	})
	return found
}

// constant evaluates a number or quantity that no sample changes.
func (c *compiler) constant(e syntax.Expr) (float64, error) {
	v, err := c.o.Const(e)
	if err != nil {
		return 0, err
	}
	x, ok := number(v)
	if !ok {
		return 0, fmt.Errorf("found %s, want a number or a quantity", v)
	}
	return x, nil
}

func (c *compiler) duration(e syntax.Expr) (time.Duration, error) {
	x, err := c.constant(e)
	return time.Duration(x), err
}

func (c *compiler) kind(e syntax.Expr) types.Kind {
	if t := c.info.Types[e]; t != nil {
		return t.Kind
	}
	return types.Unknown
}

// arithmetic compiles + - * /. Rates are a second, durations nanoseconds.
func (c *compiler) arithmetic(e *syntax.Binary) (numeric, error) {
	x, err := c.numeric(e.X)
	if err != nil {
		return nil, err
	}
	y, err := c.numeric(e.Y)
	if err != nil {
		return nil, err
	}
	var f func(a, b float64) float64
	switch e.Op {
	case "+":
		f = func(a, b float64) float64 { return a + b }
	case "-":
		f = func(a, b float64) float64 { return a - b }
	case "*":
		f = func(a, b float64) float64 { return a * b }
		if (c.kind(e.X) == types.Rate) != (c.kind(e.Y) == types.Rate) && (c.kind(e.X) == types.Duration || c.kind(e.Y) == types.Duration) {
			f = func(a, b float64) float64 { return a * b / float64(time.Second) }
		}
	case "/":
		f = func(a, b float64) float64 { return a / b }
		if c.kind(e.Y) == types.Duration && c.kind(e.X) != types.Duration {
			f = func(a, b float64) float64 { return a / b * float64(time.Second) }
		}
	default:
		return nil, c.refuse(e)
	}
	return func() quantity {
		a, b := x(), y()
		if !a.known || !b.known || a.atLeast || b.atLeast {
			return quantity{}
		}
		q := finite(f(a.x, b.x))
		q.metric = max(a.metric, b.metric)
		return q
	}, nil
}

// function compiles the functions of the core that a rule may use on metrics.
func (c *compiler) function(e *syntax.Call, call *check.Call) (numeric, error) {
	var f func(xs []float64) float64
	switch call.Func.Name {
	case "abs":
		f = func(xs []float64) float64 { return abs(xs[0]) }
	case "min":
		f = slices.Min[[]float64]
	case "max":
		f = slices.Max[[]float64]
	case "floor":
		f = func(xs []float64) float64 { return math.Floor(xs[0]) }
	case "ceil":
		f = func(xs []float64) float64 { return math.Ceil(xs[0]) }
	case "round":
		f = func(xs []float64) float64 { return math.RoundToEven(xs[0]) }
	case "percent":
		f = func(xs []float64) float64 { return xs[0] / 100 }
	default:
		return nil, c.refuse(e)
	}
	var args []numeric
	for _, a := range call.Args {
		if a == nil {
			continue
		}
		x, err := c.numeric(a)
		if err != nil {
			return nil, err
		}
		args = append(args, x)
	}
	xs := make([]float64, len(args))
	return func() quantity {
		for i, a := range args {
			q := a()
			if !q.known || q.atLeast {
				return quantity{}
			}
			xs[i] = q.x
		}
		return finite(f(xs))
	}, nil
}
