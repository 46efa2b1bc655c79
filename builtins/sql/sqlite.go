package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite" // and its driver
	lib "modernc.org/sqlite/lib"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// sqliteFile is a database in a file. One connection writes, for SQLite has
// one writer at a time; the others can't.
type sqliteFile struct {
	path           string // as the script wrote it
	reads, changes *sql.DB
}

// SQLitePath returns the file that an address of the form sqlite:PATH or a
// path names, as the script wrote it. What isn't a file that is there is an
// error: SQLite would make an empty one.
func SQLitePath(h *builtins.Host, address builtins.Text) (string, error) {
	path := address.Reveal()
	for _, scheme := range []string{"sqlite3:", "sqlite:"} {
		path = strings.TrimPrefix(path, scheme)
	}
	if rest, ok := strings.CutPrefix(path, "///"); ok {
		path = "/" + rest // sqlite:///absolute, as others write it
	} else if rest, ok := strings.CutPrefix(path, "//"); ok {
		path = rest
	}
	switch {
	case path == "" || path == ":memory:":
		return "", errors.New("url names no file, want sqlite:PATH")
	case strings.ContainsRune(path, 0):
		return "", errors.New("url has a NUL, which no path can have")
	}
	info, err := os.Stat(h.Path(path))
	if err != nil {
		return "", builtins.PathError("open", path, err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("open %s: it is %s, want a file", path, builtins.KindOf(info))
	}
	return path, nil
}

// OpenSQLite opens a file that is there; pragmas are set on each connection.
func OpenSQLite(h *builtins.Host, path string, pragmas ...string) (*sql.DB, error) {
	query := url.Values{"mode": {"rw"}, "_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}
	at := (&url.URL{Scheme: "file", OmitHost: true, Path: h.Path(path)}).EscapedPath()
	return sql.Open("sqlite", "file:"+at+"?"+query.Encode())
}

func openSQLite(h *builtins.Host, address builtins.Text) (*sqliteFile, error) {
	path, err := SQLitePath(h, address)
	if err != nil {
		return nil, err
	}
	f := &sqliteFile{path: path}
	if f.reads, err = OpenSQLite(h, path, "query_only(1)"); err != nil {
		return nil, err
	}
	if f.changes, err = OpenSQLite(h, path, "foreign_keys(1)"); err != nil {
		f.reads.Close()
		return nil, err
	}
	f.reads.SetMaxOpenConns(mostConnections - 1)
	f.changes.SetMaxOpenConns(1)
	return f, nil
}

func (f *sqliteFile) Close() error { return errors.Join(f.reads.Close(), f.changes.Close()) }

func (f *sqliteFile) version(ctx context.Context) (string, error) {
	var version string
	// The schema's version is read from the file: what is no database is an
	// error here.
	err := f.reads.QueryRowContext(ctx, "select sqlite_version() from pragma_schema_version").Scan(&version)
	if err != nil {
		return "", ExplainSQLite(f.path, err)
	}
	return "SQLite " + version, nil
}

func (f *sqliteFile) read(ctx context.Context, s statement) (*table, error) {
	conn, args, err := f.begin(ctx, f.reads, s)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	rows, err := conn.QueryContext(ctx, s.text, args...)
	if err != nil {
		return nil, ExplainSQLite(f.path, err)
	}
	defer rows.Close()
	t, err := scan(rows, decodeSQLite)
	if err != nil {
		return nil, ExplainSQLite(f.path, err)
	}
	return t, nil
}

func (f *sqliteFile) exec(ctx context.Context, s statement) (int, error) {
	conn, args, err := f.begin(ctx, f.changes, s)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	result, err := conn.ExecContext(ctx, s.text, args...)
	if err != nil {
		return 0, ExplainSQLite(f.path, err)
	}
	if word := verb(s.text); word != "insert" && word != "update" && word != "delete" && word != "replace" && word != "with" {
		return 0, nil // the driver repeats the number of the statement before
	}
	rows, err := result.RowsAffected()
	return int(rows), err
}

// begin returns a connection and the arguments for it. The driver would carry
// out all statements of a text.
func (f *sqliteFile) begin(ctx context.Context, db *sql.DB, s statement) (*sql.Conn, []any, error) {
	if !oneStatement(s.text) {
		return nil, nil, errors.New("the text has more than one statement: each is a call of its own")
	}
	if len(s.args) > 0 && !strings.ContainsAny(s.text, "?$:@") {
		return nil, nil, errPlaceholders(0, len(s.args))
	}
	args, err := plainArgs(s.args, func(at time.Time) any { return at.Format("2006-01-02 15:04:05.999999999") })
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, ExplainSQLite(f.path, err)
	}
	if _, err := sqlite.Limit(conn, lib.SQLITE_LIMIT_LENGTH, mostBytes); err != nil {
		conn.Close()
		return nil, nil, ExplainSQLite(f.path, err)
	}
	return conn, args, nil
}

// ExplainSQLite says what went wrong with a file in SQLite's words.
func ExplainSQLite(path string, err error) error {
	var said *sqlite.Error
	if !errors.As(err, &said) {
		if strings.HasPrefix(err.Error(), "missing ") {
			return errors.New("the text has more placeholders than values were given: $1 is the first")
		}
		return err
	}
	text := strings.TrimPrefix(said.Error(), "SQL logic error: ")
	if at := strings.LastIndex(text, " ("); at > 0 {
		text = text[:at]
	}
	switch said.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return fmt.Errorf("%s is no SQLite database", path)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked: something else writes to it", path)
	case lib.SQLITE_READONLY:
		return errors.New("query and value only read; db.exec changes things, in a step")
	case lib.SQLITE_TOOBIG:
		return errManyBytes
	}
	return errors.New(text)
}

