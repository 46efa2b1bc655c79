package compile

import (
	"math"
	"slices"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// method compiles x.method(args). What it is of is known by the type; of an
// any it is settled by what the value turns out to be.
func (c *compiler) method(call *check.Call, e syntax.Expr, t *types.Type) expr {
	recv, at := c.expr(call.Recv), c.at(call.Recv)
	recvType := types.Present(recv.t)
	m := &methodCall{call: call, x: recv, at: c.at(e), recvAt: at, result: types.Present(t)}
	get := recv.boxed()
	m.recv = func(f *frame) value.Value {
		v := get(f)
		if v == nil {
			f.fail(at, NoValue, "%s has no value", at.text())
		}
		return f.present(v, at)
	}
	kind := types.Any
	if recvType != nil {
		kind = recvType.Kind
	}
	var x expr
	switch kind {
	case types.List:
		x = c.listMethod(m, recvType.Elem)
	case types.Map, types.Record:
		x = c.mapMethod(m)
	case types.String, types.Secret:
		x = c.textMethod(m)
	case types.Time:
		x = c.timeMethod(call, m.recv, m.at)
	case types.Events:
		x = c.eventsMethod(m)
	default:
		x = c.anyMethod(m)
	}
	if !call.Optional {
		if t == nil {
			return x
		}
		y := x.to(t, m.at)
		y.path = recv.path.then(step{text: "." + call.Method})
		return y
	}
	inner := x.boxed()
	return reference(t, func(f *frame) value.Value {
		if isNull(get(f)) {
			return value.Null{}
		}
		return inner(f)
	})
}

// methodCall is a call of a method with what all methods need of it.
type methodCall struct {
	call   *check.Call
	x      expr // the receiver
	recv   func(*frame) value.Value
	at     *place // of the whole call
	recvAt *place
	result *types.Type // without the T? that ?. makes
}

func (c *compiler) unknownMethod(call *check.Call, at *place) expr {
	return reference(types.TNever, func(f *frame) value.Value {
		f.fail(at, NotThere, "there is no method %s here", call.Method)
		return nil
	})
}

// arg compiles an argument as the method's parameter wants it; nil: left out.
func (c *compiler) arg(call *check.Call, i int, want *types.Type) (expr, bool) {
	if i >= len(call.Args) || call.Args[i] == nil {
		return expr{}, false
	}
	return c.expr(call.Args[i]).to(want, c.at(call.Args[i])), true
}

// textArg compiles an argument that is text and no part of the result; ""
// where it was left out.
func (c *compiler) textArg(call *check.Call, i int) func(*frame) string {
	get := c.hiddenArg(call, i)
	return func(f *frame) string {
		text, _ := get(f)
		return text
	}
}

// hiddenArg is textArg that tells also whether the text is a secret.
func (c *compiler) hiddenArg(call *check.Call, i int) func(*frame) (text string, secret bool) {
	x, ok := c.arg(call, i, nil)
	if !ok {
		return func(*frame) (string, bool) { return "", false }
	}
	at := c.at(call.Args[i])
	get := x.boxed()
	return func(f *frame) (string, bool) {
		v := f.present(get(f), at)
		if !isText(v) {
			f.raise(x.misfit(f, at, &misfit{v: v, want: types.TString}))
		}
		return value.Text(v)
	}
}

// lambda is a function written as an argument: set binds its parameters.
type lambda struct {
	set   []func(*frame, value.Value)
	first *check.Object // the first parameter; nil: it isn't used
	body  expr
	at    *place
}

func (c *compiler) lambdaArg(call *check.Call, i int) (lambda, bool) {
	if i >= len(call.Args) || call.Args[i] == nil {
		return lambda{}, false
	}
	l, ok := unparen(call.Args[i]).(*syntax.Lambda)
	if !ok {
		return lambda{}, false
	}
	if c.recorder != nil {
		c.recorder.quiet++
		defer func() { c.recorder.quiet-- }()
	}
	var set []func(*frame, value.Value)
	for _, name := range l.Params {
		set = append(set, c.bind(name))
	}
	fn := lambda{set: set, body: c.expr(l.Body), at: c.at(l.Body)}
	if len(l.Params) > 0 && l.Params[0].Text != "_" {
		fn.first = c.info.Defs[l.Params[0]]
	}
	return fn, true
}

// begin notes that a method goes over a list, for the place in messages; the
// caller counts item up and calls end.
func (f *frame) begin(m *methodCall) int {
	f.m.loops = append(f.m.loops, loop{at: *m.at, method: m.call.Method})
	return len(f.m.loops) - 1
}

func (f *frame) end(l int) { f.m.loops = f.m.loops[:l] }

// each goes over the items of a list until do says to stop, with the
// lambda's parameter bound to each.
func (f *frame) each(m *methodCall, l *value.List, fn *lambda, do func(i int) (more bool)) {
	at := f.begin(m)
	if nums, slot := fn.registers(l); nums != nil {
		for i, num := range nums {
			f.m.burn(m.at)
			f.m.loops[at].item = i
			f.nums[slot] = num
			if !do(i) {
				break
			}
		}
		f.end(at)
		return
	}
	for i, item := range l.Items() {
		f.m.burn(m.at)
		f.m.loops[at].item = i
		item = f.present(item, m.recvAt)
		if len(fn.set) > 0 {
			fn.set[0](f, item)
		}
		if !do(i) {
			break
		}
	}
	f.end(at)
}

// registers returns the items of a list as the register of the lambda's
// parameter holds them, where the list has them so; else nil.
func (fn *lambda) registers(l *value.List) (nums []uint64, slot int) {
	s, nums := l.Scalars()
	if s == value.NoScalar || fn.first == nil {
		return nil, 0
	}
	if k := kindOf(fn.first.Type); k == kindInt && s.Whole() || k == kindFloat && !s.Whole() {
		return nums, fn.first.Slot
	}
	return nil, 0
}

// over is the receiver as a list.
func (m *methodCall) over(f *frame) *value.List {
	v := m.recv(f)
	l, ok := v.(*value.List)
	if !ok {
		f.raise(m.x.misfit(f, m.recvAt, &misfit{v: v, want: types.ListOf(types.TAny)}))
	}
	return l
}

// nonEmpty is over for what has no answer for an empty list.
func (m *methodCall) nonEmpty(f *frame) *value.List {
	l := m.over(f)
	if l.Len() == 0 {
		name := m.recvAt.text()
		f.failHint(m.at, EmptyList, "ask first: "+name+".count > 0", "%s: %s is empty", m.call.Method, name)
	}
	return l
}

// listMethod compiles the methods of lists.
func (c *compiler) listMethod(m *methodCall, elem *types.Type) expr {
	fn, withLambda := c.lambdaArg(m.call, 0)
	switch m.call.Method {
	case "map":
		return c.mapList(m, fn)
	case "filter":
		return filterList(m, fn)
	case "any", "all", "none", "count":
		return quantified(m, fn, withLambda)
	case "sum", "mean", "min", "max", "percentile":
		return c.statistic(m, elem)
	case "sort_by":
		return sortBy(m, fn)
	case "group_by":
		return groupBy(m, fn)
	case "first", "last":
		return endOf(m)
	case "take":
		return c.take(m)
	case "unique":
		return unique(m)
	case "flatten":
		return flatten(m)
	case "join":
		return c.join(m, elem)
	}
	return c.unknownMethod(m.call, m.at)
}

func (c *compiler) mapList(m *methodCall, fn lambda) expr {
	t := m.result
	body := fn.body
	if t != nil && t.Kind == types.List {
		body = body.to(t.Elem, fn.at)
	}
	if t != nil && t.Kind == types.List && scalarOf(t.Elem) != value.NoScalar {
		return mapScalars(m, fn, body, scalarOf(t.Elem))
	}
	to := body.boxed()
	return reference(listType(t), func(f *frame) value.Value {
		l := m.over(f)
		f.items(l.Len(), m.at)
		items := make([]value.Value, 0, l.Len())
		f.each(m, l, &fn, func(int) bool {
			items = append(items, to(f))
			return true
		})
		return value.NewList(items)
	})
}

// mapScalars is mapList to numbers of one unit.
func mapScalars(m *methodCall, fn lambda, body expr, s value.Scalar) expr {
	var num func(*frame) uint64
	if s.Whole() {
		i := body.int(fn.at)
		num = func(f *frame) uint64 { return uint64(i(f)) }
	} else {
		x := body.float(fn.at)
		num = func(f *frame) uint64 { return math.Float64bits(x(f)) }
	}
	return reference(m.result, func(f *frame) value.Value {
		l := m.over(f)
		f.items(l.Len(), m.at)
		nums := make([]uint64, 0, l.Len())
		f.each(m, l, &fn, func(int) bool {
			nums = append(nums, num(f))
			return true
		})
		return value.NewScalars(s, nums)
	})
}

// listType is t, or a list of anything where the call's type is any.
func listType(t *types.Type) *types.Type {
	if t == nil || t.Kind != types.List {
		return types.ListOf(types.TAny)
	}
	return t
}

func filterList(m *methodCall, fn lambda) expr {
	test := fn.body.bool(fn.at)
	return reference(listType(m.result), func(f *frame) value.Value {
		l := m.over(f)
		if s, nums := l.Scalars(); s != value.NoScalar {
			var kept []uint64
			f.each(m, l, &fn, func(i int) bool {
				if test(f) {
					kept = append(kept, nums[i])
				}
				return true
			})
			f.m.take(8*len(kept), m.at)
			return value.NewScalars(s, kept)
		}
		var kept []value.Value
		items := l.Items()
		f.each(m, l, &fn, func(i int) bool {
			if test(f) {
				kept = append(kept, items[i])
			}
			return true
		})
		f.m.take(24*len(kept), m.at)
		return value.NewList(kept)
	})
}

// quantified compiles any, all, none and count.
func quantified(m *methodCall, fn lambda, withLambda bool) expr {
	if !withLambda {
		if m.call.Method == "count" {
			return integer(types.TInt, func(f *frame) int64 { return int64(m.over(f).Len()) })
		}
		return boolean(func(f *frame) bool { return false })
	}
	test := fn.body.bool(fn.at)
	count := func(f *frame, stop func(bool) bool) (n int64) {
		l := m.over(f)
		f.each(m, l, &fn, func(int) bool {
			is := test(f)
			if is {
				n++
			}
			return !stop(is)
		})
		return n
	}
	switch m.call.Method {
	case "count":
		return integer(types.TInt, func(f *frame) int64 {
			return count(f, func(bool) bool { return false })
		})
	case "any":
		return boolean(func(f *frame) bool { return count(f, func(is bool) bool { return is }) > 0 })
	case "none":
		return boolean(func(f *frame) bool { return count(f, func(is bool) bool { return is }) == 0 })
	}
	return boolean(func(f *frame) bool {
		all := true
		count(f, func(is bool) bool {
			all = all && is
			return !is
		})
		return all
	})
}

// statistic compiles sum, mean, min, max and percentile.
func (c *compiler) statistic(m *methodCall, elem *types.Type) expr {
	t := m.result
	if t == nil {
		t = types.TAny
	}
	switch m.call.Method {
	case "sum":
		return unboxed(t, func(f *frame) value.Value { return f.total(m.over(f), m, elem) }, m.at)
	case "mean":
		return unboxed(t, func(f *frame) value.Value {
			ns := f.numbers(m.nonEmpty(f), "mean", m.x, m.recvAt)
			return ns.made(mean(ns.all()), f, m.at)
		}, m.at)
	case "min", "max":
		return unboxed(t, func(f *frame) value.Value { return f.extremeOf(m.nonEmpty(f), m) }, m.at)
	}
	share := func(*frame) float64 { return 0 }
	var shareAt *place
	if x, ok := c.arg(m.call, 0, types.TPercent); ok {
		shareAt = c.at(m.call.Args[0])
		share = x.float(shareAt)
	}
	return unboxed(t, func(f *frame) value.Value {
		l := m.nonEmpty(f)
		p := share(f)
		if !(p >= 0 && p <= 1) {
			f.fail(shareAt, BadArgument, "percentile: found %s, wanted 0%% to 100%%", value.Percent(p))
		}
		ns := f.numbers(l, "percentile", m.x, m.recvAt)
		values := slices.Clone(ns.all())
		slices.Sort(values)
		return ns.made(quantile(values, p), f, m.at)
	}, m.at)
}

// mean is the arithmetic mean, scaled down first so that the sum fits.
func mean(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	if !math.IsInf(total, 0) {
		return total / float64(len(values))
	}
	total = 0
	for _, v := range values {
		total += v / float64(len(values))
	}
	return total
}

// quantile is R-7 of sorted values: linear between the two nearest ranks.
// Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, type 7.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// total is the sum of a list; of an empty one it is 0 in its unit.
func (f *frame) total(l *value.List, m *methodCall, elem *types.Type) value.Value {
	ns := f.numbers(l, "sum", m.x, m.recvAt)
	if ns.t == nil {
		switch kindOf(elem) {
		case kindInt:
			return boxInt(elem)(0)
		case kindFloat:
			return boxFloat(elem)(0)
		}
		return value.Int(0)
	}
	if kindOf(ns.t) == kindInt {
		var total int64
		for _, n := range ns.whole {
			s := total + n
			if (total^s)&(n^s) < 0 {
				f.overflow(m.at, ns.t)
			}
			total = s
		}
		return boxInt(ns.t)(total)
	}
	total := 0.0
	for _, n := range ns.floats {
		total += n
	}
	return boxFloat(ns.t)(f.finite(total, m.at))
}

func (f *frame) extremeOf(l *value.List, m *methodCall) value.Value {
	f.m.burnMany(l.Len(), m.at)
	want := -1
	if m.call.Method == "max" {
		want = 1
	}
	best := f.present(l.At(0), m.recvAt)
	for _, v := range l.Items() {
		if f.compared(f.present(v, m.recvAt), best, m) == want {
			best = v
		}
	}
	f.compared(best, best, m) // one item alone has to have an order, too
	return best
}

// compared orders two items, which came from outside where they have none.
func (f *frame) compared(a, b value.Value, m *methodCall) int {
	order, ok := value.Compare(a, b)
	if !ok {
		f.fail(m.at, WrongType, "%s: %s and %s have no order", m.call.Method, value.Short(a, 60), value.Short(b, 60))
	}
	return order
}
