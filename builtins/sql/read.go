package sql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

const (
	mostRows  = 10_000
	mostBytes = 16 << 20 // of a result
)

type askArgs struct {
	Text    string        `drl:"text,constant" pieces:"sql.identifier" doc:"one statement that reads; { } may put sql.identifier(…) into it, and nothing else"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that the call may take, here and on the server" default:"30s"`
	Values  []value.Value `drl:"values,rest" doc:"what the placeholders in the text stand for"`
}

var query = builtins.NewMethod("db.query", types.Reads,
	"Ask, in a transaction that can only read, and return the rows with their columns by name: 10,000 rows and 16 MiB at most.",
	func(ctx context.Context, h *builtins.Host, d *Database, a askArgs) ([]value.Value, error) {
		t, err := d.ask(ctx, a)
		if err != nil {
			return nil, err
		}
		return t.maps()
	}).With("let db = sql.open(\"sqlite:app.db\")\nlet slow = db.query(\"select id, title from tickets where age > $1\", 5)")

var single = builtins.NewMethod("db.value", types.Reads,
	"Ask as db.query does, and return the one value of the one row; null where there is no row.",
	func(ctx context.Context, h *builtins.Host, d *Database, a askArgs) (value.Value, error) {
		t, err := d.ask(ctx, a)
		if err != nil {
			return nil, err
		}
		if n := len(t.columns); n != 1 {
			return nil, fmt.Errorf("the result has %d columns, want one: db.query returns rows", n)
		}
		if n := len(t.rows); n > 1 {
			return nil, fmt.Errorf("the result has %d rows, want one: db.query returns all", n)
		}
		if len(t.rows) == 0 {
			return value.Null{}, nil
		}
		return t.rows[0][0], nil
	}).With("let db = sql.open(\"sqlite:app.db\")\nlet users = db.value(\"select count(*) from users where active\")")

// ask looks at the text first: what the first word says needs no server, and
// some words would end the transaction that keeps a query from changing
// anything.
func (d *Database) ask(ctx context.Context, a askArgs) (*table, error) {
	switch word := verb(a.Text); word {
	case "select", "with", "values", "table", "show", "explain", "describe", "desc":
	case "":
		return nil, errEmpty
	case "insert", "update", "delete", "merge", "replace", "create", "drop", "alter", "truncate", "grant", "revoke", "call", "do", "vacuum", "analyze", "reindex", "refresh":
		return nil, fmt.Errorf("the text begins with %s, and this only reads: db.exec changes things, in a step", word)
	default:
		return nil, fmt.Errorf("the text begins with %s, want select, with, values, table, show or explain", builtins.Short(word))
	}
	s := statement{a.Text, a.Values, a.Timeout}
	t, err := d.engine.read(ctx, s)
	return t, s.timed(err)
}

var errEmpty = errors.New("the text is empty, want one statement")