func decodeSQLite(typ string, cell any) value.Value {
	switch cell := cell.(type) {
	case int64:
		if typ := strings.ToUpper(typ); (typ == "BOOLEAN" || typ == "BOOL") && (cell == 0 || cell == 1) {
			return value.Bool(cell == 1)
		}
		return value.Int(cell)
	case float64:
		if cell-cell == 0 {
			return value.Number(cell)
		}
		return value.String(strconv.FormatFloat(cell, 'g', -1, 64))
	case bool:
		return value.Bool(cell)
	case time.Time:
		return value.Time(cell.UTC())
	case []byte:
		return value.String(cell)
	case string:
		if typ := strings.ToUpper(typ); typ == "JSON" || typ == "JSONB" {
			if v, err := value.FromJSON([]byte(cell)); err == nil {
				return v
			}
		}
		return value.String(cell)
	}
	return value.String(fmt.Sprint(cell))
}

// oneStatement tells whether a text of SQLite is one statement. A trigger has
// several of them inside.
func oneStatement(text string) bool {
	words := strings.Fields(strings.ToLower(start(text)))
	if len(words) > 2 && words[0] == "create" && (words[1] == "trigger" || words[2] == "trigger") {
		return true
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' || c == '"' || c == '`':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return true // SQLite says so itself
			}
			i += end + 1
		case c == '[':
			end := strings.IndexByte(text[i:], ']')
			if end < 0 {
				return true
			}
			i += end
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return true
			}
			i += end
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return true
			}
			i += end + 3
		case c == ';':
			return onlyComments(text[i:])
		}
	}
	return true
}

// onlyComments tells whether nothing follows but blanks, semicolons and
// comments, which in SQLite don't nest.
func onlyComments(text string) bool {
	for {
		text = strings.TrimLeft(text, " \t\r\n\f;")
		switch {
		case text == "":
			return true
		case strings.HasPrefix(text, "--"):
			_, text, _ = strings.Cut(text, "\n")
		case strings.HasPrefix(text, "/*"):
			_, text, _ = strings.Cut(text[2:], "*/")
		default:
			return false
		}
	}
}
