package postgres_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

func TestBackup(t *testing.T) {
	d := own(t, "drl_backup_")
	d.tickets()
	before := time.Now()
	for format, ending := range map[string]string{"custom": "dump", "tar": "tar"} {
		path, v := d.backup(hostile.Args{"format": value.String(format)})
		if want := regexp.MustCompile(`^backups/` + d.name + `-\d{8}T\d{6}Z(-2)?\.` + ending + `$`); !want.MatchString(path) {
			t.Errorf("path is %s, want %s", path, want)
		}
		content, err := os.ReadFile(d.host.Path(path))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]value.Value{
			"size": value.Size(len(content)), "sha256": value.String(fmt.Sprintf("%x", sha256.Sum256(content))), "tables": value.Int(2),
		} {
			if got := hostile.Field(t, v, name); got != want {
				t.Errorf("%s: %s is %v, want %v", format, name, got, want)
			}
		}
		if server := d.text(v, "server"); server != "PostgreSQL "+strings.Fields(d.ask("show server_version"))[0] {
			t.Errorf("server is %s", server)
		}
		if at := time.Time(hostile.Field(t, v, "taken_at").(value.Time)); at.Before(before) || at.After(time.Now()) {
			t.Errorf("taken_at is %v", at)
		}
		// The real pg_restore reads it.
		if out, err := exec.Command("pg_restore", "--data-only", "--table=tickets", "--file=-", d.host.Path(path)).CombinedOutput(); err != nil || !bytes.Contains(out, []byte("1000\tticket 1000\n")) {
			t.Errorf("%s: %v: %s", format, err, out)
		}
	}
	for name, want := range map[string]os.FileMode{"backups": 0o700, "backups/" + d.files()[0]: 0o600} {
		if info, err := os.Stat(d.host.Path(name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
}

// TestBackupsHaveNamesOfTheirOwn makes several in the same second.
func TestBackupsHaveNamesOfTheirOwn(t *testing.T) {
	d := own(t, "drl_names_")
	at := time.Now()
	d.host.Now = func() time.Time { return at }
	var made sync.WaitGroup
	var paths sync.Map
	for range 4 {
		made.Go(func() {
			v, err := d.call("postgres.backup", hostile.Args{"to": value.String("backups")})
			if err != nil {
				t.Error(err)
				return
			}
			if _, twice := paths.LoadOrStore(d.text(v, "path"), true); twice {
				t.Errorf("%s was made twice", d.text(v, "path"))
			}
		})
	}
	made.Wait()
	if files := d.files(); len(files) != 4 {
		t.Errorf("there is %q, want 4 files", files)
	}
}

// TestPasswordsAndNamesWithEveryCharacter backs databases up whose names and
// whose users' passwords have all that a keyboard has, and restores them; no
// password is in a word of a program, nor in an error.
func TestPasswordsAndNamesWithEveryCharacter(t *testing.T) {
	passwords := []string{hostile.Keyboard, "p@ss:w/o?r#d%41&x=y a\tb ", "пароль🔑 ü host=evil"}
	names := []string{`--drl '"\ /?#%`, "drl://x:y@z/ host=evil port=1 ", "drl=ü🔑$(x)`;..%41"}
	for i, password := range passwords {
		d := own(t, names[i])
		d.tickets()
		user := fmt.Sprintf("drl_user_%d_%s", i, d.name[len(d.name)-6:])
		d.exec("create user " + user + " superuser password '" + strings.ReplaceAll(password, "'", "''") + "'")
		t.Cleanup(func() { onServer(t, hostile.Real(t, "DRL_TEST_POSTGRES"), "drop user "+user) })
		u, err := url.Parse(d.url)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(user, password)
		d.url = u.String()
		d.host.Run = hostile.Unseen(t, d.host.Run, password, url.QueryEscape(password))
		path, _ := d.backup(nil)
		d.exec("delete from tickets where id > 10")
		if _, err := d.call("postgres.restore", hostile.Args{"from": value.String(path), "into": value.String(d.name), "clean": value.Bool(true)}); err != nil {
			t.Errorf("%q: %v", d.name, err)
		}
		if n := d.ask("select count(*) from tickets"); n != "1000" {
			t.Errorf("%q has %s tickets after the restore", d.name, n)
		}
		u.User = url.UserPassword(user, password+"-but-wrong")
		for _, address := range []value.Value{value.NewSecret(u.String()), value.String(u.String())} {
			_, err := d.call("postgres.backup", hostile.Args{"url": address, "to": value.String("backups")})
			d.fails(err, "password authentication failed for user")
			if strings.Contains(err.Error(), "but-wrong") {
				t.Errorf("the error shows the password: %v", err)
			}
		}
		if files := d.files(); len(files) != 1 {
			t.Errorf("there is %q, want one backup", files)
		}
	}
}

// TestWhatTheAddressSays carries the parameters of an address over to pg_dump:
// the server knows its client by them.
func TestWhatTheAddressSays(t *testing.T) {
	d := own(t, "drl_says_")
	d.tickets()
	run := d.host.Run
	var words string
	d.host.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		if p.Argv[1] != "--version" && filepath.Base(p.Argv[0]) == "pg_dump" {
			words = strings.Join(p.Argv, " ")
			// It leads to where the address does, whatever the environment says.
			p.Env = append([]string{"PGHOSTADDR=127.0.0.9", "PGPORT=1", "PGHOST=evil", "PGDATABASE=evil", "PGUSER=evil"}, p.Env...)
		}
		return run(ctx, p)
	}
	d.url += `&application_name=the%20release&search_path=a%20b,c&statement_timeout=0&connect_timeout=7&options=-c%20work_mem%3D1MB&default_query_exec_mode=exec`
	d.url = strings.Replace(d.url, "search_path=a%20b", "search_path=%22a%20b%22", 1)
	d.backup(nil)
	for _, want := range []string{`application_name='the release'`, `connect_timeout='7'`, `sslmode='disable'`, `options='-c work_mem=1MB -c search_path="a\\ b",c -c statement_timeout=0'`} {
		if !strings.Contains(words, want) {
			t.Errorf("pg_dump was given %s, want %s", words, want)
		}
	}
	if strings.Contains(words, "exec_mode") {
		t.Errorf("pg_dump was given what is this client's own: %s", words)
	}
}

// TestNothingIsLeftOfABackupThatFails makes it fail in each way.
func TestNothingIsLeftOfABackupThatFails(t *testing.T) {
	d := own(t, "drl_fails_")
	d.tickets()
	run := d.host.Run
	at := func(name string, change func(ctx context.Context, p builtins.Program) (builtins.Ended, error)) *database {
		other := *d
		h := *d.host
		h.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
			if filepath.Base(p.Argv[0]) == name && p.Argv[1] != "--version" {
				return change(ctx, p)
			}
			return run(ctx, p)
		}
		other.host = &h
		return &other
	}
	args := func() hostile.Args { return hostile.Args{"to": value.String("backups")} }

	// pg_dump is refused a table, after it has begun.
	user := "drl_little_" + d.name[len(d.name)-6:]
	d.exec("create user "+user+" password 'little-rights'", "grant connect on database "+d.name+" to "+user)
	t.Cleanup(func() { onServer(t, hostile.Real(t, "DRL_TEST_POSTGRES"), "drop user "+user) })
	u, _ := url.Parse(d.url)
	u.User = url.UserPassword(user, "little-rights")
	t.Cleanup(func() { onServer(t, d.url, "drop owned by "+user) })
	_, err := d.call("postgres.backup", hostile.Args{"url": value.NewSecret(u.String()), "to": value.String("backups")})
	d.fails(err, "pg_dump: ", "permission denied for table")

	// It is ended in the middle.
	stopped := errors.New("stopped by the operator")
	ctx, stop := context.WithCancelCause(t.Context())
	began := at("pg_dump", func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		if len(d.files()) != 1 {
			t.Errorf("while it runs there is %q, want a partial file", d.files())
		}
		stop(stopped)
		return run(ctx, p)
	})
	f := standard.Lookup("postgres.backup")
	given := make([]value.Value, len(f.Signature().Params))
	given[0], given[1] = value.NewSecret(d.url), value.String("backups")
	if _, err := f.Call(ctx, began.host, nil, given); err != stopped {
		t.Errorf("stopped in the middle: %v", err)
	}

	// What it wrote isn't whole, and what lists it sees that.
	_, err = at("pg_dump", func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		ended, err := run(ctx, p)
		os.Truncate(filepath.Join(d.host.Dir, "backups", d.files()[0]), 100)
		return ended, err
	}).call("postgres.backup", args())
	d.fails(err, "what pg_dump wrote can't be listed: pg_restore:")

	// There is no room, in a folder that isn't made for it.
	free := value.Size(1 << 60)
	_, err = d.call("postgres.backup", hostile.Args{"to": value.String("backups/deep/er"), "room": free})
	d.fails(err, "backups/deep/er has ", " free, want 1048576")

	for _, tt := range []struct {
		args hostile.Args
		want string
	}{
		{hostile.Args{"to": value.String("")}, "to is empty, want the folder that backups are kept in"},
		{hostile.Args{"to": value.String("b"), "format": value.String("plain")}, `format is "plain", want custom or tar`},
		{hostile.Args{"to": value.String("/dev/null/x")}, "look at the free space of /dev/null/x: not a directory"},
		{hostile.Args{"to": value.String("/dev/null")}, "look at the free space of /dev/null: it is no folder"},
		{hostile.Args{"to": value.String("/proc/x")}, "/proc/x has 0B free, and the database " + d.name + " is "},
		{hostile.Args{"to": value.String("b"), "url": value.String(d.url + "&sslpassword=hunter2hunter2")}, "url has a parameter sslpassword"},
		{hostile.Args{"to": value.String("b"), "url": value.String("mysql://x/y")}, "url begins with mysql:, want postgres://"},
	} {
		_, err := d.call("postgres.backup", tt.args)
		d.fails(err, tt.want)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows a password: %v", err)
		}
	}
	if files := d.files(); len(files) != 0 {
		t.Errorf("there is %q, want nothing", files)
	}
	if _, err := os.Stat(d.host.Path("b")); !os.IsNotExist(err) {
		t.Error("a folder was made for a backup that can't be")
	}
}

// TestNoProgramFits: the server is newer than any pg_dump, or there is none.
func TestNoProgramFits(t *testing.T) {
	d := own(t, "drl_newer_")
	address := value.NewSecret(through(t, d.url, "server_version\x0099"))
	started := 0
	run := d.host.Run
	d.host.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		if p.Argv[1] != "--version" {
			started++
		}
		return run(ctx, p)
	}
	_, err := d.call("postgres.backup", hostile.Args{"url": address, "to": value.String("backups")})
	d.fails(err, "pg_dump is of version "+strings.Fields(d.ask("show server_version"))[0], "to back up PostgreSQL 99.", "it has to be 99 or later: install postgresql-client-99")

	d.host.Run = func(context.Context, builtins.Program) (builtins.Ended, error) { return builtins.Ended{Code: 127}, nil }
	_, err = d.call("postgres.backup", hostile.Args{"to": value.String("backups")})
	d.fails(err, "there is no pg_dump to back up PostgreSQL ", "neither on PATH nor in /usr/lib/postgresql/*/bin: install postgresql-client-")
	if started > 0 || len(d.files()) > 0 {
		t.Errorf("%d programs were started, and there is %q", started, d.files())
	}
}
