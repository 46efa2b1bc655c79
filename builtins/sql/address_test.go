package sql_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func TestAddressesThatAreWrong(t *testing.T) {
	tests := []struct{ url, want string }{
		{"", "url is empty, want postgres://, mysql:// or sqlite:PATH"},
		{"db.example.com:5432", "url begins with db.example.com:, want postgres://"},
		{"oracle://app:hunter2hunter2@db/x", "url begins with oracle:, want postgres://, mysql:// or sqlite:PATH"},
		{"postgres://app:hunter2#hunter2@db/x", "url can't be read: in a user's name and a password, each of"},
		{"postgres://app:hunter2%hunter2@db/x", "url can't be read: in a user's name and a password, each of"},
		{"postgres://app:hunter2/hunter2@db/x", "url can't be read"},
		{"mysql://app:hunter2#hunter2@db/x", "url can't be read: in a user's name and a password, each of"},
		{"mysql:///x", "url names no host"},
		{"mysql://app:hunter2hunter2@db/x?allowAllFiles=true", "url has a parameter allowAllFiles, want tls="},
		{"postgres://app:hunter2hunter2@127.0.0.1:1/x", "connect to 127.0.0.1:1: connection refused: nothing listens there"},
		{"mysql://app:hunter2hunter2@127.0.0.1:1/x", "connect to 127.0.0.1:1: connection refused: nothing listens there"},
		{"postgres://app:hunter2hunter2@db.invalid/x", "connect to db.invalid:5432: no such host"},
		{"mysql://app:hunter2hunter2@db.invalid/x", "connect to db.invalid:3306: no such host"},
		{"postgres://app:hunter2hunter2@db/x?sslmode=perhaps", "url can't be read"},
		{"sqlite:", "url names no file, want sqlite:PATH"},
		{"sqlite:none.db", "open none.db: there is no such file"},
		{"sqlite:.", "open .: it is a folder, want a file"},
		{"sqlite:notes.txt", "notes.txt is no SQLite database"},
	}
	for _, tt := range tests {
		for _, secret := range []bool{false, true} {
			h := hostile.Host(t)
			if err := os.WriteFile(filepath.Join(h.Dir, "notes.txt"), []byte(strings.Repeat("no database\n", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
			address := value.Value(value.String(tt.url))
			if secret {
				address = value.NewSecret(tt.url)
			}
			_, err := hostile.Call(t, modules, h, "sql.open", nil, hostile.Args{"url": address})
			if err == nil || strings.Contains(err.Error(), "hunter2") || !secret && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("open(%q): %v, want %q", tt.url, err, tt.want)
			}
		}
	}
}

// TestPasswordsWithEveryCharacter lets users in by passwords with all that a
// keyboard has; a wrong one is refused, and none is in what is said of it.
func TestPasswordsWithEveryCharacter(t *testing.T) {
	var all strings.Builder
	for c := ' '; c <= '~'; c++ {
		all.WriteRune(c)
	}
	passwords := []string{all.String(), "p@ss:w/o?r#d%41&x=y", `a'b"c\d`, "пароль🔑 ü", "%%%", "{}[]", "a\tb"}
	for _, kind := range kinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			variable := map[string]string{"postgres": "DRL_TEST_POSTGRES", "mysql": "DRL_TEST_MYSQL"}[kind.name]
			u, err := url.Parse(d.url)
			if err != nil {
				t.Fatal(err)
			}
			for i, password := range passwords {
				user := fmt.Sprintf("%s_%d", strings.TrimPrefix(u.Path, "/"), i)
				quoted := strings.ReplaceAll(password, "'", "''")
				if kind.name == "mysql" {
					quoted = strings.ReplaceAll(quoted, `\`, `\\`)
					d.exec("create user " + user + " identified by '" + quoted + "'")
					t.Cleanup(func() { carryOut(t, hostile.Real(t, variable), "drop user "+user) })
				} else {
					d.exec("create user " + user + " password '" + quoted + "'")
					t.Cleanup(func() { carryOut(t, hostile.Real(t, variable), "drop user "+user) })
				}
				at := *u
				if kind.name == "mysql" {
					at.Path = "" // to none of the databases has it a right
				}
				at.User = url.UserPassword(user, password)
				for _, address := range []string{at.String(), strings.Replace(at.String(), at.User.String(), user+":"+encoded(password), 1)} {
					if v, err := open(t, hostile.Host(t), address).value("select 1"); err != nil || v != value.Int(1) {
						t.Errorf("with %q: %v, %v", password, v, err)
					}
				}
				wrong := at
				wrong.User = url.UserPassword(user, password+"-but-wrong")
				_, err := hostile.Call(t, modules, hostile.Host(t), "sql.open", nil, hostile.Args{"url": value.String(wrong.String())})
				if err == nil || strings.Contains(err.Error(), "but-wrong") || strings.Contains(err.Error(), password) || !strings.Contains(err.Error(), "connect to 127.0.0.1:") {
					t.Errorf("with a wrong password: %v", err)
				}
			}
			none := *u
			none.Path = "/no_such_database"
			if _, err := hostile.Call(t, modules, hostile.Host(t), "sql.open", nil, hostile.Args{"url": value.String(none.String())}); err == nil || !strings.Contains(err.Error(), "no_such_database") {
				t.Errorf("no such database: %v", err)
			}
		})
	}
}

// encoded writes every byte of a text as %XX.
func encoded(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}
