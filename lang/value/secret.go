package value

// EachSecret calls f with the text of every secret in v.
func EachSecret(v Value, f func(text string)) {
	switch v := v.(type) {
	case Secret:
		f(v.text)
	case *List:
		for _, item := range v.Items() {
			EachSecret(item, f)
		}
	case *Record:
		if v.Handle != nil {
			return
		}
		for i := range v.Len() {
			EachSecret(v.At(i), f)
		}
	}
}

// HoldsSecret tells whether v is a secret or has one inside.
func HoldsSecret(v Value) bool {
	found := false
	EachSecret(v, func(string) { found = true })
	return found
}

// Reveal returns v with the secrets in it as plain strings, for the one place
// that passes them on.
func Reveal(v Value) Value {
	switch v := v.(type) {
	case Secret:
		return String(v.text)
	case *List:
		if HoldsSecret(v) {
			return NewList(each(v.Items(), Reveal))
		}
	case *Record:
		if HoldsSecret(v) {
			return withValues(v, each(v.Values(), Reveal))
		}
	}
	return v
}

// Hide returns v, which was read from a secret, with the texts in it as
// secrets. So are numbers with as many digits as a secret needs to be looked
// for in texts; names, shorter numbers and bools say too little.
func Hide(v Value) Value {
	switch v := v.(type) {
	case String:
		return NewSecret(string(v))
	case Int, Number:
		if text := v.String(); len(text) >= 8 {
			return NewSecret(text)
		}
	case *List:
		return NewList(each(v.Items(), Hide))
	case *Record:
		return withValues(v, each(v.Values(), Hide))
	}
	return v
}

func each(values []Value, change func(Value) Value) []Value {
	changed := make([]Value, len(values))
	for i, v := range values {
		changed[i] = change(v)
	}
	return changed
}

func withValues(r *Record, values []Value) *Record {
	switch {
	case r.IgnoreCase:
		return NewHeaders(r.Names(), values)
	case r.IsMap:
		return NewMap(r.Names(), values)
	}
	return NewRecord(r.Type, r.Names(), values)
}

// Text returns what v is in a text, with the secrets in it, and whether that
// text is a secret.
func Text(v Value) (text string, secret bool) {
	switch v := v.(type) {
	case String:
		return string(v), false
	case Secret:
		return v.text, true
	case *List, *Record:
		if HoldsSecret(v) {
			return string(JSON(Reveal(v))), true
		}
	}
	return v.String(), false
}

// NewText makes a string of a text, or a secret of one that is computed from
// a secret.
func NewText(text string, secret bool) Value {
	if secret {
		return NewSecret(text)
	}
	return String(text)
}
