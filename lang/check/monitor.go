package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// monitor checks a monitor and its rules: what MONITORS.md says can be known
// to be wrong before the first sample.
func (c *checker) monitor(m *syntax.Monitor) {
	c.title(m.Title, "the monitor's title")
	info := &Monitor{Metrics: c.metricsNamed(m.Of)}
	c.prog.Info.Monitors[m] = info
	c.comparedWith(m, info)
	c.duration(m.For, "the monitor's for")
	c.duration(m.Every, "every")
	c.duration(m.Warmup, "the warmup")
	c.window(m)
	for _, r := range m.Rules {
		c.monRule(m, info, r)
	}
	if m.While != nil {
		defer c.push("the monitor's while")()
		defer c.within(c.context)()
		if c.context.at != inRule {
			c.context.at = inWhile
		}
		if c.context.repeats == "" {
			c.context.repeats = "a monitor's while"
		}
		c.body(m.While, false)
	}
}

// window checks what a monitor's window is made of.
func (c *checker) window(m *syntax.Monitor) {
	at := c.head(m)
	if m.Every == nil {
		d := c.errorf(codeWindow, at, "a monitor says how often it looks")
		d.Hint = "write every 15s after of " + nameOf(m.Of)
	}
	switch {
	case m.For != nil && m.While != nil:
		d := c.errorf(codeWindow, m.For, "a monitor has a for or a while, not both")
		d.Hint = "with while its window is as long as the nodes in it"
		c.also(d, m.While, "the while")
	case m.For == nil && m.While == nil:
		d := c.errorf(codeWindow, at, "a monitor says how long it looks")
		d.Hint = "write for 30m, or while { … } around the nodes to watch"
	}
	c.shorter(m.Every, m.For, "for")
}

func nameOf(n *syntax.Name) string {
	if n == nil {
		return "…"
	}
	return n.Text
}

// comparedWith resolves what a monitor's metrics are compared with.
func (c *checker) comparedWith(m *syntax.Monitor, info *Monitor) {
	if m.Against == nil {
		if m.OnNoBaseline != nil {
			d := c.errorf(codeAgainst, m.OnNoBaseline, "on no baseline says nothing in a monitor without against")
			d.Hint = "leave it out, or say what to compare with: against before"
		}
		return
	}
	name := m.Against.Text
	if m.AgainstLive {
		if info.Baseline = c.metricsNamed(m.Against); info.Baseline != nil {
			c.sameMetrics(m, info)
		}
	} else if b := c.decls.baselines[name]; b != nil {
		info.Baseline = b
		c.fitsBaseline(m, b)
	} else {
		d := c.errorf(codeAgainst, m.Against, "there is no baseline named %s", name)
		d.Hint = c.suggestion(name, c.decls.baselines, "baseline "+name+" of "+nameOf(m.Of)+" for 2m every 5s takes one")
		if c.decls.metrics[name] != nil {
			d.Message = name + " is a metrics block, not a baseline"
			d.Hint = "against live " + name + " samples it side by side"
		}
	}
	if info.Baseline == nil {
		// It was reported: the rules have something to compare with.
		info.Baseline = &Object{Kind: ObjBaseline, Name: name}
		return
	}
	if info.Metrics != nil {
		c.needsDirection(m.Against, c.metricObjects(info.Metrics)...)
	}
}

// metricObjects returns the metrics of a block.
func (c *checker) metricObjects(block *Object) []*Object {
	decl, ok := block.Decl.(*syntax.Metrics)
	if !ok {
		return nil
	}
	return c.decls.metricsOf[decl]
}

// fitsBaseline checks that a baseline is of the monitor's metrics, and taken
// before it.
func (c *checker) fitsBaseline(m *syntax.Monitor, b *Object) {
	decl, ok := b.Decl.(*syntax.Baseline)
	if !ok || decl.Of == nil || m.Of == nil {
		return
	}
	if decl.Of.Text != m.Of.Text {
		d := c.errorf(codeAgainst, m.Against, "baseline %s is of %s, and this monitor is of %s", b.Name, decl.Of.Text, m.Of.Text)
		d.Hint = "a baseline is compared with the same metrics"
		c.also(d, decl.Of, "taken of "+decl.Of.Text)
		return
	}
	if decl.Span().Start > m.Span().Start {
		d := c.errorf(codeAgainst, m.Against, "baseline %s is taken after this monitor", b.Name)
		d.Hint = "move the baseline above the step that changes what is measured"
		c.also(d, decl.Name, "taken here")
	}
}

// sameMetrics checks that two blocks sampled side by side have the same
// metrics.
func (c *checker) sameMetrics(m *syntax.Monitor, info *Monitor) {
	if info.Metrics == nil {
		return
	}
	if info.Metrics == info.Baseline {
		d := c.errorf(codeAgainst, m.Against, "%s is compared with itself", m.Against.Text)
		d.Hint = "against live names the metrics block of what runs beside it"
		return
	}
	others := map[string]*Object{}
	for _, o := range c.metricObjects(info.Baseline) {
		others[o.Name] = o
	}
	for _, o := range c.metricObjects(info.Metrics) {
		other := others[o.Name]
		switch {
		case other == nil:
			d := c.errorf(codeAgainst, m.Against, "%s has no metric %s, and %s has one", m.Against.Text, o.Name, m.Of.Text)
			d.Hint = "both blocks have the same metrics"
			c.alsoAt(d, o, "of "+m.Of.Text)
		case !types.Fits(other.Type, o.Type) && !types.Fits(o.Type, other.Type):
			d := c.errorf(codeAgainst, m.Against, "%s is %s in %s, and %s in %s", o.Name, o.Type.A(), m.Of.Text, other.Type.A(), m.Against.Text)
			d.Hint = "both blocks have metrics of the same types"
			c.alsoAt(d, other, "of "+m.Against.Text)
		}
	}
}

