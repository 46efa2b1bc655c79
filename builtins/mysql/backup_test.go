package mysql_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/mysql"
	sqldb "github.com/drl-lang/drl/builtins/sql"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"

	mysqldriver "github.com/go-sql-driver/mysql"
)

var modules = mysql.Modules()

// database is one of the test's own, on the real server.
type database struct {
	*testing.T
	host *builtins.Host
	name string
	url  string
	db   *sql.DB
}

// own makes a database with a name that begins as given.
func own(t *testing.T, prefix string) *database {
	t.Helper()
	server := hostile.Real(t, "DRL_TEST_MYSQL")
	d := &database{T: t, host: hostile.Host(t), name: prefix + strings.ToLower(rand.Text()[:8])}
	d.host.Run = hostile.Run(d.host.Dir)
	admin := connect(t, d.host, server)
	quoted := "`" + strings.ReplaceAll(d.name, "`", "``") + "`"
	if _, err := admin.Exec("create database " + quoted); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("drop database " + quoted); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path, u.RawPath = "/"+d.name, "/"+url.PathEscape(d.name)
	d.url = u.String()
	d.db = connect(t, d.host, d.url)
	return d
}

func connect(t *testing.T, h *builtins.Host, address string) *sql.DB {
	t.Helper()
	config, err := sqldb.MySQLConfig(h, builtins.Plain(address))
	if err != nil {
		t.Fatal(err)
	}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	return db
}

func (d *database) exec(statements ...string) {
	d.Helper()
	for _, text := range statements {
		if _, err := d.db.Exec(text); err != nil {
			d.Fatalf("%s: %v", text, err)
		}
	}
}

// tickets fills the database with what a service has.
func (d *database) tickets() {
	d.Helper()
	d.exec("create table tickets (id int primary key, title text, raw blob) engine=innodb", "create table `old ``tickets` (id int) engine=innodb",
		"create view open_tickets as select id from tickets", "insert into tickets select seq, concat('ticket ', seq), x'00ff0a' from seq_1_to_1000",
		"create procedure forge() begin\nselect 1; /*\n-- Table structure for table `forged`\n*/ end")
}

func (d *database) backup(more hostile.Args) (value.Value, error) {
	d.Helper()
	args := hostile.Args{"url": value.NewSecret(d.url), "to": value.String("backups")}
	for name, v := range more {
		args[name] = v
	}
	return hostile.Call(d, modules, d.host, "mysql.backup", nil, args)
}

func (d *database) files() []string {
	found, _ := filepath.Glob(filepath.Join(d.host.Dir, "backups", "*"))
	return found
}

