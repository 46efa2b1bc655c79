package stack

import (
	"database/sql"
	"net/http"
	"time"
)

// Notification is a message that was sent.
type Notification struct {
	ID     int64  `json:"id"`
	Ticket int64  `json:"ticket"`
	To     string `json:"to"`
	Text   string `json:"text"`
	SentAt string `json:"sent_at"`
}

// notification keeps what was sent to whom.
type notification struct {
	db  *database
	now func() time.Time
}

func newNotification(r Release, db *database, p *peers, now func() time.Time) app {
	s := &notification{db, now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health/{$}", health("notification", r, db))
	mux.HandleFunc("GET /api/notifications/{$}", s.list)
	mux.HandleFunc("POST /api/notifications/{$}", p.only(s.send))
	return app{handler: mux}
}

func (s *notification) list(w http.ResponseWriter, r *http.Request) {
	all, err := collect(r.Context(), s.db, `select id, ticket, recipient, text, sent_at from notifications order by id desc limit 100`, nil,
		func(rows *sql.Rows) (Notification, error) {
			var n Notification
			return n, rows.Scan(&n.ID, &n.Ticket, &n.To, &n.Text, &n.SentAt)
		})
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusOK, map[string]any{"count": len(all), "notifications": all})
}

func (s *notification) send(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Ticket   int64
		To, Text string
	}
	if !readJSON(w, r, &given) {
		return
	}
	err := s.db.use(func(db *sql.DB) error {
		_, err := db.ExecContext(r.Context(), `insert into notifications (ticket, recipient, text, sent_at) values (?, ?, ?, ?)`,
			given.Ticket, given.To, given.Text, stamp(s.now()))
		return err
	})
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.WriteHeader(http.StatusCreated)
}