// monRule checks one rule of a monitor.
func (c *checker) monRule(m *syntax.Monitor, info *Monitor, r *syntax.MonRule) {
	if r.Cond == nil {
		return
	}
	if info.Metrics == nil {
		c.hold(m, r)
		return
	}
	before := len(*c.ds)
	leave := c.within(context{at: c.context.at, place: "a monitor's rule", rule: info})
	c.cond(r.Cond)
	leave()
	clean := !source.Diagnostics((*c.ds)[before:]).HasErrors()
	c.hold(m, r)
	if !clean {
		return
	}
	uses := c.metricUses(r.Cond)
	if !uses.live {
		d := c.errorf(codeSameAlways, r.Cond, "this condition is the same at every tick")
		d.Hint = "a rule compares a metric: " + c.example(info) + " > …"
		return
	}
	if m.Against == nil && len(uses.relative) > 0 {
		at := uses.relative[0]
		d := c.errorf(codeNoBaseline, at, "%s compares with a baseline, and this monitor has none", firstName(c.file.Slice(at.Span())))
		d.Hint = "say which: monitor … of " + nameOf(m.Of) + " against …"
		if len(c.prog.Baselines) == 0 {
			d.Hint = "take one before the change: baseline before of " + nameOf(m.Of) + " for 2m every 5s; then monitor … of " + nameOf(m.Of) + " against before"
		}
		return
	}
	for _, u := range uses.calls {
		c.metricUse(m, info, u)
	}
	for _, at := range uses.bare {
		for _, o := range c.metricObjects(info.Metrics) {
			if !c.tenSamples(m, info, o, at) {
				break
			}
		}
	}
}

// firstName returns the name at the start of text.
func firstName(text string) string {
	for i, r := range text {
		if r == '(' || r == '.' || r == ' ' {
			return text[:i]
		}
	}
	return text
}

func (c *checker) example(info *Monitor) string {
	if metrics := c.metricObjects(info.Metrics); len(metrics) > 0 {
		return metrics[0].Name
	}
	return "latency"
}

// hold checks `for D` and `for M of N` of a rule.
func (c *checker) hold(m *syntax.Monitor, r *syntax.MonRule) {
	if r.Hold == nil {
		return
	}
	if r.Now {
		d := c.errorf(codeHold, r.Hold, "now fires at once: it has no for")
		d.Hint = "leave out one of them"
	}
	if r.Of != nil {
		c.atLeast(r.Hold, 1, "for M of N")
		c.exprAs(r.Of, types.TInt, "of N")
		c.limit(func(v []value.Value) *source.Diagnostic {
			hits, ok := v[0].(value.Int)
			of, ok2 := v[1].(value.Int)
			if ok && ok2 && hits > of {
				d := c.problem(codeHold, r.Hold, "for %d of %d can never hold", hits, of)
				d.Hint = "at least M of the last N known ticks: M is at most N"
				return d
			}
			return nil
		}, r.Hold, r.Of)
		c.limit(func(v []value.Value) *source.Diagnostic {
			of, ok := v[0].(value.Int)
			window, ok1 := asDuration(v[1])
			every, ok2 := asDuration(v[2])
			if n := ticks(window, every); ok && ok1 && ok2 && n > 0 && int64(of) > n {
				d := c.problem(codeHold, r.Of, "of %d ticks, and the window has %d", of, n)
				d.Hint = "look more often, or at fewer"
				c.also(d, m.For, "the window")
				return d
			}
			return nil
		}, r.Of, m.For, m.Every)
		return
	}
	c.duration(r.Hold, "for")
	c.limit(func(v []value.Value) *source.Diagnostic {
		hold, ok := asDuration(v[0])
		every, ok2 := asDuration(v[1])
		if !ok || !ok2 || hold <= 0 || every <= 0 {
			return nil
		}
		if hold < every {
			d := c.problem(codeHold, r.Hold, "for %s is shorter than the interval of %s: it would never be seen to hold", v[0], v[1])
			d.Hint = "write a longer for, or look more often"
			c.also(d, m.Every, "the interval")
			return d
		}
		if rest := hold % every; rest != 0 {
			d := c.problem(codeMultiple, r.Hold, "for %s is not a multiple of the interval: it fires after %s", v[0], value.Duration(hold-rest+every))
			d.Severity = source.Warning
			d.Hint = "write what is meant: for " + value.Duration(hold-rest+every).String()
			c.also(d, m.Every, "the interval")
			return d
		}
		return nil
	}, r.Hold, m.Every)
	c.notLonger(codeHold, r.Hold, m, "for %s is longer than the window of %s: it can never fire")
}

// notLonger reports a stretch of time that is longer than the monitor's
// window.
func (c *checker) notLonger(code *source.Code, e syntax.Expr, m *syntax.Monitor, format string) {
	if m.For == nil {
		return
	}
	c.limit(func(v []value.Value) *source.Diagnostic {
		d, ok := asDuration(v[0])
		window, ok2 := asDuration(v[1])
		if !ok || !ok2 || d <= window || window <= 0 {
			return nil
		}
		p := c.problem(code, e, format, v[0], v[1])
		p.Hint = "make it shorter, or the window longer"
		c.also(p, m.For, "the window")
		return p
	}, e, m.For)
}
