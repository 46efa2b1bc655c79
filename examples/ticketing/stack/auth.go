package stack

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"errors"
	"net/http"
	"strings"
	"time"
)

// tokenLife is how long a login lasts.
const tokenLife = 8 * time.Hour

// addUsers gives the users their passwords.
func addUsers(ctx context.Context, d *database, users map[string]string) error {
	for name, password := range users {
		salt := make([]byte, 16)
		if _, err := rand.Read(salt); err != nil {
			return err
		}
		hash, err := hashPassword(password, salt)
		if err != nil {
			return err
		}
		err = d.use(func(db *sql.DB) error {
			_, err := db.ExecContext(ctx, `insert into users values (?, ?, ?)
				on conflict (name) do update set salt = excluded.salt, hash = excluded.hash`, name, salt, hash)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func hashPassword(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, 20_000, 32)
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// auth lets people in and tells the other services who they are.
type auth struct {
	db  *database
	now func() time.Time
}

func newAuth(r Release, db *database, p *peers, now func() time.Time) app {
	a := &auth{db, now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health/{$}", health("auth", r, db))
	mux.HandleFunc("POST /api/login/{$}", a.login)
	mux.HandleFunc("GET /api/session/{$}", a.session)
	return app{handler: mux}
}

func (a *auth) login(w http.ResponseWriter, r *http.Request) {
	var given struct{ User, Password string }
	if !readJSON(w, r, &given) {
		return
	}
	ok, err := a.knows(r.Context(), given.User, given.Password)
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	if !ok {
		replyError(w, http.StatusUnauthorized, "wrong user or password")
		return
	}
	token, err := randomToken()
	if err == nil {
		err = a.db.use(func(db *sql.DB) error {
			_, err := db.ExecContext(r.Context(), `insert into tokens values (?, ?, ?)`,
				token, given.User, a.now().Add(tokenLife).Unix())
			return err
		})
	}
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusOK, map[string]any{"token": token, "user": given.User, "expires_in": int(tokenLife.Seconds())})
}

func (a *auth) knows(ctx context.Context, user, password string) (bool, error) {
	var salt, want []byte
	err := a.db.use(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `select salt, hash from users where name = ?`, user).Scan(&salt, &want)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	got, err := hashPassword(password, salt)
	return subtle.ConstantTimeCompare(got, want) == 1, err
}

// session tells whose the token is.
func (a *auth) session(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	var user string
	err := a.db.use(func(db *sql.DB) error {
		return db.QueryRowContext(r.Context(), `select user from tokens where token = ? and expires_at > ?`,
			token, a.now().Unix()).Scan(&user)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		replyError(w, http.StatusUnauthorized, "log in first")
	case err != nil:
		replyError(w, http.StatusInternalServerError, err.Error())
	default:
		reply(w, http.StatusOK, map[string]string{"user": user})
	}
}
