package tester

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostSeries is how long a file of series may be.
const mostSeries = 64 << 20

// shelf has the files of series that tests have read. The zero shelf is empty.
type shelf struct {
	mu    sync.Mutex
	files map[string]*table
}

// table is a file of series: rows with the time since the first in their first
// column.
type table struct {
	err     error
	names   []string
	times   []time.Duration
	columns map[string][]value.Value
}

// at is series(file, column) at a time of the run: the last row that is not
// after it, else the first.
func (s *shelf) at(dir string, args []value.Value, elapsed time.Duration) (value.Value, error) {
	name, column := args[0].String(), args[1].String()
	s.mu.Lock()
	t := s.files[name]
	if t == nil {
		t = readTable(dir, name)
		if s.files == nil {
			s.files = map[string]*table{}
		}
		s.files[name] = t
	}
	s.mu.Unlock()
	if t.err != nil {
		return nil, t.err
	}
	values := t.columns[column]
	if values == nil {
		hint := ""
		if near := types.Near(column, t.names); near != "" {
			hint = "; did you mean " + near + "?"
		}
		return nil, fmt.Errorf("%s has no column %s, it has %s%s", name, column, strings.Join(t.names, ", "), hint)
	}
	i, found := slices.BinarySearch(t.times, elapsed)
	if !found {
		i = max(0, i-1)
	}
	return values[i], nil
}

func readTable(dir, name string) *table {
	t := &table{columns: map[string][]value.Value{}}
	text, err := readWithin(dir, name)
	if err == nil {
		err = t.parse(text)
	}
	if err != nil {
		t.err = fmt.Errorf("%s: %w", name, err)
	}
	return t
}

// readWithin reads a file of a folder, and none outside of it, whatever links
// there are.
func readWithin(dir, name string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return "", fmt.Errorf("%w (series are read in the test's folder alone)", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostSeries+1))
	if err == nil && len(text) > mostSeries {
		err = fmt.Errorf("it has more than %s", value.Size(mostSeries))
	}
	return string(text), err
}

func (t *table) parse(text string) error {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		return fmt.Errorf("not CSV: %w", err)
	}
	if len(rows) < 2 || len(rows[0]) < 2 {
		return errors.New("found no rows, want a header, and rows with the time since the start in the first column")
	}
	t.names = rows[0][1:]
	var first time.Time
	for n, row := range rows[1:] {
		at, err := sinceStart(row[0], &first)
		if err != nil {
			return fmt.Errorf("row %d: %w", n+2, err)
		}
		if n > 0 && at <= t.times[n-1] {
			return fmt.Errorf("row %d: %s is not after the row before it", n+2, row[0])
		}
		t.times = append(t.times, at)
		for i, cell := range row[1:] {
			t.columns[t.names[i]] = append(t.columns[t.names[i]], cellValue(cell))
		}
	}
	return nil
}

// sinceStart reads the first cell of a row: a duration, seconds, or a time,
// which counts from that of the first row.
func sinceStart(cell string, first *time.Time) (time.Duration, error) {
	cell = strings.TrimSpace(cell)
	if d, err := value.ParseDuration(cell); err == nil {
		return time.Duration(d), nil
	}
	if seconds, err := strconv.ParseFloat(cell, 64); err == nil {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateTime} {
		at, err := time.Parse(layout, cell)
		if err != nil {
			continue
		}
		if first.IsZero() {
			*first = at
		}
		return at.Sub(*first), nil
	}
	return 0, fmt.Errorf("the time is %s, want a duration (30s), seconds (30) or a time (2026-01-01T09:00:30Z)", value.QuoteString(cell))
}

// cellValue is what a cell says: a quantity as a script writes it, a number, a
// text; nothing is null.
func cellValue(cell string) value.Value {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return value.Null{}
	}
	if n, err := strconv.ParseInt(cell, 10, 64); err == nil {
		return value.Int(n)
	}
	if x, err := strconv.ParseFloat(cell, 64); err == nil {
		return value.Number(x)
	}
	if v, err := value.ParseDuration(cell); err == nil {
		return v
	}
	if v, err := value.ParseSize(cell); err == nil {
		return v
	}
	if v, err := value.ParsePercent(cell); err == nil {
		return v
	}
	switch cell {
	case "true", "false":
		return value.Bool(cell == "true")
	}
	return value.String(cell)
}
