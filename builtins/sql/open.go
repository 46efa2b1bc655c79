package sql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Database is what scripts ask. All that were opened with one address share
// one pool.
type Database struct {
	engine engine
	// reached tells that a connection was had once: the address is right.
	reached atomic.Bool
}

var databaseType types.Type

// HandleType is the type that scripts know databases by.
func (*Database) HandleType() *types.Type { return &databaseType }

// Close ends its connections.
func (d *Database) Close() error { return d.engine.Close() }

var methods = builtins.NewHandle(&databaseType, "Database", query, single, exec, ping)

// mostConnections is how many connections a run holds to one database,
// whatever runs side by side.
const mostConnections = 10

// engine is one kind of database.
type engine interface {
	io.Closer
	// read carries a statement out where nothing can be changed.
	read(ctx context.Context, s statement) (*table, error)
	// exec carries a statement out, and returns how many rows it touched.
	exec(ctx context.Context, s statement) (int, error)
	// version asks the server for its name and version.
	version(ctx context.Context) (string, error)
}

// statement is what a script asks.
type statement struct {
	text  string
	args  []value.Value
	limit time.Duration // the longest that the server may take
}

// errServerTimeout is a server's word for a statement that took too long.
var errServerTimeout = errors.New("the server ended the statement at its timeout")

// timed says how long the timeout was that ended a statement on the server,
// as that of the call here does.
func (s statement) timed(err error) error {
	if errors.Is(err, errServerTimeout) {
		return fmt.Errorf("timed out after %s", value.Duration(s.limit))
	}
	return err
}

// poolKey is what a pool is kept under.
type poolKey struct{ address string }

type openArgs struct {
	URL builtins.Text `drl:"url,address" doc:"postgres://user:password@host:5432/name, mysql://user:password@host:3306/name, or sqlite:path"`
}

var open = builtins.New("sql.open", types.Reads,
	"Open a database. All that is asked side by side shares 10 connections at most, which end with the run.",
	func(ctx context.Context, h *builtins.Host, a openArgs) (*Database, error) {
		kept, err := h.Keep(poolKey{a.URL.Reveal()}, func() (io.Closer, error) { return newDatabase(h, a.URL) })
		if err != nil {
			return nil, err
		}
		d := kept.(*Database)
		if d.reached.Load() {
			return d, nil
		}
		if _, err := d.engine.version(ctx); err != nil {
			return nil, err
		}
		d.reached.Store(true)
		return d, nil
	}).With("let db = sql.open(env(\"DATABASE_URL\"))\nlet open = db.value(\"select count(*) from tickets where status = $1\", \"open\")")

// newDatabase makes the engine of an address; it doesn't connect yet.
func newDatabase(h *builtins.Host, address builtins.Text) (*Database, error) {
	text := address.Reveal()
	var e engine
	var err error
	switch scheme, _, _ := strings.Cut(text, ":"); strings.ToLower(scheme) {
	case "postgres", "postgresql":
		e, err = openPostgres(h, address)
	case "mysql", "mariadb":
		e, err = openMySQL(h, address)
	case "sqlite", "sqlite3":
		e, err = openSQLite(h, address)
	default:
		err = errAddress("url", address, "postgres://, mysql:// or sqlite:PATH")
	}
	if err != nil {
		return nil, err
	}
	return &Database{engine: e}, nil
}

// errAddress says what an address should be, and of itself no more than its
// scheme: what follows may be a password, wherever it stands.
func errAddress(name string, address builtins.Text, want string) error {
	text := address.Reveal()
	if text == "" {
		return fmt.Errorf("%s is empty, want %s", name, want)
	}
	scheme, _, ok := strings.Cut(text, ":")
	if !ok || address.IsSecret() && len(scheme) > 12 || strings.ContainsAny(scheme, "@/ ") {
		return fmt.Errorf("%s has no scheme, want %s", name, want)
	}
	return fmt.Errorf("%s begins with %s:, want %s", name, scheme, want)
}

// errUnreadable is for an address that can't be taken apart: most often for a
// password as it is.
var errUnreadable = errors.New("url can't be read: in a user's name and a password, each of : / ? # [ ] @ % is written encoded (%40 for @), or put in with { }, which encodes it")
