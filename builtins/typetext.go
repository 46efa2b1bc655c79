package builtins

import (
	"strings"

	"github.com/drl-lang/drl/lang/types"
)

var kindText = map[types.Kind]string{
	types.Any: "any", types.Bool: "bool", types.Int: "int", types.Number: "number", types.Ratio: "ratio",
	types.Percent: "percent", types.Points: "points", types.Duration: "duration", types.Size: "size",
	types.Time: "time", types.String: "string", types.Secret: "secret", types.Events: "events", types.Never: "never",
	types.Null: "null",
}

// typeText is a type as a script writes it.
func typeText(t *types.Type) string {
	switch t.Kind {
	case types.List:
		return "list[" + typeText(t.Elem) + "]"
	case types.Map:
		return "map[" + typeText(t.Elem) + "]"
	case types.Option:
		return typeText(t.Elem) + "?"
	case types.Rate:
		return typeText(t.Elem) + " per duration"
	case types.Lambda:
		var params []string
		for _, p := range t.Params {
			params = append(params, typeText(p))
		}
		return "(" + strings.Join(params, ", ") + ") => " + typeText(t.Elem)
	case types.Record:
		if t.Name != "" {
			return t.Name
		}
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, f.Name+": "+typeText(f.Type))
		}
		return "{ " + strings.Join(fields, ", ") + " }"
	}
	return kindText[t.Kind]
}
