package sql

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// postgres is a PostgreSQL server, or what speaks like one.
type postgres struct {
	pool   *pgxpool.Pool
	config *pgx.ConnConfig
	// nameless: between it and this side is a pooler that keeps no statements.
	nameless atomic.Bool
}

// mostMessage is the longest message that a server may send: a row of the
// longest result, and its frame. The client would keep it in memory whole.
const mostMessage = mostBytes + 1<<20

// PostgresConfig reads the address of a PostgreSQL server. Connections made
// with it go through the host's door, say who they are, and tell the server
// when nobody waits for a query any more.
func PostgresConfig(h *builtins.Host, address builtins.Text) (*pgx.ConnConfig, error) {
	text := address.Reveal()
	scheme, _, ok := strings.Cut(text, "://")
	if scheme = strings.ToLower(scheme); !ok || scheme != "postgres" && scheme != "postgresql" {
		return nil, errAddress("url", address, "postgres://user:password@host:5432/name")
	}
	if u, err := url.Parse(text); err != nil || strings.ContainsAny(text, "\x00\n\r") || u.Fragment != "" {
		return nil, errUnreadable
	}
	config, err := pgx.ParseConfig(text)
	if err != nil {
		// The library's words show the address; the cause beneath them doesn't.
		if cause := errors.Unwrap(err); cause != nil {
			return nil, errors.New("url can't be read: " + builtins.Scrub(cause.Error()))
		}
		return nil, errUnreadable
	}
	h.Conceal(config.Password)
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	config.DialFunc = h.Dial
	config.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	config.MaxProtocolMessageBodyLen = mostMessage
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 30 * time.Second
	}
	setMissing(config.RuntimeParams, "application_name", "drl")
	// What is read is told apart by these.
	setMissing(config.RuntimeParams, "client_encoding", "UTF8")
	setMissing(config.RuntimeParams, "datestyle", "ISO")
	return config, nil
}

func setMissing(m map[string]string, name, text string) {
	if _, ok := m[name]; !ok {
		m[name] = text
	}
}

func openPostgres(h *builtins.Host, address builtins.Text) (*postgres, error) {
	config, err := PostgresConfig(h, address)
	if err != nil {
		return nil, err
	}
	// ParseConfig again, for the library accepts no other configuration; what
	// it holds is the one above.
	pooled, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, errors.New("PostgreSQL's variables in the environment can't be read: " + builtins.Scrub(err.Error()))
	}
	pooled.ConnConfig = config
	pooled.MaxConns = mostConnections
	pool, err := pgxpool.NewWithConfig(context.Background(), pooled)
	if err != nil {
		return nil, err
	}
	return &postgres{pool: pool, config: config}, nil
}

func (p *postgres) Close() error {
	p.pool.Close()
	return nil
}

func (p *postgres) version(ctx context.Context) (string, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return "", ExplainPostgres(err, p.config, "")
	}
	defer conn.Release()
	if err := conn.Ping(ctx); err != nil {
		return "", ExplainPostgres(err, p.config, "")
	}
	version, _, _ := strings.Cut(conn.Conn().PgConn().ParameterStatus("server_version"), " ")
	return "PostgreSQL " + version, nil
}

// exec carries a statement out by itself, for some, such as create index
// concurrently, want no transaction around them. What it leaves in the session
// goes before another call has the connection.
func (p *postgres) exec(ctx context.Context, s statement) (int, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return 0, ExplainPostgres(err, p.config, "")
	}
	defer conn.Release()
	c := conn.Conn().PgConn()
	preparedOn(c).forget() // with all else of the session
	rows, err := converse(ctx, c, []string{"set " + serverLimit(s.limit), ""}, s, "discard all")
	if err != nil {
		return 0, ExplainPostgres(err, p.config, s.text)
	}
	return rows, nil
}

// serverLimit is the setting that ends a statement on the server even when
// nobody is here any more to end it.
func serverLimit(limit time.Duration) string {
	return "statement_timeout = " + strconv.FormatInt(max(1, min(limit.Milliseconds(), 1<<31-1)), 10)
}

