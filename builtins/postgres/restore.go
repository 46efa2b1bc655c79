package postgres

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type restoreArgs struct {
	URL     builtins.Text `drl:"url,address" doc:"the database that is restored to: postgres://user:password@host:5432/name"`
	From    string        `drl:"from" doc:"the backup"`
	Into    string        `drl:"into,named" doc:"the name of the database that url has to lead to, as a person types it: ask them for it, with ask"`
	Clean   bool          `drl:"clean" doc:"drop first what the backup has too; what it does not have stays" default:"false"`
	Owners  bool          `drl:"owners,named" doc:"give everything to the owners and with the rights that it had; false: to the user of url" default:"true"`
	SHA256  string        `drl:"sha256,named,optional" doc:"the digest that the backup had; left out: any"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"1h"`
}

type restored struct {
	identityResult
	Tables int `drl:"tables" doc:"how many tables the backup has"`
}

var restore = builtins.New("postgres.restore", types.Writes,
	"Restore a backup into a database that is there, in one transaction: as a whole, or nothing is changed. Before that the backup is read through, and the database has to be called what into says.",
	func(ctx context.Context, h *builtins.Host, a restoreArgs) (none restored, err error) {
		s, err := connect(ctx, h, a.URL)
		if err != nil {
			return none, err
		}
		defer s.close()
		target, err := s.identity(ctx)
		if err != nil {
			return none, err
		}
		where := s.at(target.Database) + ", system " + target.System
		if a.Into != target.Database {
			return none, fmt.Errorf("into is %s, and url leads to the database %s: nothing was changed", value.QuoteString(builtins.Short(a.Into)), where)
		}
		_, contents, err := look(ctx, h, a.From, a.SHA256)
		if err != nil {
			return none, fmt.Errorf("nothing was changed: %w", err)
		}
		if major(s.version) < major(contents.server) {
			return none, fmt.Errorf("nothing was changed: %s was taken from PostgreSQL %s, which an older server can't take, and url leads to %s", a.From, contents.server, where)
		}
		pgRestore, err := find(ctx, h, "pg_restore", major(contents.program), "restore what pg_dump "+contents.program+" wrote")
		if err != nil {
			return none, err
		}
		dbname, env, err := s.reach(a.URL)
		if err != nil {
			return none, err
		}
		full, err := filepath.Abs(h.Path(a.From))
		if err != nil {
			return none, builtins.PathError("read", a.From, err)
		}
		argv := []string{pgRestore.path, "--single-transaction", "--exit-on-error", "--no-password", "--dbname=" + dbname}
		if a.Clean {
			argv = append(argv, "--clean", "--if-exists")
		}
		if !a.Owners {
			argv = append(argv, "--no-owner", "--no-privileges")
		}
		if h.Print != nil {
			h.Print("restoring " + a.From + " into " + where)
		}
		if err := backup.Run(ctx, h, env, append(argv, full)...); err != nil {
			return none, explainRestore(err, a.Clean)
		}
		return restored{target, contents.tables}, nil
	}).With(`postgres.restore(env("DATABASE_URL"), from: "backups/tickets-20261122T210000Z.dump", into: "tickets", clean: true)`)

// explainRestore says what to do about what often stands in the way.
func explainRestore(err error, clean bool) error {
	text := err.Error()
	switch {
	case !clean && strings.Contains(text, "already exists"):
		err = fmt.Errorf("%w\nthe database isn't empty: clean: true drops first what the backup has too", err)
	case strings.Contains(text, "role ") && strings.Contains(text, "does not exist"):
		err = fmt.Errorf("%w\nowners: false gives everything to the user of url", err)
	case clean && strings.Contains(text, "depend"):
		err = fmt.Errorf("%w\nsomething newer than the backup needs what it would replace: drop that first, or restore into an empty database", err)
	}
	return fmt.Errorf("nothing was changed: %w", err)
}
