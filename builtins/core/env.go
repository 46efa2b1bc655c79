package core

import (
	"context"
	"fmt"
	"net/url"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

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
		if types.SecretName(a.Name) || a.Default != nil && a.Default.IsSecret() {
			return value.NewSecret(text), nil
		}
		// Of an address whose variable has no such name, the password alone is
		// kept out of all that is shown.
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
	return f.Refined(func(s *types.Func) {
		s.Result = types.TString
		s.ByText = func(name string) *types.Type {
			if name == "" || types.SecretName(name) {
				return types.TSecret
			}
			return types.TString
		}
	})
}
