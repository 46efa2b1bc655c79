package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/sql"
)

// server is a database that is asked over one connection.
type server struct {
	conn    *pgx.Conn
	config  *pgx.ConnConfig
	version string // "15.4"
}

// connect opens a connection. Whoever has it closes it.
func connect(ctx context.Context, h *builtins.Host, address builtins.Text) (*server, error) {
	config, err := sql.PostgresConfig(h, address)
	if err != nil {
		return nil, err
	}
	// Nothing is prepared for later: poolers don't keep it.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, sql.ExplainPostgres(err, config, "")
	}
	version, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	return &server{conn, config, version}, nil
}

func (s *server) close() { s.conn.Close(context.Background()) }

// ask reads one row, in a transaction that can't change anything.
func (s *server) ask(ctx context.Context, text string, into ...any) error {
	tx, err := s.conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return sql.ExplainPostgres(err, s.config, "")
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if err := tx.QueryRow(ctx, text).Scan(into...); err != nil {
		return sql.ExplainPostgres(err, s.config, text)
	}
	return nil
}

// major is the first number of a version: 15 of 15.4, 17 of 17beta1.
func major(version string) int {
	end := strings.IndexFunc(version, func(c rune) bool { return c < '0' || c > '9' })
	if end < 0 {
		end = len(version)
	}
	n, _ := strconv.Atoi(version[:end])
	return n
}

// carried are the parameters of an address that PostgreSQL's programs know as
// it has them. The others, such as search_path, are settings of a session.
// https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-PARAMKEYWORDS
var carried = []string{
	"application_name", "channel_binding", "client_encoding", "connect_timeout", "gssdelegation", "gssencmode", "gsslib",
	"keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname", "load_balance_hosts",
	"passfile", "require_auth", "requirepeer", "service", "ssl_max_protocol_version", "ssl_min_protocol_version",
	"sslcert", "sslcertmode", "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslnegotiation",
	"sslrootcert", "sslsni", "target_session_attrs", "tcp_user_timeout",
}

// reach is how PostgreSQL's programs get to a database: words for --dbname,
// which show no password, and an environment, which has it.
func (s *server) reach(address builtins.Text) (dbname string, env []string, err error) {
	if strings.ContainsRune(s.config.Password, 0) {
		return "", nil, errors.New("the password has a NUL, which no program can be given")
	}
	u, err := url.Parse(address.Reveal())
	if err != nil {
		return "", nil, errors.New("url can't be read")
	}
	var hosts, ports []string
	add := func(host string, port uint16) {
		at := strconv.Itoa(int(port))
		for i := range hosts {
			if hosts[i] == host && ports[i] == at {
				return // once with TLS, once without
			}
		}
		hosts, ports = append(hosts, host), append(ports, at)
	}
	add(s.config.Host, s.config.Port)
	for _, f := range s.config.Fallbacks {
		add(f.Host, f.Port)
	}
	words := []string{
		// Of the environment's: it would lead elsewhere than the host does.
		word("hostaddr", ""),
		word("host", strings.Join(hosts, ",")), word("port", strings.Join(ports, ",")),
		word("user", s.config.User), word("dbname", s.config.Database),
	}
	given := u.Query()
	if given.Get("application_name") == "" {
		given.Set("application_name", s.config.RuntimeParams["application_name"])
	}
	options := given.Get("options")
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch {
		case slices.Contains(carried, name):
			words = append(words, word(name, given.Get(name)))
		case name == "sslpassword":
			return "", nil, errors.New("url has a parameter sslpassword, which can't be given to PostgreSQL's programs unseen: use a key of this user alone, without a password")
		case name != "options" && s.config.RuntimeParams[name] != "":
			options += " -c " + setting(name+"="+given.Get(name))
		}
	}
	if options = strings.TrimSpace(options); options != "" {
		words = append(words, word("options", options))
	}
	// The messages that are looked into are in English.
	env = []string{"LC_ALL=C", "TZ=UTC"}
	if s.config.Password != "" {
		env = append(env, "PGPASSWORD="+s.config.Password)
	}
	return strings.Join(words, " "), env, nil
}

// word is a parameter of a connection string, whatever letters it has.
func word(name, text string) string {
	return name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// setting is an argument in the text of options, where blanks end one.
func setting(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strings.ContainsRune(" \t\n\r\v\f\\", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// at says which database a connection leads to.
func (s *server) at(database string) string {
	host := s.config.Host
	if !strings.HasPrefix(host, "/") {
		host += ":" + strconv.Itoa(int(s.config.Port))
	}
	return fmt.Sprintf("%q of PostgreSQL %s at %s", database, s.version, host)
}
