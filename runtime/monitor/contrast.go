package monitor

import (
	"math"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/runtime/event"
)

// contrast is one comparison of a rule, for those who look on: what is compared,
// with what, and what that limit means for the metric itself.
type contrast struct {
	text         string // as written
	metric       int    // 1 + the index of the one that it is about; 0: of none alone
	is           condition
	value, limit side
	bound        numeric // the limit as a value of the metric; nil: it is none
	way          string  // over or under the limit it speaks for the rule; "": neither
	test         bool    // it is a proven or leak
}

// side is one side of a comparison. One without x has nothing to print.
type side struct {
	text string
	typ  *types.Type
	x    numeric
	is   string // as written, where that says the value; "": print it

	moves bool // its value isn't that of a constant
}

func (s side) String() string {
	switch {
	case s.is != "":
		return s.is
	case s.x == nil || s.typ == nil:
		return ""
	}
	q := s.x()
	switch {
	case !q.known:
		return "no data"
	case s.typ.Kind == types.Rate: // by the hour: what rises slowly is a number that can be read
		return printAs(s.typ.Elem, q.x*time.Hour.Seconds()) + "/1h"
	}
	return printAs(s.typ, q.x)
}

// tell notes a comparison of the rule that is compiled.
func (c *compiler) tell(e *syntax.Binary, x, y numeric) {
	value, limit, op := e.X, e.Y, e.Op
	scales := c.scales(e.X)
	if scales == nil {
		if scales = c.scales(e.Y); scales != nil || !c.live(e.X) {
			value, limit, op = e.Y, e.X, flipped[op]
			x, y = y, x
		}
	}
	left, right := c.side(value, x), c.side(limit, y)
	if right.moves = c.live(limit); !right.moves && !named(limit) {
		right.is = right.text
	}
	if left.typ != nil && left.typ.Kind == types.Ratio {
		left.typ = right.typ // a ratio reads as what it is compared with
	}
	text := c.m.program.Source.Slice(e.Span())
	if scales == nil {
		is := func() truth { return compare(op, x(), y()) }
		c.add(contrast{text: text, is: is, value: left, limit: right, way: way(op, c.negated)})
		return
	}
	for _, s := range scales {
		here := left
		of := x
		if s.value != nil {
			of = s.value
			here.x = of
		}
		c.add(contrast{
			text: text, metric: s.metric + 1, is: func() truth { return compare(op, of(), y()) }, value: here, limit: right,
			bound: func() quantity { return s.bound(y()) }, way: way(op, c.negated != s.falling),
		})
	}
}

// add keeps what is told, the other way around under a `not`.
func (c *compiler) add(t contrast) {
	if c.negated {
		is := t.is
		t.is = func() truth { return not(is()) }
	}
	c.rule.contrasts = append(c.rule.contrasts, t)
}

func (c *compiler) side(e syntax.Expr, x numeric) side {
	e = unparen(e)
	return side{text: c.m.program.Source.Slice(e.Span()), typ: c.info.Types[e], x: x}
}

func way(op string, turned bool) string {
	over := op == ">" || op == ">="
	switch {
	case op == "==" || op == "!=":
		return ""
	case over != turned:
		return "over"
	}
	return "under"
}

// named tells whether an expression stands for a value that it doesn't show.
func named(e syntax.Expr) bool {
	found := false
	syntax.Walk(e, func(x syntax.Element) bool {
		switch x.(type) {
		case *syntax.Ident, *syntax.Member, *syntax.Call:
			found = true
		}
		return !found
	})
	return found
}

// scale says how an expression follows a metric.
type scale struct {
	metric  int
	value   numeric                       // of the expression for this metric, where it is about several
	bound   func(limit quantity) quantity // the metric's value where the expression is at the limit
	falling bool                          // the expression falls while the metric rises
}

// scales says which metrics an expression follows: one, all of them for the
// bare word, or none where no value of a metric is a limit of it.
func (c *compiler) scales(e syntax.Expr) []scale {
	switch e := e.(type) {
	case *syntax.Paren:
		return c.scales(e.X)
	case *syntax.As:
		return c.scales(e.X)
	case *syntax.Unary:
		if s := c.scales(e.X); e.Op == "-" && len(s) == 1 {
			return []scale{s[0].through(func(x float64) float64 { return -x }, true)}
		}
	case *syntax.Ident:
		o := c.info.Uses[e]
		switch {
		case o == nil:
		case o.Kind == check.ObjMetric:
			return c.itself(o.Name)
		case o.Kind == check.ObjDegradation:
			var all []scale
			for i := range c.m.metrics {
				x := c.comparison(i)
				all = append(all, c.m.degraded(i, x.before, x.worse))
			}
			return all
		}
	case *syntax.Member:
		if call := c.info.Members[e]; call != nil && call.Kind == check.CallMetric {
			return c.followed(call)
		}
	case *syntax.Call:
		if call := c.info.Calls[e]; call != nil && call.Kind == check.CallMetric {
			return c.followed(call)
		}
	case *syntax.Binary:
		return c.shifted(e)
	}
	return nil
}

