// Package mysql holds the builtins for the care of MySQL and MariaDB. Queries
// are builtins/sql's, which reads addresses and explains errors for this room;
// what backups of all databases share is builtins/backup's.
package mysql

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "mysql",
		Doc: "Backup of MySQL and MariaDB. The program that dumps is the server's own kind: mysqldump of MySQL, mariadb-dump of MariaDB. " +
			"It is given the password in its environment, and reads none of its option files.",
		Funcs: []*builtins.Func{dump},
	}}
}
