// Package sqlite holds the builtins for the care of SQLite's files. Queries
// are builtins/sql's, which opens the files for this room; what backups of all
// databases share is builtins/backup's.
package sqlite

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "sqlite",
		Doc:   "Backup of SQLite's databases.",
		Funcs: []*builtins.Func{dump},
	}}
}
