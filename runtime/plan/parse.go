package plan

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Parse reads the text of an input as its type: 30m, 50%, a list by commas.
// The error continues a sentence about the text: `is "soon", want a duration
// such as 30m`; it does not show the text of a secret.
func Parse(t *types.Type, text string) (value.Value, error) {
	wrong := func(want string) (value.Value, error) {
		return nil, fmt.Errorf("is %s, want %s", value.QuoteString(text), want)
	}
	switch t.Kind {
	case types.Option:
		return Parse(t.Elem, text)
	case types.String:
		return value.String(text), nil
	case types.Secret:
		if text == "" {
			return nil, fmt.Errorf("is empty, want a secret")
		}
		return value.NewSecret(text), nil
	case types.Bool:
		switch text {
		case "true":
			return value.Bool(true), nil
		case "false":
			return value.Bool(false), nil
		}
		return wrong("true or false")
	case types.Int:
		i, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64)
		if err != nil {
			return wrong("a whole number")
		}
		return value.Int(i), nil
	case types.Number:
		f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return wrong("a number")
		}
		return value.Number(f), nil
	case types.Duration:
		if v, err := value.ParseDuration(text); err == nil {
			return v, nil
		}
		return wrong("a duration such as 30m or 1h30m")
	case types.Size:
		if v, err := value.ParseSize(text); err == nil {
			return v, nil
		}
		return wrong("a size such as 400MiB")
	case types.Percent:
		if v, err := value.ParsePercent(text); err == nil {
			return v, nil
		}
		return wrong("a percentage such as 50%")
	case types.Time:
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return value.Time(at), nil
		}
		return wrong("a time such as 2026-11-22T15:04:05Z")
	case types.List:
		return parseList(t.Elem, text)
	}
	return wrong("what no flag can hold")
}

func parseList(elem *types.Type, text string) (value.Value, error) {
	var items []value.Value
	if text != "" {
		for item := range strings.SplitSeq(text, ",") {
			v, err := Parse(elem, strings.TrimSpace(item))
			if err != nil {
				return nil, fmt.Errorf("has an item that %w", err)
			}
			items = append(items, v)
		}
	}
	return value.NewList(items), nil
}

// fit widens a default to its input's type, as an assignment does.
func fit(t *types.Type, v value.Value) value.Value {
	switch x := v.(type) {
	case value.Int:
		if t.Kind == types.Number {
			return value.Number(x)
		}
	case value.Ratio:
		switch t.Kind {
		case types.Number:
			return value.Number(x)
		case types.Percent:
			return value.Percent(x)
		}
	case value.String:
		if t.Kind == types.Secret {
			return value.NewSecret(string(x))
		}
	}
	return v
}

// holds tells whether v keeps a constraint. A list keeps it when every item
// does.
func holds(op string, v, want value.Value) (bool, error) {
	if list, ok := v.(*value.List); ok {
		for _, item := range list.Items() {
			if ok, err := holds(op, item, want); !ok || err != nil {
				return ok, err
			}
		}
		return true, nil
	}
	switch op {
	case "matches":
		re, err := regexp.Compile(text(want))
		if err != nil {
			return false, err
		}
		return re.MatchString(text(v)), nil
	case "in":
		list, ok := want.(*value.List)
		if !ok {
			return false, fmt.Errorf("found %s after in, want a list", value.Quote(want))
		}
		for _, item := range list.Items() {
			if value.Equal(v, item) {
				return true, nil
			}
		}
		return false, nil
	}
	order, ok := value.Compare(v, want)
	if !ok {
		return false, fmt.Errorf("%s and %s can't be compared", value.Quote(v), value.Quote(want))
	}
	switch op {
	case ">":
		return order > 0, nil
	case ">=":
		return order >= 0, nil
	case "<":
		return order < 0, nil
	}
	return order <= 0, nil
}

func text(v value.Value) string {
	if s, ok := v.(value.Secret); ok {
		return s.Reveal()
	}
	return v.String()
}
