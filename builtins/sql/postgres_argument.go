package sql

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/drl-lang/drl/lang/value"
)

// Arguments travel as text, without a type: the server takes the type that
// the placeholder has where it stands, as psql's \bind does. Few values are
// written one way for one type and another way for another.

// hangsOnType tells whether the types of the placeholders have to be known:
// bytes, lists, records and durations are.
func hangsOnType(args []value.Value) bool {
	for _, arg := range args {
		switch v := arg.(type) {
		case value.String:
			if odd(string(v)) {
				return true
			}
		case value.Secret:
			if odd(v.Reveal()) {
				return true
			}
		case *value.List, *value.Record, value.Duration:
			return true
		}
	}
	return false
}

// odd tells whether a text is another one when it is read as bytea's.
func odd(text string) bool {
	return strings.ContainsAny(text, "\\\x00") || !utf8.ValidString(text)
}

// encodeArgs writes arguments for placeholders of these types; nil: they
// aren't known.
func encodeArgs(args []value.Value, types []uint32) ([][]byte, error) {
	if types != nil && len(types) != len(args) {
		return nil, errPlaceholders(len(types), len(args))
	}
	texts := make([][]byte, len(args))
	for i, arg := range args {
		var oid uint32
		if types != nil {
			oid = types[i]
		}
		if _, null := arg.(value.Null); null {
			continue
		}
		text, err := encodePostgres(arg, oid)
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", i+1, err)
		}
		texts[i] = []byte(text)
	}
	return texts, nil
}

func errPlaceholders(placeholders, values int) error {
	return fmt.Errorf("the text has %s, and %s: $1 is the first", count(placeholders, "placeholder"), were(values))
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func were(n int) string {
	if n == 1 {
		return "1 value was given"
	}
	return count(n, "value") + " were given"
}

// encodePostgres writes one value as a placeholder of that type takes it.
func encodePostgres(v value.Value, oid uint32) (string, error) {
	if oid == pgtype.JSONOID || oid == pgtype.JSONBOID {
		switch v.(type) {
		case *value.List, *value.Record:
			return jsonText(v)
		}
	}
	switch v := v.(type) {
	case value.String:
		return encodeText(string(v), oid)
	case value.Secret:
		return encodeText(v.Reveal(), oid)
	case value.Bool:
		return strconv.FormatBool(bool(v)), nil
	case value.Time:
		return time.Time(v).UTC().Format("2006-01-02 15:04:05.999999999Z"), nil // a type without a zone takes the clock of it
	case value.Duration:
		return encodeDuration(time.Duration(v), oid), nil
	case *value.List:
		return encodeArray(v, elementOf(oid))
	case *value.Record:
		if v.Handle != nil {
			return "", fmt.Errorf("is a %s, which can't be sent", v.Type)
		}
		return jsonText(v)
	case *value.Func:
		return "", fmt.Errorf("is a function, which can't be sent")
	}
	if n, ok := number(v); ok {
		return n, nil
	}
	return "", fmt.Errorf("is %s, which can't be sent", value.TypeName(v))
}

func encodeText(text string, oid uint32) (string, error) {
	if oid == pgtype.ByteaOID {
		return `\x` + hex.EncodeToString([]byte(text)), nil
	}
	if strings.ContainsRune(text, 0) {
		return "", fmt.Errorf("has a NUL, which PostgreSQL's texts can't hold: a bytea can")
	}
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("has bytes that are no UTF-8, which PostgreSQL's texts can't hold: a bytea can")
	}
	return text, nil
}

func encodeDuration(d time.Duration, oid uint32) string {
	seconds := strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
	switch oid {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID:
		return seconds
	}
	return seconds + " seconds"
}

// encodeArray writes a list as PostgreSQL's arrays are written.
func encodeArray(l *value.List, element uint32) (string, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, item := range l.Items() {
		if i > 0 {
			b.WriteByte(',')
		}
		if _, null := item.(value.Null); null {
			b.WriteString("NULL")
			continue
		}
		text, err := encodePostgres(item, element)
		if err != nil {
			return "", fmt.Errorf("item %d %w", i, err)
		}
		if _, nested := item.(*value.List); nested && strings.HasPrefix(text, "{") {
			b.WriteString(text)
			continue
		}
		b.WriteString(`"` + quoteItem.Replace(text) + `"`)
	}
	b.WriteByte('}')
	return b.String(), nil
}

var quoteItem = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
