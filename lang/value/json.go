package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// JSON writes v for the world to read: quantities and times as their text,
// secrets as •••, handles by their type's name. What isn't finite is null.
func JSON(v Value) []byte { return appendJSON(nil, v) }

func appendJSON(b []byte, v Value) []byte {
	switch v := v.(type) {
	case nil, Null, Failed:
		return append(b, "null"...)
	case Bool:
		return strconv.AppendBool(b, bool(v))
	case Int:
		return strconv.AppendInt(b, int64(v), 10)
	case Number:
		return appendFloat(b, float64(v))
	case Ratio:
		return appendFloat(b, float64(v))
	case *List:
		b = append(b, '[')
		for i, item := range v.Items() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case *Record:
		if v.Handle != nil {
			return appendText(b, v.Type)
		}
		b = append(b, '{')
		for i, name := range v.names {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendText(b, name)
			b = append(b, ':')
			b = appendJSON(b, v.values[i])
		}
		return append(b, '}')
	}
	return appendText(b, v.String())
}

func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return append(b, float(f)...)
}

const hexDigits = "0123456789abcdef"

// appendText writes s as a JSON string. Bytes that aren't UTF-8 become U+FFFD.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c < ' ' || c == 0x7f:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		}
		i++
	}
	return append(b, '"')
}

// maxNesting limits how deep JSON from outside may nest.
const maxNesting = 1000

// FromJSON reads one JSON text: objects as maps in the order of their keys,
// whole numbers that fit as Int. An error says where in the text it is.
func FromJSON(text []byte) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := readJSON(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more text after the end of the value")
		}
	}
	if err != nil {
		return nil, notJSON(err, text, d.InputOffset())
	}
	return v, nil
}

// notJSON says what is wrong and on which line.
func notJSON(err error, text []byte, offset int64) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if len(bytes.TrimSpace(text)) == 0 {
			return errors.New("not JSON: the text is empty")
		}
		return errors.New("not JSON: the text ends in the middle of a value")
	}
	line := 1 + bytes.Count(text[:min(max(offset, 0), int64(len(text)))], []byte{'\n'})
	return fmt.Errorf("not JSON, line %d: %w", line, err)
}

func readJSON(d *json.Decoder, depth int) (Value, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case nil:
		return Null{}, nil
	case bool:
		return Bool(t), nil
	case string:
		return String(t), nil
	case json.Number:
		return numberFromJSON(t)
	case json.Delim:
		if depth == maxNesting {
			return nil, fmt.Errorf("nested more than %d deep", maxNesting)
		}
		if t == '[' {
			return readJSONList(d, depth+1)
		}
		return readJSONObject(d, depth+1)
	}
	return nil, fmt.Errorf("found %v", t)
}

func numberFromJSON(n json.Number) (Value, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return Int(i), nil
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return nil, fmt.Errorf("the number %s is too large", n)
	}
	return Number(f), nil
}

func readJSONList(d *json.Decoder, depth int) (Value, error) {
	var items []Value
	for d.More() {
		if len(items) == MaxItems {
			return nil, fmt.Errorf("a list of more than %d items", MaxItems)
		}
		v, err := readJSON(d, depth)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	_, err := d.Token()
	return NewList(items), err
}

func readJSONObject(d *json.Decoder, depth int) (Value, error) {
	var keys []string
	var values []Value
	var seen map[string]int // only with many keys
	find := func(key string) int {
		if seen != nil {
			if i, ok := seen[key]; ok {
				return i
			}
			return -1
		}
		for i, k := range keys {
			if k == key {
				return i
			}
		}
		return -1
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string)
		v, err := readJSON(d, depth)
		if err != nil {
			return nil, err
		}
		if i := find(key); i >= 0 { // a key that comes twice: the last one counts
			values[i] = v
			continue
		}
		if len(keys) == MaxItems {
			return nil, fmt.Errorf("an object of more than %d keys", MaxItems)
		}
		keys, values = append(keys, key), append(values, v)
		if seen != nil {
			seen[key] = len(keys) - 1
		} else if len(keys) > few {
			seen = make(map[string]int, 4*few)
			for i, k := range keys {
				seen[k] = i
			}
		}
	}
	_, err := d.Token()
	return NewMap(keys, values), err
}
