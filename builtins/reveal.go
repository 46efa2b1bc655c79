package builtins

import (
	"fmt"
	"net/url"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/value"
)

// JSON writes v with the secrets in it, for the one place that passes them
// on; the text is a secret if there are any. Text that isn't UTF-8 can't be
// written, and is an error: what arrived would not be what was given.
func JSON(v value.Value) (Text, error) {
	v, secret := value.Reveal(v), value.HoldsSecret(v)
	if at := notUTF8(v, "$"); at != "" {
		return Text{}, fmt.Errorf("%s has bytes that are no UTF-8, which JSON can't hold: encode them (base64.encode) or take them out", at)
	}
	return Text{text: string(value.JSON(v)), secret: secret}, nil
}

// notUTF8 is where in v a text is that isn't UTF-8; "": nowhere.
func notUTF8(v value.Value, at string) string {
	switch v := v.(type) {
	case value.String:
		if !utf8.ValidString(string(v)) {
			return at
		}
	case *value.List:
		for i, item := range v.Items() {
			if bad := notUTF8(item, fmt.Sprintf("%s[%d]", at, i)); bad != "" {
				return bad
			}
		}
	case *value.Record:
		for i, name := range v.Names() {
			if !utf8.ValidString(name) {
				return at
			}
			if bad := notUTF8(v.At(i), at+"."+name); bad != "" {
				return bad
			}
		}
	}
	return ""
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
