package sql

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// longestIdentifier is what PostgreSQL cuts names to, without an error: a
// longer one would mean another table.
const longestIdentifier = 63 // bytes

type identifierArgs struct {
	Name string `drl:"name" doc:"the name of one table, column or schema, whatever letters it has"`
}

var identifier = builtins.New("sql.identifier", types.Pure,
	"Quote a name so that it can stand in the text of a query. A table in a schema is two names with a dot between.",
	func(_ context.Context, _ *builtins.Host, a identifierArgs) (string, error) { return Identifier(a.Name) },
).With("let table = \"Old Tickets\"\nlet rows = sql.open(\"sqlite:app.db\").value(\"select count(*) from {sql.identifier(table)}\")")

// Identifier quotes a name for the text of a statement.
func Identifier(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("name is empty, want that of a table, a column or a schema")
	case len(name) > longestIdentifier:
		return "", fmt.Errorf("name has %d bytes, and databases cut names at %d: %s", len(name), longestIdentifier, builtins.Short(name))
	case strings.ContainsRune(name, 0) || !utf8.ValidString(name):
		return "", fmt.Errorf("name is %s, which no table or column can be called: it has bytes that are no text", value.QuoteString(name))
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`, nil
}
