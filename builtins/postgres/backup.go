package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type backupArgs struct {
	URL     builtins.Text `drl:"url,address" doc:"the database: postgres://user:password@host:5432/name"`
	To      string        `drl:"to" doc:"the folder for it, which is made if need be, for this user alone"`
	Format  string        `drl:"format" doc:"custom, which is packed, or tar" default:"custom"`
	Room    *value.Size   `drl:"room,named" doc:"free space that the folder has to have; left out: the size of the database"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"1h"`
}

// endings are those of files by their format.
var endings = map[string]string{"custom": ".dump", "tar": ".tar"}

var dump = builtins.New("postgres.backup", types.Writes,
	"Back the database up to a new file in a folder, with pg_dump, while it is in use. The file has its name only when it is whole and its contents could be listed; what was begun and not finished is removed.",
	func(ctx context.Context, h *builtins.Host, a backupArgs) (none backup.Backup, err error) {
		ending, known := endings[a.Format]
		if !known {
			return none, fmt.Errorf("format is %s, want custom or tar: what is no archive can't be looked through, nor restored as a whole", value.QuoteString(builtins.Short(a.Format)))
		}
		start, err := h.Clock()
		if err != nil {
			return none, err
		}
		s, err := connect(ctx, h, a.URL)
		if err != nil {
			return none, err
		}
		defer s.close()
		pgDump, err := find(ctx, h, "pg_dump", major(s.version), "back up PostgreSQL "+s.version)
		if err != nil {
			return none, err
		}
		var database string
		var size int64
		if err := s.ask(ctx, "select current_database(), pg_database_size(current_database())", &database, &size); err != nil {
			return none, err
		}
		if err := backup.Room(h, a.To, database, value.Size(size), a.Room); err != nil {
			return none, err
		}
		dbname, env, err := s.reach(a.URL)
		if err != nil {
			return none, err
		}
		draft, err := backup.Begin(h, a.To, database, ending, start)
		if err != nil {
			return none, err
		}
		defer draft.Discard()
		if err := backup.Run(ctx, h, env, pgDump.path, "--format="+a.Format, "--file="+draft.Partial, "--no-password", "--dbname="+dbname); err != nil {
			return none, err
		}
		contents, err := list(ctx, h, pgDump.beside("pg_restore"), draft.Partial)
		if err != nil {
			return none, fmt.Errorf("what pg_dump wrote can't be listed: %w", err)
		}
		if major(contents.server) != major(s.version) {
			return none, fmt.Errorf("pg_dump was led to PostgreSQL %s, want %s", contents.server, s.version)
		}
		return draft.Keep(ctx, h, backup.Backup{Tables: contents.tables, Server: "PostgreSQL " + strings.TrimSpace(s.version), TakenAt: start})
	}).With(`let backup = postgres.backup(env("DATABASE_URL"), to: "backups/")`)
