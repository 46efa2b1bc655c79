package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	sqldb "github.com/drl-lang/drl/builtins/sql"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type backupArgs struct {
	URL     builtins.Text `drl:"url" doc:"the database: sqlite:PATH, or its path"`
	To      string        `drl:"to" doc:"the folder for it, which is made if need be, for this user alone"`
	Room    *value.Size   `drl:"room,named" doc:"free space that the folder has to have; left out: the size of the database"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"1h"`
}

var dump = builtins.New("sqlite.backup", types.Writes,
	"Back the database up to a new file in a folder, page by page, as it was at one moment while it is in use. The file has its name only when SQLite's integrity check finds nothing wrong with it; what was begun and not finished is removed.",
	func(ctx context.Context, h *builtins.Host, a backupArgs) (none backup.Backup, err error) {
		start, err := h.Clock()
		if err != nil {
			return none, err
		}
		path, err := sqldb.SQLitePath(h, a.URL)
		if err != nil {
			return none, err
		}
		db, err := sqldb.OpenSQLite(h, path, "query_only(1)")
		if err != nil {
			return none, err
		}
		defer db.Close()
		conn, err := db.Conn(ctx)
		if err != nil {
			return none, sqldb.ExplainSQLite(path, err)
		}
		defer conn.Close()
		// The transaction keeps the database as it is now, however long the
		// pages take: without it each change of others would start them again.
		if _, err := conn.ExecContext(ctx, "begin"); err != nil {
			return none, sqldb.ExplainSQLite(path, err)
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		var version string
		var size int64
		err = conn.QueryRowContext(ctx, "select sqlite_version(), page_count * page_size from pragma_page_count, pragma_page_size, pragma_schema_version").Scan(&version, &size)
		if err != nil {
			return none, sqldb.ExplainSQLite(path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if err := backup.Room(h, a.To, path, value.Size(size), a.Room); err != nil {
			return none, err
		}
		draft, err := backup.Begin(h, a.To, name, ".db", start)
		if err != nil {
			return none, err
		}
		defer draft.Discard()
		if err := conn.Raw(func(c any) error { return copyPages(ctx, c, draft.Partial) }); err != nil {
			return none, sqldb.ExplainSQLite(path, err)
		}
		b := backup.Backup{Server: "SQLite " + version, TakenAt: start}
		if b.Tables, err = look(ctx, draft.Partial); err != nil {
			return none, err
		}
		return draft.Keep(ctx, h, b)
	}).With(`let backup = sqlite.backup("app.db", to: "backups/")`)

// pagesAtOnce are copied between two looks at whether to go on.
const pagesAtOnce = 1000

// copyPages copies a database to a file that is there and empty.
func copyPages(ctx context.Context, conn any, into string) (err error) {
	source, ok := conn.(interface {
		NewBackup(string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.New("this driver of SQLite makes no backups")
	}
	copying, err := source.NewBackup(address(into, url.Values{"mode": {"rw"}, "_pragma": {"journal_mode(off)"}}))
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
			break
		}
		more, err = copying.Step(pagesAtOnce)
	}
	if finished := copying.Finish(); err == nil {
		err = finished
	}
	return err
}

// look lets SQLite look through a file that nobody changes, and returns how
// many tables it has.
func look(ctx context.Context, path string) (tables int, err error) {
	// Immutable: beside the backup of a database in WAL mode nothing is made.
	db, err := sql.Open("sqlite", address(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var problem string
	if err := db.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&problem); err != nil {
		return 0, fmt.Errorf("the backup can't be read: %w", err)
	}
	if problem != "ok" {
		return 0, fmt.Errorf("the backup isn't whole, as the database may not be: %s", builtins.Short(problem))
	}
	err = db.QueryRowContext(ctx, `select count(*) from sqlite_schema where type = 'table' and name not like 'sqlite\_%' escape '\'`).Scan(&tables)
	return tables, err
}

// address is a file, whatever its name, as the driver takes it.
func address(path string, query url.Values) string {
	return "file:" + (&url.URL{Scheme: "file", OmitHost: true, Path: path}).EscapedPath() + "?" + query.Encode()
}
