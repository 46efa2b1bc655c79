package sql

import (
	"fmt"
	"strconv"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// number writes what is a number or counts as one: sizes are bytes, percents
// and points fractions, rates an amount a second.
func number(v value.Value) (string, bool) {
	switch v := v.(type) {
	case value.Int:
		return strconv.FormatInt(int64(v), 10), true
	case value.Size:
		return strconv.FormatInt(int64(v), 10), true
	}
	if x, ok := float(v); ok {
		return strconv.FormatFloat(x, 'g', -1, 64), true
	}
	return "", false
}

func float(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Number:
		return float64(v), true
	case value.Ratio:
		return float64(v), true
	case value.Percent:
		return float64(v), true
	case value.Points:
		return float64(v), true
	case value.Rate:
		return v.PerSecond, true
	}
	return 0, false
}

// jsonText is a value as JSON, with the secrets in it.
func jsonText(v value.Value) (string, error) {
	text, err := builtins.JSON(v)
	if err != nil {
		return "", err
	}
	return text.Reveal(), nil
}

// plainArgs are arguments for the drivers that take Go's values. when writes
// a time.
func plainArgs(args []value.Value, when func(time.Time) any) ([]any, error) {
	plain := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case value.Null:
		case value.String:
			plain[i] = string(v)
		case value.Secret:
			plain[i] = v.Reveal()
		case value.Bool:
			plain[i] = bool(v)
		case value.Int:
			plain[i] = int64(v)
		case value.Size:
			plain[i] = int64(v)
		case value.Time:
			plain[i] = when(time.Time(v).UTC())
		case value.Duration:
			plain[i] = time.Duration(v).Seconds()
		case *value.List:
			text, err := jsonText(v)
			if err != nil {
				return nil, fmt.Errorf("value %d: %w", i+1, err)
			}
			plain[i] = text
		case *value.Record:
			if v.Handle != nil {
				return nil, fmt.Errorf("value %d is a %s, which can't be sent", i+1, v.Type)
			}
			text, err := jsonText(v)
			if err != nil {
				return nil, fmt.Errorf("value %d: %w", i+1, err)
			}
			plain[i] = text
		default:
			x, ok := float(v)
			if !ok {
				return nil, fmt.Errorf("value %d is %s, which can't be sent", i+1, value.TypeName(v))
			}
			plain[i] = x
		}
	}
	return plain, nil
}
