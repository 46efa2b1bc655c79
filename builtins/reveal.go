package builtins

import (
	"net/url"

	"github.com/drl-lang/drl/lang/value"
)

// JSON writes v with the secrets in it, for the one place that passes them
// on; the text is a secret if there are any.
func JSON(v value.Value) Text {
	return Text{text: string(value.JSON(reveal(v))), secret: HoldsSecret(v)}
}

// reveal returns v with its secrets as plain strings.
func reveal(v value.Value) value.Value {
	if !HoldsSecret(v) {
		return v
	}
	switch v := v.(type) {
	case value.Secret:
		return value.String(v.Reveal())
	case *value.List:
		return value.NewList(revealAll(v.Items()))
	case *value.Record:
		return value.NewMap(v.Names(), revealAll(v.Values()))
	}
	return v
}

func revealAll(values []value.Value) []value.Value {
	all := make([]value.Value, len(values))
	for i, v := range values {
		all[i] = reveal(v)
	}
	return all
}

// Query makes the query of an address, with the secrets in it. A list gives
// its name several times, null leaves it out.
func Query(values map[string]value.Value) url.Values {
	query := url.Values{}
	for name, v := range values {
		items := []value.Value{v}
		if l, ok := v.(*value.List); ok {
			items = l.Items()
		}
		for _, item := range items {
			if _, null := item.(value.Null); !null {
				query.Add(name, reveal(item).String())
			}
		}
	}
	return query
}
