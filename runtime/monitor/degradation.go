package monitor

import (
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
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
			return func(v view) quantity { return v.recentlyWorse(i).about(i) }, err
		}
	}
	before := len(c.used)
	x, err := c.numeric(call.Args[0])
	if err != nil {
		return nil, err
	}
	i := 0 // the metric that says which direction is worse
	if len(c.used) > before {
		i = c.used[before]
	}
	return func(v view) quantity {
		base := v
		base.baseline = true
		return v.m.metrics[i].worse(x(v), x(base)).about(i)
	}, nil
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

// recent returns the ticks that `degradation` looks back on; nil while they
// are too few.
func (v view) recent(i int) []tick {
	s := v.m.series[i]
	all := v.ticks(i, 0)
	samples, from := 0, len(all)
	for from > 0 && (samples < recentSamples || all[from-1].at > v.at-recentTime) {
		from--
		switch t := all[from]; {
		case t.state != Known:
		case s.events:
			samples++
		default:
			samples += t.to - t.from
		}
	}
	if samples < recentSamples {
		return nil
	}
	return all[from:]
}

// recentlyWorse is by how much a metric's recent stretch is worse than its
// baseline. All rules of a tick ask the same: it is worked out once.
func (v view) recentlyWorse(i int) quantity {
	last := &v.m.worse[i]
	if asked := (question{len(v.m.series[i].ticks), v.from}); last.question != asked {
		last.question, last.answer = asked, quantity{}
		if ticks := v.recent(i); ticks != nil {
			m := v.m.metrics[i]
			last.answer = m.worse(m.typical(v.m.series[i], ticks), v.m.usual[i])
		}
	}
	return last.answer
}

// comparison is what recentlyWorse last said of a metric.
type comparison struct {
	question
	answer quantity
}

// question is after how many ticks it was asked, and since when they count.
type question struct {
	ticks int
	from  time.Duration
}

// worst compiles the bare word: the worst degradation of all metrics. Those
// whose baseline is 0 are left out; while another is unknown, the worst is at
// least that of the known ones.
func (c *compiler) worst() (numeric, error) {
	c.relative, c.bare = true, true
	for i := range c.m.metrics {
		c.used = append(c.used, i)
	}
	return func(v view) quantity {
		worst, open := quantity{}, false
		for i, m := range v.m.metrics {
			q := v.recentlyWorse(i).about(i)
			switch b := v.m.usual[i]; {
			case b.known && b.x == 0 && m.least == 0:
			case !q.known:
				open = true
			case !worst.known || q.x > worst.x:
				worst = q
			}
		}
		worst.atLeast = worst.known && open
		return worst
	}, nil
}
