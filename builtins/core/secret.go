package core

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostSecret is the size of the longest secret that is read from a file or a
// program: beyond it, something else was read by mistake.
const mostSecret = 1 << 20

type secretArgs struct {
	Text value.Secret `drl:"text" doc:"the text to keep out of all that is shown"`
}

var secret = builtins.New("secret", types.Pure, "Make a secret of a text.",
	func(_ context.Context, _ *builtins.Host, a secretArgs) (value.Secret, error) { return a.Text, nil },
).With(`let key = secret(file.read("deploy.key"))`)

type secretFileArgs struct {
	Secret value.Secret `drl:"secret" doc:"what the file holds"`
}

var secretFile = builtins.New("secret_file", types.Reads,
	"Keep a secret in a private file for a command that wants a path, and return the path.",
	func(_ context.Context, h *builtins.Host, a secretFileArgs) (string, error) {
		if h.PrivateFile == nil {
			return "", errors.New("there is no place for private files here")
		}
		return h.PrivateFile([]byte(a.Secret.Reveal()))
	}).With(`$ ssh -i {secret_file(deploy_key)} deploy@web.example.com uptime`)

type secretOfFileArgs struct {
	Path string `drl:"path" doc:"the file, from the script's folder"`
}

var secretOfFile = builtins.New("secret.file", types.Reads,
	"Read a secret from a file; one newline at its end is dropped.",
	func(_ context.Context, h *builtins.Host, a secretOfFileArgs) (value.Secret, error) {
		info, err := os.Stat(h.Path(a.Path))
		if err != nil {
			return value.Secret{}, fmt.Errorf("read secret: %w", err)
		}
		if !info.Mode().IsRegular() || info.Size() > mostSecret {
			return value.Secret{}, fmt.Errorf("read secret %s: want a file of at most 1MiB", a.Path)
		}
		content, err := os.ReadFile(h.Path(a.Path))
		if err != nil {
			return value.Secret{}, fmt.Errorf("read secret: %w", err)
		}
		return value.NewSecret(withoutNewline(content)), nil
	}).With(`let key = secret.file("/run/secrets/api_key")`)

type secretOfCommandArgs struct {
	Argv []string `drl:"argv" doc:"the program and its arguments, each one word"`
}

var secretOfCommand = builtins.New("secret.command", types.Reads,
	"Run a program that prints a secret, and read it; one newline at its end is dropped.",
	func(ctx context.Context, h *builtins.Host, a secretOfCommandArgs) (value.Secret, error) {
		if len(a.Argv) == 0 {
			return value.Secret{}, errors.New("argv is empty, want a program and its arguments")
		}
		output, err := h.Command(ctx, a.Argv)
		if err != nil {
			return value.Secret{}, err
		}
		if len(output) > mostSecret {
			return value.Secret{}, fmt.Errorf("%s wrote more than 1MiB, want a secret", a.Argv[0])
		}
		text := withoutNewline(output)
		if text == "" {
			return value.Secret{}, fmt.Errorf("%s wrote nothing, want a secret", a.Argv[0])
		}
		return value.NewSecret(text), nil
	}).With(`let token = secret.command(["vault", "read", "-field=token", "secret/deploy"])`)

func withoutNewline(content []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
}
