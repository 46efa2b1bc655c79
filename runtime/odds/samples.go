package odds

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
)

// mostRows is how many ticks of a file are read: a week of seconds.
const mostRows = 7 * 24 * 3600

// ReadSamples reads a file of samples: comma separated, the metrics' names in
// the first line and a tick in each other one. A cell has a value as a script
// would write it, several with blanks between, or bad/all of events; an empty
// one has no data. Columns of other names are looked over. read turns the text
// of a value into one of a type, as the inputs of a script are read.
func ReadSamples(r io.Reader, metrics map[string]*types.Type, read func(*types.Type, string) (value.Value, error)) (map[string][]monitor.Sample, error) {
	rows := csv.NewReader(r)
	rows.TrimLeadingSpace = true
	names, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty, want the names of metrics in its first line")
	}
	if err != nil {
		return nil, err
	}
	all := map[string][]monitor.Sample{}
	for n := 0; ; n++ {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case n == mostRows:
			return nil, fmt.Errorf("it has more than %d lines, the seconds of a week", mostRows)
		}
		for i, cell := range row {
			t := metrics[strings.TrimSpace(names[i])]
			if t == nil {
				continue
			}
			s, err := readCell(t, cell, read)
			if err != nil {
				line, _ := rows.FieldPos(i)
				return nil, fmt.Errorf("line %d, %s: %w", line, strings.TrimSpace(names[i]), err)
			}
			all[strings.TrimSpace(names[i])] = append(all[strings.TrimSpace(names[i])], s)
		}
	}
}

func readCell(t *types.Type, cell string, read func(*types.Type, string) (value.Value, error)) (monitor.Sample, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return monitor.Sample{State: monitor.NoData}, nil
	}
	if t.Kind == types.Events {
		bad, total, ok := strings.Cut(cell, "/")
		b, err := strconv.ParseFloat(strings.TrimSpace(bad), 64)
		all, err2 := strconv.ParseFloat(strings.TrimSpace(total), 64)
		if !ok || err != nil || err2 != nil {
			return monitor.Sample{}, fmt.Errorf("found %q, want how many were bad of how many, such as 3/100", cell)
		}
		return checked(monitor.FromValue(value.Events{Bad: b, Total: all}, nil))
	}
	var values []value.Value
	for word := range strings.FieldsSeq(cell) {
		v, err := read(t, word)
		if err != nil {
			return monitor.Sample{}, fmt.Errorf("%s %w", word, err)
		}
		values = append(values, v)
	}
	return checked(monitor.FromValue(value.NewList(values), nil))
}

func checked(s monitor.Sample) (monitor.Sample, error) {
	if s.State == monitor.Broken {
		return s, errors.New(s.Problem)
	}
	return s, nil
}
