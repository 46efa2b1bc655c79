package standard_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
)

// archived: the file of a backup, or the folder that it is made in, is the one
// of that name, here and to the programs; a name of a database and a digest are
// compared with what is there before a program is started.
func archived(server func(*testing.T) (address string, rename func(database string))) way {
	return func(t *testing.T, f *builtins.Func, param int) {
		h := hostile.Host(t)
		h.PrivateFile = func([]byte) (string, error) { return filepath.Join(h.Dir, "private"), nil }
		h.Print = func(string) {}
		var started *[][]string
		h.Run, started = databasePrograms()
		address, rename := server(t)
		more := hostile.Args{"url": str(address), "path": str("x"), "from": str("x"), "into": str("tickets")}
		name := f.Signature().Params[param].Name
		call := func(text string) (got string, err error) {
			*started = nil
			v, err := with(t.Context(), h, f, nil, param, text, more)
			if name == "to" && err == nil {
				got = hostile.Field(t, v, "path").String()
			}
			return got, err
		}
		write := func(file string) {
			if err := os.WriteFile(filepath.Join(h.Dir, file), []byte("PGDMP"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("x")
		each(t, hostile.Strings(), func(text string) { // all: the real servers are there with the race detector alone
			if name == "into" || name == "sha256" {
				if _, err := call(text); text != "" && err == nil || len(*started) > 0 && err != nil {
					t.Errorf("%q: %v, and %q was started", text, err, *started)
				}
				if name == "sha256" || strings.Contains(text, "\x00") {
					return
				}
				rename(text)
				if _, err := call(text); err != nil {
					t.Errorf("%q is the database: %v", text, err)
				}
				rename("tickets")
				return
			}
			if !isName(text) {
				return
			}
			at := filepath.Join(h.Dir, text)
			defer os.RemoveAll(at)
			if name != "to" {
				write(text)
			}
			path, err := call(text)
			if err != nil || len(*started) == 0 {
				t.Errorf("%q: %v, and %d programs were started", text, err, len(*started))
				return
			}
			for i, argv := range *started {
				switch made := filepath.Join(h.Dir, path); {
				case name != "to" && argv[len(argv)-1] != at:
					t.Errorf("%q: %q is started", text, argv)
				case name == "to" && i == 0 && (filepath.Dir(made) != at || !slices.ContainsFunc(argv, func(word string) bool { return strings.HasSuffix(word, "file="+made+".partial") })):
					t.Errorf("%q: the backup is %q, made by %q", text, path, argv)
				}
			}
			if _, err := os.Stat(filepath.Join(h.Dir, path)); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		})
	}
}

// databasePrograms stand in for those that dump and restore: they are of a
// version that every server takes, write that all is well where they are told
// to write, and their words are kept.
func databasePrograms() (run func(context.Context, builtins.Program) (builtins.Ended, error), started *[][]string) {
	const well = "; Dumped from database version: 15.4\n; Dumped by pg_dump version: 15.4\n-- Dump completed\n"
	started = new([][]string)
	return func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
		if slices.Contains(p.Argv, "--version") {
			name := filepath.Base(p.Argv[0])
			versions := map[string]string{"mysqldump": "mysqldump  Ver 99.0.0 for Linux", "mariadb-dump": "mariadb-dump from 99.0.0-MariaDB, client 99.0 for Linux"}
			if said, ok := versions[name]; ok {
				return builtins.Ended{Stdout: said + "\n"}, nil
			}
			return builtins.Ended{Stdout: name + " (PostgreSQL) 99.0\n"}, nil
		}
		*started = append(*started, p.Argv)
		for _, word := range p.Argv {
			if _, path, ok := strings.Cut(word, "file="); ok && path != os.DevNull {
				if err := os.WriteFile(path, []byte(well), 0o600); err != nil {
					return builtins.Ended{Code: 1, Stderr: err.Error()}, nil
				}
			}
		}
		return builtins.Ended{}, nil
	}, started
}

func noServer(*testing.T) (string, func(string)) { return "none", nil }

func mySQL(t *testing.T) (string, func(string)) { return hostile.Real(t, "DRL_TEST_MYSQL"), nil }

// postgreSQL is a server that tells of its database alone: a real one, which
// would see none of the texts, takes 20 ms to let somebody in.
func postgreSQL(t *testing.T) (string, func(string)) {
	database := "tickets"
	address := hostile.Serve(t, func(c net.Conn) {
		s := pgproto3.NewBackend(c, c)
		if _, err := s.ReceiveStartupMessage(); err != nil {
			return
		}
		s.Send(&pgproto3.AuthenticationOk{})
		s.Send(&pgproto3.ParameterStatus{Name: "server_version", Value: "15.4"})
		s.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		var row []pgproto3.FieldDescription
		var values [][]byte
		for s.Flush() == nil {
			message, err := s.Receive()
			if err != nil {
				return
			}
			switch m := message.(type) {
			case *pgproto3.Parse:
				row, values = []pgproto3.FieldDescription{{DataTypeOID: 25}, {DataTypeOID: 25}}, [][]byte{[]byte("1"), []byte(database)}
				if strings.Contains(m.Query, "pg_database_size") {
					row[1].DataTypeOID, values[0], values[1] = 20, values[1], values[0]
				}
				s.Send(&pgproto3.ParseComplete{})
			case *pgproto3.Bind:
				s.Send(&pgproto3.BindComplete{})
			case *pgproto3.Describe:
				s.Send(&pgproto3.RowDescription{Fields: row})
			case *pgproto3.Execute:
				s.Send(&pgproto3.DataRow{Values: values})
				s.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")})
			case *pgproto3.Sync:
				s.Send(&pgproto3.ReadyForQuery{TxStatus: 'T'})
			case *pgproto3.Query:
				s.Send(&pgproto3.CommandComplete{CommandTag: []byte(strings.ToUpper(m.String))})
				s.Send(&pgproto3.ReadyForQuery{TxStatus: 'T'})
			}
		}
	})
	return "postgres://u@" + address + "/tickets?sslmode=disable", func(name string) { database = name }
}
