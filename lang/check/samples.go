package check

import (
	"fmt"
	"strconv"
	"time"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// metricUses is what a rule's condition looks at.
type metricUses struct {
	live     bool             // at least one metric as it is now
	calls    []metricUse      // statistics and comparisons
	bare     []syntax.Element // the word degradation alone
	relative []syntax.Element // whatever needs a baseline
}

type metricUse struct {
	at   syntax.Element
	call *Call
}

// metricUses finds the metrics in a condition.
func (c *checker) metricUses(cond syntax.Expr) (u metricUses) {
	info := c.prog.Info
	called := map[*syntax.Ident]bool{} // degradation in degradation(x)
	add := func(at syntax.Element, call *Call) {
		if call == nil || call.Kind != CallMetric {
			return
		}
		u.calls = append(u.calls, metricUse{at, call})
		u.live = u.live || !call.Baseline
		if call.Baseline || call.Method == "degradation" || call.Method == "proven" {
			u.relative = append(u.relative, at)
		}
	}
	syntax.Walk(cond, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.Call:
			if id, ok := e.Fn.(*syntax.Ident); ok {
				called[id] = true
			}
			add(e, info.Calls[e])
			if call := info.Calls[e]; call != nil && call.Baseline {
				return false
			}
		case *syntax.Member:
			if call := info.Members[e]; call != nil {
				add(e, call)
				if call.Baseline {
					return false
				}
			}
		case *syntax.Ident:
			o := info.Uses[e]
			switch {
			case o == nil:
			case o.Kind == ObjMetric:
				u.live = true
			case o.Kind == ObjDegradation:
				u.live = true
				u.relative = append(u.relative, e)
				if !called[e] {
					u.bare = append(u.bare, e)
				}
			}
		}
		return true
	})
	return u
}

var quantileDigits = lazy.Regexp(`^p([1-9][0-9]?)$`)

// samplesFor returns how many samples a quantile needs, 5/(1-p) rounded up;
// 0 for what is no quantile.
func samplesFor(method string) int64 {
	m := quantileDigits().FindStringSubmatch(method)
	if m == nil {
		return 0
	}
	p, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0
	}
	rest := 100 - p
	return (500 + rest - 1) / rest
}

// isStretch tells whether a statistic's argument is a stretch of time.
func isStretch(method string) bool {
	switch method {
	case "degradation", "proven", "burn", "leak":
		return false
	}
	return true
}

// metricUse checks one statistic or comparison against the monitor's window.
func (c *checker) metricUse(m *syntax.Monitor, info *Monitor, u metricUse) {
	call := u.call
	var stretch syntax.Expr
	if isStretch(call.Method) && len(call.Args) > 0 {
		stretch = call.Args[0]
	}
	if stretch != nil && !call.Baseline {
		c.notLonger(codeStretch, stretch, m, "a stretch of %s is longer than the window of %s: it never fills")
		c.limit(func(v []value.Value) *source.Diagnostic {
			d, ok := asDuration(v[0])
			every, ok2 := asDuration(v[1])
			if !ok || !ok2 || d >= every {
				return nil
			}
			p := c.problem(codeStretch, stretch, "a stretch of %s is shorter than the interval of %s: it holds no sample", v[0], v[1])
			p.Hint = "write a longer one, or look more often"
			c.also(p, m.Every, "the interval")
			return p
		}, stretch, m.Every)
	}
	if call.Method == "degradation" {
		if o := c.plainMetric(call); o != nil {
			c.tenSamples(m, info, o, u.at)
		}
	}
	if call.Method == "leak" {
		c.sixBlocks(m, u.at)
	}
	if needs := samplesFor(call.Method); needs > 0 && call.Object != nil && !c.manySamples(call.Object) {
		c.enough(m, info, u, stretch, needs)
	}
}

// plainMetric returns the metric that degradation(m) names, or nil where its
// argument spells out a statistic.
func (c *checker) plainMetric(call *Call) *Object {
	if len(call.Args) == 0 || call.Args[0] == nil {
		return nil
	}
	if id, ok := unparen(call.Args[0]).(*syntax.Ident); ok {
		if o := c.prog.Info.Uses[id]; o != nil && o.Kind == ObjMetric {
			return o
		}
	}
	return nil
}

