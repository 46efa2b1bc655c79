// Package sql holds the builtins that ask databases: PostgreSQL, MySQL and
// MariaDB, SQLite. A query reads, and the server holds it to that; values
// travel beside the text, never in it; rows, bytes and time have limits.
//
// What the calls of a run share is one pool of connections a database, which
// ends with the run. The rooms of single systems (builtins/postgres,
// builtins/mysql, builtins/sqlite) read their addresses and explain their
// errors with what is exported here.
package sql

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "sql",
		Doc: "Questions to databases: PostgreSQL, MySQL, MariaDB, SQLite. The placeholders of values are $1, $2, … in PostgreSQL and SQLite and ? in MySQL. " +
			`In all of them "name" is the name of a table or column, and 'text' a text. ` +
			"PostgreSQL's own variables, such as PGSSLMODE and PGPASSFILE, say what an address leaves out.",
		Funcs:   []*builtins.Func{open, identifier},
		Methods: methods,
	}}
}