// itself is the scale of a metric: a limit of it is a value of it.
func (c *compiler) itself(name string) []scale {
	for i, m := range c.m.metrics {
		if m.name == name && m.typ.Kind != types.Bool {
			return []scale{{metric: i, bound: func(limit quantity) quantity { return limit }}}
		}
	}
	return nil
}

// followed is the scale of a statistic, where that is a value of the metric,
// and of degradation(x).
func (c *compiler) followed(call *check.Call) []scale {
	switch call.Method {
	case "", "mean", "min", "max", "last", "over":
	case "degradation":
		inner := c.scales(call.Args[0])
		if len(inner) != 1 {
			return nil
		}
		var before numeric
		if _, plain := unparen(call.Args[0]).(*syntax.Ident); plain {
			before = c.comparison(inner[0].metric).before
		} else {
			c.base = true
			x, err := c.numeric(call.Args[0])
			c.base = false
			if err != nil {
				return nil
			}
			before = x
		}
		of := c.m.degraded(inner[0].metric, before, nil)
		return []scale{{metric: of.metric, falling: of.falling != inner[0].falling,
			bound: func(limit quantity) quantity { return inner[0].bound(of.bound(limit)) }}}
	default:
		if _, isQuantile := percentile(call.Method); !isQuantile {
			return nil
		}
	}
	if call.Baseline || c.base || call.Object == nil {
		return nil
	}
	return c.itself(call.Object.Name)
}

// degraded is how far a metric may be from its baseline.
func (m *Monitor) degraded(i int, before, worse numeric) scale {
	metric := &m.metrics[i]
	return scale{metric: i, value: worse, falling: metric.higher, bound: func(limit quantity) quantity {
		b := before()
		by := max(abs(b.x), metric.least)
		if !b.known || b.atLeast || !limit.known || by == 0 {
			return quantity{}
		}
		// Less than the floor apart is no difference.
		d := max(limit.x*by, metric.least)
		if metric.higher {
			d = -d
		}
		return finite(b.x + d)
	}}
}

// shifted is the scale of a metric that something is added to, or that is
// multiplied.
func (c *compiler) shifted(e *syntax.Binary) []scale {
	if c.kind(e.X) == types.Rate || c.kind(e.Y) == types.Rate {
		return nil
	}
	of, by, turned := c.scales(e.X), e.Y, false
	if of == nil {
		of, by, turned = c.scales(e.Y), e.X, true
	} else if c.scales(e.Y) != nil {
		return nil // two metrics
	}
	if len(of) != 1 {
		return nil
	}
	k, err := c.numeric(by)
	if err != nil {
		return nil
	}
	var back func(x float64) float64
	switch {
	case e.Op == "+":
		back = func(x float64) float64 { return x - k().x }
	case e.Op == "-" && !turned:
		back = func(x float64) float64 { return x + k().x }
	case e.Op == "-":
		back = func(x float64) float64 { return k().x - x }
	case e.Op == "*":
		back = func(x float64) float64 { return x / k().x }
	case e.Op == "/" && !turned:
		back = func(x float64) float64 { return x * k().x }
	default:
		return nil
	}
	scaled := of[0].through(back, e.Op == "-" && turned)
	bound := scaled.bound
	scaled.bound = func(limit quantity) quantity {
		// With a factor below 0, over and under would change places.
		if q := k(); !q.known || q.atLeast || (e.Op == "*" || e.Op == "/") && q.x <= 0 {
			return quantity{}
		}
		return bound(limit)
	}
	return []scale{scaled}
}

// through is the scale of an expression of which s is a part; back leads from
// the whole to the part.
func (s scale) through(back func(float64) float64, falling bool) scale {
	bound := s.bound
	s.falling = s.falling != falling
	s.bound = func(limit quantity) quantity {
		if !limit.known || limit.atLeast {
			return quantity{}
		}
		return bound(finite(back(limit.x)))
	}
	return s
}

// ruleSeen describes a rule at a tick.
func (m *Monitor) ruleSeen(r *rule) event.RuleState {
	return event.RuleState{Rule: r.text, Action: r.decl.Action, Is: r.now.String(), Held: r.hold.held, Hold: r.hold.d,
		Times: r.hold.times(), Wanted: r.hold.m, Comparisons: m.comparisonsSeen(r)}
}

func (m *Monitor) comparisonsSeen(r *rule) (all []event.Comparison) {
	for i := range r.contrasts {
		t := &r.contrasts[i]
		e := event.Comparison{Text: t.text, Is: t.is().String(), Value: t.value.String(), Limit: t.limit.String(), Way: t.way}
		if t.metric > 0 {
			metric := &m.metrics[t.metric-1]
			e.Metric = metric.name
			if t.bound != nil {
				if q := t.bound(); q.known && !math.IsInf(q.x, 0) {
					e.Bound, e.At = metric.print(q), &q.x
				}
			}
		}
		all = append(all, e)
	}
	return all
}
