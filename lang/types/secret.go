package types

import "strings"

// SecretNames are the patterns of environment variables whose values are
// secrets; * stands for any text.
var SecretNames = []string{
	"*TOKEN*", "*SECRET*", "*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*CREDENTIAL*", "*WEBHOOK*", "*_KEY", "*_DSN",
	"*DATABASE_URL", "*POSTGRES_URL", "*MYSQL_URL", "*MONGO_URL", "*REDIS_URL", "*AMQP_URL", "*RABBITMQ_URL", "*BROKER_URL",
	"*SLACK_URL", "*DISCORD_URL",
}

// SecretName tells whether an environment variable of that name is a secret.
func SecretName(name string) bool {
	name = strings.ToUpper(name)
	for _, pattern := range SecretNames {
		word := strings.Trim(pattern, "*")
		switch {
		case strings.HasSuffix(pattern, "*"):
			if strings.Contains(name, word) {
				return true
			}
		case strings.HasSuffix(name, word):
			return true
		}
	}
	return false
}

// HoldsSecret tells whether values of the type are, or have in them, what may
// not be shown.
func HoldsSecret(t *Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case Secret:
		return true
	case List, Map, Option:
		return HoldsSecret(t.Elem)
	case Record:
		for _, f := range t.Fields {
			if HoldsSecret(f.Type) {
				return true
			}
		}
	}
	return false
}

// Interpolate judges a value of type t inside "…{x}…": whether the text
// becomes a secret, or the problem with it; in problem and hint {x} stands for
// x as it is written.
func Interpolate(t *Type) (secret bool, problem, hint string) {
	switch {
	case t == nil:
		return false, "this has no value to put into text", ""
	case flexible(t):
		return false, "", ""
	case t.Kind == Null:
		return false, "null has no text", ""
	case t.Kind == Option:
		return false, "{x} may be null (" + t.String() + "), and null has no text", `give a text for null: {x} ?? "…"`
	case t.Kind == Lambda, t.Kind == Module:
		return false, t.Word() + " has no text", ""
	case t.Kind == Record && t.Methods != nil:
		return false, t.A() + " has no text", "name one of its fields"
	}
	return HoldsSecret(t), "", ""
}
