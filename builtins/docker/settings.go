package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/drl-lang/drl/builtins"
)

// mostSettings is how long a file of docker's configuration may be.
const mostSettings = 1 << 20

// settings is what docker's configuration says, of what matters here.
type settings struct {
	Auths map[string]struct {
		Auth          string `json:"auth"`
		IdentityToken string `json:"identitytoken"`
	} `json:"auths"`
	CredsStore     string            `json:"credsStore"`
	CredHelpers    map[string]string `json:"credHelpers"`
	CurrentContext string            `json:"currentContext"`
}

// configuration is the folder that docker is configured in; "": there is none.
func configuration(h *builtins.Host) string {
	if folder, _ := h.Getenv("DOCKER_CONFIG"); folder != "" {
		return folder
	}
	home, _ := h.Getenv("HOME")
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".docker")
}

// readSettings reads config.json. It is not there: it says nothing.
func readSettings(ctx context.Context, h *builtins.Host) (settings, error) {
	var s settings
	folder := configuration(h)
	if folder == "" {
		return s, nil
	}
	path := filepath.Join(folder, "config.json")
	if _, err := os.Stat(h.Path(path)); os.IsNotExist(err) {
		return s, nil
	}
	text, err := h.ReadFile(ctx, path, mostSettings)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		// The error of the library may show what is a password.
		return s, fmt.Errorf("%s is no configuration of docker: it is not the JSON that docker writes", path)
	}
	return s, nil
}
