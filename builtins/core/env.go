package core

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// SecretNames are the patterns of the names of environment variables whose
// values are secrets, in capitals; drl help secrets lists them. Of other names
// that end in URL, the password in the address is kept out of all that is
// shown.
var SecretNames = []string{
	"*TOKEN*", "*SECRET*", "*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*CREDENTIAL*", "*_KEY", "*APIKEY*", "*_DSN",
	"*DATABASE_URL", "*WEBHOOK*", "SLACK_URL", "REDIS_URL", "BROKER_URL", "CELERY_BROKER_URL", "AMQP_URL",
	"RABBITMQ_URL", "MONGO_URL", "MONGODB_URI",
}

// LooksSecret tells whether the value of an environment variable of that name
// is a secret.
func LooksSecret(name string) bool {
	name = strings.ToUpper(name)
	for _, pattern := range SecretNames {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

type envArgs struct {
	Name    string         `drl:"name" doc:"the variable's name"`
	Default *builtins.Text `drl:"default" doc:"the text where the variable is not set"`
}

var env = byName(builtins.New("env", types.Reads,
	"Read an environment variable; one whose name looks secret gives a secret, and so does one whose name is computed.",
	func(_ context.Context, h *builtins.Host, a envArgs) (value.Value, error) {
		text, set := h.Getenv(a.Name)
		if !set {
			if a.Default == nil {
				return nil, fmt.Errorf("environment variable %s is not set", a.Name)
			}
			text = a.Default.Reveal()
		}
		if LooksSecret(a.Name) || a.Default != nil && a.Default.IsSecret() {
			return value.NewSecret(text), nil
		}
		if u, err := url.Parse(text); err == nil && u.User != nil {
			if password, has := u.User.Password(); has {
				h.Conceal(password)
				h.Conceal(u.User.String())
			}
		}
		return value.String(text), nil
	}).With(`let region = env("REGION", "eu")`))

// byName gives env its result, which the checker reads from the literal name.
func byName(f *builtins.Func) *builtins.Func {
	f.Signature.Result = types.TString
	f.Signature.ByText = func(name string) *types.Type {
		if name == "" || LooksSecret(name) {
			return types.TSecret
		}
		return types.TString
	}
	return f
}