func TestBackup(t *testing.T) {
	d := own(t, "drl_backup_")
	d.tickets()
	v, err := d.backup(nil)
	if err != nil {
		t.Fatal(err)
	}
	path := hostile.Field(t, v, "path").String()
	if want := regexp.MustCompile(`^backups/` + d.name + `-\d{8}T\d{6}Z\.sql$`); !want.MatchString(path) {
		t.Errorf("path is %s, want %s", path, want)
	}
	content, err := os.ReadFile(d.host.Path(path))
	if err != nil {
		t.Fatal(err)
	}
	var version string
	if err := d.db.QueryRow("select version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	version, _, _ = strings.Cut(version, "-")
	for name, want := range map[string]value.Value{
		"size": value.Size(len(content)), "sha256": value.String(fmt.Sprintf("%x", sha256.Sum256(content))), "server": value.String("MariaDB " + version),
		"tables": value.Int(3), // the two, and what a routine's text looks like
	} {
		if got := hostile.Field(t, v, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]os.FileMode{"backups": 0o700, path: 0o600} {
		if info, err := os.Stat(d.host.Path(name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
	// The real client reads it into another database.
	other := own(t, "drl_read_")
	at, _ := url.Parse(other.url)
	password, _ := at.User.Password()
	client := exec.Command("mariadb", "--no-defaults", "--protocol=TCP", "--host="+at.Hostname(), "--port="+at.Port(), "--user="+at.User.Username(), other.name)
	client.Env = append(os.Environ(), "MYSQL_PWD="+password)
	client.Stdin = strings.NewReader(string(content))
	if out, err := client.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var rows, whole, routines int
	err = other.db.QueryRow("select count(*), sum(raw = x'00ff0a'), (select count(*) from information_schema.routines where routine_schema = database()) from tickets").Scan(&rows, &whole, &routines)
	if err != nil || rows != 1000 || whole != 1000 || routines != 1 {
		t.Errorf("%d rows, %d whole, %d routines: %v", rows, whole, routines, err)
	}
}

// TestTablesWithoutTransactions are told of.
func TestTablesWithoutTransactions(t *testing.T) {
	d := own(t, "drl_engines_")
	d.tickets()
	d.exec("create table loose (n int) engine=myisam")
	var warned []string
	d.host.Warn = func(text string) { warned = append(warned, text) }
	if _, err := d.backup(nil); err != nil {
		t.Fatal(err)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "1 tables whose engine knows no transactions") {
		t.Errorf("warned %q", warned)
	}
}

// TestPasswordsAndNamesWithEveryCharacter backs databases up whose names and
// whose users' passwords have all that a keyboard has. No password is in a
// word of a program, nor in an error.
func TestPasswordsAndNamesWithEveryCharacter(t *testing.T) {
	passwords := []string{hostile.Keyboard, "p@ss:w/o?r#d%41&x=y a\tb ", "пароль ü #; \\n"}
	names := []string{"--drl '\"`?#%;", "drl host=evil/../x", "drl=ü$(x)%41"}
	for i, password := range passwords {
		d := own(t, names[i])
		d.tickets()
		user := "drl_" + strings.ToLower(rand.Text()[:8])
		d.exec("create user "+user+" identified by '"+strings.NewReplacer("'", "''", `\`, `\\`).Replace(password)+"'",
			// The tests' own user may do all but grant it.
			"update mysql.global_priv set priv = json_set(priv, '$.access', (select cast(json_value(g.priv, '$.access') as integer) from mysql.global_priv g where g.user = substring_index(user(), '@', 1))) where user = '"+user+"'",
			"flush privileges")
		t.Cleanup(func() { connect(t, d.host, hostile.Real(t, "DRL_TEST_MYSQL")).Exec("drop user " + user) })
		d.host.Run = hostile.Unseen(t, d.host.Run, password)
		u, _ := url.Parse(d.url)
		u.User = url.UserPassword(user, password)
		d.url = u.String()
		v, err := d.backup(nil)
		if err != nil {
			t.Errorf("%q with %q: %v", d.name, password, err)
			continue
		}
		if tables := hostile.Field(t, v, "tables"); tables != value.Int(3) {
			t.Errorf("%q has %v tables", d.name, tables)
		}
		u.User = url.UserPassword(user, password+"-but-wrong")
		for _, address := range []value.Value{value.NewSecret(u.String()), value.String(u.String())} {
			if _, err := d.backup(hostile.Args{"url": address}); err == nil || strings.Contains(err.Error(), "but-wrong") || !strings.Contains(err.Error(), "access denied for user") {
				t.Errorf("with a wrong password: %v", err)
			}
		}
		if len(d.files()) != 1 {
			t.Errorf("there is %q, want one backup", d.files())
		}
	}
}

func TestNothingIsLeftOfABackupThatFails(t *testing.T) {
	d := own(t, "drl_fails_")
	d.tickets()
	run := d.host.Run
	dumps := func(change func(ctx context.Context, p builtins.Program) (builtins.Ended, error)) {
		d.host.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
			if p.Argv[2] == "--version" {
				return run(ctx, p)
			}
			return change(ctx, p)
		}
	}
	fails := func(args hostile.Args, want string) {
		t.Helper()
		if _, err := d.backup(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
		if left := d.files(); len(left) > 0 {
			t.Errorf("there is %q, want nothing", left)
		}
	}

	// What it wrote isn't whole.
	dumps(func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		ended, err := run(ctx, p)
		info, _ := os.Stat(d.files()[0])
		os.Truncate(d.files()[0], info.Size()-40)
		return ended, err
	})
	fails(nil, "what mariadb-dump wrote isn't whole: it doesn't end with: -- Dump completed")

	// A view leads nowhere: the dump fails after it has begun.
	d.host.Run = run
	d.exec("rename table tickets to others")
	fails(nil, "mariadb-dump: ")
	d.exec("rename table others to tickets")

	// It is ended in the middle.
	stopped := errors.New("stopped by the operator")
	ctx, stop := context.WithCancelCause(t.Context())
	dumps(func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		if len(d.files()) != 1 {
			t.Errorf("while it runs there is %q, want a partial file", d.files())
		}
		stop(stopped)
		return run(ctx, p)
	})
	f := standard.Lookup("mysql.backup")
	given := make([]value.Value, len(f.Signature().Params))
	given[0], given[1] = value.NewSecret(d.url), value.String("backups")
	if _, err := f.Call(ctx, d.host, nil, given); err != stopped {
		t.Errorf("stopped in the middle: %v", err)
	}

	// Nothing is started.
	dumps(func(context.Context, builtins.Program) (builtins.Ended, error) {
		t.Error("a program was started")
		return builtins.Ended{}, nil
	})
	fails(hostile.Args{"room": value.Size(1 << 60)}, " free, want ")
	fails(hostile.Args{"to": value.String("")}, "to is empty")
	fails(hostile.Args{"url": value.String("postgres://x/y")}, "url begins with postgres:, want mysql://")
	fails(hostile.Args{"url": value.String(hostile.Real(t, "DRL_TEST_MYSQL")[:len("mysql://drl:checked@127.0.0.1:23306/")])}, "url names no database")
	for said, want := range map[string]string{
		"mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)":      "mysqldump is of MySQL 8.0.36, and to back up MariaDB ",
		"mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)":                       "mysqldump is of MySQL 5.7.44, and",
		"mariadb-dump  Ver 10.19 Distrib 10.4.1-MariaDB, for debian-linux-gnu (x86_64)": "mysqldump is of MariaDB 10.4.1, and to back up MariaDB ",
		"mysqldump from 5.5.1-MariaDB, client 10.19 for Linux (x86_64)":                 "mysqldump is of MariaDB 5.5.1, and",
		"something else": "there is no mariadb-dump, and to back up MariaDB ",
	} {
		d.host.Run = func(context.Context, builtins.Program) (builtins.Ended, error) {
			return builtins.Ended{Stdout: said}, nil
		}
		fails(nil, want)
	}
	for _, said := range []string{"mariadb-dump from 99.4.2-MariaDB, client 10.19 for Linux (x86_64)", "mysqldump  Ver 10.19 Distrib 99.0.1-MariaDB, for Linux"} {
		d.host.Run = func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
			if p.Argv[2] == "--version" {
				return builtins.Ended{Stdout: said}, nil
			}
			return builtins.Ended{Code: 3}, nil
		}
		fails(nil, "mariadb-dump ended with exit code 3")
	}
}
