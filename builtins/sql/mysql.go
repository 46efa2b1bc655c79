package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
)

// mysql is a server of MySQL or MariaDB.
type mysql struct {
	db      *sql.DB
	at      string
	killing *sql.DB // of connections that end the queries of others
	links   *links
}

// MySQLConfig reads the address of a MySQL or MariaDB server. Times are UTC
// and "name" is a name on its connections.
func MySQLConfig(h *builtins.Host, address builtins.Text) (*mysqldriver.Config, error) {
	text := address.Reveal()
	scheme, _, ok := strings.Cut(text, "://")
	if scheme = strings.ToLower(scheme); !ok || scheme != "mysql" && scheme != "mariadb" {
		return nil, errAddress("url", address, "mysql://user:password@host:3306/name")
	}
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, "\x00\n\r") || u.Fragment != "" {
		return nil, errUnreadable
	}
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	c := mysqldriver.NewConfig()
	host, port := u.Hostname(), u.Port()
	if host == "" {
		return nil, errors.New("url names no host, want mysql://user:password@host:3306/name")
	}
	if port == "" {
		port = "3306"
	}
	c.Net, c.Addr = "tcp", net.JoinHostPort(host, port)
	c.User, c.DBName = u.User.Username(), strings.TrimPrefix(u.Path, "/")
	c.Passwd, _ = u.User.Password()
	h.Conceal(c.Passwd)
	for name, values := range u.Query() {
		switch name {
		case "tls", "ssl", "ssl-mode", "sslmode":
			if c.TLSConfig, ok = tlsModes[strings.ToLower(values[0])]; !ok {
				return nil, fmt.Errorf("%s is %s, want true, false, preferred or skip-verify", name, builtins.Short(values[0]))
			}
		case "charset":
		default:
			return nil, fmt.Errorf("url has a parameter %s, want tls=true, false, preferred or skip-verify, or none", builtins.Short(name))
		}
	}
	c.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := h.Dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if l, ok := ctx.Value(linkKey{}).(*link); ok {
			l.Conn = conn
			return l, nil
		}
		return conn, nil
	}
	c.ParseTime, c.ClientFoundRows, c.Timeout = true, true, 30*time.Second
	c.Logger = log.New(io.Discard, "", 0)
	c.Params = map[string]string{"time_zone": "'+00:00'", "sql_mode": "concat(@@sql_mode, ',ANSI_QUOTES')"}
	return c, nil
}

// tlsModes are the words for encryption of the driver and of MySQL's own
// programs.
var tlsModes = map[string]string{
	"true": "true", "1": "true", "verify_identity": "true", "verify-full": "true", "verify_ca": "true",
	"false": "false", "0": "false", "disabled": "false", "disable": "false",
	"preferred": "preferred", "prefer": "preferred",
	"skip-verify": "skip-verify", "required": "skip-verify", "require": "skip-verify",
}

// link is a connection to a server, which sends no more than a result may be.
type link struct {
	net.Conn
	mu   sync.Mutex
	left int
	gone func()

	id    int64 // the server's number for it
	limit time.Duration
}

type linkKey struct{}

// allow lets so many bytes come.
func (l *link) allow(bytes int) {
	l.mu.Lock()
	l.left = bytes
	l.mu.Unlock()
}

func (l *link) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left <= 0 {
		return 0, errManyBytes
	}
	n, err := l.Conn.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

func (l *link) Close() error {
	l.gone()
	return l.Conn.Close()
}

// links are the connections by the driver's names for them.
type links struct {
	driver.Connector
	byConn sync.Map
}

func (ls *links) Connect(ctx context.Context) (driver.Conn, error) {
	l := &link{left: mostMessage, gone: func() {}}
	conn, err := ls.Connector.Connect(context.WithValue(ctx, linkKey{}, l))
	if err != nil {
		return nil, err
	}
	l.gone = func() { ls.byConn.Delete(conn) }
	ls.byConn.Store(conn, l)
	return conn, nil
}

func openMySQL(h *builtins.Host, address builtins.Text) (*mysql, error) {
	config, err := MySQLConfig(h, address)
	if err != nil {
		return nil, err
	}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		return nil, err
	}
	m := &mysql{links: &links{Connector: connector}, killing: sql.OpenDB(connector), at: config.Addr}
	m.db = sql.OpenDB(m.links)
	m.db.SetMaxOpenConns(mostConnections - 1)
	m.db.SetMaxIdleConns(mostConnections - 1)
	m.killing.SetMaxOpenConns(1)
	m.killing.SetMaxIdleConns(0)
	return m, nil
}

func (m *mysql) Close() error { return errors.Join(m.db.Close(), m.killing.Close()) }

