package monitor

import (
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// What `degradation` of a plain metric looks back on: this long or this many
// known samples, whichever is longer. It is known from that many on.
const (
	recentTime    = 2 * time.Minute
	recentSamples = 10
)

// degradation compiles degradation(x): of a plain metric over its recent
// stretch, of anything else as it is written.
func (c *compiler) degradation(call *check.Call) (numeric, error) {
	c.relative = true
	if id, ok := unparen(call.Args[0]).(*syntax.Ident); ok {
		if o := c.info.Uses[id]; o != nil && o.Kind == check.ObjMetric {
			i, err := c.index(o.Name)
			if err != nil {
				return nil, err
			}
			c.tenSamples(i)
			same := c.comparison(i)
			return func() quantity { return same.worse().about(i) }, nil
		}
	}
	before := len(c.used)
	x, err := c.numeric(call.Args[0])
	if err != nil {
		return nil, err
	}
	c.base = true
	y, err := c.numeric(call.Args[0])
	c.base = false
	if err != nil {
		return nil, err
	}
	i := 0 // the metric that says which direction is worse
	if len(c.used) > before {
		i = c.used[before]
	}
	metric := &c.m.metrics[i]
	return func() quantity { return metric.worse(x(), y()).about(i) }, nil
}

func unparen(e syntax.Expr) syntax.Expr {
	for {
		p, ok := e.(*syntax.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// tenSamples notes how long it takes until a metric with one sample a tick can
// be compared.
func (c *compiler) tenSamples(i int) {
	if !c.m.metrics[i].many {
		c.needs((recentSamples - 1) * c.o.Interval)
	}
}

// comparison is a metric beside its baseline, by what is typical of both. All
// rules of a tick ask the same: it is worked out once.
type comparison struct {
	m      *Monitor
	metric int
	from   time.Duration
	now    *window
	then   *window // of what is sampled beside; nil: the baseline stands still

	asked  int // at how many ticks it was asked
	answer quantity
}

// comparison returns that of the metric over its recent stretch.
func (c *compiler) comparison(i int) *comparison {
	m := c.m
	for _, x := range m.comparisons {
		if x.metric == i && x.from == c.from {
			return x
		}
	}
	median := m.metrics[i].byMedian()
	x := &comparison{m: m, metric: i, from: c.from, now: m.window(m.series[i], recentTime, c.from, recentSamples, median)}
	if m.beside() {
		x.then = m.window(m.others[i], recentTime, c.from, recentSamples, median)
	}
	m.comparisons = append(m.comparisons, x)
	return x
}

// worse is by how much the metric is worse than its baseline.
func (x *comparison) worse() quantity {
	if x.asked != x.m.seen {
		x.asked = x.m.seen
		x.answer = x.m.metrics[x.metric].worse(x.recent(), x.before())
	}
	return x.answer
}

func (x *comparison) recent() quantity { return x.m.metrics[x.metric].typical(x.now) }

// before is what the metric is compared with.
func (x *comparison) before() quantity {
	if x.then == nil {
		return x.m.usual[x.metric]
	}
	if !enough(x.then) {
		return quantity{}
	}
	return x.m.metrics[x.metric].typical(x.then)
}

// left tells whether the bare word leaves the metric out: its baseline is 0,
// and nothing says how much would matter.
func (x *comparison) left() bool {
	b := x.before()
	return b.known && b.x == 0 && x.m.metrics[x.metric].least == 0
}

// byMedian tells whether what is typical of the metric is its median.
func (m *metric) byMedian() bool { return m.typ.Kind == types.Duration || m.typ.Kind == types.Size }

// typical is how a metric is compared: durations and sizes by their median,
// ratios by their sums, others by their mean. It needs ten samples.
func (m *metric) typical(w *window) quantity {
	if w.n < recentSamples {
		return quantity{}
	}
	return m.usual(w)
}

// usual is typical of however many samples there are.
func (m *metric) usual(w *window) quantity {
	if m.byMedian() {
		return w.middle(0.5)
	}
	all := w.total()
	if m.events() {
		return all.statistic("over", true)
	}
	return all.statistic("mean", false)
}

// worst compiles the bare word: the worst degradation of all metrics. Those
// whose baseline is 0 are left out; while another is unknown, the worst is at
// least that of the known ones.
func (c *compiler) worst() (numeric, error) {
	c.relative, c.bare = true, true
	all := make([]*comparison, len(c.m.metrics))
	for i := range c.m.metrics {
		c.used = append(c.used, i)
		c.tenSamples(i)
		all[i] = c.comparison(i)
	}
	return func() quantity {
		worst, open := quantity{}, false
		for i, x := range all {
			switch q := x.worse(); {
			case x.left():
			case !q.known:
				open = true
			case !worst.known || q.x > worst.x:
				worst = q.about(i)
			}
		}
		worst.atLeast = worst.known && open
		return worst
	}, nil
}
