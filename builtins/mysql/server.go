package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/drl-lang/drl/builtins"
	sqldb "github.com/drl-lang/drl/builtins/sql"
)

// server is a database that is asked over one connection.
type server struct {
	db      *sql.DB
	config  *mysqldriver.Config
	family  family
	version string // "10.11.14"
}

// connect opens a connection. Whoever has it closes it.
func connect(ctx context.Context, h *builtins.Host, address builtins.Text) (*server, error) {
	config, err := sqldb.MySQLConfig(h, address)
	if err != nil {
		return nil, err
	}
	if config.DBName == "" {
		return nil, errors.New("url names no database, want mysql://user:password@host:3306/name")
	}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		return nil, err
	}
	s := &server{db: sql.OpenDB(connector), config: config, family: ofMySQL}
	s.db.SetMaxOpenConns(1)
	if err := s.ask(ctx, "select version()", &s.version); err != nil {
		s.db.Close()
		return nil, err
	}
	version, rest, _ := strings.Cut(s.version, "-")
	if strings.Contains(rest, "MariaDB") {
		s.family = ofMariaDB
	}
	s.version = version
	return s, nil
}

// ask reads one row, in a transaction that can't change anything.
func (s *server) ask(ctx context.Context, text string, into ...any) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return sqldb.ExplainMySQL(err, s.config.Addr)
	}
	defer tx.Rollback()
	if err := tx.QueryRowContext(ctx, text).Scan(into...); err != nil {
		return sqldb.ExplainMySQL(err, s.config.Addr)
	}
	return nil
}

// reach are the words and the environment with which a program gets to the
// server as this client does. It is told nothing else, for what an option file
// says of a password or an address would come before it.
func (s *server) reach() (words, env []string, err error) {
	host, port, err := net.SplitHostPort(s.config.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("url: %w", err)
	}
	if strings.ContainsRune(s.config.Passwd, 0) {
		return nil, nil, errors.New("the password has a NUL, which no program can be given")
	}
	words = append([]string{"--no-defaults", "--protocol=TCP", "--host=" + host, "--port=" + port, "--user=" + s.config.User}, s.family.tls[s.config.TLSConfig]...)
	return words, []string{"LC_ALL=C", "MYSQL_PWD=" + s.config.Passwd}, nil
}
