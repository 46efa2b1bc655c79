package check

import (
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// monitorWords are the words that only a monitor's rules know.
var monitorWords = []string{"degradation", "baseline", "proven", "burn", "leak"}

// statistics are what can be asked of a metric, besides p50 … p99.
var statistics = []string{"mean", "min", "max", "stddev", "sum", "count", "missing", "last", "over", "trend"}

var quantileName = lazy.Regexp(`^p[1-9][0-9]?$`)

// monitorName returns what a name means in a monitor's rule; nil elsewhere
// and for all other names. A metric's name comes before all others.
func (c *checker) monitorName(name string) *Object {
	if c.context.rule == nil {
		return nil
	}
	if o := c.metricNamed(name); o != nil {
		return o
	}
	switch name {
	case "degradation":
		return &Object{Kind: ObjDegradation, Name: name, Type: types.TPercent}
	case "baseline":
		return &Object{Kind: ObjBaselineValue, Name: name}
	}
	return nil
}

// monitorNames are the names that a monitor's rule knows beyond those of the
// file.
func (c *checker) monitorNames() []string {
	if c.context.rule == nil {
		return nil
	}
	return append(c.metricNames(), monitorWords...)
}

// metricsBlock returns the block of the monitor whose rule is checked.
func (c *checker) metricsBlock() *syntax.Metrics {
	if c.context.rule == nil || c.context.rule.Metrics == nil {
		return nil
	}
	block, _ := c.context.rule.Metrics.Decl.(*syntax.Metrics)
	return block
}

func (c *checker) metricNamed(name string) *Object {
	if block := c.metricsBlock(); block != nil {
		for _, m := range block.Metrics {
			if m.Name != nil && m.Name.Text == name {
				return c.prog.Info.Defs[m.Name]
			}
		}
	}
	return nil
}

func (c *checker) metricNames() []string {
	var names []string
	if block := c.metricsBlock(); block != nil {
		for _, m := range block.Metrics {
			if m.Name != nil {
				names = append(names, m.Name.Text)
			}
		}
	}
	return names
}

// metricOf returns the metric that an expression names, alone.
func (c *checker) metricOf(e syntax.Expr) *Object {
	id, ok := unparen(e).(*syntax.Ident)
	if !ok {
		return nil
	}
	return c.metricNamed(id.Name)
}

// sampled is the type of one sample of a metric, as rules compute with it.
func sampled(o *Object) *types.Type {
	switch {
	case o.Type == nil:
		return types.TUnknown
	case o.Type.Kind == types.Ratio:
		return types.TNumber
	}
	return o.Type
}

// statistic is the type of m.name, recorded where e is a member or a call;
// name "" is the latest sample, of a list its median.
func (c *checker) statistic(e syntax.Expr, o *Object, name string) *types.Type {
	t := c.statisticType(o, name)
	if t == nil {
		c.unknownStatistic(e, o, name)
		return types.TUnknown
	}
	if m, ok := e.(*syntax.Member); ok {
		c.prog.Info.Members[m] = &Call{Kind: CallMetric, Object: o, Method: name, Recv: m.X, Args: []syntax.Expr{nil}}
		if name == "over" {
			c.errorf(codeStatistic, e, "over is over a stretch").Hint = "say how long: " + o.Name + ".over(2m)"
		}
	}
	return t
}

// statisticType is the type of a statistic of a metric; nil when the metric
// has none of that name.
func (c *checker) statisticType(o *Object, name string) *types.Type {
	s := sampled(o)
	if !known(s) {
		return types.TUnknown
	}
	switch name {
	case "count":
		return types.TInt
	case "missing":
		return types.TPercent
	}
	if s.Kind == types.Events {
		// A ratio of counts has no mean of ratios: over sums up the counts.
		switch name {
		case "", "last", "over", "min", "max":
			return types.TPercent
		case "sum":
			// The bad ones: what says that a share is of more than a handful.
			return types.TNumber
		case "trend":
			return types.RateOf(types.TPoints)
		}
		return nil
	}
	if s.Kind == types.Bool {
		switch name {
		case "", "last":
			return types.TBool
		case "mean":
			return types.TPercent
		}
		return nil
	}
	fine := s
	if s.Kind == types.Int {
		fine = types.TNumber
	}
	switch name {
	case "":
		if c.manySamples(o) {
			return fine
		}
		return s
	case "last", "min", "max", "sum":
		return s
	case "mean":
		return fine
	case "stddev":
		if s.Kind == types.Percent {
			return types.TPoints
		}
		return fine
	case "trend":
		switch s.Kind {
		case types.Size, types.Points:
			return types.RateOf(s)
		case types.Percent:
			return types.RateOf(types.TPoints)
		case types.Rate:
			return types.TUnknown
		}
		return types.RateOf(types.TNumber)
	}
	if quantileName().MatchString(name) {
		return fine
	}
	return nil
}

func (c *checker) unknownStatistic(e syntax.Expr, o *Object, name string) {
	at := syntax.Element(e)
	if m, ok := e.(*syntax.Member); ok {
		at = m.Name
	}
	s := sampled(o)
	d := c.errorf(codeStatistic, at, "a metric of %s has no %s", s.Word(), name)
	switch {
	case s.Kind == types.Events && (name == "mean" || quantileName().MatchString(name)):
		d.Hint = "a mean of ratios misleads: " + o.Name + ".over(2m) is the bad ones of all in that stretch"
	case name == "over":
		d.Hint = "over is for events: " + o.Name + ".mean(2m)"
	case name == "median":
		d.Hint = "write " + o.Name + ".p50"
	case name == "avg" || name == "average":
		d.Hint = "write " + o.Name + ".mean"
	default:
		suggest(d, name, append([]string{"p50", "p90", "p95", "p99"}, statistics...))
	}
}

// baselineMember is baseline.m and baseline.m.p95; ok is false for all other
// members.
func (c *checker) baselineMember(e *syntax.Member) (t *types.Type, ok bool) {
	m, name := e, ""
	if inner, isMember := e.X.(*syntax.Member); isMember && c.isBaseline(inner.X) {
		m, name = inner, e.Name.Text
	} else if !c.isBaseline(e.X) {
		return nil, false
	}
	c.use(m.X.(*syntax.Ident))
	o := c.metricNamed(m.Name.Text)
	if o == nil {
		suggest(c.errorf(codeUnknownMember, m.Name, "the metrics have no %s", m.Name.Text), m.Name.Text, c.metricNames())
		return types.TUnknown, true
	}
	t = c.statisticType(o, name)
	if t == nil {
		c.unknownStatistic(e, o, name)
		return types.TUnknown, true
	}
	c.prog.Info.Members[e] = &Call{Kind: CallMetric, Object: o, Method: name, Args: []syntax.Expr{nil}, Baseline: true}
	return t, true
}

func (c *checker) isBaseline(e syntax.Expr) bool {
	id, ok := e.(*syntax.Ident)
	if !ok || id.Name != "baseline" {
		return false
	}
	o := c.monitorName(id.Name)
	return o != nil && o.Kind == ObjBaselineValue
}

// metricCall is a call that only a monitor's rule knows: m.p95(5m),
// degradation(x), proven(…), burn(…), leak(…); ok is false for all others.
func (c *checker) metricCall(e *syntax.Call) (t *types.Type, ok bool) {
	if c.context.rule == nil {
		return nil, false
	}
	switch fn := unparen(e.Fn).(type) {
	case *syntax.Member:
		if o := c.metricOf(fn.X); o != nil {
			c.expr(fn.X, nil)
			return c.stretch(e, fn, o, false), true
		}
		if inner, isMember := fn.X.(*syntax.Member); isMember && c.isBaseline(inner.X) {
			if t := c.expr(inner, nil); known(t) {
				return c.stretch(e, fn, c.metricNamed(inner.Name.Text), true), true
			}
			c.looseArgs(e)
			return types.TUnknown, true
		}
		if c.isBaseline(fn.X) {
			c.errorf(codeNotCallable, fn, "%s is a value: name a statistic, baseline.%s.p95", c.text(fn), fn.Name.Text)
			c.looseArgs(e)
			return types.TUnknown, true
		}
	case *syntax.Ident:
		if spec := monitorFuncs[fn.Name]; spec != nil && c.metricNamed(fn.Name) == nil {
			return c.judgement(e, fn, spec), true
		}
		if o := c.metricNamed(fn.Name); o != nil {
			c.errorf(codeNotCallable, fn, "%s is a metric: name a statistic, %s.p95(5m)", fn.Name, fn.Name)
			c.looseArgs(e)
			return types.TUnknown, true
		}
	}
	return nil, false
}

// stretch is m.p95(5m): a statistic over the last stretch of time.
func (c *checker) stretch(e *syntax.Call, fn *syntax.Member, o *Object, baseline bool) *types.Type {
	name := fn.Name.Text
	t := c.statisticType(o, name)
	if t == nil {
		c.unknownStatistic(fn, o, name)
		c.looseArgs(e)
		return types.TUnknown
	}
	signature := &types.Func{Name: name, Params: []types.Param{{Name: "over", Type: types.TDuration, Optional: name != "over"}}, Result: t}
	args, _ := c.args(e, signature, name)
	c.prog.Info.Calls[e] = &Call{Kind: CallMetric, Func: signature, Object: o, Method: name, Recv: fn.X, Args: args, Baseline: baseline}
	return t
}

// monitorFuncs are the judgements of rules. Their first argument names what
// is judged: a metric or a statistic of one.
var monitorFuncs = map[string]*types.Func{
	"degradation": {Name: "degradation", Doc: "How much worse it is than the baseline, of the baseline: 50% is half as much again.",
		Result: types.TPercent, Params: []types.Param{judged}},
	"proven": {Name: "proven", Doc: "Whether the evidence shows it to be worse than the baseline by more than worse_by.",
		Result: types.TBool, Params: []types.Param{judged, {Name: "worse_by", Type: types.TPercent, Doc: "such as 50%"}}},
	"burn": {Name: "burn", Doc: "How many times as fast as allowed the error budget is used up.",
		Result: types.TNumber, Params: []types.Param{judged, {Name: "objective", Type: types.TPercent, Doc: "such as 99.9%", NamedOnly: true},
			{Name: "period", Type: types.TDuration, Doc: "such as 30d", NamedOnly: true}}},
	"leak": {Name: "leak", Doc: "Whether it grows, and will reach the limit within that time.",
		Result: types.TBool, Params: []types.Param{judged, {Name: "limit", Type: types.TUnknown, Doc: "in the unit of the metric", NamedOnly: true},
			{Name: "within", Type: types.TDuration, Doc: "how soon", NamedOnly: true}}},
}

var judged = types.Param{Name: "metric", Type: types.TUnknown, Doc: "a metric, or a statistic of one"}

// judgement is degradation(x), proven(…), burn(…) or leak(…).
func (c *checker) judgement(e *syntax.Call, fn *syntax.Ident, spec *types.Func) *types.Type {
	if o := c.monitorName(fn.Name); o != nil {
		c.prog.Info.Uses[fn] = o
	}
	args, given := c.args(e, spec, spec.Name)
	if args[0] == nil {
		return spec.Result
	}
	o := c.judgedMetric(args[0])
	if o == nil {
		if known(given[0]) {
			c.errorf(codeStatistic, args[0], "%s judges a metric, or a statistic of one", spec.Name).Hint = "its metrics are " + listed(c.metricNames())
		}
		return spec.Result
	}
	c.prog.Info.Calls[e] = &Call{Kind: CallMetric, Func: spec, Object: o, Method: spec.Name, Args: args}
	s := sampled(o)
	switch spec.Name {
	case "degradation", "proven":
		if s.Kind == types.Bool {
			c.errorf(codeStatistic, args[0], "%s is a bool, which is no more or less than another", o.Name)
		}
	case "burn":
		if known(s) && s.Kind != types.Events {
			c.errorf(codeStatistic, args[0], "burn is of events, and %s is %s", o.Name, s.Word()).Hint = "count them: events(bad, of: total)"
		}
	case "leak":
		if given[1] != nil && known(given[0]) && !types.Fits(given[1], given[0]) {
			c.mismatch(args[1], given[1], given[0], "limit")
		}
	}
	return spec.Result
}

// judgedMetric returns the metric that an argument is, or is a statistic of.
func (c *checker) judgedMetric(e syntax.Expr) *Object {
	switch e := unparen(e).(type) {
	case *syntax.Ident:
		return c.metricOf(e)
	case *syntax.Member:
		if call := c.prog.Info.Members[e]; call != nil && call.Kind == CallMetric && !call.Baseline {
			return call.Object
		}
	case *syntax.Call:
		if call := c.prog.Info.Calls[e]; call != nil && call.Kind == CallMetric && !call.Baseline && call.Recv != nil {
			return call.Object
		}
	}
	return nil
}
