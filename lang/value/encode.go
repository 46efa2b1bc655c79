package value

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// Encode writes v so that Decode gives the same value with the same type:
// the form in which a run's values are kept. null, bools, strings and lists
// are as in JSON, all others an object with one key, the type's name. Secrets
// become null. Handles and lambdas can't be kept: an error.
func Encode(v Value) (json.RawMessage, error) { return appendEncoded(nil, v) }

func appendEncoded(b []byte, v Value) ([]byte, error) {
	switch v := v.(type) {
	case Null, Secret:
		return append(b, "null"...), nil
	case Bool:
		return strconv.AppendBool(b, bool(v)), nil
	case String:
		if !utf8.ValidString(string(v)) {
			return appendTagged(b, "bytes", `"`+base64.StdEncoding.EncodeToString([]byte(v))+`"`), nil
		}
		return appendText(b, string(v)), nil
	case Int:
		return appendTagged(b, "int", strconv.FormatInt(int64(v), 10)), nil
	case Duration:
		return appendTagged(b, "duration", strconv.FormatInt(int64(v), 10)), nil
	case Size:
		return appendTagged(b, "size", strconv.FormatInt(int64(v), 10)), nil
	case Number:
		return appendTagged(b, "number", encodeFloat(float64(v))), nil
	case Ratio:
		return appendTagged(b, "ratio", encodeFloat(float64(v))), nil
	case Percent:
		return appendTagged(b, "percent", encodeFloat(float64(v))), nil
	case Points:
		return appendTagged(b, "points", encodeFloat(float64(v))), nil
	case Rate:
		return appendTagged(b, "rate", fmt.Sprintf("[%s,%d]", encodeFloat(v.PerSecond), v.Of)), nil
	case Events:
		return appendTagged(b, "events", "["+encodeFloat(v.Bad)+","+encodeFloat(v.Total)+"]"), nil
	case Time:
		return appendTagged(b, "time", encodeTime(time.Time(v))), nil
	case Failed:
		return appendTagged(b, "failed", string(appendText(nil, v.Err.Error()))), nil
	case *List:
		return appendEncodedList(b, v)
	case *Record:
		return appendEncodedRecord(b, v)
	case nil:
		return nil, errors.New("no value to keep")
	}
	return nil, fmt.Errorf("a %s can't be kept", TypeName(v))
}

func appendTagged(b []byte, tag, text string) []byte {
	b = append(b, `{"`...)
	b = append(b, tag...)
	b = append(b, `":`...)
	b = append(b, text...)
	return append(b, '}')
}

// encodeFloat writes samples that aren't finite as text, which JSON numbers
// can't be.
func encodeFloat(f float64) string {
	text := strconv.FormatFloat(f+0, 'g', -1, 64) // -0 is 0
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return `"` + text + `"`
	}
	return text
}

// encodeTime keeps the zone where its offset can be written, and the instant
// always.
func encodeTime(t time.Time) string {
	text := t.Format(time.RFC3339Nano)
	if back, err := time.Parse(time.RFC3339Nano, text); err == nil && back.Equal(t) {
		return `"` + text + `"`
	}
	return fmt.Sprintf("[%d,%d]", t.Unix(), t.Nanosecond())
}

func appendEncodedList(b []byte, l *List) ([]byte, error) {
	b = append(b, '[')
	for i, item := range l.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendEncoded(b, item); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendEncodedRecord writes the fields as pairs, to keep their order.
func appendEncodedRecord(b []byte, r *Record) ([]byte, error) {
	if r.Handle != nil {
		return nil, fmt.Errorf("a %s can't be kept", TypeName(r))
	}
	switch {
	case r.IgnoreCase:
		b = append(b, `{"headers":[`...)
	case r.IsMap:
		b = append(b, `{"map":[`...)
	default:
		b = append(b, `{"record":[`...)
		b = appendText(b, r.Type)
		if len(r.names) > 0 {
			b = append(b, ',')
		}
	}
	for i, name := range r.names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		var err error
		if b, err = appendEncoded(b, String(name)); err != nil {
			return nil, err
		}
		b = append(b, ',')
		if b, err = appendEncoded(b, r.values[i]); err != nil {
			return nil, err
		}
		b = append(b, ']')
	}
	return append(b, `]}`...), nil
}