func (m *mysql) version(ctx context.Context) (string, error) {
	var version string
	if err := m.db.QueryRowContext(ctx, "select version()").Scan(&version); err != nil {
		return "", ExplainMySQL(err, m.at)
	}
	if number, _, ok := strings.Cut(version, "-MariaDB"); ok {
		return "MariaDB " + number, nil
	}
	return "MySQL " + version, nil
}

// outfile finds what writes files on the server: no transaction keeps a query
// from that.
var outfile = lazy.Regexp(`(?i)\binto\s+(outfile|dumpfile)\b`)

func (m *mysql) read(ctx context.Context, s statement) (*table, error) {
	if outfile().MatchString(s.text) {
		return nil, errors.New("the text writes a file on the server, and this only reads")
	}
	var t *table
	err := m.with(ctx, s, func(conn *sql.Conn, args []any) error {
		if _, err := conn.ExecContext(ctx, "start transaction read only"); err != nil {
			return err
		}
		rows, err := conn.QueryContext(ctx, s.text, args...)
		if err != nil {
			conn.ExecContext(ctx, "rollback")
			return err
		}
		defer rows.Close()
		if t, err = scan(rows, decodeMySQL); err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, "rollback")
		return err
	})
	return t, err
}

func (m *mysql) exec(ctx context.Context, s statement) (n int, err error) {
	err = m.with(ctx, s, func(conn *sql.Conn, args []any) error {
		result, err := conn.ExecContext(ctx, s.text, args...)
		if err != nil {
			return err
		}
		rows, err := result.RowsAffected()
		n = int(rows)
		return err
	})
	return n, err
}

// with gives f a connection on which a statement ends at its limit, or when
// nobody waits for it any more. A connection on which f failed isn't used
// again unless the server has said why.
func (m *mysql) with(ctx context.Context, s statement, f func(*sql.Conn, []any) error) error {
	args, err := plainArgs(s.args, func(at time.Time) any { return at })
	if err != nil {
		return err
	}
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return ExplainMySQL(err, m.at)
	}
	defer conn.Close()
	var l *link
	conn.Raw(func(c any) error {
		if known, ok := m.links.byConn.Load(c); ok {
			l = known.(*link)
		}
		return nil
	})
	if l == nil {
		return errors.New("the connection to " + m.at + " is gone")
	}
	l.allow(mostMessage)
	if err := m.prepare(ctx, conn, l, s.limit); err != nil {
		return ExplainMySQL(err, m.at)
	}
	stop := context.AfterFunc(ctx, func() { m.kill(l.id) })
	err = f(conn, args)
	stop()
	if err == nil {
		return nil
	}
	if said := (*mysqldriver.MySQLError)(nil); !errors.As(err, &said) {
		conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	return ExplainMySQL(err, m.at)
}

// prepare sets a connection's limit, unless it has it. MariaDB reads the first
// comment and MySQL the second.
func (m *mysql) prepare(ctx context.Context, conn *sql.Conn, l *link, limit time.Duration) error {
	if l.id == 0 {
		if err := conn.QueryRowContext(ctx, "select connection_id()").Scan(&l.id); err != nil {
			return err
		}
	}
	if l.limit == limit {
		return nil
	}
	seconds, milliseconds := strconv.FormatFloat(limit.Seconds(), 'f', 6, 64), max(1, min(limit.Milliseconds(), 1<<31))
	_, err := conn.ExecContext(ctx, fmt.Sprintf("set /*M! max_statement_time=%s */ /*!50708 max_execution_time=%d */", seconds, milliseconds))
	if err == nil {
		l.limit = limit
	}
	return err
}

// kill ends the query of a connection: the server would go on with it until it
// has rows to send.
func (m *mysql) kill(id int64) {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	m.killing.ExecContext(ctx, "kill query "+strconv.FormatInt(id, 10))
}

// ExplainMySQL says what went wrong in the server's words, or why it could not
// be reached.
func ExplainMySQL(err error, at string) error {
	var said *mysqldriver.MySQLError
	if errors.As(err, &said) {
		switch said.Number {
		case 1045, 1049, 1044, 1040, 1698: // who may come in, and to what
			return fmt.Errorf("connect to %s: %s", at, lowerFirst(said.Message))
		case 1792:
			return errors.New("the server refuses to change anything here: query and value only read; db.exec changes things, in a step")
		case 1969, 3024:
			return errServerTimeout
		}
		text := lowerFirst(said.Message)
		text = strings.Replace(text, "; check the manual that corresponds to your MariaDB server version for the right syntax to use", "", 1)
		text = strings.Replace(text, "; check the manual that corresponds to your MySQL server version for the right syntax to use", "", 1)
		return errors.New(text)
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return Unreachable(at, err)
	}
	if errors.Is(err, errManyBytes) {
		return errManyBytes
	}
	return err
}

func lowerFirst(s string) string {
	if s == "" {
		return "the server says nothing"
	}
	return strings.ToLower(s[:1]) + s[1:]
}
