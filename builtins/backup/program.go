package backup

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/drl-lang/drl/builtins"
)

// Run runs a database's own program to its end. env is where its password is.
// What it complained of is the error; what it only warned of is shown.
func Run(ctx context.Context, h *builtins.Host, env []string, argv ...string) error {
	// Relative paths, of certificates, are drl's own here too.
	ended, err := h.Start(ctx, builtins.Program{Argv: argv, Env: env, Dir: "."})
	if err != nil {
		return err
	}
	name := filepath.Base(argv[0])
	said := ending(strings.TrimSpace(h.Masked(ended.Stderr)))
	switch {
	case ended.Code != 0 && said == "":
		return fmt.Errorf("%s ended with exit code %d", name, ended.Code)
	case ended.Code != 0:
		said = strings.TrimPrefix(strings.TrimPrefix(said, name+": "), "error: ")
		return fmt.Errorf("%s: %s", name, strings.TrimPrefix(said, "Error: "))
	case said != "" && h.Warn != nil:
		h.Warn(said)
	}
	return nil
}

// ending is the end of what a program said, where its errors are.
func ending(said string) string {
	const most = 2 << 10 // bytes
	if len(said) > most {
		said = "…" + strings.ToValidUTF8(said[len(said)-most:], "")
	}
	return said
}
