package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	"github.com/drl-lang/drl/lang/types"
)

type verifyArgs struct {
	Path    string        `drl:"path" doc:"a file that postgres.backup made, or pg_dump with --format=custom or tar"`
	SHA256  string        `drl:"sha256,named,optional" doc:"the digest that it had; left out: any"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"10m"`
}

var verify = builtins.New("postgres.verify", types.Reads,
	"Read a backup through, to its last byte, as a restore would: what is cut off or damaged is an error. Nothing is restored.",
	func(ctx context.Context, h *builtins.Host, a verifyArgs) (backup.Backup, error) {
		b, _, err := look(ctx, h, a.Path, a.SHA256)
		return b, err
	}).With(`check "the backup can be restored" { expect postgres.verify("backups/tickets-20261122T210000Z.dump").tables > 0 }`)

// look reads a backup through, and returns what it is and what is in it.
func look(ctx context.Context, h *builtins.Host, path, digest string) (b backup.Backup, a archive, err error) {
	start, err := h.Clock()
	if err != nil {
		return b, a, err
	}
	if err := isArchive(h, path); err != nil {
		return b, a, err
	}
	full, err := filepath.Abs(h.Path(path))
	if err != nil {
		return b, a, builtins.PathError("read", path, err)
	}
	b.Path = path
	if b.SHA256, b.Size, err = backup.Digest(ctx, h, path); err != nil {
		return b, a, err
	}
	if err := backup.Same(path, b.SHA256, digest); err != nil {
		return b, a, err
	}
	// The latest that is installed reads what all the others wrote.
	pgRestore, err := newest(ctx, h, "pg_restore", "read "+path)
	if err != nil {
		return b, a, err
	}
	if a, err = list(ctx, h, pgRestore.path, full); err != nil {
		return b, a, fmt.Errorf("%s can't be read: %w", path, err)
	}
	// The list stands before the data: that it is whole says nothing of them.
	if err := backup.Run(ctx, h, []string{"LC_ALL=C"}, pgRestore.path, "--file="+os.DevNull, full); err != nil {
		return b, a, fmt.Errorf("%s can't be read to its end: %w", path, err)
	}
	b.Tables, b.Server, b.TakenAt, b.Duration = a.tables, "PostgreSQL "+a.server, a.at, h.Now().Sub(start)
	return b, a, nil
}
