// Package backup is what the backups of all databases have in common: the
// file, from its first byte beside its place to its name, what a script learns
// of it, and how a database's own program is run. It knows none of them:
// before it are builtins/postgres, builtins/mysql and builtins/sqlite.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// Backup is a file that a database can be made of again.
type Backup struct {
	Path     string        `drl:"path" doc:"where it is; a relative path starts at the script's folder"`
	Size     value.Size    `drl:"size" doc:"of the file"`
	SHA256   string        `drl:"sha256" doc:"digest of the file, in hex"`
	Tables   int           `drl:"tables" doc:"how many tables are in it"`
	Server   string        `drl:"server" doc:"name and version of what it was taken from: PostgreSQL 15.4"`
	TakenAt  time.Time     `drl:"taken_at" doc:"when it was begun: what was committed before that is in it"`
	Duration time.Duration `drl:"duration" doc:"how long it took to make or to look through"`
}

// Digest reads a file to its end, and returns its digest and size.
func Digest(ctx context.Context, h *builtins.Host, path string) (digest string, size value.Size, err error) {
	f, _, err := h.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, builtins.UntilDone(ctx, f))
	if err != nil {
		return "", 0, builtins.PathError("read", path, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), value.Size(n), nil
}

// Same compares the digest of a file with the one that it had; "" is any.
func Same(path, digest, want string) error {
	if want == "" || strings.EqualFold(digest, want) {
		return nil
	}
	return fmt.Errorf("%s is another file than the one that was backed up: its sha256 is %s, want %s", path, digest, builtins.Short(want))
}
