package sql

import (
	"database/sql"

	"github.com/drl-lang/drl/lang/value"
)

// scan reads the rows of a driver of Go's database/sql. decode makes a value
// of a cell that isn't null, by its column's type.
func scan(rows *sql.Rows, decode func(typ string, cell any) value.Value) (*table, error) {
	t := &table{}
	var err error
	if t.columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	kinds, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	cells, into := make([]any, len(kinds)), make([]any, len(kinds))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		size := 0
		row := make([]value.Value, len(cells))
		for i, cell := range cells {
			switch cell := cell.(type) {
			case nil:
				row[i] = value.Null{}
				continue
			case []byte:
				size += len(cell)
			case string:
				size += len(cell)
			default:
				size += 8
			}
			row[i] = decode(kinds[i].DatabaseTypeName(), cell)
		}
		if err := t.room(size); err != nil {
			return nil, err
		}
		t.rows = append(t.rows, row)
	}
	return t, rows.Err()
}
