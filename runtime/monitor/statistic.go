package monitor

import (
	"fmt"
	"time"

	"github.com/drl-lang/drl/lang/check"
)

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

// latest is the metric's own name: its last sample; of a baseline, what is
// typical of it.
func (c *compiler) latest(name string, baseline bool) (numeric, error) {
	i, err := c.index(name)
	if err != nil {
		return nil, err
	}
	if baseline || c.base {
		c.relative = true
		same := c.comparison(i)
		return func() quantity { return same.before().about(i) }, nil
	}
	s := c.m.series[i]
	return func() quantity { return s.latest().quantity().about(i) }, nil
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
	var stretch time.Duration
	if len(call.Args) > 0 && call.Args[0] != nil {
		if stretch, err = c.duration(call.Args[0]); err != nil {
			return nil, err
		}
	}
	c.needs(stretch)
	name := call.Method
	if !call.Baseline && !c.base {
		return c.over(i, c.m.series[i], name, stretch), nil
	}
	c.relative = true
	if c.m.beside() {
		x, enough := c.over(i, c.m.others[i], name, stretch), c.m.enoughBeside(i, c.from)
		if name == "count" || name == "missing" {
			return x, nil
		}
		return func() quantity {
			if !enough() {
				return quantity{}
			}
			return x()
		}, nil
	}
	f := c.m.frozen(i, name)
	return func() quantity { return f.q.about(i) }, nil
}

// over is a statistic of a series over the last stretch; 0: so far.
func (c *compiler) over(i int, s *series, name string, stretch time.Duration) numeric {
	m := c.m
	if name == "trend" {
		r := m.trend(s, stretch, c.from)
		return func() quantity { return r.value(m.now).about(i) }
	}
	p, isQuantile := percentile(name)
	w := m.window(s, stretch, c.from, 0, isQuantile)
	c.windows = append(c.windows, w)
	return func() quantity {
		switch {
		case !w.full(m.now):
			return quantity{}
		case isQuantile:
			return w.quantile(p).about(i)
		}
		all := w.total()
		return all.statistic(name, s.events).about(i)
	}
}

// about notes which metric a quantity is about.
func (q quantity) about(i int) quantity {
	q.metric = i + 1
	return q
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
	return func() quantity {
		q := x()
		if !q.known || q.atLeast || objective >= 1 {
			return quantity{}
		}
		q.x /= 1 - objective
		return q
	}, nil
}

// needs notes that the rule can't say anything before it has run that long.
func (c *compiler) needs(d time.Duration) { c.longest = max(c.longest, d) }
