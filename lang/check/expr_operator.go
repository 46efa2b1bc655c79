package check

import (
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// unary is the type of - not try safe, and what `not` proves.
func (c *checker) unary(e *syntax.Unary, want *types.Type) (t *types.Type, whenTrue, whenFalse narrowing) {
	switch e.Op {
	case "try":
		return c.try(e, want), nil, nil
	case "safe":
		outer := c.context.safe
		c.context.safe = true
		t = c.expr(e.X, want)
		c.context.safe = outer
		return t, nil, nil
	}
	x, whenFalse, whenTrue := c.judge(e.X, nil)
	t, problem, hint := types.Unary(e.Op, x)
	if problem != "" {
		code := codeOperands
		switch {
		case types.MayBeNull(x):
			code = codeMayBeNull
		case e.Op == "not":
			code = codeCondition
		}
		c.errorf(code, e.X, "%s", c.fill(problem, e.X, nil)).Hint = c.fill(hint, e.X, nil)
		return types.TUnknown, nil, nil
	}
	if e.Op == "-" {
		c.noteNegative(e)
		return t, nil, nil
	}
	return t, whenTrue, whenFalse
}

// try is { ok, value, error } of what may fail.
func (c *checker) try(e *syntax.Unary, want *types.Type) *types.Type {
	if want != nil && want.Kind != types.Any {
		want = nil
	}
	value := types.TNull
	if call, ok := unparen(e.X).(*syntax.Call); ok {
		// A call without a value may be tried: ok says how it went.
		if t := c.call(call); t != nil {
			c.prog.Info.Types[call] = t
			value = t
		}
	} else {
		value = c.expr(e.X, want)
	}
	return types.RecordOf(
		types.Field{Name: "ok", Type: types.TBool, Doc: "whether it went well"},
		types.Field{Name: "value", Type: types.OptionOf(value), Doc: "what it gave; null where it failed"},
		types.Field{Name: "error", Type: types.OptionOf(types.TString), Doc: "why it failed; null where it went well"},
	)
}

// binary is the type of x op y, and what it proves.
func (c *checker) binary(e *syntax.Binary, want *types.Type) (t *types.Type, whenTrue, whenFalse narrowing) {
	switch e.Op {
	case "and", "or":
		return c.logical(e)
	case "==", "!=":
		return c.equality(e)
	case "matches":
		return c.matches(e), nil, nil
	case "??":
		return c.coalesce(e, want), nil, nil
	}
	x := c.expr(e.X, nil)
	var hint *types.Type
	if e.Op == "contains" && x.Kind == types.List {
		hint = x.Elem
	}
	y := c.expr(e.Y, hint)
	t = c.operate(e, x, y)
	switch e.Op {
	case "+", "-", "*", "/", "mod":
		c.noteArithmetic(e, t)
	case "..":
		c.rangeSize(e)
	}
	return t, nil, nil
}

// operate holds the types of the operands against the operator.
func (c *checker) operate(e *syntax.Binary, x, y *types.Type) *types.Type {
	t, problem, hint := types.Binary(e.Op, x, y)
	if problem == "" {
		return t
	}
	code, at := c.operandsCode(e, x, y)
	d := c.errorf(code, at, "%s", c.fill(problem, e.X, e.Y))
	d.Hint = c.operandsHint(e, x, y, hint)
	if code == codeMayBeNull {
		c.saidOnce(at)
	}
	switch e.Op {
	case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "and", "or":
		return types.TBool
	}
	return types.TUnknown
}

// operandsCode returns the code of a problem with operands, and the place of
// the one that is to blame.
func (c *checker) operandsCode(e *syntax.Binary, x, y *types.Type) (*source.Code, syntax.Element) {
	equality := e.Op == "==" || e.Op == "!="
	switch {
	case !equality && types.MayBeNull(x):
		return codeMayBeNull, e.X
	case !equality && types.MayBeNull(y) && e.Op != "??":
		return codeMayBeNull, e.Y
	case percentAndNumber(x, y) && e.Op != "+" && e.Op != "-":
		return codePercent, e
	case (e.Op == "+" || e.Op == "-") && y.Kind == types.Percent:
		return codeScale, e
	case e.Op == "and" || e.Op == "or":
		if x.Kind != types.Bool && x.Kind != types.Any && known(x) {
			return codeCondition, e.X
		}
		return codeCondition, e.Y
	}
	return codeOperands, e
}

func percentAndNumber(x, y *types.Type) bool {
	plain := func(t *types.Type) bool { return t.Kind == types.Int || t.Kind == types.Number }
	return x.Kind == types.Percent && plain(y) || plain(x) && y.Kind == types.Percent
}

// operandsHint makes a hint concrete where a literal allows it.
func (c *checker) operandsHint(e *syntax.Binary, x, y *types.Type, hint string) string {
	left, leftKnown := c.numbers[e.X]
	right, rightKnown := c.numbers[e.Y]
	switch {
	case (e.Op == "+" || e.Op == "-") && y.Kind == types.Percent && rightKnown:
		factor := 1 + right.float
		if e.Op == "-" {
			factor = 1 - right.float
		}
		return "to scale it write " + c.factor(e.X) + " * " + percentText(factor)
	case percentAndNumber(x, y) && hint != "" && rightKnown && y.Kind != types.Percent:
		return bothWays(right)
	case percentAndNumber(x, y) && hint != "" && leftKnown && x.Kind != types.Percent:
		return bothWays(left)
	}
	bare := e.Y
	if strings.Contains(hint, "{x}") {
		bare = e.X
	}
	return withUnit(c.fill(hint, e.X, e.Y), c.text(bare))
}

// withUnit is a hint that says to give a number a unit, "such as 5s", with
// the number itself as the example. Of durations hundreds are milliseconds.
func withUnit(hint, number string) string {
	n, err := strconv.Atoi(number)
	before, unit, ok := strings.Cut(hint, ", such as 5")
	if err != nil || !ok {
		return hint
	}
	if unit == "s" && n >= 100 {
		unit = "ms"
	}
	return before + ", such as " + number + unit
}

// bothWays shows the two percentages that a number can mean.
func bothWays(n number) string {
	return "write " + n.String() + "% if " + n.String() + " counts hundredths, " + percentText(n.asFloat()) + " if it is a fraction"
}

func percentText(fraction float64) string {
	// Nine digits hide what 1 + 0.1 leaves behind in binary.
	return strconv.FormatFloat(fraction*100, 'g', 9, 64) + "%"
}

// factor is an operand as it is written, in parentheses where * binds closer.
func (c *checker) factor(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Binary:
		if e.Op != "*" && e.Op != "/" && e.Op != "mod" {
			return "(" + c.text(e) + ")"
		}
	}
	return c.text(e)
}

