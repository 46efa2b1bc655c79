package postgres_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/postgres"
	"github.com/drl-lang/drl/lang/value"
)

var modules = postgres.Modules()

// database is one of the test's own, on the real server.
type database struct {
	testing.TB
	host *builtins.Host
	name string
	url  string
}

// own makes a database with a name that begins as given. A test that needs
// PostgreSQL begins with it.
func own(t testing.TB, prefix string) *database {
	t.Helper()
	server := hostile.Real(t, "DRL_TEST_POSTGRES")
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	d := &database{TB: t, host: host(t), name: prefix + strings.ToLower(rand.Text()[:10])}
	quoted := pgx.Identifier{d.name}.Sanitize()
	onServer(t, server, "create database "+quoted)
	t.Cleanup(func() { onServer(t, server, "drop database "+quoted+" with (force)") })
	u.Path = "/" + d.name
	d.url = u.String()
	return d
}

// host is a world with real programs and private files.
func host(t testing.TB) *builtins.Host {
	h := hostile.Host(t)
	h.Run = hostile.Run(h.Dir)
	private := t.TempDir()
	h.PrivateFile = func(content []byte) (string, error) {
		f, err := os.CreateTemp(private, "secret-*")
		if err == nil {
			_, err = f.Write(content)
			f.Close()
		}
		return f.Name(), err
	}
	return h
}

// onServer carries statements out over a connection of its own, also when the
// test is over.
func onServer(t testing.TB, address string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, text := range statements {
		if _, err := conn.Exec(context.Background(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

func (d *database) exec(statements ...string) { d.Helper(); onServer(d, d.url, statements...) }

// ask returns the one value of a query, as text.
func (d *database) ask(text string) string {
	d.Helper()
	conn, err := pgx.Connect(context.Background(), d.url)
	if err != nil {
		d.Fatal(err)
	}
	defer conn.Close(context.Background())
	var v any
	if err := conn.QueryRow(context.Background(), text).Scan(&v); err != nil {
		d.Fatalf("%s: %v", text, err)
	}
	return fmt.Sprint(v)
}

// tickets fills the database with what a service has.
func (d *database) tickets() {
	d.Helper()
	d.exec("create table tickets (id int primary key, title text not null)",
		`create table "Old ""Tickets" (id int references tickets)`,
		"create view open_tickets as select * from tickets",
		"insert into tickets select n, 'ticket ' || n from generate_series(1, 1000) n")
}

func (d *database) call(name string, args hostile.Args) (value.Value, error) {
	d.Helper()
	if _, given := args["url"]; !given && name != "postgres.verify" {
		args["url"] = value.NewSecret(d.url)
	}
	return hostile.Call(d, modules, d.host, name, nil, args)
}

// backup makes one in the folder backups, and returns where it is.
func (d *database) backup(more hostile.Args) (path string, v value.Value) {
	d.Helper()
	args := hostile.Args{"to": value.String("backups")}
	for name, arg := range more {
		args[name] = arg
	}
	v, err := d.call("postgres.backup", args)
	if err != nil {
		d.Fatal(err)
	}
	return d.text(v, "path"), v
}

func (d *database) text(v value.Value, field string) string {
	d.Helper()
	return hostile.Field(d, v, field).String()
}

// files are those in the folder backups.
func (d *database) files() []string {
	d.Helper()
	entries, err := os.ReadDir(filepath.Join(d.host.Dir, "backups"))
	if err != nil && !os.IsNotExist(err) {
		d.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// fails wants an error with each of the texts in it.
func (d *database) fails(err error, texts ...string) {
	d.Helper()
	if err == nil {
		d.Fatalf("it went well, want an error with %q", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			d.Errorf("the error is %v, want it to have %q", err, text)
		}
	}
}

// copyOf is a backup with bytes of its own, for damage.
func (d *database) copyOf(path, name string) string {
	d.Helper()
	from, err := os.Open(d.host.Path(path))
	if err != nil {
		d.Fatal(err)
	}
	defer from.Close()
	into, err := os.Create(d.host.Path(name))
	if err != nil {
		d.Fatal(err)
	}
	defer into.Close()
	if _, err := io.Copy(into, from); err != nil {
		d.Fatal(err)
	}
	return name
}
