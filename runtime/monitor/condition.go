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
	condition func(view) truth
	numeric   func(view) quantity
)

// view is which samples a condition looks at: those of the ticks since
// `from`, seen at `at`, or with baseline those of the baseline.
type view struct {
	m        *Monitor
	at       time.Duration
	from     time.Duration
	baseline bool
}

// compiler compiles the conditions of one monitor.
type compiler struct {
	m    *Monitor
	info *check.Info
	o    Options
	// used collects which metrics the condition at hand names.
	used     []int
	relative bool // it asks the baseline
	bare     bool // it says `degradation` alone
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
		return func(view) truth { return truthOf(bool(b)) }, nil
	}
	switch e := e.(type) {
	case *syntax.Paren:
		return c.condition(e.X)
	case *syntax.Unary:
		if e.Op == "not" {
			x, err := c.condition(e.X)
			return func(v view) truth { return not(x(v)) }, err
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
				return func(v view) truth { return and(x(v), y(v)) }, err
			}
			return func(v view) truth { return or(x(v), y(v)) }, err
		case "<", "<=", ">", ">=", "==", "!=":
			x, err := c.numeric(e.X)
			if err != nil {
				return nil, err
			}
			y, err := c.numeric(e.Y)
			op := e.Op
			return func(v view) truth { return compare(op, x(v), y(v)) }, err
		}
	case *syntax.Call:
		if call := c.info.Calls[e]; call != nil && call.Kind == check.CallMetric {
			switch call.Method {
			case "leak":
				return c.leak(call)
			case "proven":
				return c.proven(call)
			}
		}
	}
	// A metric of type bool stands for itself.
	if t := c.info.Types[e]; t != nil && t.Kind == types.Bool {
		x, err := c.numeric(e)
		return func(v view) truth {
			q := x(v)
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
		x, err := c.constant(e)
		q := known(x)
		return func(view) quantity { return q }, err
	}
	switch e := e.(type) {
	case *syntax.Paren:
		return c.numeric(e.X)
	case *syntax.Unary:
		if e.Op == "-" {
			x, err := c.numeric(e.X)
			return func(v view) quantity {
				q := x(v)
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
		return func(v view) quantity {
			switch cond(v) {
			case yes:
				return x(v)
			case no:
				return y(v)
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
	return func(v view) quantity {
		a, b := x(v), y(v)
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
	return func(v view) quantity {
		xs := make([]float64, len(args))
		for i, a := range args {
			q := a(v)
			if !q.known || q.atLeast {
				return quantity{}
			}
			xs[i] = q.x
		}
		return finite(f(xs))
	}, nil
}

// index finds a metric of the monitor by its name.
func (c *compiler) index(name string) (int, error) {
	for i, m := range c.m.metrics {
		if m.name == name {
			c.used = append(c.used, i)
			return i, nil
		}
	}
	return 0, fmt.Errorf("the monitor has no metric %s", name)
}

// latest is the metric's own name: its last sample; in a baseline, what is
// typical of it.
func (c *compiler) latest(name string, baseline bool) (numeric, error) {
	i, err := c.index(name)
	c.relative = c.relative || baseline
	return func(v view) quantity {
		if v.baseline || baseline {
			return v.m.usual[i].about(i)
		}
		ticks := v.m.series[i].ticks
		return ticks[len(ticks)-1].own.about(i)
	}, err
}

// statistic compiles m.p95, m.p95(5m), baseline.m.p95 and the functions
// degradation(x) and burn(x, …).
func (c *compiler) statistic(call *check.Call) (numeric, error) {
	switch call.Method {
	case "degradation":
		return c.degradation(call)
	case "burn":
		return c.burn(call)
	}
	if call.Object == nil {
		return nil, fmt.Errorf("a monitor's rule has nothing called %s", call.Method)
	}
	if call.Method == "" {
		return c.latest(call.Object.Name, call.Baseline)
	}
	i, err := c.index(call.Object.Name)
	if err != nil {
		return nil, err
	}
	c.relative = c.relative || call.Baseline
	var stretch time.Duration
	if len(call.Args) > 0 && call.Args[0] != nil {
		if stretch, err = c.duration(call.Args[0]); err != nil {
			return nil, err
		}
	}
	name, baseline := call.Method, call.Baseline
	return func(v view) quantity {
		if v.baseline || baseline {
			return v.m.baseline.statistic(i, name).about(i)
		}
		if v.at-v.from < stretch {
			return quantity{}
		}
		return v.m.series[i].statistic(name, v.ticks(i, stretch)).about(i)
	}, nil
}

// about notes which metric a quantity is about.
func (q quantity) about(i int) quantity {
	q.metric = i + 1
	return q
}

// ticks are the metric's in the last stretch (0: all), those before `from`
// left out.
func (v view) ticks(i int, stretch time.Duration) []tick {
	after := v.from - 1
	if stretch > 0 {
		after = max(after, v.at-stretch)
	}
	return v.m.series[i].since(after)
}

// burn is an error ratio over what the objective allows.
func (c *compiler) burn(call *check.Call) (numeric, error) {
	x, err := c.numeric(call.Args[0])
	if err != nil {
		return nil, err
	}
	objective, err := c.constant(call.Args[1])
	if err != nil {
		return nil, err
	}
	return func(v view) quantity {
		q := x(v)
		if !q.known || q.atLeast || objective >= 1 {
			return quantity{}
		}
		q.x /= 1 - objective
		return q
	}, nil
}
