// Package postgres holds the builtins for the care of PostgreSQL: backup and
// restore by its own programs, who a server is, and how it is. Queries are
// builtins/sql's, which reads addresses and explains errors for this room;
// what backups of all databases share is builtins/backup's.
package postgres

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "postgres",
		Doc: "Backup, restore and state of PostgreSQL. pg_dump and pg_restore of the version that fits the server are looked for on PATH and where packages put them. " +
			"They are given the password in their environment, and what an address leaves out is said by PostgreSQL's own variables, such as PGSSLMODE and PGPASSFILE.",
		Funcs: []*builtins.Func{dump, verify, restore, identity, stats},
	}}
}
