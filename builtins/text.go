package builtins

import (
	"github.com/drl-lang/drl/lang/value"
)

// Text is a parameter or a result that may be a string or a secret: a URL, a
// header, the text to encode. A result of type Text is a secret where one of
// the arguments holds one, and the signature says so.
type Text struct {
	text   string
	secret bool
}

// Plain returns text that anyone may see.
func Plain(text string) Text { return Text{text: text} }

// Hidden returns text that is a secret.
func Hidden(text string) Text { return Text{text: text, secret: true} }

// Like returns text that is a secret if t is.
func (t Text) Like(text string) Text { return Text{text: text, secret: t.secret} }

// Reveal returns the text, for the one place that passes it on.
func (t Text) Reveal() string { return t.text }

// IsSecret tells whether the text may not be shown.
func (t Text) IsSecret() bool { return t.secret }

// String returns the text, or ••• for a secret.
func (t Text) String() string {
	if t.secret {
		return value.NewSecret(t.text).String()
	}
	return t.text
}

func (t Text) value() value.Value {
	if t.secret {
		return value.NewSecret(t.text)
	}
	return value.String(t.text)
}

// textOf takes a string or a secret.
func textOf(v value.Value) (Text, bool) {
	switch v := v.(type) {
	case value.String:
		return Text{text: string(v)}, true
	case value.Secret:
		return Text{text: v.Reveal(), secret: true}, true
	}
	return Text{}, false
}