// logical is `and` and `or`: the right side is checked with what the left one
// proves.
func (c *checker) logical(e *syntax.Binary) (t *types.Type, whenTrue, whenFalse narrowing) {
	x, xTrue, xFalse := c.judge(e.X, nil)
	var y *types.Type
	var yTrue, yFalse narrowing
	right := func() { y, yTrue, yFalse = c.judge(e.Y, nil) }
	if e.Op == "and" {
		c.assuming(xTrue, right)
	} else {
		c.assuming(xFalse, right)
	}
	t = c.operate(e, x, y)
	if e.Op == "and" {
		return t, both(xTrue, yTrue), either(xFalse, both(xTrue, yFalse))
	}
	return t, either(xTrue, both(xFalse, yTrue)), both(xFalse, yFalse)
}

// equality is == and !=. A comparison with null proves that it isn't null.
func (c *checker) equality(e *syntax.Binary) (t *types.Type, whenTrue, whenFalse narrowing) {
	var x, y *types.Type
	if isNull(e.X) {
		y = c.expr(e.Y, nil)
		x = c.expr(e.X, y)
	} else {
		x = c.expr(e.X, nil)
		y = c.expr(e.Y, x)
	}
	switch {
	case isNull(e.Y) && neverNull(x):
		c.warnNeverNull(e, e.X)
		return types.TBool, nil, nil
	case isNull(e.X) && neverNull(y):
		c.warnNeverNull(e, e.Y)
		return types.TBool, nil, nil
	}
	t = c.operate(e, x, y)
	var there narrowing
	switch {
	case isNull(e.Y) && x.Kind == types.Option:
		there = c.proves(e.X, x.Elem)
	case isNull(e.X) && y.Kind == types.Option:
		there = c.proves(e.Y, y.Elem)
	default:
		// What equals something that is not null is not null either.
		var equal narrowing
		if x.Kind == types.Option && neverNull(y) {
			equal = c.proves(e.X, x.Elem)
		} else if y.Kind == types.Option && neverNull(x) {
			equal = c.proves(e.Y, y.Elem)
		}
		if e.Op == "==" {
			return t, equal, nil
		}
		return t, nil, equal
	}
	if e.Op == "!=" {
		return t, there, nil
	}
	return t, nil, there
}

