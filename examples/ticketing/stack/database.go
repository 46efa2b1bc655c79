package stack

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named sqlite
)

// migration is one change of a database's tables, and the way back.
type migration struct {
	Name string
	up   string
	down string
}

// migrationsOf has the migrations of each service. The first is applied when
// the stack starts; the others are for the platform to apply.
var migrationsOf = map[string][]migration{
	"auth": {{Name: "0001", up: `
		create table users (name text primary key, salt blob not null, hash blob not null);
		create table tokens (token text primary key, user text not null, expires_at integer not null);`}},
	"ticket": {{Name: "0001", up: `
		create table tickets (
			id integer primary key, title text not null, body text not null default '', author text not null,
			state text not null default 'new', created_at text not null, processed_at text);
		create table files (
			id integer primary key, ticket integer not null references tickets (id), name text not null,
			sha256 text not null, content blob not null);`,
	}, {
		Name: "0002",
		up:   `alter table tickets add column priority text not null default 'normal'`,
		down: `alter table tickets drop column priority`,
	}},
	"workflow": {{Name: "0001", up: `
		create table jobs (
			id integer primary key, ticket integer not null, state text not null default 'queued',
			created_at text not null, finished_at text, error text);`}},
	"notification": {{Name: "0001", up: `
		create table notifications (
			id integer primary key, ticket integer not null, recipient text not null, text text not null, sent_at text not null);`}},
}

// database is one SQLite file. A restore replaces it under the services' feet,
// so they reach it through use.
type database struct {
	path       string
	migrations []migration
	now        func() time.Time

	mu sync.RWMutex // held for writing while the file is replaced
	db *sql.DB
}

// openDatabase opens or makes the file, with the first migration applied.
func openDatabase(ctx context.Context, path string, migrations []migration, now func() time.Time) (*database, error) {
	d := &database{path: path, migrations: migrations, now: now}
	if err := d.open(); err != nil {
		return nil, err
	}
	err := d.use(func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `create table if not exists migrations (name text primary key, applied_at text not null)`)
		return err
	})
	if err == nil {
		var applied []string
		if applied, err = d.applied(ctx); err == nil && len(applied) == 0 {
			err = d.migrate(ctx, migrations[0].Name)
		}
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *database) open() error {
	query := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)"}, "_txlock": {"immediate"}}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: d.path}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	d.db = db
	return db.Ping()
}

func (d *database) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.db.Close()
}

// use calls f with the database while no restore is under way.
func (d *database) use(f func(*sql.DB) error) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return f(d.db)
}

func (d *database) ping(ctx context.Context) error {
	return d.use(func(db *sql.DB) error { return db.PingContext(ctx) })
}

// stamp is the time as the databases keep it.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// applied returns the names of the migrations that were applied, in order.
func (d *database) applied(ctx context.Context) ([]string, error) {
	return collect(ctx, d, `select name from migrations order by name`, nil,
		func(rows *sql.Rows) (name string, err error) { err = rows.Scan(&name); return })
}

// errNoMigration says that a migration's name is unknown.
var errNoMigration = errors.New("there is no such migration")

// migrate applies the migrations up to and with to, or takes those after it
// back; all of it or nothing.
func (d *database) migrate(ctx context.Context, to string) error {
	applied, err := d.applied(ctx)
	if err != nil {
		return err
	}
	target := -1
	for i, m := range d.migrations {
		if m.Name == to {
			target = i
		}
	}
	if target < 0 {
		return fmt.Errorf("%w: %q", errNoMigration, to)
	}
	return d.use(func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		for i := len(applied); i <= target; i++ {
			m := d.migrations[i]
			if _, err := tx.ExecContext(ctx, m.up); err != nil {
				return fmt.Errorf("apply %s: %w", m.Name, err)
			}
			if _, err := tx.ExecContext(ctx, `insert into migrations values (?, ?)`, m.Name, stamp(d.now())); err != nil {
				return err
			}
		}
		for i := len(applied) - 1; i > target; i-- {
			m := d.migrations[i]
			if _, err := tx.ExecContext(ctx, m.down); err != nil {
				return fmt.Errorf("take %s back: %w", m.Name, err)
			}
			if _, err := tx.ExecContext(ctx, `delete from migrations where name = ?`, m.Name); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
}

// Backup is a copy of a database that was made while it was in use.
type Backup struct {
	Path    string    `json:"path"`
	Size    int64     `json:"size"` // bytes
	SHA256  string    `json:"sha256"`
	Tables  int       `json:"tables"`
	TakenAt time.Time `json:"taken_at"`
}

// backup writes a copy to a new file in dir.
func (d *database) backup(ctx context.Context, dir string) (Backup, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Backup{}, err
	}
	at := d.now().UTC()
	b := Backup{Path: filepath.Join(dir, "ticket-"+at.Format("20060102-150405.000000000")+".db"), TakenAt: at}
	err := d.use(func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, `vacuum into ?`, b.Path); err != nil {
			return err
		}
		return db.QueryRowContext(ctx, `select count(*) from sqlite_schema where type = 'table'`).Scan(&b.Tables)
	})
	if err != nil {
		return Backup{}, err
	}
	b.Size, b.SHA256, err = digest(b.Path)
	return b, err
}

// digest returns the length and SHA-256 of a file.
func digest(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// restore puts a backup in the place of the database. Requests wait meanwhile.
func (d *database) restore(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.db.Close(); err != nil {
		return err
	}
	err := replaceFile(path, d.path)
	return errors.Join(err, d.open())
}

// replaceFile copies from beside to and renames it; the log of the old
// database goes with it.
func replaceFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".new", content, 0o600); err != nil {
		return err
	}
	for _, log := range []string{to + "-wal", to + "-shm"} {
		if err := os.Remove(log); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.Rename(to+".new", to)
}

// collect returns what scan makes of each row of a query.
func collect[T any](ctx context.Context, d *database, query string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	all := []T{}
	err := d.use(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			item, err := scan(rows)
			if err != nil {
				return err
			}
			all = append(all, item)
		}
		return rows.Err()
	})
	return all, err
}