// manySamples tells whether a tick can give a metric more than one sample: how
// many is known only when it runs.
func (c *checker) manySamples(o *Object) bool {
	m, ok := o.Decl.(*syntax.Metric)
	if !ok {
		return true
	}
	t := c.prog.Info.Types[m.Value]
	return t == nil || t.Kind == types.Unknown || types.Present(t).Kind == types.List
}

// enough reports a quantile for which the window, the stretch or the baseline
// can never have samples.
func (c *checker) enough(m *syntax.Monitor, info *Monitor, u metricUse, stretch syntax.Expr, needs int64) {
	window, every, what := m.For, m.Every, "the window"
	if u.call.Baseline {
		b, ok := baselineOf(info)
		if !ok {
			return
		}
		window, every, what = b.For, b.Every, "the baseline"
	}
	judge := func(v []value.Value) *source.Diagnostic {
		length, ok := asDuration(v[0])
		interval, ok2 := asDuration(v[1])
		if !ok || !ok2 || interval <= 0 {
			return nil
		}
		have := ticks(length, interval)
		if stretch != nil {
			have = int64(length / interval)
		}
		if have >= needs {
			return nil
		}
		d := c.problem(codeTooFew, u.at, "%s needs %d samples, and %s has at most %d", u.call.Method, needs, what, have)
		d.Hint = "look more often or longer, or choose a lower quantile: p50 needs 10 samples, p90 50, p95 100, p99 500"
		return d
	}
	if stretch != nil && !u.call.Baseline {
		what = "its stretch"
		c.limit(judge, stretch, every)
		return
	}
	if window != nil && every != nil {
		c.limit(judge, window, every)
	}
}

// LeakBlocks of LeakBlock each are the least that a leak compares, after the
// warm-up.
const (
	LeakBlocks = 6
	LeakBlock  = 5 * time.Minute
)

// sixBlocks reports a leak for which the window never has the blocks.
func (c *checker) sixBlocks(m *syntax.Monitor, at syntax.Element) {
	parts := []syntax.Expr{m.For}
	if m.Warmup != nil {
		parts = append(parts, m.Warmup)
	}
	c.limit(func(v []value.Value) *source.Diagnostic {
		window, ok := asDuration(v[0])
		if !ok {
			return nil
		}
		left, what := window, fmt.Sprintf("the window of %s", v[0])
		if len(v) > 1 {
			warmup, ok := asDuration(v[1])
			if !ok {
				return nil
			}
			left, what = window-warmup, fmt.Sprintf("%s less its warmup of %s", what, v[1])
		}
		if left >= LeakBlocks*LeakBlock {
			return nil
		}
		d := c.problem(codeTooFew, at, "leak compares %d blocks of %s, and %s has %d", LeakBlocks, value.Duration(LeakBlock), what, max(left, 0)/LeakBlock)
		d.Hint = fmt.Sprintf("look for longer: %s, and the warmup if there is one", value.Duration(LeakBlocks*LeakBlock))
		return d
	}, parts...)
}

// baselineOf returns the monitor's baseline where it is measured in this run.
func baselineOf(info *Monitor) (*syntax.Baseline, bool) {
	if info.Baseline == nil {
		return nil, false
	}
	b, ok := info.Baseline.Decl.(*syntax.Baseline)
	return b, ok && b.For != nil && b.Every != nil
}

// tenSamples reports a degradation of a metric with one sample a tick that
// can never have the ten samples it needs, and tells whether it may.
func (c *checker) tenSamples(m *syntax.Monitor, info *Monitor, o *Object, at syntax.Element) bool {
	if c.manySamples(o) {
		return true
	}
	before := len(*c.ds)
	judge := func(what string) func(v []value.Value) *source.Diagnostic {
		return func(v []value.Value) *source.Diagnostic {
			length, ok := asDuration(v[0])
			interval, ok2 := asDuration(v[1])
			if !ok || !ok2 || interval <= 0 {
				return nil
			}
			have := ticks(length, interval)
			if have >= 10 {
				return nil
			}
			d := c.problem(codeTooFew, at, "degradation of %s needs 10 samples, and %s has %d", o.Name, what, have)
			d.Hint = "look more often or longer"
			c.alsoAt(d, o, "one sample a tick")
			return d
		}
	}
	if m.For != nil && m.Every != nil {
		c.limit(judge("the window"), m.For, m.Every)
	}
	if b, ok := baselineOf(info); ok && len(*c.ds) == before {
		c.limit(judge("baseline "+info.Baseline.Name), b.For, b.Every)
	}
	return len(*c.ds) == before
}