func isNull(e syntax.Expr) bool {
	_, ok := unparen(e).(*syntax.Null)
	return ok
}

// neverNull tells whether it is known before the run that a value is there.
func neverNull(t *types.Type) bool {
	switch t.Kind {
	case types.Option, types.Null, types.Any, types.Unknown, types.Never:
		return false
	}
	return true
}

func (c *checker) warnNeverNull(at, x syntax.Element) {
	c.ds.Warn(codeNeverNull, c.file, at.Span(), "%s is never null", c.text(x))
}

func (c *checker) coalesce(e *syntax.Binary, want *types.Type) *types.Type {
	x := c.expr(e.X, nil)
	if want == nil && x.Kind == types.Option {
		want = x.Elem
	}
	y := c.expr(e.Y, want)
	t := c.operate(e, x, y)
	if neverNull(x) && known(t) {
		d := c.ds.Warn(codeNeverNull, c.file, e.Span(), "%s is never null: what follows ?? is never used", c.text(e.X))
		d.Hint = "write " + c.text(e.X) + " alone"
		return x
	}
	return t
}

// rangeSize holds a range of literals against the limit.
func (c *checker) rangeSize(e *syntax.Binary) {
	low, ok := c.numbers[e.X]
	high, ok2 := c.numbers[e.Y]
	if !ok || !ok2 || low.kind != types.Int || high.kind != types.Int {
		return
	}
	switch {
	case high.whole < low.whole:
		c.errorf(codeRange, e, "this range is empty: it begins at %d and ends at %d", low.whole, high.whole).Hint = "write the smaller number first"
	case uint64(high.whole)-uint64(low.whole) >= value.MaxItems:
		c.errorf(codeRange, e, "this range has more than 1,000,000 numbers")
	}
}

// as is the type of `x as T`.
func (c *checker) as(e *syntax.As) *types.Type {
	to := c.typeExpr(e.Type)
	x := c.expr(e.X, nil)
	t, problem, hint := types.Convert(x, to)
	if problem != "" {
		c.errorf(codeConversion, e, "%s", problem).Hint = c.fill(hint, e.X, nil)
		return to
	}
	return t
}

// is is `x is T` and `x is null`, which prove what they ask.
func (c *checker) is(e *syntax.Is) (t *types.Type, whenTrue, whenFalse narrowing) {
	x := c.expr(e.X, nil)
	if e.Type == nil {
		switch {
		case neverNull(x):
			c.warnNeverNull(e, e.X)
		case x.Kind == types.Option:
			whenFalse = c.proves(e.X, x.Elem)
		}
		return types.TBool, nil, whenFalse
	}
	asked := c.typeExpr(e.Type)
	switch {
	case !known(x) || !known(asked):
	case x.Kind == types.Any:
		whenTrue = c.proves(e.X, asked)
	case !types.Fits(asked, x) && !types.Fits(x, asked) && !types.Fits(types.Present(x), asked):
		c.errorf(codeNever, e, "%s is %s, and never %s", c.text(e.X), x.Word(), asked.Word())
	case x.Kind == types.Option:
		whenTrue = c.proves(e.X, types.Present(x))
	case types.Fits(x, asked):
		c.ds.Warn(codeAlways, c.file, e.Span(), "%s is always %s", c.text(e.X), asked.Word())
	}
	return types.TBool, whenTrue, nil
}
