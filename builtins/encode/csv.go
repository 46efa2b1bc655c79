package encode

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type csvParseArgs struct {
	Text   builtins.Text `drl:"text" doc:"rows of fields with commas between them, as RFC 4180 has it; of a secret, the fields are secrets"`
	Header bool          `drl:"header" doc:"the first row names the columns: each row is a map; else each row is a list" default:"true"`
}

var csvParse = builtins.New("csv.parse", types.Pure, "Read comma-separated values; every field is a string.",
	func(_ context.Context, _ *builtins.Host, a csvParseArgs) ([]value.Value, error) {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Text.Reveal(), "\ufeff"))).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("not CSV: %w", err)
		}
		var names []string
		if a.Header && len(rows) > 0 {
			names, rows = rows[0], rows[1:]
			for i, name := range names {
				if slices.Contains(names[:i], name) {
					return nil, fmt.Errorf("two columns are named %q", name)
				}
			}
		}
		all := make([]value.Value, len(rows))
		for i, row := range rows {
			fields := make([]value.Value, len(row))
			for j, field := range row {
				fields[j] = a.Text.Parsed(value.String(field))
			}
			if a.Header {
				all[i] = value.NewMap(names, fields)
			} else {
				all[i] = value.NewList(fields)
			}
		}
		return all, nil
	}).With(`let rows = csv.parse(file.read("hosts.csv"))`)
