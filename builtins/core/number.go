package core

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type eventsArgs struct {
	Bad float64 `drl:"bad" doc:"how many of them were bad"`
	Of  float64 `drl:"of" doc:"how many there were in all"`
}

var events = builtins.New("events", types.Pure,
	"Make a ratio that keeps its counts, so that a monitor can add them up over time.",
	func(_ context.Context, _ *builtins.Host, a eventsArgs) (value.Events, error) {
		switch {
		case a.Bad < 0:
			return value.Events{}, fmt.Errorf("bad is %s, want 0 or more", value.Number(a.Bad))
		case a.Of < a.Bad:
			return value.Events{}, fmt.Errorf("bad is %s of %s: there cannot be more bad ones than there are", value.Number(a.Bad), value.Number(a.Of))
		}
		return value.Events{Bad: a.Bad, Total: a.Of}, nil
	}).With(`let errors = events(3, of: 1200)`)

type percentArgs struct {
	Number float64 `drl:"number" doc:"hundredths: 12.5 is 12.5%"`
}

var percent = builtins.New("percent", types.Pure, "Make a percentage of a number that counts hundredths.",
	func(_ context.Context, _ *builtins.Host, a percentArgs) (value.Percent, error) {
		return value.Percent(a.Number / 100), nil
	}).With(`let coverage = percent(83.4)`)

type anyNumberArgs struct {
	X value.Value `drl:"x" doc:"an int, number, percent, points, duration, size or rate"`
}

var abs = builtins.New("abs", types.Pure, "Return x without its sign.",
	func(_ context.Context, _ *builtins.Host, a anyNumberArgs) (value.Value, error) {
		n, ok := value.Magnitude(a.X)
		if !ok {
			return nil, fmt.Errorf("x is %s, want a quantity", value.Quote(a.X))
		}
		if n >= 0 && !math.Signbit(n) {
			return a.X, nil
		}
		return negate(a.X)
	}).Inferring(func(args []*types.Type) (*types.Type, string) {
	if !ordered(args[0]) || args[0].Kind == types.Time {
		return nil, "found " + args[0].A() + ", want a quantity such as a number or a duration"
	}
	return args[0], ""
}).With(`let off = abs(1 - 3)`)

type manyArgs struct {
	First value.Value   `drl:"x" doc:"a quantity or a time"`
	Rest  []value.Value `drl:"others,rest" doc:"more of the same kind"`
}

var minimum = builtins.New("min", types.Pure, "Return the least of quantities of one kind.",
	func(_ context.Context, _ *builtins.Host, a manyArgs) (value.Value, error) { return extreme(a, -1) },
).Inferring(oneKind).With(`let limit = min(500ms, 2s)`)

var maximum = builtins.New("max", types.Pure, "Return the greatest of quantities of one kind.",
	func(_ context.Context, _ *builtins.Host, a manyArgs) (value.Value, error) { return extreme(a, 1) },
).Inferring(oneKind).With(`let patience = max(30s, 2 * 20s)`)

// extreme returns the first value that no other is beyond, in the direction of
// sign.
func extreme(a manyArgs, sign int) (value.Value, error) {
	best := a.First
	widen := false
	for _, v := range append([]value.Value{a.First}, a.Rest...) {
		order, ok := value.Compare(v, best)
		if _, text := v.(value.String); !ok || text {
			return nil, fmt.Errorf("%s and %s cannot be compared", value.Quote(best), value.Quote(v))
		}
		if order*sign > 0 {
			best = v
		}
		if _, whole := v.(value.Int); !whole {
			widen = true
		}
	}
	// Of an int and a number, the result is a number, as the checker said.
	if i, whole := best.(value.Int); whole && widen {
		return value.Number(i), nil
	}
	return best, nil
}

func negate(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.Int:
		if v == math.MinInt64 {
			return nil, errors.New("the result does not fit an int")
		}
		return -v, nil
	case value.Number:
		return value.Number(math.Abs(float64(v))), nil
	case value.Ratio:
		return value.Ratio(math.Abs(float64(v))), nil
	case value.Percent:
		return value.Percent(math.Abs(float64(v))), nil
	case value.Points:
		return value.Points(math.Abs(float64(v))), nil
	case value.Duration:
		if v == math.MinInt64 {
			return nil, errors.New("the result does not fit a duration")
		}
		return -v, nil
	case value.Size:
		if v == math.MinInt64 {
			return nil, errors.New("the result does not fit a size")
		}
		return -v, nil
	case value.Rate:
		v.PerSecond = math.Abs(v.PerSecond)
		return v, nil
	}
	return nil, fmt.Errorf("%s is no quantity", v)
}

// ordered tells whether values of the type can be more or less than others.
func ordered(t *types.Type) bool {
	switch t.Kind {
	case types.Int, types.Number, types.Ratio, types.Percent, types.Points, types.Duration, types.Size,
		types.Time, types.Rate, types.Any, types.Unknown, types.Never:
		return true
	}
	return false
}

// oneKind is the Infer of min and max.
func oneKind(args []*types.Type) (*types.Type, string) {
	var result *types.Type
	for _, t := range args {
		if t == nil {
			continue
		}
		if !ordered(t) {
			return nil, "found " + t.A() + ", want quantities such as numbers or durations"
		}
		if result == nil {
			result = t
			continue
		}
		joined := types.Join(result, t)
		if joined == nil || joined.Kind == types.Any && result.Kind != types.Any && t.Kind != types.Any {
			return nil, result.A() + " and " + t.A() + " cannot be compared"
		}
		result = joined
	}
	return result, ""
}

type numberArgs struct {
	X float64 `drl:"x" doc:"a number or ratio"`
}

var round = whole64("round", "Return the nearest int; halves go to the even one.", math.RoundToEven).With(`let tens = round(7 / 2)`)
var floor = whole64("floor", "Return the greatest int that is not above x.", math.Floor).With(`let full = floor(7 / 2)`)
var ceil = whole64("ceil", "Return the least int that is not below x.", math.Ceil).With(`let batches = ceil(7 / 2)`)

func whole64(name, doc string, f func(float64) float64) *builtins.Func {
	return builtins.New(name, types.Pure, doc, func(_ context.Context, _ *builtins.Host, a numberArgs) (int, error) {
		x := f(a.X)
		// 2^63 is the first float64 that does not fit.
		if !(x >= -(1<<63) && x < 1<<63) {
			return 0, fmt.Errorf("%s does not fit an int", value.Number(a.X))
		}
		return int(x), nil
	})
}
