package sql_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/sql"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

// database is an open one, with what the tests need to know of its kind.
type database struct {
	*testing.T
	host   *builtins.Host
	url    string
	handle value.Value
}

func open(t *testing.T, h *builtins.Host, address string) *database {
	t.Helper()
	handle, err := hostile.Call(t, sql.Modules(), h, "sql.open", nil, hostile.Args{"url": value.String(address)})
	if err != nil {
		t.Fatal(err)
	}
	return &database{t, h, address, handle}
}

// call calls a method in a context, with any number of values.
func (d *database) call(ctx context.Context, method, text string, timeout value.Value, values ...value.Value) (value.Value, error) {
	f := standard.Lookup("db." + method)
	return f.Call(ctx, d.host, d.handle, append([]value.Value{value.String(text), timeout}, values...))
}

func (d *database) value(text string, values ...value.Value) (value.Value, error) {
	return d.call(d.Context(), "value", text, nil, values...)
}

func (d *database) exec(text string, values ...value.Value) int {
	d.Helper()
	v, err := d.call(d.Context(), "exec", text, nil, values...)
	if err != nil {
		d.Fatalf("%s: %v", text, err)
	}
	return int(hostile.Field(d, v, "rows").(value.Int))
}

// postgres makes a database of the test's own.
func postgres(t *testing.T) *database {
	server := hostile.Real(t, "DRL_TEST_POSTGRES")
	return open(t, hostile.Host(t), own(t, server, "postgres"))
}

// own makes a database of a name of its own on the server, and returns its
// address.
func own(t testing.TB, server, kind string) string {
	t.Helper()
	name := "drl_sql_" + strings.ToLower(rand.Text()[:10])
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	carryOut(t, server, "create database "+name)
	t.Cleanup(func() {
		if kind == "postgres" {
			name += " with (force)"
		}
		carryOut(t, server, "drop database "+name)
	})
	u.Path = "/" + name
	return u.String()
}

// carryOut carries a statement out over a connection of its own, also when the
// test is over.
func carryOut(t testing.TB, address, text string) {
	t.Helper()
	h := &builtins.Host{Now: time.Now, Dial: (&net.Dialer{}).DialContext, Kept: &builtins.Kept{}}
	defer h.Kept.Close()
	handle, err := standard.Lookup("sql.open").Call(context.Background(), h, nil, []value.Value{value.String(address)})
	if err == nil {
		_, err = standard.Lookup("db.exec").Call(context.Background(), h, handle, []value.Value{value.String(text)})
	}
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
}

func mysql(t *testing.T) *database {
	return open(t, hostile.Host(t), own(t, hostile.Real(t, "DRL_TEST_MYSQL"), "mysql"))
}

func sqlite(t *testing.T) *database {
	h := hostile.Host(t)
	if err := os.WriteFile(filepath.Join(h.Dir, "app.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, h, "sqlite:app.db")
}

// kinds are the databases that a law holds for. placeholder writes the n-th.
var kinds = []struct {
	name        string
	open        func(*testing.T) *database
	placeholder func(n int) string
}{
	{"postgres", postgres, func(n int) string { return fmt.Sprintf("$%d", n) }},
	{"mysql", mysql, func(int) string { return "?" }},
	{"sqlite", sqlite, func(n int) string { return fmt.Sprintf("$%d", n) }},
}

var modules = sql.Modules()
