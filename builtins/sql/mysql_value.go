package sql

import (
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/value"
)

// decodeMySQL reads one cell. MySQL has no bool: it is the int 0 or 1. What
// the language has no exact value for stays the server's text.
func decodeMySQL(typ string, cell any) value.Value {
	switch cell := cell.(type) {
	case int64:
		return value.Int(cell)
	case uint64:
		return exact(strconv.FormatUint(cell, 10))
	case float32:
		return decodeMySQL(typ, shortest(cell))
	case float64:
		if cell-cell == 0 {
			return value.Number(cell)
		}
		return value.String(strconv.FormatFloat(cell, 'g', -1, 64))
	case time.Time:
		if cell.IsZero() {
			return value.Null{} // 0000-00-00
		}
		return value.Time(cell.UTC())
	case string:
		return decodeMySQL(typ, []byte(cell))
	case []byte:
		text := string(cell)
		switch typ = strings.TrimPrefix(typ, "UNSIGNED "); typ {
		case "DECIMAL":
			return exact(text)
		case "BIT":
			return bits(cell)
		case "JSON":
			if v, err := value.FromJSON(cell); err == nil {
				return v
			}
		case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT", "YEAR":
			return exact(text)
		case "FLOAT", "DOUBLE":
			if x, err := strconv.ParseFloat(text, 64); err == nil && x-x == 0 {
				return value.Number(x)
			}
		}
		return value.String(text)
	}
	return value.Null{}
}

// shortest is the number that a float of 32 bits is printed as.
func shortest(x float32) float64 {
	wide, err := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64)
	if err != nil {
		return float64(x)
	}
	return wide
}

// bits reads a BIT column, whose bytes are a number.
func bits(cell []byte) value.Value {
	var n uint64
	for _, b := range cell {
		n = n<<8 | uint64(b)
	}
	return exact(strconv.FormatUint(n, 10))
}
