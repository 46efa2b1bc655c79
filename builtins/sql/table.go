package sql

import (
	"fmt"
	"slices"

	"github.com/drl-lang/drl/lang/value"
)

// table is a result, as far as it has come.
type table struct {
	columns []string
	rows    [][]value.Value
	bytes   int
}

// room tells whether one row more, of so many bytes, may come.
func (t *table) room(bytes int) error {
	if len(t.rows) == mostRows {
		return errManyRows
	}
	if t.bytes += bytes; t.bytes > mostBytes {
		return errManyBytes
	}
	return nil
}

var (
	errManyRows  = fmt.Errorf("the result has more than 10,000 rows (max): add a limit, or count and sum in the query")
	errManyBytes = fmt.Errorf("the result has more than %s (max): ask for fewer rows or columns", value.Size(mostBytes))
)

// maps returns the rows with their columns by name.
func (t *table) maps() ([]value.Value, error) {
	for i, name := range t.columns {
		if slices.Contains(t.columns[:i], name) {
			return nil, fmt.Errorf("two columns of the result are called %s: give one another name with as", value.QuoteString(name))
		}
	}
	rows := make([]value.Value, len(t.rows))
	for i, row := range t.rows {
		rows[i] = value.NewMap(t.columns, row)
	}
	return rows, nil
}