// converse sends what goes before a statement, the statement, and what goes
// after it. A "" among what goes before ends a transaction of its own. Where
// it depends on the types of the placeholders how an argument is written, the
// server is asked for them first.
func converse(ctx context.Context, c *pgconn.PgConn, before []string, s statement, after string) (rows int, err error) {
	p := c.StartPipeline(ctx)
	defer func() { err = closed(ctx, c, p, err) }()
	for _, text := range before {
		if text == "" {
			p.SendPipelineSync()
		} else {
			p.SendQueryParams(text, nil, nil, nil, nil)
		}
	}
	statementAt := len(before)
	if hangsOnType(s.args) {
		described, err := prepare(p, "", s.text, statementAt)
		if err != nil {
			return 0, tidied(p, after, err)
		}
		texts, err := encodeArgs(s.args, described.ParamOIDs)
		if err != nil {
			return 0, tidied(p, after, err)
		}
		p.SendQueryPrepared("", texts, nil, nil)
		statementAt = 0
	} else {
		texts, err := encodeArgs(s.args, nil)
		if err != nil {
			return 0, err
		}
		p.SendQueryParams(s.text, texts, nil, nil, nil)
	}
	p.SendPipelineSync() // the server skips what follows an error up to here
	p.SendQueryParams(after, nil, nil, nil, nil)
	if err := p.Sync(); err != nil {
		return 0, err
	}
	result, err := answer(p, statementAt)
	if err != nil {
		return 0, err
	}
	tag, err := result.(*pgconn.ResultReader).Close()
	return int(tag.RowsAffected()), err
}

// closed closes a pipeline. It reads what is left; what it finds there is what
// is known, or that the connection is gone.
func closed(ctx context.Context, c *pgconn.PgConn, p *pgconn.Pipeline, err error) error {
	failed := p.Close()
	if errors.Is(err, errManyRows) || errors.Is(err, errManyBytes) {
		c.Close(ctx) // it may have looked whole, for what was read before
	}
	if err == nil {
		err = failed
	}
	return err
}

// prepare sends a statement under a name, and waits until the server has read
// it and all that was sent before it.
func prepare(p *pgconn.Pipeline, name, text string, before int) (*pgconn.StatementDescription, error) {
	p.SendPrepare(name, text, nil)
	if err := p.Sync(); err != nil {
		return nil, err
	}
	described, err := answer(p, before)
	if err != nil {
		return nil, err
	}
	_, err = p.GetResults() // of the sync
	statement := *described.(*pgconn.StatementDescription)
	statement.Name = name
	return &statement, err
}

// tidied ends what was begun before a statement that can't be sent.
func tidied(p *pgconn.Pipeline, after string, err error) error {
	p.SendQueryParams(after, nil, nil, nil, nil)
	if failed := p.Sync(); failed != nil {
		return failed
	}
	return err
}

// answer returns the result after so many others, which only have to be
// without an error.
func answer(p *pgconn.Pipeline, skip int) (any, error) {
	for {
		result, err := p.GetResults()
		if err != nil {
			return nil, err
		}
		if skip == 0 {
			return result, nil
		}
		skip--
	}
}

func readPostgres(r *pgconn.ResultReader) (*table, error) {
	t := &table{}
	types := make([]uint32, len(r.FieldDescriptions()))
	for i, f := range r.FieldDescriptions() {
		t.columns, types[i] = append(t.columns, f.Name), f.DataTypeOID
	}
	for r.NextRow() {
		size := 0
		for _, cell := range r.Values() {
			size += len(cell)
		}
		if err := t.room(size); err != nil {
			return nil, err
		}
		row := make([]value.Value, len(types))
		for i, cell := range r.Values() {
			row[i] = decodePostgres(types[i], cell)
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

// address is where a configuration leads, as messages say it.
func address(c *pgx.ConnConfig) string {
	if strings.HasPrefix(c.Host, "/") {
		return c.Host
	}
	return net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
}
