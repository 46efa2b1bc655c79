package mysql

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type backupArgs struct {
	URL     builtins.Text `drl:"url,address" doc:"the database: mysql://user:password@host:3306/name"`
	To      string        `drl:"to" doc:"the folder for it, which is made if need be, for this user alone"`
	Room    *value.Size   `drl:"room,named" doc:"free space that the folder has to have; left out: the size of the database"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take" default:"1h"`
}

var dump = builtins.New("mysql.backup", types.Writes,
	"Back the database up to a new file of SQL in a folder, with mysqldump or mariadb-dump, as it was at one moment while it is in use; with its routines, triggers and events. The file has its name only when it is whole; what was begun and not finished is removed.",
	func(ctx context.Context, h *builtins.Host, a backupArgs) (none backup.Backup, err error) {
		start, err := h.Clock()
		if err != nil {
			return none, err
		}
		s, err := connect(ctx, h, a.URL)
		if err != nil {
			return none, err
		}
		defer s.db.Close()
		program, err := find(ctx, h, s)
		if err != nil {
			return none, err
		}
		var size, changing int64
		if err := s.ask(ctx, sizes, &size, &changing); err != nil {
			return none, err
		}
		if changing > 0 && h.Warn != nil {
			h.Warn(fmt.Sprintf("the backup of %s has %d tables whose engine knows no transactions: what is written to them meanwhile may be in it half", builtins.Short(s.config.DBName), changing))
		}
		if err := backup.Room(h, a.To, s.config.DBName, value.Size(size), a.Room); err != nil {
			return none, err
		}
		words, env, err := s.reach()
		if err != nil {
			return none, err
		}
		draft, err := backup.Begin(h, a.To, s.config.DBName, ".sql", start)
		if err != nil {
			return none, err
		}
		defer draft.Discard()
		argv := append([]string{program}, words...)
		argv = append(argv, "--single-transaction", "--routines", "--triggers", "--events", "--hex-blob", "--no-tablespaces",
			"--default-character-set=utf8mb4", "--result-file="+draft.Partial)
		argv = append(argv, s.family.words...)
		if err := backup.Run(ctx, h, env, append(argv, "--", s.config.DBName)...); err != nil {
			return none, err
		}
		b := backup.Backup{Server: s.family.name + " " + s.version, TakenAt: start}
		if b.Tables, err = look(ctx, draft.Partial); err != nil {
			return none, fmt.Errorf("what %s wrote isn't whole: %w", program, err)
		}
		return draft.Keep(ctx, h, b)
	}).With(`let backup = mysql.backup(env("DATABASE_URL"), to: "backups/")`)

// sizes asks for the size of the database, and for how many of its tables a
// transaction doesn't hold still.
const sizes = `
select cast(coalesce(sum(t.data_length + t.index_length), 0) as signed),
    cast(coalesce(sum(e.transactions is null or e.transactions <> 'YES'), 0) as signed)
from information_schema.tables t left join information_schema.engines e on e.engine = t.engine
where t.table_schema = database() and t.table_type = 'BASE TABLE'`

// look reads a dump for its tables and for its last line, which only one that
// came to its end has.
func look(ctx context.Context, path string) (tables int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(builtins.UntilDone(ctx, f), 64<<10)
	ended := false
	for start := true; ; {
		// A line of rows is longer than what is kept of it.
		piece, err := r.ReadSlice('\n')
		if start && len(piece) > 0 {
			line := string(piece[:min(len(piece), 40)])
			if strings.HasPrefix(line, "-- Table structure for table ") {
				tables++
			}
			ended = strings.HasPrefix(line, "-- Dump completed")
		}
		start = err == nil
		switch {
		case err == io.EOF && !ended:
			return 0, errors.New("it doesn't end with: -- Dump completed")
		case err == io.EOF:
			return tables, nil
		case err != nil && err != bufio.ErrBufferFull:
			return 0, err
		}
	}
}
