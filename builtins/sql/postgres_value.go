package sql

import (
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/drl-lang/drl/lang/value"
)

// standard are the types that every PostgreSQL has.
var standard = sync.OnceValue(pgtype.NewMap)

// elementOf returns the type of the items of an array type; 0: it is none that
// every server has.
func elementOf(oid uint32) uint32 {
	t, ok := standard().TypeForOID(oid)
	if !ok {
		return 0
	}
	if array, ok := t.Codec.(*pgtype.ArrayCodec); ok {
		return array.ElementType.OID
	}
	return 0
}

// decodePostgres reads one cell as the server writes it, nil for null. What
// the language has no exact value for stays the server's text.
func decodePostgres(oid uint32, cell []byte) value.Value {
	if cell == nil {
		return value.Null{}
	}
	text := string(cell)
	switch oid {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.UUIDOID:
	case pgtype.BoolOID:
		return value.Bool(text == "t")
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value.Int(n)
		}
	case pgtype.Float4OID, pgtype.Float8OID:
		if x, err := strconv.ParseFloat(text, 64); err == nil && x-x == 0 {
			return value.Number(x)
		}
	case pgtype.NumericOID:
		return exact(text)
	case pgtype.TimestamptzOID, pgtype.TimestampOID, pgtype.DateOID:
		if at, ok := parseTime(text); ok {
			return value.Time(at)
		}
	case pgtype.IntervalOID:
		if d, ok := parseInterval(text); ok {
			return value.Duration(d)
		}
	case pgtype.JSONOID, pgtype.JSONBOID:
		if v, err := value.FromJSON(cell); err == nil {
			return v
		}
	case pgtype.ByteaOID:
		if digits, ok := strings.CutPrefix(text, `\x`); ok {
			if bytes, err := hex.DecodeString(digits); err == nil {
				return value.String(bytes)
			}
		}
	default:
		if element := elementOf(oid); element != 0 {
			if items, rest, ok := parseArray(element, text); ok && rest == "" {
				return items
			}
		}
	}
	return value.String(text)
}

// exact reads a decimal number: an int where it is whole and fits, a number
// where that has the same digits, else the text with all of them. Arithmetic
// with the text is an error; with a number that lost digits it would be wrong.
func exact(text string) value.Value {
	digits, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	if fraction == "" {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return value.Int(n)
		}
		return value.String(text)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x-x != 0 || strconv.FormatFloat(x, 'f', -1, 64) != digits+"."+fraction {
		return value.String(text)
	}
	return value.Number(x)
}

// parseTime reads times as ISO style writes them: those without a zone are of
// UTC, a date is its midnight.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{
		"2006-01-02 15:04:05Z07", "2006-01-02 15:04:05", "2006-01-02", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07:00:00",
	} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// parseInterval reads intervals of a fixed length, as PostgreSQL's own style
// writes them: "3 days -04:05:06.789". Months and years have none.
func parseInterval(text string) (time.Duration, bool) {
	var sum value.Duration
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && (words[i+1] == "day" || words[i+1] == "days") {
			days, err := strconv.ParseInt(words[i], 10, 32)
			if err != nil || days > 100_000 || days < -100_000 {
				return 0, false
			}
			sum += value.Duration(days * int64(24*time.Hour))
			i++
			continue
		}
		clock, ok := parseClock(words[i])
		if !ok {
			return 0, false
		}
		sum += value.Duration(clock)
	}
	return time.Duration(sum), len(words) > 0
}

// parseClock reads [-]hours:minutes:seconds[.fraction].
func parseClock(text string) (time.Duration, bool) {
	digits := strings.TrimLeft(text, "+-")
	parts := strings.Split(digits, ":")
	if len(parts) != 3 {
		return 0, false
	}
	hours, err := strconv.ParseInt(parts[0], 10, 32)
	if err != nil || hours > 2_000_000 {
		return 0, false
	}
	rest, err := time.ParseDuration(parts[1] + "m" + parts[2] + "s")
	if err != nil {
		return 0, false
	}
	d := time.Duration(hours)*time.Hour + rest
	if strings.HasPrefix(text, "-") {
		d = -d
	}
	return d, true
}

// parseArray reads an array from the start of text, and returns what follows.
func parseArray(element uint32, text string) (items *value.List, rest string, ok bool) {
	// Bounds that don't begin at 1 stand in front: [0:2]={…}.
	if strings.HasPrefix(text, "[") {
		if _, text, ok = strings.Cut(text, "="); !ok {
			return nil, "", false
		}
	}
	text, ok = strings.CutPrefix(text, "{")
	if !ok {
		return nil, "", false
	}
	var all []value.Value
	if rest, ok := strings.CutPrefix(text, "}"); ok {
		return value.NewList(all), rest, true
	}
	for {
		var item value.Value
		switch {
		case strings.HasPrefix(text, "{"):
			inner, rest, ok := parseArray(element, text)
			if !ok {
				return nil, "", false
			}
			item, text = inner, rest
		case strings.HasPrefix(text, `"`):
			var b strings.Builder
			i := 1
			for ; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' && i+1 < len(text) {
					i++
				}
				b.WriteByte(text[i])
			}
			if i == len(text) {
				return nil, "", false
			}
			item, text = decodePostgres(element, []byte(b.String())), text[i+1:]
		default:
			end := strings.IndexAny(text, ",}")
			if end < 0 {
				return nil, "", false
			}
			item = value.Null{}
			if word := text[:end]; word != "NULL" {
				item = decodePostgres(element, []byte(word))
			}
			text = text[end:]
		}
		all = append(all, item)
		if text == "" {
			return nil, "", false
		}
		sep := text[0]
		text = text[1:]
		if sep == '}' {
			return value.NewList(all), text, true
		}
		if sep != ',' {
			return nil, "", false
		}
	}
}