// Decode reads what Encode wrote.
func Decode(text json.RawMessage) (Value, error) {
	v, err := FromJSON(text)
	if err != nil {
		return nil, err
	}
	return untag(v)
}

// untag turns the tagged objects within plain JSON back into values.
func untag(v Value) (Value, error) {
	switch v := v.(type) {
	case *List:
		items, err := untagAll(v.Items())
		return NewList(items), err
	case *Record:
		if v.Len() == 1 {
			return untagOne(v.names[0], v.values[0])
		}
		return nil, fmt.Errorf("kept value: an object with %d keys", v.Len())
	}
	return v, nil
}

func untagAll(items []Value) ([]Value, error) {
	var out []Value
	for _, item := range items {
		v, err := untag(item)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func untagOne(tag string, v Value) (Value, error) {
	damaged := fmt.Errorf("kept value: %s of %s", tag, Short(v, 60))
	list, _ := v.(*List)
	whole, isInt := v.(Int)
	switch tag {
	case "int", "duration", "size":
		if !isInt {
			return nil, damaged
		}
		switch tag {
		case "duration":
			return Duration(whole), nil
		case "size":
			return Size(whole), nil
		}
		return whole, nil
	case "number", "ratio", "percent", "points":
		f, ok := untagFloat(v)
		if !ok {
			return nil, damaged
		}
		switch tag {
		case "ratio":
			return Ratio(f), nil
		case "percent":
			return Percent(f), nil
		case "points":
			return Points(f), nil
		}
		return Number(f), nil
	case "bytes":
		s, _ := v.(String)
		raw, err := base64.StdEncoding.DecodeString(string(s))
		if err != nil {
			return nil, damaged
		}
		return String(raw), nil
	case "failed":
		if s, ok := v.(String); ok {
			return Failed{errors.New(string(s))}, nil
		}
	case "time":
		if s, ok := v.(String); ok {
			t, err := time.Parse(time.RFC3339Nano, string(s))
			if err != nil {
				return nil, damaged
			}
			return Time(t), nil
		}
	case "map", "headers", "record":
		if list == nil {
			return nil, damaged
		}
		return untagRecord(tag, list.Items())
	}
	if list == nil || list.Len() != 2 {
		return nil, damaged
	}
	first, ok1 := untagFloat(list.At(0))
	second, ok2 := untagFloat(list.At(1))
	switch {
	case !ok1 || !ok2:
	case tag == "rate" && second >= 0 && second <= float64(RateOfPoints):
		return Rate{PerSecond: first, Of: RateOf(second)}, nil
	case tag == "events":
		return Events{Bad: first, Total: second}, nil
	case tag == "time":
		seconds, ok1 := list.At(0).(Int)
		nanos, ok2 := list.At(1).(Int)
		if ok1 && ok2 {
			return Time(time.Unix(int64(seconds), int64(nanos)).UTC()), nil
		}
	}
	return nil, damaged
}

func untagRecord(tag string, items []Value) (Value, error) {
	typeName := ""
	if tag == "record" {
		if len(items) == 0 {
			return nil, errors.New("kept value: a record without its type")
		}
		s, _ := items[0].(String)
		typeName, items = string(s), items[1:]
	}
	var names []string
	var values []Value
	for _, item := range items {
		pair, _ := item.(*List)
		if pair == nil || pair.Len() != 2 {
			return nil, fmt.Errorf("kept value: field %s", Short(item, 60))
		}
		name, err := untag(pair.At(0))
		if err != nil {
			return nil, err
		}
		s, ok := name.(String)
		if !ok {
			return nil, fmt.Errorf("kept value: field %s", Short(item, 60))
		}
		v, err := untag(pair.At(1))
		if err != nil {
			return nil, err
		}
		names, values = append(names, string(s)), append(values, v)
	}
	switch tag {
	case "headers":
		return NewHeaders(names, values), nil
	case "map":
		return NewMap(names, values), nil
	}
	return NewRecord(typeName, names, values), nil
}

func untagFloat(v Value) (float64, bool) {
	switch v := v.(type) {
	case Int:
		return float64(v), true
	case Number:
		return float64(v), true
	case String:
		f, err := strconv.ParseFloat(string(v), 64)
		return f, err == nil && (math.IsNaN(f) || math.IsInf(f, 0))
	}
	return 0, false
}
