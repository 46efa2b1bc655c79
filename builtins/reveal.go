package builtins

import (
	"net/url"

	"github.com/drl-lang/drl/lang/value"
)

// JSON writes v with the secrets in it, for the one place that passes them
// on; the text is a secret if there are any.
func JSON(v value.Value) Text {
	return Text{text: string(value.JSON(value.Reveal(v))), secret: value.HoldsSecret(v)}
}

// Parsed returns what was read from t: a secret where t is one.
func (t Text) Parsed(v value.Value) value.Value {
	if t.secret {
		return value.Hide(v)
	}
	return v
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
				query.Add(name, value.Reveal(item).String())
			}
		}
	}
	return query
}
