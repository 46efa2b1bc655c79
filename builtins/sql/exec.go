package sql

import (
	"context"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type execArgs struct {
	Text    string        `drl:"text,constant" pieces:"sql.identifier" doc:"one statement; { } may put sql.identifier(…) into it, and nothing else"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that the call may take, here and on the server" default:"30s"`
	Values  []value.Value `drl:"values,rest" doc:"what the placeholders in the text stand for"`
}

type execResult struct {
	Rows int `drl:"rows" doc:"how many rows were changed, added or removed"`
}

var exec = builtins.NewMethod("db.exec", types.Writes,
	"Carry out one statement, in a transaction of its own: it happens as a whole or not at all, as far as the database can.",
	func(ctx context.Context, h *builtins.Host, d *Database, a execArgs) (execResult, error) {
		switch word := verb(a.Text); word {
		case "":
			return execResult{}, errEmpty
		case "begin", "start", "commit", "rollback", "end", "abort", "savepoint", "release":
			return execResult{}, fmt.Errorf("the text begins with %s: each call is one statement in a transaction of its own; a do block, a function or a script for psql makes one of several", word)
		case "set", "use", "listen", "prepare", "pragma", "attach":
			return execResult{}, fmt.Errorf("the text begins with %s, which would last for this call alone", word)
		}
		s := statement{a.Text, a.Values, a.Timeout}
		rows, err := d.engine.exec(ctx, s)
		return execResult{rows}, s.timed(err)
	}).With("let db = sql.open(\"sqlite:app.db\")\ndb.exec(\"update settings set value = $1 where name = 'maintenance'\", true)")
