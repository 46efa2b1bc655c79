package value

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func (Null) value()     {}
func (Bool) value()     {}
func (Int) value()      {}
func (Number) value()   {}
func (Ratio) value()    {}
func (Percent) value()  {}
func (Points) value()   {}
func (Duration) value() {}
func (Size) value()     {}
func (Time) value()     {}
func (String) value()   {}
func (Rate) value()     {}
func (Secret) value()   {}
func (Events) value()   {}
func (*List) value()    {}
func (*Record) value()  {}
func (*Func) value()    {}
func (Failed) value()   {}

// String of each value is how it prints in an interpolation.

func (Null) String() string       { return "null" }
func (v Bool) String() string     { return strconv.FormatBool(bool(v)) }
func (v Int) String() string      { return strconv.FormatInt(int64(v), 10) }
func (v Number) String() string   { return float(float64(v)) }
func (v Ratio) String() string    { return float(float64(v)) }
func (v Percent) String() string  { return hundredths(float64(v)) + "%" }
func (v Points) String() string   { return hundredths(float64(v)) + "pp" }
func (v Duration) String() string { return string(appendDuration(nil, int64(v))) }
func (v Size) String() string     { return size(float64(v), int64(v)) }
func (v Time) String() string     { return time.Time(v).Format(time.RFC3339Nano) }
func (v String) String() string   { return string(v) }
func (Secret) String() string     { return Mask }
func (v Events) String() string   { return float(v.Bad) + " of " + float(v.Total) }
func (l *List) String() string    { return string(JSON(l)) }
func (r *Record) String() string {
	if r.Handle != nil {
		return r.Type
	}
	return string(JSON(r))
}
func (*Func) String() string { return "function" }

// String of a value that could not be had; reading it fails before.
func (Failed) String() string { return "null" }

// String of a rate is the amount for one second: 5MiB/1s.
func (v Rate) String() string {
	switch v.Of {
	case RateOfSize:
		return size(v.PerSecond, int64(v.PerSecond)) + "/1s"
	case RateOfPoints:
		return hundredths(v.PerSecond) + "pp/1s"
	}
	return float(v.PerSecond) + "/1s"
}

// Mask is how a secret prints everywhere.
const Mask = "•••"

// Quote is how v is shown in a message: a string as the language would write
// it, with its quotes; everything else as it prints.
func Quote(v Value) string {
	if s, ok := v.(String); ok {
		return QuoteString(string(s))
	}
	return v.String()
}

// QuoteString writes s as a string literal of the language.
func QuoteString(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, `\u{FFFD}`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '"' || r == '\\' || r == '{' || r == '}':
			b = append(b, '\\', byte(r))
		case !unicode.IsPrint(r):
			b = append(b, `\u{`...)
			b = strconv.AppendInt(b, int64(r), 16)
			b = append(b, '}')
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(append(b, '"'))
}

// Short is Quote, cut to at most width characters with an ellipsis.
func Short(v Value, width int) string {
	// A long text is cut before it is quoted, so that 16 MiB cost nothing.
	if s, ok := v.(String); ok && len(s) > 4*width {
		v = String(strings.ToValidUTF8(string(s[:4*width]), ""))
		return cut(Quote(v), width-1) + "…"
	}
	s := Quote(v)
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return cut(s, width-1) + "…"
}

// cut returns the first n characters of s.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// float writes the shortest text that reads back as f, without an exponent
// where people wouldn't write one.
func float(f float64) string {
	f += 0 // no minus before a zero
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e15) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// hundredths writes a fraction in hundredths. The point is moved in the text,
// because 0.07*100 is 7.000000000000001. What has more than nine digits came
// out of a division and is rounded for the reader.
func hundredths(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 {
		return float(f)
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	if strings.IndexByte(strings.TrimLeft(text, "-"), 'e') > 10 {
		text = strconv.FormatFloat(f, 'e', 6, 64)
	}
	e := strings.IndexByte(text, 'e')
	exponent, _ := strconv.Atoi(text[e+1:])
	moved, _ := strconv.ParseFloat(text[:e+1]+strconv.Itoa(exponent+2), 64)
	return float(moved)
}

// durationUnits are the units that print, largest first. Weeks are read but
// never printed; days only from two on, because people say 36h.
var durationUnits = []struct {
	name  string
	nanos uint64
}{
	{"d", 24 * 3600e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1},
}

// appendDuration writes d exactly, as a literal: 1h30m, 1.24s, 500ms.
func appendDuration(b []byte, d int64) []byte {
	if d == 0 {
		return append(b, "0s"...)
	}
	left := uint64(d)
	if d < 0 {
		b = append(b, '-')
		left = -left
	}
	for _, u := range durationUnits {
		if left == 0 {
			break
		}
		if left < u.nanos || u.name == "d" && left < 2*u.nanos {
			continue
		}
		b = strconv.AppendUint(b, left/u.nanos, 10)
		left %= u.nanos
		if u.nanos <= 1e9 { // the last part may have a fraction
			b = appendFraction(b, left, u.nanos)
			left = 0
		}
		b = append(b, u.name...)
	}
	return b
}

// appendFraction writes rest/of, with its point, without zeros at the end.
func appendFraction(b []byte, rest, of uint64) []byte {
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for rest > 0 {
		of /= 10
		b = append(b, byte('0'+rest/of))
		rest %= of
	}
	return b
}

// size writes bytes in the unit that reads best. Where the short form isn't
// exact it has two decimals, zeros included, so that 400MiB is exactly that
// and 400.00MiB is about that.
func size(f float64, whole int64) string {
	a := math.Abs(f)
	if a < 1000 || math.IsNaN(a) || math.IsInf(a, 0) {
		return float(math.Round(f*100)/100) + "B"
	}
	best := ""
	for _, u := range sizeUnits {
		if u.bytes == 1 || a < float64(u.bytes) || a >= 10_000*float64(u.bytes) {
			continue
		}
		text := strconv.FormatFloat(f/float64(u.bytes), 'f', -1, 64)
		if point := strings.IndexByte(text, '.'); point >= 0 && len(text)-point > 4 {
			continue
		}
		if best == "" || len(text)+len(u.name) < len(best) {
			best = text + u.name
		}
	}
	if f != float64(whole) || int64(f) != whole {
		best = ""
	}
	if best != "" {
		return best
	}
	if a < 10_000 && f == math.Trunc(f) {
		return float(f) + "B"
	}
	for _, u := range sizeUnits {
		if strings.Contains(u.name, "i") && a >= float64(u.bytes) {
			return strconv.FormatFloat(f/float64(u.bytes), 'f', 2, 64) + u.name
		}
	}
	return strconv.FormatFloat(f, 'f', 2, 64) + "B"
}

// sizeUnits are the units of sizes, largest first.
var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"TiB", 1 << 40}, {"TB", 1e12}, {"GiB", 1 << 30}, {"GB", 1e9},
	{"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"kB", 1e3}, {"B", 1},
}

// TypeName is the word for v's type in messages.
func TypeName(v Value) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case Null:
		return "null"
	case Bool:
		return "bool"
	case Int:
		return "int"
	case Number, Ratio:
		return "number"
	case Percent:
		return "percent"
	case Points:
		return "points"
	case Duration:
		return "duration"
	case Size:
		return "size"
	case Time:
		return "time"
	case String:
		return "string"
	case Rate:
		return "rate"
	case Secret:
		return "secret"
	case Events:
		return "events"
	case *List:
		return "list"
	case *Record:
		switch {
		case v.Type != "":
			return v.Type
		case v.IsMap:
			return "map"
		}
		return "record"
	}
	return "function"
}
