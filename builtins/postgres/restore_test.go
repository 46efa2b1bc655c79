package postgres_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

// TestVerifySeesDamage cuts a backup off and changes bytes of it.
func TestVerifySeesDamage(t *testing.T) {
	d := own(t, "drl_verify_")
	d.tickets()
	path, made := d.backup(nil)
	seen, err := d.call("postgres.verify", hostile.Args{"path": value.String(path), "sha256": hostile.Field(t, made, "sha256")})
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"path", "size", "sha256", "tables", "server"} {
		if got, want := d.text(seen, field), d.text(made, field); got != want {
			t.Errorf("verify says that %s is %s, and backup said %s", field, got, want)
		}
	}
	whole, err := os.ReadFile(d.host.Path(path))
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(content []byte) string {
		name := d.copyOf(path, "damaged.dump")
		if err := os.WriteFile(d.host.Path(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, length := range []int{4, 300, len(whole) - 200, len(whole) - 1} {
		_, err := d.call("postgres.verify", hostile.Args{"path": value.String(damaged(whole[:length]))})
		d.fails(err, "damaged.dump")
	}
	// The data stand at the end, packed.
	changed := append([]byte{}, whole...)
	changed[len(changed)-500] ^= 1
	_, err = d.call("postgres.verify", hostile.Args{"path": value.String(damaged(changed))})
	d.fails(err, "damaged.dump can't be read to its end: pg_restore: ")
	// What pg_restore has no digest for: a name in the list of contents.
	changed = []byte(strings.Replace(string(whole), "open_tickets", "open_ticketz", 1))
	_, err = d.call("postgres.verify", hostile.Args{"path": value.String(damaged(changed)), "sha256": hostile.Field(t, made, "sha256")})
	d.fails(err, "damaged.dump is another file than the one that was backed up: its sha256 is ")

	for content, want := range map[string]string{
		"":                                      "damaged.dump is empty",
		"no backup":                             "damaged.dump is no backup of PostgreSQL",
		"PGDMP":                                 "damaged.dump can't be read: pg_restore: ",
		"PGDMP" + "\xff\xff\xff\xff":            "damaged.dump can't be read: pg_restore: ",
		"--\n-- PostgreSQL database dump\n--\n": "damaged.dump is a script for psql",
	} {
		_, err := d.call("postgres.verify", hostile.Args{"path": value.String(damaged([]byte(content)))})
		d.fails(err, want)
	}
	for path, want := range map[string]string{"none.dump": "read none.dump: there is no such file", ".": "read .: it is a folder, want a file"} {
		_, err := d.call("postgres.verify", hostile.Args{"path": value.String(path)})
		d.fails(err, want)
	}
}

func TestRestore(t *testing.T) {
	d := own(t, "drl_restore_")
	d.tickets()
	path, _ := d.backup(nil)
	tar, _ := d.backup(hostile.Args{"format": value.String("tar")})
	restore := func(d *database, more hostile.Args) (value.Value, error) {
		t.Helper()
		args := hostile.Args{"from": value.String(path), "into": value.String(d.name), "clean": value.Bool(true)}
		for name, v := range more {
			args[name] = v
		}
		return d.call("postgres.restore", args)
	}
	d.exec("delete from tickets where id > 7", "create table kept (n int)")
	unchanged := func() {
		t.Helper()
		if n := d.ask("select count(*) from tickets"); n != "7" {
			t.Fatalf("there are %s tickets, want the 7 of before", n)
		}
	}

	// The name of another database, as somebody types it who means that one.
	for _, into := range []string{"", "tickets", strings.ToUpper(d.name), d.name + " "} {
		_, err := restore(d, hostile.Args{"into": value.String(into)})
		d.fails(err, "into is ", `url leads to the database "`+d.name+`" of PostgreSQL `, ", system "+d.ask("select system_identifier::text from pg_control_system()"), "nothing was changed")
	}
	// A backup that isn't whole, or another one.
	whole, err := os.ReadFile(d.host.Path(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.host.Path("cut.dump"), whole[:len(whole)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = restore(d, hostile.Args{"from": value.String("cut.dump")})
	d.fails(err, "nothing was changed: cut.dump can't be read to its end: pg_restore: ")
	_, err = restore(d, hostile.Args{"sha256": value.String(strings.Repeat("0", 64))})
	d.fails(err, "nothing was changed: "+path+" is another file")
	// An older server.
	older := *d
	older.url = through(t, d.url, "server_version\x0009")
	_, err = restore(&older, nil)
	d.fails(err, "was taken from PostgreSQL "+strings.Fields(d.ask("show server_version"))[0]+", which an older server can't take, and url leads to")
	// The tables are there already.
	_, err = restore(d, hostile.Args{"clean": value.Bool(false)})
	d.fails(err, "nothing was changed: pg_restore: ", "already exists", "clean: true drops first what the backup has too")
	unchanged()
	// Something newer needs what would be dropped, after other things were.
	d.exec("create table newer (ticket int references tickets)")
	_, err = restore(d, nil)
	d.fails(err, "nothing was changed: pg_restore: ", "cannot drop", "something newer than the backup needs what it would replace")
	unchanged()
	d.exec("drop table newer")

	// It is ended in the middle: it waits for a lock then.
	conn, err := pgx.Connect(t.Context(), d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, text := range []string{"begin", "lock table tickets in access share mode"} {
		if _, err := conn.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	stopped := errors.New("stopped by the operator")
	ctx, stop := context.WithCancelCause(t.Context())
	go func() {
		for d.ask("select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") == "0" {
			if t.Context().Err() != nil {
				return
			}
		}
		stop(stopped)
	}()
	f := standard.Lookup("postgres.restore")
	given := make([]value.Value, len(f.Signature().Params))
	for i, p := range f.Signature().Params {
		given[i] = hostile.Args{"url": value.NewSecret(d.url), "from": value.String(path), "into": value.String(d.name), "clean": value.Bool(true)}[p.Name]
	}
	if _, err := f.Call(ctx, d.host, nil, given); err != stopped {
		t.Errorf("stopped in the middle: %v", err)
	}
	if _, err := conn.Exec(t.Context(), "commit"); err != nil {
		t.Fatal(err)
	}
	unchanged()

	// As a whole, and what the backup doesn't have stays.
	var said []string
	d.host.Print = func(line string) { said = append(said, line) }
	for _, from := range []string{path, tar} {
		d.exec("delete from tickets where id > 7")
		v, err := restore(d, hostile.Args{"from": value.String(from)})
		if err != nil {
			t.Fatal(err)
		}
		if n := d.ask("select (select count(*) from tickets) || ' ' || (select count(*) from open_tickets) || ' ' || (select count(*) from kept)"); n != "1000 1000 0" {
			t.Errorf("from %s there are %s rows", from, n)
		}
		if d.text(v, "database") != d.name || d.text(v, "tables") != "2" {
			t.Errorf("the result is %v", v)
		}
	}
	if len(said) != 2 || !strings.HasPrefix(said[0], "restoring "+path+` into "`+d.name+`" of PostgreSQL `) || !strings.Contains(said[0], ", system ") {
		t.Errorf("said %q", said)
	}

	// Into another database that is empty, of a user who isn't the owner.
	other := own(t, "drl_other_")
	other.host = d.host
	user := "drl_owner_" + other.name[len(other.name)-6:]
	other.exec("create user "+user+" password 'other-owner'", `alter database "`+other.name+`" owner to `+user)
	t.Cleanup(func() { onServer(t, hostile.Real(t, "DRL_TEST_POSTGRES"), "drop user "+user) })
	t.Cleanup(func() { other.exec("alter database \""+other.name+"\" owner to postgres", "drop owned by "+user) })
	u, _ := url.Parse(other.url)
	u.User = url.UserPassword(user, "other-owner")
	as := hostile.Args{"clean": value.Bool(false), "url": value.NewSecret(u.String())}
	_, err = restore(other, as)
	other.fails(err, "nothing was changed: pg_restore: ")
	as["owners"] = value.Bool(false)
	if _, err := restore(other, as); err != nil {
		t.Fatal(err)
	}
	if owner := other.ask("select tableowner::text || (select count(*) from tickets) from pg_tables where tablename = 'tickets'"); owner != user+"1000" {
		t.Errorf("the owner and number of tickets is %s", owner)
	}
}

// through is the address of a server whose client is told another version.
func through(t *testing.T, address, version string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	said := regexp.MustCompile(`server_version\x00\d\d`)
	u.Host = hostile.Serve(t, func(c net.Conn) {
		s, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		go func() { io.Copy(s, c); s.Close() }()
		buffer := make([]byte, 64<<10)
		for {
			n, err := s.Read(buffer)
			if err != nil {
				return
			}
			c.Write(said.ReplaceAll(buffer[:n], []byte(version)))
		}
	})
	return u.String()
}

// TestARefusedRestoreStartsNothing counts the programs.
func TestARefusedRestoreStartsNothing(t *testing.T) {
	d := own(t, "drl_refused_")
	run := d.host.Run
	d.host.Run = func(ctx context.Context, p builtins.Program) (builtins.Ended, error) {
		t.Errorf("%s was started", filepath.Base(p.Argv[0]))
		return run(ctx, p)
	}
	_, err := d.call("postgres.restore", hostile.Args{"from": value.String("none.dump"), "into": value.String("other")})
	d.fails(err, "nothing was changed")
	_, err = d.call("postgres.restore", hostile.Args{"from": value.String("none.dump"), "into": value.String(d.name)})
	d.fails(err, "nothing was changed: read none.dump: there is no such file")
}
