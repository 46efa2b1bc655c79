package docker

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/registry"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/value"
)

// hub is the key of Docker Hub in docker's configuration.
const hub = "https://index.docker.io/v1/"

// login is the parameters that say who asks a registry.
type login struct {
	User     *string        `drl:"user,named" doc:"who logs in to the registry; without one, whom docker login has logged in"`
	Password *builtins.Text `drl:"password,named" doc:"that user's password or token"`
}

// to is the way to the registry of an image: the engine that goes it, and the
// login that it is given.
func (l login) to(ctx context.Context, h *builtins.Host, from where, image reference.Named) (*engine, string, error) {
	e, err := from.open(ctx, h)
	if err != nil {
		return nil, "", err
	}
	auth, err := l.header(ctx, h, image)
	return e, auth, err
}

// header returns the login for the registry of an image, as the engine wants
// it. The engine is given it and no file: it can't read this machine's.
func (l login) header(ctx context.Context, h *builtins.Host, image reference.Named) (string, error) {
	var auth registry.AuthConfig
	switch {
	case (l.User == nil) != (l.Password == nil):
		return "", fmt.Errorf("user and password go together, and one is missing")
	case l.User != nil:
		auth = registry.AuthConfig{Username: *l.User, Password: l.Password.Reveal()}
		h.Conceal(auth.Password)
		if err := cmp.Or(carries("user", auth.Username), carries("password", auth.Password)); err != nil {
			return "", err
		}
	default:
		var err error
		if auth, err = credentials(ctx, h, reference.Domain(image)); err != nil {
			return "", err
		}
	}
	return authconfig.Encode(auth)
}

// credentials finds the login for a registry in docker's configuration, or by
// the helper that it names for it. None is found: nobody logs in.
func credentials(ctx context.Context, h *builtins.Host, domain string) (registry.AuthConfig, error) {
	s, err := readSettings(ctx, h)
	if err != nil {
		return registry.AuthConfig{}, err
	}
	server := domain
	if domain == "docker.io" {
		server = hub
	}
	helper := s.CredsStore
	if named, ok := s.CredHelpers[domain]; ok {
		helper = named
	}
	if helper != "" {
		auth, found, err := askHelper(ctx, h, helper, server)
		if found || err != nil {
			return auth, err
		}
	}
	for key, entry := range s.Auths {
		if key != server && registryOf(key) != domain {
			continue
		}
		auth := registry.AuthConfig{ServerAddress: server, IdentityToken: entry.IdentityToken}
		h.Conceal(entry.IdentityToken)
		if entry.Auth != "" {
			h.Conceal(entry.Auth)
			text, err := base64.StdEncoding.DecodeString(entry.Auth)
			user, password, ok := strings.Cut(strings.TrimRight(string(text), "\x00"), ":")
			if err != nil || !ok {
				return registry.AuthConfig{}, fmt.Errorf("docker's configuration has a login for %s that can't be read: docker login %s writes a new one", server, domain)
			}
			h.Conceal(password)
			auth.Username, auth.Password = user, password
		}
		if auth.Username != "" || auth.IdentityToken != "" {
			return auth, nil
		}
	}
	return registry.AuthConfig{}, nil
}

// registryOf is the host of a key, which may be written as an address.
func registryOf(key string) string {
	if _, rest, ok := strings.Cut(key, "://"); ok {
		key = rest
	}
	host, _, _ := strings.Cut(key, "/")
	return host
}

var helperForm = lazy.Regexp(`^[a-zA-Z0-9_-]+$`)

// askHelper runs docker-credential-NAME get, which reads the registry's name
// and writes the login. https://github.com/docker/docker-credential-helpers
func askHelper(ctx context.Context, h *builtins.Host, name, server string) (auth registry.AuthConfig, found bool, err error) {
	program := "docker-credential-" + name
	if !helperForm().MatchString(name) {
		return auth, false, fmt.Errorf("docker's configuration names a helper for logins %s, which is no name", value.QuoteString(name))
	}
	ended, err := h.Start(ctx, builtins.Program{Argv: []string{program, "get"}, Stdin: server + "\n"})
	if err != nil {
		return auth, false, err
	}
	// What it writes is the password, or why there is none: on either output.
	if ended.Code != 0 {
		why := ended.Stdout + ended.Stderr
		switch {
		case strings.Contains(why, "credentials not found"):
			return auth, false, nil
		case ended.Code == 127:
			return auth, false, fmt.Errorf("docker's configuration wants %s for the login at %s, and it isn't on PATH", program, server)
		}
		return auth, false, fmt.Errorf("%s has no login for %s: %s", program, server, builtins.Short(why))
	}
	var answer struct{ Username, Secret string }
	if err := json.Unmarshal([]byte(ended.Stdout), &answer); err != nil {
		return auth, false, fmt.Errorf("%s does not answer as a helper for logins does", program)
	}
	h.Conceal(answer.Secret)
	auth = registry.AuthConfig{ServerAddress: server, Username: answer.Username, Password: answer.Secret}
	if answer.Username == "<token>" {
		auth = registry.AuthConfig{ServerAddress: server, IdentityToken: answer.Secret}
	}
	return auth, true, nil
}
