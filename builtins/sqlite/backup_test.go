package sqlite_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/sqlite"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

var modules = sqlite.Modules()

// open makes a database in the host's folder, with statements carried out.
func open(t *testing.T, h *builtins.Host, name string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	for _, text := range statements {
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return db
}

func number(t *testing.T, db *sql.DB, text string) (n int) {
	t.Helper()
	if err := db.QueryRow(text).Scan(&n); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func backup(t *testing.T, h *builtins.Host, url, to string) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, modules, h, "sqlite.backup", nil, hostile.Args{"url": value.String(url), "to": value.String(to)})
}

// TestBackupWhileItIsWrittenTo changes all rows again and again meanwhile: the
// backup is as the database was at one moment.
func TestBackupWhileItIsWrittenTo(t *testing.T) {
	for _, mode := range []string{"wal", "delete"} {
		t.Run(mode, func(t *testing.T) {
			h := hostile.Host(t)
			statements := append([]string{"pragma journal_mode = " + mode, "pragma busy_timeout = 20000", "pragma synchronous = off",
				"create table pairs (a int, b int)", `create table "other ""table" (n)`},
				"with recursive c(n) as (select 1 union all select n + 1 from c where n < 20000) insert into pairs select n, n from c",
				"delete from pairs where rowid % 2 = 0")
			db := open(t, h, "app.db", statements...)
			rowids := number(t, db, "select sum(rowid) from pairs")
			done := make(chan struct{})
			var writing sync.WaitGroup
			writing.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if _, err := db.Exec("update pairs set a = a + 1, b = b + 1"); err != nil {
						t.Error(err)
						return
					}
				}
			})
			v, err := backup(t, h, "sqlite:app.db", "backups")
			close(done)
			writing.Wait()
			if err != nil {
				t.Fatal(err)
			}
			path := hostile.Field(t, v, "path").String()
			content, err := os.ReadFile(h.Path(path))
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]value.Value{
				"size": value.Size(len(content)), "sha256": value.String(fmt.Sprintf("%x", sha256.Sum256(content))), "tables": value.Int(2),
			} {
				if got := hostile.Field(t, v, name); got != want {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
			for name, want := range map[string]os.FileMode{"backups": 0o700, path: 0o600} {
				if info, err := os.Stat(h.Path(name)); err != nil || info.Mode().Perm() != want {
					t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
				}
			}
			if files, _ := os.ReadDir(h.Path("backups")); len(files) != 1 {
				t.Errorf("there is %v, want the backup alone", files)
			}
			copied := open(t, h, path)
			if n := number(t, copied, "select count(*) from pairs where a = b and a - rowid = (select min(a - rowid) from pairs)"); n != 10_000 {
				t.Errorf("%d rows are of one moment, want 10000", n)
			}
			if got := number(t, copied, "select sum(rowid) from pairs"); got != rowids {
				t.Errorf("the rows have other numbers: their sum is %d, want %d", got, rowids)
			}
		})
	}
}

func TestNothingIsLeftOfABackupThatFails(t *testing.T) {
	h := hostile.Host(t)
	db := open(t, h, "app.db", "pragma page_size = 512", "create table t (n int)", "create index i on t (n)",
		"with recursive c(n) as (select 1 union all select n + 1 from c where n < 50000) insert into t select n from c")
	db.Close()
	whole, err := os.ReadFile(h.Path("app.db"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) {
		if err := os.WriteFile(h.Path(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 512 * 20 {
		whole[len(whole)/2+i] ^= 0xff
	}
	write("damaged.db", whole)
	write("text.db", []byte(strings.Repeat("no database\n", 100)))
	for name, want := range map[string]string{
		"sqlite:damaged.db": "the backup isn't whole, as the database may not be: ",
		"text.db":           "text.db is no SQLite database",
		"none.db":           "open none.db: there is no such file",
		"sqlite:":           "url names no file",
		".":                 "open .: it is a folder, want a file",
	} {
		if _, err := backup(t, h, name, "backups"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	_, err = hostile.Call(t, modules, h, "sqlite.backup", nil, hostile.Args{"url": value.String("app.db"), "to": value.String("b"), "room": value.Size(1 << 60)})
	if err == nil || !strings.Contains(err.Error(), " free, want ") {
		t.Errorf("without room: %v", err)
	}
	// It is ended between two pieces.
	stopped := errors.New("stopped by the operator")
	ctx, stop := context.WithCancelCause(t.Context())
	go func() {
		for len(files(h)) == 0 && t.Context().Err() == nil {
		}
		stop(stopped)
	}()
	f := standard.Lookup("sqlite.backup")
	given := make([]value.Value, len(f.Signature().Params))
	given[0], given[1] = value.String("app.db"), value.String("backups")
	if _, err := f.Call(ctx, h, nil, given); err != stopped && err != nil {
		t.Errorf("stopped in the middle: %v", err)
	} else if err == nil {
		os.RemoveAll(h.Path("backups")) // it was done before
	}
	if left := files(h); len(left) > 0 {
		t.Errorf("there is %v, want nothing", left)
	}
}

func files(h *builtins.Host) []string {
	found, _ := filepath.Glob(filepath.Join(h.Dir, "backups", "*"))
	return found
}

// TestHostileNames backs up files and into folders of each name.
func TestHostileNames(t *testing.T) {
	h := hostile.Host(t)
	open(t, h, "app.db", "create table t (n int)").Close()
	content, err := os.ReadFile(h.Path("app.db"))
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for i, text := range hostile.Strings() {
		if strings.ContainsAny(text, "/\x00") {
			continue
		}
		folder := fmt.Sprintf("f%d", i)
		name := "q" + text
		if os.WriteFile(h.Path(name), content, 0o600) != nil {
			continue
		}
		v, err := backup(t, h, name, folder+"/"+name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if _, err := os.Stat(h.Path(hostile.Field(t, v, "path").String())); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		made++
	}
	if made < 200 {
		t.Errorf("%d backups were made, want 200", made)
	}
}
